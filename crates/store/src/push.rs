//! What the store remembers of `WebSub`: subscribers of our hub, our subscriptions at others, and what
//! hubs brought. What the worker asks each second is read first: only who has something to write takes its
//! turn as a writer.

use super::sqlite::push;
use super::{Result, Store};
use chrono::{DateTime, Utc};
use plenary_model::id::SourceId;
use plenary_model::push::{Arrival, Delivery, HubFigures, HubRequest, PendingRequest, Ping, Subscription};
use std::collections::HashSet;

impl Store {
    // Our hub.

    /// Keeps a request until its intent is verified; the newest for a topic and callback counts. False
    /// when too many wait, of this host or of all.
    pub async fn ask_hub(&self, request: HubRequest, now: DateTime<Utc>) -> Result<bool> {
        self.database.write_unseen(move |write| push::ask(write, &request, now)).await
    }

    /// The requests to verify now, at most `limit`.
    pub async fn hub_requests(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<PendingRequest>> {
        self.database.read(move |read| push::requests(read, now, limit)).await
    }

    /// A request comes again at `next`, one attempt later.
    pub async fn delay_hub_request(&self, request: &HubRequest, next: DateTime<Utc>) -> Result<()> {
        let request = request.clone();
        self.database.write_unseen(move |write| push::delay_request(write, &request, next)).await
    }

    /// Ends a request. With `verified`, it takes effect: the subscriber gets every change from now on,
    /// until its lease ends, or no more.
    pub async fn close_hub_request(&self, request: &HubRequest, verified: bool, now: DateTime<Utc>) -> Result<()> {
        let request = request.clone();
        self.database.write_unseen(move |write| push::close_request(write, &request, verified, now)).await
    }

    /// Why a request cannot be granted: no such document, or too many subscriptions of its host or of
    /// all. `None` when it can.
    pub async fn hub_refusal(&self, request: &HubRequest) -> Result<Option<&'static str>> {
        let request = request.clone();
        self.database.read(move |read| push::refusal(read, &request)).await
    }

    /// The documents to bring to subscribers now, at most `limit`.
    pub async fn deliveries(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Delivery>> {
        self.database.read(move |read| push::deliveries(read, now, limit)).await
    }

    /// Notes that a subscriber has a document, or that it is not brought to it any more.
    pub async fn note_delivered(&self, delivery: &Delivery) -> Result<()> {
        let delivery = delivery.clone();
        self.database.write_unseen(move |write| push::note_delivered(write, &delivery)).await
    }

    /// A document is brought again at `next`, one attempt later.
    pub async fn delay_delivery(&self, delivery: &Delivery, next: DateTime<Utc>) -> Result<()> {
        let delivery = delivery.clone();
        self.database.write_unseen(move |write| push::delay_delivery(write, &delivery, next)).await
    }

    pub async fn end_subscriber(&self, topic: &str, callback: &str) -> Result<()> {
        let (topic, callback) = (topic.to_owned(), callback.to_owned());
        self.database.write_unseen(move |write| push::end(write, &topic, &callback)).await
    }

    /// Ends the subscriptions whose lease is over; answers how many.
    pub async fn expire_subscribers(&self, now: DateTime<Utc>) -> Result<usize> {
        if !self.database.read(move |read| push::has_expired(read, now)).await? {
            return Ok(0);
        }
        self.database.write_unseen(move |write| push::expire(write, now)).await
    }

    /// Subscriptions to documents that the site no longer has, as topic and callback.
    pub async fn list_lost_subscribers(&self) -> Result<Vec<(String, String)>> {
        self.database.read(push::list_lost_subscribers).await
    }

    pub async fn hub_figures(&self) -> Result<HubFigures> {
        self.database.read(push::figures).await
    }

    // The external hub.

    /// The changes to tell the external hub now, at most `limit`. Documents that are new to the list
    /// count as told: nobody can have subscribed to them.
    pub async fn pings(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Ping>> {
        if !self.database.read(move |read| push::has_pings(read, now)).await? {
            return Ok(Vec::new());
        }
        self.database.write_unseen(move |write| push::pings(write, now, limit)).await
    }

    /// Notes that the hub knows of a change (`next` is `None`), or is told again at `next`.
    pub async fn note_ping(&self, ping: &Ping, next: Option<DateTime<Utc>>) -> Result<()> {
        let ping = ping.clone();
        self.database.write_unseen(move |write| push::note_ping(write, &ping, next)).await
    }

    // Our subscriptions.

    pub async fn subscriptions(&self) -> Result<Vec<Subscription>> {
        self.database.read(push::subscriptions).await
    }

    pub async fn subscription(&self, token: &str) -> Result<Option<Subscription>> {
        let token = token.to_owned();
        self.database.read(move |read| push::subscription(read, &token)).await
    }

    /// Stores a subscription whole, in place of the one that its source has.
    pub async fn put_subscription(&self, subscription: Subscription) -> Result<()> {
        self.database.write_unseen(move |write| push::put(write, &subscription)).await
    }

    /// Changes a subscription in one transaction; does nothing when there is none with this token.
    pub async fn change_subscription(
        &self,
        token: &str,
        change: impl FnOnce(&mut Subscription) + Send + 'static,
    ) -> Result<()> {
        let token = token.to_owned();
        self.database
            .write_unseen(move |write| {
                let Some(mut found) = push::subscription(write, &token)? else { return Ok(()) };
                change(&mut found);
                push::put(write, &found)
            })
            .await
    }

    pub async fn drop_subscription(&self, token: &str) -> Result<()> {
        let token = token.to_owned();
        self.database.write_unseen(move |write| push::drop(write, &token)).await
    }

    /// The sources whose news come by push: a subscription is in force and has brought some.
    pub async fn list_pushed(&self, now: DateTime<Utc>) -> Result<HashSet<SourceId>> {
        self.database.read(move |read| push::list_pushed(read, now)).await
    }

    /// Keeps what a hub brought until it is read. False when too much waits already.
    pub async fn put_arrival(&self, arrival: Arrival) -> Result<bool> {
        self.database.write_unseen(move |write| push::put_arrival(write, &arrival)).await
    }

    /// Takes the oldest document that a hub brought.
    pub async fn take_arrival(&self) -> Result<Option<Arrival>> {
        if !self.database.read(push::has_arrival).await? {
            return Ok(None);
        }
        self.database.write_unseen(push::take_arrival).await
    }
}
