//! Name resolution that hands out only addresses which may be polled. The client connects to exactly
//! these, so a name cannot be checked under one address and asked under another.

use super::allow::Allow;
use super::guard::find_refusal;
use plenary_model::port::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Why a name has no address for us.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolveError {
    #[error("{0} does not resolve")]
    Unknown(String),
    /// It resolves, but only to addresses that are not polled.
    #[error("{name} is at {address}, which is {what}")]
    Refused {
        name: String,
        /// The first address it has.
        address: std::net::IpAddr,
        what: &'static str,
    },
}

/// How a name becomes addresses, before the guard looks at them.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// The system's resolver.
pub fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// A resolver behind the guard. A resolver is not told the port of a request, so there is
/// one for each port that the list of allowed addresses names, and one for all others.
pub(super) struct GuardedResolver {
    lookup: Lookup,
    allow: Arc<Allow>,
    port: u16,
}

impl GuardedResolver {
    /// A resolver for requests to `port`; 0 stands for every port that no entry of `allow` names.
    pub(super) fn new(lookup: Lookup, allow: Arc<Allow>, port: u16) -> Self {
        Self { lookup, allow, port }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (allow, port) = (Arc::clone(&self.allow), self.port);
        let looking = (self.lookup)(name.as_str().to_owned());
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let unknown = || ResolveError::Unknown(name.clone());
            let found = looking.await.map_err(|_| unknown())?;
            let first = found.first().copied().ok_or_else(unknown)?;
            let is_allowed =
                |ip: &IpAddr| find_refusal(*ip).is_none() || allow.has_ip(*ip, port) || allow.has_name(&name, port);
            let fit: Vec<IpAddr> = found.into_iter().filter(is_allowed).collect();
            if fit.is_empty() {
                let what = find_refusal(first).unwrap_or("not public");
                return Err(ResolveError::Refused { name, address: first, what }.into());
            }
            // The client puts the port of the request in the place of this one.
            Ok(Box::new(fit.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolved(allow: &[&str], port: u16) -> Result<Vec<SocketAddr>, String> {
        let allow = Allow::parse(&allow.iter().map(|&e| e.to_owned()).collect::<Vec<_>>()).unwrap();
        let name: Name = "localhost".parse().unwrap();
        let answer = GuardedResolver::new(system_lookup(), Arc::new(allow), port).resolve(name).await;
        answer.map(Iterator::collect).map_err(|e| e.to_string())
    }

    #[tokio::test]
    async fn a_name_with_an_inner_address_has_no_address() {
        assert!(resolved(&[], 0).await.unwrap_err().contains("loopback"));
        assert!(resolved(&["127.0.0.0/8:81", "[::1]:81"], 82).await.is_err());
        assert!(!resolved(&["localhost:81"], 81).await.unwrap().is_empty());
        let v4_only = resolved(&["127.0.0.0/8:81"], 81).await.unwrap();
        assert!(v4_only.iter().all(SocketAddr::is_ipv4));
        assert!(!v4_only.is_empty());
    }
}
