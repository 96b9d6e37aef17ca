//! What the operating system refuses: each message names the path, what is wrong and what to do; what only reads works
//! where nothing can be written.

use crate::support::network::{Network, item, rss};
use crate::support::program::{Run, command};
use crate::support::{repository, shared};
use plenary_store::Store;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;

/// An account that owns nothing.
const NOBODY: u32 = 65_534;

fn filled() -> Network {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.put("/a.xml", &rss(&[item("1", "COVID-19 and schools", "Schools and the coronavirus.", 1)]));
    network.run(&["poll", "--all"]).ended(0);
    network
}

/// Runs the program as an account that may not write in `folder`; `None` where this account cannot become one.
fn run_as_nobody(folder: &Path, arguments: &[&str]) -> Option<Run> {
    let mut command = command(folder, arguments);
    // Root may write everywhere, whatever the permissions say.
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output().ok()?;
    Some(Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    })
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn permit(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The network's files in a folder in which only root may write, with the log that a kill leaves where `is_logged`.
fn closed_copy(network: &Network, is_logged: bool) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copy = |name: &str| {
        let to = folder.path().join(name);
        fs::copy(network.folder().join(name), &to).unwrap();
        permit(&to, 0o444);
    };
    copy("feeds.toml");
    if is_logged {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = Store::open(&network.folder().join("plenary.db")).await.unwrap();
            store.set_policy_problem(Some("a note in the log")).await.unwrap();
            copy("plenary.db");
            copy("plenary.db-wal");
            store.close().await.unwrap();
        });
    } else {
        copy("plenary.db");
    }
    permit(folder.path(), 0o555);
    folder
}

#[test]
fn commands_that_read_work_where_nothing_can_be_written() {
    let network = filled();
    for is_logged in [false, true] {
        let folder = closed_copy(&network, is_logged);
        let out = tempfile::tempdir().unwrap();
        permit(out.path(), 0o777);
        let within = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
        let (site, backup) = (within("site"), within("copy.db"));
        let reading: [&[&str]; 7] = [
            &["status"],
            &["review"],
            &["review", "--rejected"],
            &["explain", "https://pub.example.org/1"],
            &["diff", "feeds.toml"],
            &["backup", &backup],
            &["publish", "--out", &site],
        ];
        for arguments in reading {
            let Some(run) = run_as_nobody(folder.path(), arguments) else {
                assert!(shared("no other account", "commands_that_read_work_where_nothing_can_be_written").is_none());
                return;
            };
            let run = run.ended(0);
            if arguments == ["status"] {
                assert_eq!(run.out.contains("a note in the log"), is_logged, "{run:?}");
            }
        }
        assert!(fs::read_to_string(out.path().join("site/sections/covid.atom")).unwrap().contains("COVID-19"));
        for arguments in [&["decide", "reject", "https://pub.example.org/1", "--by", "ann"][..], &["poll", "--all"]] {
            let run = run_as_nobody(folder.path(), arguments).unwrap();
            assert_ne!(run.code, 0, "{run:?}");
            assert!(run.err.contains("plenary.db"), "{run:?}");
            assert!(run.err.contains("run as the account that owns it"), "{run:?}");
        }
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names.len(), if is_logged { 3 } else { 2 }, "nothing was made there: {names:?}");
        permit(folder.path(), 0o755);
    }
}

#[test]
fn each_refusal_names_the_path_and_the_remedy() {
    let network = filled();
    let folder = network.folder();
    fs::create_dir(folder.join("folder.db")).unwrap();
    fs::write(folder.join("letter.txt"), "Dear aunt, this is no database at all.").unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let full = Path::new("/dev/full").exists();
    let cases: [(&[&str], &str, &str); 14] = [
        (&["poll", "--db", "nowhere/plenary.db"], "nowhere/plenary.db", "no such file or folder; check the path"),
        (&["poll", "--db", "folder.db"], "folder.db", "this is a folder; name a file"),
        (&["poll", "--db", "letter.txt"], "letter.txt", "name another file"),
        (&["status", "--db", "folder.db"], "folder.db", "this is a folder; name a file"),
        (&["status", "--db", "letter.txt"], "letter.txt", "name another file"),
        (&["status", "--db", "none.db"], "none.db", "plenary poll"),
        (&["backup", "nowhere/copy.db"], "nowhere/copy.db", "no such file or folder; check the path"),
        (&["restore", "none.db"], "none.db", "no such file or folder; check the path"),
        (&["restore", "folder.db"], "folder.db", "this is a folder; name a file"),
        (&["check", "none.toml"], "none.toml", "name the file with --config"),
        (&["publish", "--out", "letter.txt/site"], "letter.txt", "it is there already; name another"),
        (&["parse", "none.xml"], "none.xml", "no such file or folder; check the path"),
        (&["serve", "--listen", &address], &address, "another program listens there; stop that one"),
        (&["serve", "--listen", "unix:nowhere/s.sock"], "nowhere/s.sock", "no such file or folder; check the path"),
    ];
    for (arguments, named, remedy) in cases {
        let run = network.run(arguments);
        let said = format!("{}{}", run.out, run.err);
        assert_ne!(run.code, 0, "{arguments:?}: {said}");
        assert!(said.contains(named), "{arguments:?} names {named}: {said}");
        assert!(said.contains(remedy), "{arguments:?} says \"{remedy}\": {said}");
        assert!(!said.contains("os error") && !said.contains("unable to open"), "{arguments:?}: {said}");
    }
    if full {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let run = command(folder, &["check"]).stdout(full).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(said.contains("standard output: the disk is full; make room there"), "{said}");
    }
}

#[test]
fn a_schema_that_is_not_the_programs_is_named_and_left_alone() {
    let network = filled();
    let path = network.folder().join("plenary.db");
    let whole = fs::read(&path).unwrap();
    // The number of the schema, in the header ("Database File Format", 1.3).
    let number = 60..64;
    let own = u32::from_be_bytes(whole[number.clone()].try_into().unwrap());
    for (schema, words, remedy) in [
        (own - 1, format!("is of schema {}, this program needs {own}", own - 1), "start the server"),
        (own + 1, format!("schema {}, this one knows {own}", own + 1), "install that version"),
    ] {
        let mut other = whole.clone();
        other[number.clone()].copy_from_slice(&schema.to_be_bytes());
        fs::write(&path, &other).unwrap();
        let run = network.run(&["status"]).ended(2);
        assert!(run.err.contains(&words) && run.err.contains(remedy) && run.err.contains("plenary.db"), "{run:?}");
        assert!(fs::read(&path).unwrap() == other, "schema {schema}: the file is as it was");
    }
}

#[test]
fn a_restore_without_room_blames_the_disk() {
    let network = filled();
    network.run(&["backup", "copy.db"]).ended(0);
    let before = fs::read(network.folder().join("plenary.db")).unwrap();
    // No file may grow beyond some kilobytes, as on a disk that is nearly full.
    let limited = "trap '' XFSZ; ulimit -f 64; exec \"$0\" restore copy.db";
    let mut shell = std::process::Command::new("sh");
    shell.current_dir(network.folder()).args(["-c", limited, env!("CARGO_BIN_EXE_plenary")]);
    let output = shell.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("plenary.db.restoring") && said.contains("disk"), "{said}");
    assert!(!said.contains("copy.db"), "{said}");
    assert!(fs::read(network.folder().join("plenary.db")).unwrap() == before);
    assert!(!network.folder().join("plenary.db.restoring").exists());
}

#[test]
fn what_a_killed_backup_left_is_removed_by_the_next() {
    let network = filled();
    let folder = network.folder();
    for left in ["copy.db.partial", "copy.db.partial-journal", "copy.db.partial-wal", "copy.db.lock"] {
        fs::write(folder.join(left), "half of a page").unwrap();
    }
    network.run(&["backup", "copy.db"]).ended(0);
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("copy.db"));
    assert_eq!(names, ["copy.db"]);
    network.run(&["status", "--db", "copy.db"]).ended(0);
}

#[test]
fn a_policy_mounted_alone_uses_the_lists_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(repository().join("feeds.toml")).unwrap();
    let alone = "include = [\"policy/topics.toml\", \"policy/genres.toml\", \"policy/organisations.toml\"]";
    let text: String = text
        .lines()
        .filter(|line| !line.starts_with("include"))
        .map(|line| if line == "[network]" { format!("{line}\n{alone}\n") } else { format!("{line}\n") })
        .collect();
    fs::write(folder.path().join("feeds.toml"), &text).unwrap();
    let said = crate::support::program::run(folder.path(), &["check"]).ended(0);
    let note = "policy/topics.toml does not lie beside feeds.toml: the list of that name in the program is used";
    assert!(said.out.contains(note), "{}", said.out);
    fs::write(folder.path().join("feeds.toml"), text.replace("policy/genres.toml", "policy/kinds.toml")).unwrap();
    let said = crate::support::program::run(folder.path(), &["check"]).ended(1);
    assert!(said.out.contains("\"policy/kinds.toml\" cannot be read: there is no such file"), "{}", said.out);
    assert!(said.out.contains("take it out of `include`"), "{}", said.out);
}
