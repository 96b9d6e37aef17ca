//! `decide`: the staff's door.

use super::args::{JsonArg, SetupArgs};
use super::out;
use super::outcome::{Ended, Outcome};
use crate::app::{App, Request, StartError};
use clap::{Args, Subcommand};
use plenary_model::decision::{Action, AfterRemoval};
use plenary_model::event::{EventStatus, days_of};
use plenary_model::id::SourceId;
use plenary_model::line::DateSpan;

/// Record a decision of staff.
///
/// Decisions are kept for ever, outrank every rule and can be undone by number.
#[derive(Debug, Args)]
pub(super) struct Decide {
    #[command(subcommand)]
    action: ActionArgs,
}

/// What every decision takes.
#[derive(Debug, Args)]
struct Common {
    #[command(flatten)]
    setup: SetupArgs,
    #[command(flatten)]
    json: JsonArg,
    /// Who decides
    #[arg(long, env = "PLENARY_BY", default_value = "staff", value_name = "NAME")]
    by: String,
}

/// What the command line says of each [`Action`]: its name, its arguments and their meaning.
#[derive(Debug, Subcommand)]
enum ActionArgs {
    /// Show a piece in a section, or wherever rules put it, or where a model suggests
    Approve {
        /// Piece, entry or address
        piece: String,
        /// The section; without it, the one that a model suggests, else all that the rules name
        #[arg(long)]
        section: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Keep a piece out of a section, or out of all
    Reject {
        /// Piece, entry or address
        piece: String,
        /// The section; without it, all
        #[arg(long)]
        section: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Take a piece out of one section into another
    Move {
        /// Piece, entry or address
        piece: String,
        /// The section it leaves; without it, its primary one
        #[arg(long)]
        from: Option<String>,
        /// The section it enters
        #[arg(long)]
        to: String,
        #[command(flatten)]
        common: Common,
    },
    /// Show a piece first in a section
    Pin {
        /// Piece, entry or address
        piece: String,
        /// The section
        #[arg(long)]
        section: String,
        #[command(flatten)]
        common: Common,
    },
    /// End a pin
    Unpin {
        /// Piece, entry or address
        piece: String,
        /// The section
        #[arg(long)]
        section: String,
        #[command(flatten)]
        common: Common,
    },
    /// Take a piece back: it leaves every feed with a tombstone
    Withdraw {
        /// Piece, entry or address
        piece: String,
        /// Why; shown on its page
        #[arg(long, default_value = "")]
        reason: String,
        #[command(flatten)]
        common: Common,
    },
    /// Two pieces are the same
    Merge {
        /// Piece, entry or address
        piece: String,
        /// The other
        other: String,
        #[command(flatten)]
        common: Common,
    },
    /// An entry is not the same piece as the others it stands with
    Split {
        /// Key, atom:id or address of the entry
        entry: String,
        #[command(flatten)]
        common: Common,
    },
    /// Two pieces are not the same, however alike; it is not asked again, of later copies neither
    Apart {
        /// Piece, entry or address
        piece: String,
        /// The other
        other: String,
        #[command(flatten)]
        common: Common,
    },
    /// This entry is the one shown
    Lead {
        /// Key, atom:id or address of the entry
        entry: String,
        #[command(flatten)]
        common: Common,
    },
    /// Two pieces are the same work in two languages
    Version {
        /// Piece, entry or address
        piece: String,
        /// The other
        other: String,
        #[command(flatten)]
        common: Common,
    },
    /// Set the date of a piece
    Date {
        /// Piece, entry or address
        piece: String,
        /// YYYY-MM-DD or RFC 3339
        at: String,
        #[command(flatten)]
        common: Common,
    },
    /// Let out what is held
    Release {
        /// Piece, entry or address
        piece: String,
        #[command(flatten)]
        common: Common,
    },
    /// Poll a source at another address; feeds.toml is edited, or the patch is shown
    Repair {
        /// Slug of the source
        source: String,
        /// The address that works
        feed: String,
        #[command(flatten)]
        common: Common,
    },
    /// Say what becomes of the pieces of a source that left feeds.toml
    ///
    /// They stay until you withdraw them; then each leaves every feed with a tombstone, unless another source carries
    /// it, too. `plenary review` lists sources of which you said nothing yet.
    Source {
        /// Slug that the source had
        source: String,
        /// keep or withdraw
        #[arg(value_parser = after_removal)]
        pieces: AfterRemoval,
        #[command(flatten)]
        common: Common,
    },
    /// Say where all texts of a source in a language belong of which the policy has no terms
    ///
    /// It is about those that are there now; later ones are asked about again. `plenary review` lists them, one line for
    /// each source and language.
    Language {
        /// Slug of the source
        source: String,
        /// The language, such as fj
        language: String,
        /// Show them in this section; without it, they are left as they are and not asked about again
        #[arg(long)]
        section: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Keep a note about a piece; never published
    Note {
        /// Piece, entry or address
        piece: String,
        /// The note
        text: String,
        #[command(flatten)]
        common: Common,
    },
    /// Place a piece where no rule does
    Add {
        /// Piece, entry or address
        piece: String,
        /// The section
        #[arg(long)]
        section: String,
        #[command(flatten)]
        common: Common,
    },
    /// Say when an event is, or whose dates count
    ///
    /// The calendar page shows sources that disagree side by side; what staff say outranks them all.
    #[command(group = clap::ArgGroup::new("said").required(true).multiple(true).args(["from", "status", "choose"]))]
    Event {
        /// The event, as feeds.toml or the calendar page names it
        event: String,
        /// First day, YYYY-MM-DD; or YYYY-MM when only the month is known, which is tentative
        #[arg(long, value_name = "DAY", value_parser = days)]
        from: Option<Days>,
        /// Last day, included; without it, the first, or the last of that month
        #[arg(long, value_name = "DAY", requires = "from", value_parser = days)]
        to: Option<Days>,
        /// confirmed, tentative, postponed or cancelled
        #[arg(long, value_parser = status)]
        status: Option<EventStatus>,
        /// Take the dates of this calendar, by its id in feeds.toml; policy: those that stand in feeds.toml
        #[arg(long, value_name = "CALENDAR", conflicts_with = "from")]
        choose: Option<String>,
        /// Why
        #[arg(long)]
        note: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Take back a decision
    Undo {
        /// Its number, as `decide` and `explain` print it
        decision: i64,
        #[command(flatten)]
        common: Common,
    },
}

/// The first and the last day that a date stands for.
type Days = (chrono::NaiveDate, chrono::NaiveDate);

fn days(text: &str) -> Result<Days, String> {
    days_of(text).ok_or_else(|| "write YYYY-MM-DD, or YYYY-MM when only the month is known".to_owned())
}

fn status(word: &str) -> Result<EventStatus, String> {
    let read = serde_json::from_value(serde_json::Value::String(word.to_owned()));
    read.map_err(|_| "write confirmed, tentative, postponed or cancelled".to_owned())
}

fn after_removal(word: &str) -> Result<AfterRemoval, String> {
    match word {
        "keep" => Ok(AfterRemoval::Keep),
        "withdraw" => Ok(AfterRemoval::Withdraw),
        _ => Err("write keep or withdraw".to_owned()),
    }
}

impl ActionArgs {
    fn into_request(self) -> anyhow::Result<(Request, Common)> {
        let (piece, action, common) = match self {
            Self::Approve { piece, section, common } => (Some(piece), Action::Approve { section }, common),
            Self::Reject { piece, section, common } => (Some(piece), Action::Reject { section }, common),
            Self::Move { piece, from, to, common } => (Some(piece), Action::Move { from, to }, common),
            Self::Pin { piece, section, common } => (Some(piece), Action::Pin { section }, common),
            Self::Unpin { piece, section, common } => (Some(piece), Action::Unpin { section }, common),
            Self::Withdraw { piece, reason, common } => (Some(piece), Action::Withdraw { reason }, common),
            Self::Merge { piece, other, common } => (Some(piece), Action::Merge { other }, common),
            Self::Split { entry, common } => (Some(entry), Action::Split { from: Vec::new() }, common),
            Self::Apart { piece, other, common } => (Some(piece), Action::Split { from: vec![other] }, common),
            Self::Lead { entry, common } => (Some(entry), Action::Lead, common),
            Self::Version { piece, other, common } => (Some(piece), Action::Version { other }, common),
            Self::Date { piece, at, common } => {
                let span = DateSpan::parse(&at);
                let at = span.ok_or_else(|| anyhow::anyhow!("\"{at}\" is no date: write YYYY-MM-DD"))?.from;
                (Some(piece), Action::Date { at }, common)
            }
            Self::Release { piece, common } => (Some(piece), Action::Release, common),
            Self::Note { piece, text, common } => (Some(piece), Action::Note { text }, common),
            Self::Add { piece, section, common } => (Some(piece), Action::Add { section }, common),
            Self::Repair { source, feed, common } => (None, Action::Repair { source: SourceId(source), feed }, common),
            Self::Source { source, pieces, common } => {
                (None, Action::Source { source: SourceId(source), pieces }, common)
            }
            Self::Language { source, language, section, common } => {
                (None, Action::Language { source: SourceId(source), language, section }, common)
            }
            Self::Event { event, from, to, status, choose, note, common } => {
                let to = to.or(from).map(|(_, last)| last);
                let is_month = from.is_some_and(|(first, last)| first != last);
                let status = status.or_else(|| is_month.then_some(EventStatus::Tentative));
                let from = from.map(|(first, _)| first);
                (None, Action::Event { event, from, to, status, choose, note }, common)
            }
            Self::Undo { decision, common } => (None, Action::Undo { decision }, common),
        };
        Ok((Request { piece, action }, common))
    }
}

impl Decide {
    pub(super) async fn run(self) -> Outcome {
        let (request, common) = self.action.into_request().map_err(StartError::Other)?;
        let app = App::open_existing(&common.setup.setup()).await?;
        let recorded = app.decide(request, &common.by).await?;
        if common.json.json {
            out::json(&recorded)?;
        } else {
            out::line(format!("decision {}: {}", recorded.decision, recorded.about))?;
            if let (Some(patch), Some(written)) = (&recorded.patch, recorded.written) {
                let said =
                    if written { "feeds.toml was changed:" } else { "feeds.toml cannot be written; the change is:" };
                out::line(format!("{said}\n{patch}"))?;
            }
        }
        app.close().await?;
        Ok(Ended::Well)
    }
}
