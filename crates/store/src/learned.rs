//! What the worker asks of the store to learn from decisions.

use super::sqlite::{decisions, learned};
use super::{Result, Store};
use plenary_model::id::PieceId;
use plenary_model::learned::{Learned, LearnedFrom};
use std::collections::BTreeSet;

impl Store {
    /// Number of the last decision; 0 before the first.
    pub async fn last_decision(&self) -> Result<i64> {
        self.database.read(decisions::last).await
    }

    /// The pieces about whose sections staff decided, at most `limit`, those decided last.
    pub async fn list_decided(&self, limit: usize) -> Result<Vec<PieceId>> {
        self.database.read(move |read| learned::list_decided(read, limit)).await
    }

    /// The pieces that models are asked about when they are learned anew, in order of their ids: those
    /// that wait, those that a model spoke of, and the newest undecided ones, at most `limit` of each.
    pub async fn list_asked(&self, limit: usize) -> Result<BTreeSet<PieceId>> {
        self.database.read(move |read| learned::list_asked(read, limit)).await
    }

    /// What the stored models were learned from; `None` before the first.
    pub async fn load_learned_from(&self) -> Result<Option<LearnedFrom>> {
        self.database.read(learned::from).await
    }

    pub async fn load_learned(&self) -> Result<Option<(LearnedFrom, Learned)>> {
        self.database.read(learned::get).await
    }

    pub async fn put_learned(&self, from: &LearnedFrom, learned: &Learned) -> Result<()> {
        let (from, learned) = (from.clone(), learned.clone());
        self.database.write(move |write| self::learned::put(write, &from, &learned)).await
    }
}
