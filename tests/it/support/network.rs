//! A small network of the test's own: an origin, a policy about it, a folder with a database.

use super::program::{Run, run};
use plenary::app::SystemClock;
use plenary::demo::{Origin, Served};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The origin with its folder. Commands run in the folder and find `feeds.toml` there.
pub struct Network {
    pub origin: Origin,
    pub folder: TempDir,
    // The origin lives on it.
    _runtime: Runtime,
}

impl Network {
    /// An empty origin and a policy with these sources: (slug, standing, path on the origin).
    pub fn new(sources: &[(&str, &str, &str)]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let origin = {
            let _inside = runtime.enter();
            Origin::empty(Arc::new(SystemClock)).unwrap()
        };
        let network = Self { origin, folder: tempfile::tempdir().unwrap(), _runtime: runtime };
        network.write_policy(&network.policy(sources));
        network
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A policy over these sources, with two sections.
    pub fn policy(&self, sources: &[(&str, &str, &str)]) -> String {
        let mut text = format!(
            "[network]\nname = \"Test Network\"\naddress = \"https://feeds.example.org\"\ncontact = \"webmaster@example.org\"\n\
             languages = [\"en\", \"fr\"]\n\n[polling]\nallow = [\"{}\"]\ntimeout = \"5s\"\n\n",
            self.origin.addr()
        );
        for (id, standing, path) in sources {
            text += &format!(
                "[[source]]\nid = \"{id}\"\nname = \"Publisher {id}\"\nfeed = \"{}\"\nstanding = \"{standing}\"\n\n",
                self.origin.url(path)
            );
        }
        text + "[[section]]\nid = \"covid\"\ntitle = { en = \"COVID-19\", fr = \"COVID-19 (fr)\" }\nwhere = \"topic:covid-19\"\n\n\
                [[section]]\nid = \"rest\"\ntitle = { en = \"The rest\" }\nwhere = \"not topic:covid-19\"\n"
    }

    pub fn write_policy(&self, text: &str) {
        std::fs::write(self.folder().join("feeds.toml"), text).unwrap();
    }

    /// Serves an RSS document with validators at `path`.
    pub fn put(&self, path: &str, body: &str) {
        let modified = chrono::Utc::now();
        self.origin.put(path, Served::new("application/rss+xml; charset=utf-8", body).with_modified(modified));
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        run(self.folder(), arguments)
    }

    /// One pass over all sources; its JSON.
    pub fn poll(&self) -> serde_json::Value {
        self.run(&["poll", "--all", "--json"]).json()
    }

    /// The line of a source in the JSON of a pass.
    pub fn poll_line(&self, source: &str) -> serde_json::Value {
        let report = self.poll();
        let lines = report["sources"].as_array().unwrap();
        lines.iter().find(|line| line["id"] == source).cloned().unwrap_or_else(|| panic!("{report}"))
    }
}

/// An RSS 2.0 item.
pub fn item(guid: &str, title: &str, text: &str, hours_ago: i64) -> String {
    let date = (chrono::Utc::now() - chrono::Duration::hours(hours_ago)).to_rfc2822();
    format!(
        "<item><title>{title}</title><guid isPermaLink=\"false\">{guid}</guid><link>https://pub.example.org/{guid}</link>\
         <description><![CDATA[<p>{text}</p>]]></description><pubDate>{date}</pubDate></item>\n"
    )
}

/// An RSS 2.0 document of these items.
pub fn rss(items: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>Publisher</title>\
         <link>https://pub.example.org/</link><description>d</description><language>en</language>\n{}</channel></rss>\n",
        items.concat()
    )
}
