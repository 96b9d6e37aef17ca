//! Words for how polls end.

use plenary_model::poll::CauseKind;

words!(
    /// A cause, and what its publisher can do about it.
    CauseWords { name, remedy }
);

words!(Causes {
    ok: CauseWords,
    not_modified: CauseWords,
    same_body: CauseWords,
    moved: CauseWords,
    gone: CauseWords,
    not_found: CauseWords,
    html: CauseWords,
    challenge: CauseWords,
    forbidden: CauseWords,
    busy: CauseWords,
    status: CauseWords,
    tls: CauseWords,
    too_big: CauseWords,
    not_well_formed: CauseWords,
    not_a_feed: CauseWords,
    empty: CauseWords,
    timeout: CauseWords,
    refused_address: CauseWords,
    unresolved: CauseWords,
    unreachable: CauseWords,
    interrupted: CauseWords,
    redirect_loop: CauseWords,
    bad_answer: CauseWords,
    reader: CauseWords,
    waiting: CauseWords,
    disabled: CauseWords,
    over_quota: CauseWords,
});

impl Causes {
    pub(crate) fn get(&self, kind: CauseKind) -> &CauseWords {
        match kind {
            CauseKind::Ok => &self.ok,
            CauseKind::NotModified => &self.not_modified,
            CauseKind::SameBody => &self.same_body,
            CauseKind::Moved => &self.moved,
            CauseKind::Gone => &self.gone,
            CauseKind::NotFound => &self.not_found,
            CauseKind::Html => &self.html,
            CauseKind::Challenge => &self.challenge,
            CauseKind::Forbidden => &self.forbidden,
            CauseKind::Busy => &self.busy,
            CauseKind::Status => &self.status,
            CauseKind::Tls => &self.tls,
            CauseKind::TooBig => &self.too_big,
            CauseKind::NotWellFormed => &self.not_well_formed,
            CauseKind::NotAFeed => &self.not_a_feed,
            CauseKind::Empty => &self.empty,
            CauseKind::Timeout => &self.timeout,
            CauseKind::RefusedAddress => &self.refused_address,
            CauseKind::Unresolved => &self.unresolved,
            CauseKind::Unreachable => &self.unreachable,
            CauseKind::Interrupted => &self.interrupted,
            CauseKind::RedirectLoop => &self.redirect_loop,
            CauseKind::BadAnswer => &self.bad_answer,
            CauseKind::Reader => &self.reader,
            CauseKind::Waiting => &self.waiting,
            CauseKind::Disabled => &self.disabled,
            CauseKind::OverQuota => &self.over_quota,
        }
    }
}
