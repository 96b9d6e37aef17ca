//! Several events under one `UID`: the newest of its versions counts, and different events are kept apart.

use super::draft::Draft;
use super::lines::short;
use chrono::NaiveDateTime;
use plenary_model::event::EventStatus;
use plenary_model::id::digest;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Hex digits that tell apart the events of one `UID`.
const APART_HEX_DIGITS: usize = 12;

/// The events to show, in the order of the file, and what staff are told of their `UID`s, each with its line.
/// Exceptions of a series are not for here.
pub(super) fn set_apart(drafts: Vec<Draft>) -> (Vec<Draft>, Vec<(usize, String)>) {
    let mut newest: HashMap<String, u32> = HashMap::new();
    for draft in &drafts {
        let sequence = newest.entry(draft.uid.clone()).or_default();
        *sequence = draft.sequence.max(*sequence);
    }
    let mut kept: Vec<Draft> = Vec::new();
    let mut places: HashMap<(String, String, Option<NaiveDateTime>), usize> = HashMap::new();
    for draft in drafts {
        if newest.get(&draft.uid) != Some(&draft.sequence) {
            continue;
        }
        let key = (draft.uid.clone(), draft.title.to_lowercase(), draft.start.as_ref().map(|start| start.time));
        let known = places.get(&key).and_then(|place| kept.get_mut(*place));
        match known {
            Some(known) if draft.status == Some(EventStatus::Cancelled) => *known = draft,
            Some(_) => {}
            None => {
                places.insert(key, kept.len());
                kept.push(draft);
            }
        }
    }
    let problems = name_apart(&mut kept);
    (kept, problems)
}

/// Gives events that share a `UID` one each: by their titles, and by their days where titles do not tell.
fn name_apart(drafts: &mut [Draft]) -> Vec<(usize, String)> {
    let mut shared: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        shared.entry(draft.uid.clone()).or_default().push(place);
    }
    let mut problems = Vec::new();
    for (uid, places) in shared.into_iter().filter(|(_, places)| places.len() > 1) {
        let titles: Vec<String> =
            places.iter().filter_map(|place| drafts.get(*place)).map(|draft| draft.title.to_lowercase()).collect();
        let many: BTreeSet<&String> =
            titles.iter().filter(|title| titles.iter().filter(|other| other == title).count() > 1).collect();
        for (place, title) in places.iter().zip(&titles) {
            let Some(draft) = drafts.get_mut(*place) else { continue };
            let day = draft.start.as_ref().filter(|_| many.contains(title)).map(|start| start.time.to_string());
            let mut mark = digest([title.as_str(), &day.unwrap_or_default()]);
            mark.truncate(APART_HEX_DIGITS);
            draft.uid = format!("{uid}/{mark}");
        }
        let line = places.get(1).and_then(|place| drafts.get(*place)).map_or(0, |draft| draft.line);
        let count = places.len();
        let problem = format!(
            "UID \"{}\" stands for {count} different events; they are kept apart: give each a UID of its own",
            short(&uid)
        );
        problems.push((line, problem));
    }
    problems
}
