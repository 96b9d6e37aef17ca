//! Words of the calendar: what takes place, how certain it is.

use plenary_model::event::{EventKind, EventStatus};

words!(
    /// What kind of event.
    Kind { session, pre_session, deadline, other }
);
words!(
    /// How certain an event is.
    Status { confirmed, tentative, postponed, cancelled, unlisted }
);
words!(
    /// The same of each kind of event: in most languages the words agree with it.
    Statuses { session: Status, pre_session: Status, deadline: Status, other: Status }
);

impl Kind {
    pub(crate) fn get(&self, kind: EventKind) -> &str {
        match kind {
            EventKind::Session => self.session,
            EventKind::PreSession => self.pre_session,
            EventKind::Deadline => self.deadline,
            EventKind::Other => self.other,
        }
    }
}

impl Statuses {
    pub(crate) fn get(&self, kind: EventKind, status: EventStatus) -> &str {
        let of_kind = match kind {
            EventKind::Session => &self.session,
            EventKind::PreSession => &self.pre_session,
            EventKind::Deadline => &self.deadline,
            EventKind::Other => &self.other,
        };
        match status {
            EventStatus::Confirmed => of_kind.confirmed,
            EventStatus::Tentative => of_kind.tentative,
            EventStatus::Postponed => of_kind.postponed,
            EventStatus::Cancelled => of_kind.cancelled,
            EventStatus::Unlisted => of_kind.unlisted,
        }
    }
}

words!(Calendar {
    title,
    intro,
    deadlines,
    deadlines_intro,
    now,
    next,
    past,
    none_next,
    none,
    was,
    said,
    disagree,
    staff,
    more,
    follow_text,
    ics,
    atom,
    kind: Kind,
    status: Statuses,
});
