//! How many connections are open, in all and from one address, so that a crowd of slow clients leaves room for
//! the rest and files for the database.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Most connections at a time where the system allows enough files.
const CONNECTIONS_MAX: usize = 1_024;

/// Files that the process needs beside them: the database with its log, polls of feeds, logs.
const OTHER_FILES: usize = 256;

/// Files where the system does not say how many there may be: what Linux and macOS give at least.
const FILES_USUAL: usize = 512;

/// Most connections from one address. Browsers open six to a site; an office behind one address a few dozen.
const PER_ADDRESS_MAX: usize = 64;

/// How often it is said that clients had to wait or were turned away.
const SAID_EVERY: Duration = Duration::from_mins(1);

pub(crate) struct Connections {
    places: Arc<Semaphore>,
    most: usize,
    by_address: Shares,
    said: Mutex<Option<Instant>>,
}

impl Connections {
    pub(crate) fn new() -> Self {
        Self::with_most(open_files_max().saturating_sub(OTHER_FILES).clamp(64, CONNECTIONS_MAX))
    }

    fn with_most(most: usize) -> Self {
        let by_address = Shares::new(PER_ADDRESS_MAX);
        Self { places: Arc::new(Semaphore::new(most)), most, by_address, said: Mutex::new(None) }
    }

    /// A place for one more connection, once there is one; until then clients wait in the system's queue.
    pub(crate) async fn wait_for_place(&self) -> Place<'_> {
        if self.places.available_permits() == 0 {
            self.say(format_args!("all {} connections are in use; new ones wait", self.most));
        }
        // The semaphore is never closed.
        let permit = Arc::clone(&self.places).acquire_owned().await.ok();
        Place { permit, connections: self }
    }

    /// Waits until no connection is open.
    pub(crate) async fn wait_until_none(&self) {
        let all = u32::try_from(self.most).unwrap_or(u32::MAX);
        let _ = self.places.acquire_many(all).await;
    }

    /// Says what is wrong, once a minute: a crowd must not fill the log.
    fn say(&self, what: std::fmt::Arguments<'_>) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_none_or(|at| at.elapsed() >= SAID_EVERY) {
            *said = Some(Instant::now());
            tracing::warn!("{what}");
        }
    }
}

/// A place that a connection may take.
pub(crate) struct Place<'a> {
    permit: Option<OwnedSemaphorePermit>,
    connections: &'a Connections,
}

impl Place<'_> {
    /// The place, taken for a client; `None` when too many from its address are open. The connections of a proxy are
    /// those of many visitors and not counted together, nor are those of this machine and of its own networks.
    pub(crate) fn take_for(self, address: Option<IpAddr>, is_proxy: bool) -> Option<TakenPlace> {
        let share = match address.filter(|address| !is_proxy && !is_own(*address)) {
            None => None,
            Some(address) => match self.connections.by_address.take(address) {
                Ok(share) => Some(share),
                Err(open) => {
                    self.connections.say(format_args!("{address} has {open} connections open and gets no more"));
                    return None;
                }
            },
        };
        Some(TakenPlace { _share: share, _permit: self.permit })
    }
}

/// The place of an open connection; free again when it is dropped.
pub(crate) struct TakenPlace {
    _share: Option<TakenShare>,
    _permit: Option<OwnedSemaphorePermit>,
}

/// How many of something each address has, up to so many.
pub(crate) struct Shares {
    by_address: Arc<Mutex<HashMap<IpAddr, usize>>>,
    most: usize,
}

impl Shares {
    pub(crate) fn new(most: usize) -> Self {
        Self { by_address: Arc::default(), most }
    }

    /// # Errors
    /// How many the address has already, when these are as many as it may have.
    pub(crate) fn take(&self, address: IpAddr) -> Result<TakenShare, usize> {
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = by_address.entry(address).or_default();
        if *taken >= self.most {
            return Err(*taken);
        }
        *taken += 1;
        Ok(TakenShare { address, by_address: Arc::clone(&self.by_address) })
    }
}

/// One of an address's; given back when it is dropped.
pub(crate) struct TakenShare {
    address: IpAddr,
    by_address: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Drop for TakenShare {
    fn drop(&mut self) {
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = by_address.get_mut(&self.address) {
            *taken -= 1;
            if *taken == 0 {
                by_address.remove(&self.address);
            }
        }
    }
}

fn is_own(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

/// How many files the process may open, as Linux says it.
fn open_files_max() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    match line.and_then(|line| line.split_whitespace().next()) {
        Some("unlimited") => usize::MAX,
        Some(soft) => soft.parse().unwrap_or(FILES_USUAL),
        None => FILES_USUAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRANGER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));

    #[tokio::test]
    async fn one_address_leaves_room_for_others() {
        let connections = Connections::with_most(200);
        let mut taken = Vec::new();
        for _ in 0..PER_ADDRESS_MAX {
            taken.extend(connections.wait_for_place().await.take_for(Some(STRANGER), false));
        }
        assert_eq!(taken.len(), PER_ADDRESS_MAX);
        assert!(connections.wait_for_place().await.take_for(Some(STRANGER), false).is_none());
        let other: IpAddr = "198.51.100.7".parse().unwrap();
        assert!(connections.wait_for_place().await.take_for(Some(other), false).is_some());
        let proxy: IpAddr = "127.0.0.1".parse().unwrap();
        for _ in 0..=PER_ADDRESS_MAX {
            taken.push(connections.wait_for_place().await.take_for(Some(proxy), false).unwrap());
        }
        assert!(connections.wait_for_place().await.take_for(Some(STRANGER), true).is_some(), "a proxy of the policy");
        taken.truncate(PER_ADDRESS_MAX - 1);
        assert!(connections.wait_for_place().await.take_for(Some(STRANGER), false).is_some(), "a place was given back");
    }

    #[tokio::test]
    async fn clients_wait_for_a_place() {
        let connections = Connections::with_most(1);
        let taken = connections.wait_for_place().await.take_for(Some(STRANGER), false);
        let waits = tokio::time::timeout(Duration::from_millis(20), connections.wait_for_place()).await;
        assert!(waits.is_err(), "there was a place");
        drop(taken);
        drop(connections.wait_for_place().await);
        connections.wait_until_none().await;
    }
}
