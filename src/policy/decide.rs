//! The decision itself: the registry's word, the policies' verdict and every limit, met.
//!
//! Deliberately absent: crowds, sensitive places and budgets as facts; the permit carries the bounds, minimisation keeps
//! them. Also absent: the answer's timing, which is the broker's.
use super::ceiling;
use super::engine::{Engine, Outcome, Verdict};
use super::entities::Facts;
use crate::domain::category::{Category, Precision};
use crate::domain::id::GrantId;
use crate::domain::obligation::Obligations;
use crate::domain::purpose::Purpose;
use crate::domain::reason::{Reason, Withheld};
use crate::domain::scene::Scene;
use std::sync::Arc;

/// Proof that a decision was made for it: nothing personal is opened without one. Only [`decide`] makes it, it is not
/// copied, and minimisation consumes it.
#[must_use]
#[derive(Debug)]
pub struct Permit {
    grant: GrantId,
    category: Category,
    purpose: Purpose,
    obligations: Obligations,
    verdict: Arc<Verdict>,
}

impl Permit {
    /// The live grant it rests on.
    pub fn grant(&self) -> GrantId {
        self.grant
    }
    /// What may leave.
    pub fn category(&self) -> Category {
        self.category
    }
    /// What for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }
    /// The strictest of consent, policy, purpose, client, contract and country, kind by kind.
    pub fn obligations(&self) -> Obligations {
        self.obligations
    }
    /// Ids of the policies that permitted it, sorted.
    pub fn by(&self) -> &[Arc<str>] {
        &self.verdict.by
    }
}

/// A no with its true reason: for the subscriber and the sealed record. A recipient hears `reason.told()` and nothing of
/// `by`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why not.
    pub reason: Reason,
    /// Ids of the policies that gave the reason, sorted; empty if the registry or a ceiling did.
    pub by: Vec<Arc<str>>,
}

/// Decides one category of one request.
///
/// The order is what keeps a refusal from telling about the person (promise 8):
/// 1. the recipient's own grants, which it knows: none, ended, for another purpose;
/// 2. the client's assurance, which looks at recipient, purpose and category only (checked when the set is loaded), so a
///    paused or under-age person's recipient hears the same as any other's;
/// 3. all else, which a recipient hears as one word: pause and limits first, since the subscriber's own act explains most, then the
///    policies' reasons, then the ceilings.
///
/// # Errors
/// The refusal, with its true reason.
pub fn decide(engine: &Engine, scene: &Scene<'_>) -> Result<Permit, Refusal> {
    let no = |reason| Refusal { reason, by: Vec::new() };
    let live = match scene.standing.live() {
        // What the recipient knows of its own grants comes first; the rest waits for what it must hear in every case.
        Err(reason) if reason.told() != Withheld::NotAvailable => return Err(no(reason)),
        live => live,
    };
    let verdict = engine.verdict(&Facts::of(scene, engine.pack(scene.home)));
    let forbidden = |reason| Refusal { reason, by: verdict.by.clone() };
    if verdict.outcome == Outcome::Forbid(Reason::AssuranceTooLow) {
        return Err(forbidden(Reason::AssuranceTooLow));
    }
    let (grant, consent) = live.map_err(no)?;
    if let Outcome::Forbid(reason) = verdict.outcome {
        return Err(forbidden(reason));
    }
    let ceiling = reach(scene).ok_or_else(|| no(Reason::CeilingTooLow))?;
    let Outcome::Permit(given) = verdict.outcome else { return Err(no(Reason::NotPermitted)) };
    let met = Obligations { precision: given.precision.meet(consent).meet(ceiling), ..given };
    let mut obligations = engine.pack(scene.home).bound(scene.category, met);
    // The ladder has rungs that the category lacks: go down to the next it has, or say nothing.
    obligations.precision =
        ceiling::rung(scene.category, obligations.precision).ok_or_else(|| no(Reason::CeilingTooLow))?;
    Ok(Permit { grant, category: scene.category, purpose: scene.purpose, obligations, verdict })
}

/// How far purpose, contract and client reach together; `None` if one of them does not reach the category at all.
fn reach(scene: &Scene<'_>) -> Option<Precision> {
    let purpose = ceiling::of_purpose(scene.purpose, scene.category)?;
    let contract = scene.recipient.ceiling_for(scene.category)?;
    Some(purpose.meet(contract).meet(ceiling::of_assurance(scene.recipient.assurance)))
}
