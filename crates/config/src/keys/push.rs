//! `[push]`: who is told of changes at once, and who tells us.

use crate::kinds::{Address, Flag};
use crate::table::keys;
use plenary_model::push::Push;

keys! {
    PushKeys {
        /// The site's own hub, at /hub. Default: true when the address of the network is https.
        may hub: Flag,
        /// A hub elsewhere that is told of every change.
        may external: Address,
        /// Subscribe to sources that announce a hub. Default: as for hub.
        may subscribe: Flag,
    }
}

impl PushKeys {
    /// A site that others can reach has its own hub and subscribes, unless the file says otherwise.
    pub(crate) fn into_push(self, is_public: bool) -> Push {
        Push {
            hub: self.hub.unwrap_or(is_public),
            external: self.external.map(|address| address.value),
            subscribe: self.subscribe.unwrap_or(is_public),
        }
    }
}
