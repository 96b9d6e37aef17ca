//! Writes `feeds.toml`: comments and order are kept, the result is checked before it replaces the
//! file, and a file that may not be written yields the patch instead.

use super::built_in::BuiltIn;
use super::problem::Problems;
use super::read::read_text;
use plenary_model::source::{Standing, Trust};
use plenary_model::system::name_refusal;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

const CONTEXT_LINES: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceBlock {
    pub id: String,
    pub name: String,
    pub site: Option<String>,
    pub feeds: Vec<String>,
    pub standing: Option<Standing>,
    /// `None`: what its standing gives it.
    pub trust: Option<Trust>,
    pub language: Option<String>,
}

impl SourceBlock {
    fn table(&self) -> Table {
        let mut table = Table::new();
        let mut put = |key: &str, text: &str| table.insert(key, value(text));
        put("id", &self.id);
        put("name", &self.name);
        if let Some(site) = &self.site {
            put("site", site);
        }
        if let [one] = self.feeds.as_slice() {
            put("feed", one);
        }
        put("standing", self.standing.unwrap_or(Standing::Member).as_str());
        if let Some(trust) = self.trust {
            put("trust", trust.as_str());
        }
        if let Some(language) = &self.language {
            put("language", language);
        }
        if self.feeds.len() > 1 {
            table.insert("feed", value(self.feeds.iter().collect::<Array>()));
        }
        table
    }

    pub fn toml(&self) -> String {
        format!("[[source]]\n{}", self.table())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    AddSource(SourceBlock),
    /// Puts `feed` before the addresses that a source has.
    PreferFeed {
        source: String,
        feed: String,
    },
    /// Takes `feed` out of the addresses of a source that has others.
    DropFeed {
        source: String,
        feed: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    pub written: bool,
    /// The change as a unified diff; empty when nothing changes.
    pub patch: String,
}

/// Why an edit was not made. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("{0}")]
    Broken(Problems),
    #[error("the change would break the policy, so nothing was written:\n{0}")]
    WouldBreak(Problems),
    #[error("{file} has no source \"{source_id}\": name one that it lists")]
    NoSource {
        file: String,
        /// The slug asked for.
        source_id: String,
    },
    #[error("{}", name_refusal(.path.display(), .error))]
    Io {
        path: PathBuf,
        /// What it said.
        error: std::io::Error,
    },
}

/// Applies `edits` to the policy file at `path`. With `dry_run`, or where the file or its folder may
/// not be written, only the patch is made. What the policy does not give is `built_in`.
pub fn edit(path: &Path, edits: &[Edit], dry_run: bool, built_in: BuiltIn) -> Result<Edited, EditError> {
    let io = |error| EditError::Io { path: path.to_path_buf(), error };
    // The lock keeps two writers apart; it ends with the file handle. The text is read under it.
    let lock = File::open(path).map_err(io)?;
    lock.lock().map_err(io)?;
    let before = std::fs::read_to_string(path).map_err(io)?;
    let name = path.display().to_string();
    let after = apply_edits(&name, &before, edits)?;
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    read_text(&name, &after, &|include| std::fs::read_to_string(folder.join(include)), built_in)
        .map_err(EditError::WouldBreak)?;
    let change = make_patch(&name, &before, &after);
    if dry_run || change.is_empty() {
        return Ok(Edited { written: false, patch: change });
    }
    match replace(path, &after) {
        Ok(()) => Ok(Edited { written: true, patch: change }),
        Err(error) if is_refusal(&error) => Ok(Edited { written: false, patch: change }),
        Err(error) => Err(io(error)),
    }
}

fn is_refusal(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem)
}

fn apply_edits(name: &str, before: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut document: DocumentMut = before.parse().map_err(|error: toml_edit::TomlError| {
        let place = error.span().map_or(0, |span| span.start);
        let file = super::problem::Named::new(name, before);
        EditError::Broken(Problems(vec![file.problem(place, error.message(), "mend the file first: plenary check")]))
    })?;
    let sources = document.entry("source").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(sources) = sources.as_array_of_tables_mut() else {
        let file = super::problem::Named::new(name, before);
        let problem = file.problem(
            0,
            "\"source\" is not written as [[source]] blocks",
            "write each source as a block of its own",
        );
        return Err(EditError::Broken(Problems(vec![problem])));
    };
    for edit in edits {
        match edit {
            Edit::AddSource(block) => {
                let mut table = block.table();
                table.decor_mut().set_prefix("\n");
                sources.push(table);
            }
            Edit::PreferFeed { source, feed } | Edit::DropFeed { source, feed } => {
                let table = sources.iter_mut().find(|table| table.get("id").and_then(Item::as_str) == Some(source));
                let Some(table) = table else {
                    return Err(EditError::NoSource { file: name.to_owned(), source_id: source.clone() });
                };
                set_feeds(table, feed, matches!(edit, Edit::PreferFeed { .. }));
            }
        }
    }
    Ok(document.to_string())
}

/// Puts `feed` first among a source's addresses, or takes it away from the others.
fn set_feeds(table: &mut Table, feed: &str, is_first: bool) {
    let mut feeds = Vec::new();
    match table.get("feed") {
        Some(Item::Value(toml_edit::Value::String(one))) => feeds.push(one.value().clone()),
        Some(Item::Value(toml_edit::Value::Array(list))) => {
            feeds.extend(list.iter().filter_map(|item| item.as_str().map(str::to_owned)));
        }
        _ => {}
    }
    let others = feeds.iter().filter(|other| *other != feed).count();
    if !is_first && (others == 0 || others == feeds.len()) {
        return;
    }
    feeds.retain(|other| other != feed);
    if is_first {
        feeds.insert(0, feed.to_owned());
    }
    // Assigned in place, so that the key's comment and position stay.
    table["feed"] = match feeds.as_slice() {
        [one] => value(one),
        several => value(several.iter().collect::<Array>()),
    };
}

/// Writes beside the file and renames over it, so that no reader ever sees half of it.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let metadata = std::fs::metadata(path)?;
    if metadata.permissions().readonly() {
        return Err(std::io::ErrorKind::PermissionDenied.into());
    }
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    let beside = path.with_file_name(name);
    let mut file = File::create(&beside)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let done = written.and_then(|()| std::fs::set_permissions(&beside, metadata.permissions()));
    done.and_then(|()| std::fs::rename(&beside, path)).inspect_err(|_| drop(std::fs::remove_file(&beside)))
}

/// A unified diff of one hunk, from the first line that differs to the last.
fn make_patch(name: &str, before: &str, after: &str) -> String {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old.iter().skip(head).rev().zip(new.iter().skip(head).rev()).take_while(|(a, b)| a == b).count();
    if old.len() == head + tail && new.len() == head + tail {
        return String::new();
    }
    let start = head.saturating_sub(CONTEXT_LINES);
    let after_context = tail.min(CONTEXT_LINES);
    let count = |lines: &[&str]| lines.len() - start - (tail - after_context);
    let mut text =
        format!("--- {name}\n+++ {name}\n@@ -{},{} +{},{} @@\n", start + 1, count(&old), start + 1, count(&new));
    let part = |lines: &[&str], from: usize, to: usize, mark: char| -> String {
        lines.iter().take(to).skip(from).fold(String::new(), |text, line| text + &format!("{mark}{line}\n"))
    };
    text += &part(&old, start, head, ' ');
    text += &part(&old, head, old.len() - tail, '-');
    text += &part(&new, head, new.len() - tail, '+');
    text += &part(&new, new.len() - tail, new.len() - tail + after_context, ' ');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::read_shipped;

    const FILE: &str = "# ours\n[network]\nname = \"N\"\naddress = \"https://f.example.org\"\ncontact = \"w@example.org\"\nlanguages = [\"en\"]\n\n[[source]] # first\nid = \"a\"\nname = \"A\"\nfeed = \"https://a.example.org/feed\" # the old one\nstanding = \"member\"\n";

    fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, FILE).unwrap();
        (folder, path)
    }

    fn block(id: &str) -> SourceBlock {
        let feeds = vec![format!("https://{id}.example.org/feed")];
        SourceBlock { id: id.into(), name: "Another \"one\"".into(), feeds, ..SourceBlock::default() }
    }

    #[test]
    fn comments_and_order_are_kept() {
        let (_folder, path) = file();
        let done = edit(&path, &[Edit::AddSource(block("b"))], false, read_shipped).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(done.written, "{text}");
        assert!(text.starts_with(FILE), "{text}");
        assert!(done.patch.contains("+id = \"b\""), "{}", done.patch);
        assert_eq!(super::super::read(&path, read_shipped).unwrap().sources.len(), 2);
    }

    #[test]
    fn a_repair_keeps_the_old_address_as_a_fallback() {
        let (_folder, path) = file();
        let feed = "https://a.example.org/new".to_owned();
        edit(&path, &[Edit::PreferFeed { source: "a".into(), feed: feed.clone() }], false, read_shipped).unwrap();
        assert_eq!(
            super::super::read(&path, read_shipped).unwrap().sources[0].feeds,
            [feed, "https://a.example.org/feed".into()]
        );
        assert!(std::fs::read_to_string(&path).unwrap().contains("[[source]] # first"));
        let back = Edit::DropFeed { source: "a".into(), feed: "https://a.example.org/new".into() };
        edit(&path, std::slice::from_ref(&back), false, read_shipped).unwrap();
        assert_eq!(super::super::read(&path, read_shipped).unwrap().sources[0].feeds, ["https://a.example.org/feed"]);
        // Neither the last address nor one that is not there is taken away.
        assert!(edit(&path, &[back], false, read_shipped).unwrap().patch.is_empty());
    }

    #[test]
    fn what_would_break_the_policy_is_not_written() {
        let (_folder, path) = file();
        let again = edit(&path, &[Edit::AddSource(block("a"))], false, read_shipped);
        assert!(matches!(again, Err(EditError::WouldBreak(_))));
        let missing = Edit::PreferFeed { source: "x".into(), feed: "https://x.example.org/".into() };
        assert!(matches!(edit(&path, &[missing], false, read_shipped), Err(EditError::NoSource { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), FILE);
    }

    #[test]
    fn a_dry_run_and_a_read_only_file_show_the_patch() {
        let (_folder, path) = file();
        let add = [Edit::AddSource(block("b"))];
        let dry = edit(&path, &add, true, read_shipped).unwrap();
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).unwrap();
        let refused = edit(&path, &add, false, read_shipped).unwrap();
        assert_eq!((dry.written, &dry.patch), (false, &refused.patch));
        assert!(!refused.written);
        assert!(refused.patch.starts_with("--- "));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), FILE);
    }

    #[test]
    fn a_patch_has_context_and_right_counts() {
        let text = make_patch("f", "1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nx\n6\n7\n8\n");
        assert_eq!(text, "--- f\n+++ f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n");
        assert_eq!(make_patch("f", "a\n", "a\n"), "");
    }
}
