//! What a recipient may know of its own link: that it holds, what it reaches and what else could be asked for. Deliberately absent: anything about
//! the subscriber; a pause looks like a yes (promise 8).
use super::authenticate::{GONE, Proven, UNLINKED};
use super::present::cells;
use super::{Broker, Failure, held};
use crate::domain::category::{Category, Precision};
use crate::domain::id::PurgeId;
use crate::domain::purge::Statement;
use crate::domain::purpose::Purpose;
use crate::domain::scene::Standing;
use crate::domain::time::At;
use crate::oauth::scope::Scope;
use crate::store::{counters, subscribers};

/// How a recipient's permissions stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    /// What they are for.
    pub purpose: Purpose,
    /// What is allowed, how finely at most, and until when.
    pub allowed: Vec<(Category, Precision, At)>,
    /// What the contract would let it ask for besides.
    pub more: Vec<Category>,
}

/// How a recipient's permission for one category stands. A no is not told from a question that was never asked, as asking for context tells neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// It was given until then. Whether something is held back for a while is not told.
    Given(At),
    /// It was given until then, and that is over.
    Expired(At),
    /// There is none.
    None,
}

impl Broker {
    /// Refuses a token whose link has ended.
    ///
    /// # Errors
    /// `Unproven` for that, and for a token about no subscriber; faults.
    pub fn require_link(&self, proven: &Proven) -> Result<(), Failure> {
        let told = proven.link().ok_or(UNLINKED)?;
        let holds = self.store.read("link.holds", |tx| {
            let counted = counters::all(tx)?;
            let Some(registered) = self.registered(tx, &counted, proven.client_id())? else {
                return Ok(None);
            };
            let found = subscribers::find_by_pseudonym(tx, registered.recipient.id, &told.subject)?;
            // Of somebody who is nobody any more nothing is told: the answers about nobody are.
            found.map_or(Ok(true), |found| proven.holds(tx, &found)).map(Some)
        })?;
        if holds.ok_or(GONE)? { Ok(()) } else { Err(UNLINKED.into()) }
    }

    /// What the subscriber of a token's link allows its recipient. The proof is the caller's to use up.
    ///
    /// # Errors
    /// `Unproven` for a token about no subscriber; faults.
    pub fn permissions(&self, proven: &Proven) -> Result<Permissions, Failure> {
        let (told, now) = (proven.link().ok_or(UNLINKED)?, self.now()?);
        let purpose = told.allowed.purpose;
        let seen = self.store.read("link.permissions", |tx| {
            let counted = counters::all(tx)?;
            let Some(registered) = self.registered(tx, &counted, proven.client_id())? else {
                return Ok(None);
            };
            let recipient = &registered.recipient;
            let given = match subscribers::find_by_pseudonym(tx, recipient.id, &told.subject)? {
                Some(found) => self.given(tx, &found, recipient, purpose, now)?,
                None => Vec::new(),
            };
            Ok(Some((registered, given)))
        })?;
        let (registered, given) = seen.ok_or(GONE)?;
        let allowed: Vec<_> = given
            .into_iter()
            .filter(|grant| Category::UNPROMPTED.contains(&grant.cell.category))
            .map(|grant| (grant.cell.category, grant.precision, grant.until))
            .collect();
        let more = cells(&registered.recipient)
            .filter(|(p, category)| *p == purpose && Category::UNPROMPTED.contains(category))
            .map(|(_, category)| category)
            .filter(|category| allowed.iter().all(|(known, ..)| known != category))
            .collect();
        Ok(Permissions { purpose, allowed, more })
    }

    /// How the permissions of a recipient stand for some categories, for the purpose of the token. The proof is the caller's to use up.
    ///
    /// # Errors
    /// `Unproven` for a token about no subscriber or of a link that has ended; `Unregistered` for a category outside of the contract; faults.
    pub fn permission(&self, proven: &Proven, categories: &[Category]) -> Result<Vec<Permission>, Failure> {
        let (told, now) = (proven.link().ok_or(UNLINKED)?, self.now()?);
        let purpose = told.allowed.purpose;
        let seen = self.store.read("link.permission", |tx| {
            let counted = counters::all(tx)?;
            let Some(registered) = self.registered(tx, &counted, proven.client_id())? else {
                return Ok(None);
            };
            let id = registered.recipient.id;
            let Some(found) = subscribers::find_by_pseudonym(tx, id, &told.subject)? else {
                return Ok(Some((registered, true, Vec::new())));
            };
            let rules = |purpose| self.in_force(Some(&registered.recipient), found.home, purpose);
            let held = held::with(tx, &found, id, now, rules)?;
            let of = |category: &Category| {
                let until = held::until(&held, purpose, *category);
                match held::standing(&held, purpose, *category, now, found.home) {
                    Standing::Absent | Standing::OtherPurpose => Permission::None,
                    Standing::Expired => until.map_or(Permission::None, Permission::Expired),
                    _ => until.map_or(Permission::None, Permission::Given),
                }
            };
            let all = categories.iter().map(of).collect();
            let linked = proven.holds(tx, &found)?;
            Ok(Some((registered, linked, all)))
        })?;
        let (registered, linked, all) = seen.ok_or(GONE)?;
        if !linked {
            return Err(UNLINKED.into());
        }
        let allowed: Vec<_> = cells(&registered.recipient).filter(|(p, _)| *p == purpose).collect();
        if !categories.iter().all(|category| allowed.contains(&(purpose, *category))) {
            return Err(Failure::Unregistered("one of these categories and this purpose"));
        }
        // Of somebody who is nobody any more nothing is told.
        let none = || categories.iter().map(|_| Permission::None).collect();
        Ok(if all.is_empty() { none() } else { all })
    }

    /// States for a recipient's backend that what one of its requests to delete names is deleted. The proof is the caller's to use up.
    ///
    /// # Errors
    /// As `acknowledge_purge`; `Forbidden` for a token that is bound to no key.
    pub fn confirm_deletion(
        &self,
        proven: &Proven,
        id: PurgeId,
        statement: Statement,
    ) -> Result<(), Failure> {
        if !proven.is_bound() {
            return Err(Failure::Forbidden(Scope::PurgesWrite.as_str()));
        }
        self.acknowledge_purge(&self.known_client(proven)?, id, statement)
    }
}
