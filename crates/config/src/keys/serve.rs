//! `[serve]`: how the site is reached.

use crate::kinds::{HostName, List, NetworkRange};
use crate::table::keys;
use plenary_model::policy::Serving;

keys! {
    ServeKeys {
        /// Proxies that say for whom they ask (X-Forwarded-For): IP or CIDR. Default none; whoever comes by a Unix
        /// socket is one.
        may trusted_proxies: List<NetworkRange>,
        /// Host names that the site answers to, others are refused. Default all.
        may hosts: List<HostName>,
    }
}

impl ServeKeys {
    pub(crate) fn into_serving(self) -> Serving {
        Serving { trusted_proxies: self.trusted_proxies.unwrap_or_default(), hosts: self.hosts.unwrap_or_default() }
    }
}
