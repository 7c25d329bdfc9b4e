//! A recipient asks for context.
//!
//! One snapshot is read: who asks, about whom, what the subscriber decided, what has been released. Policy decides on it;
//! only what it permits is unsealed and minimised. One short write, guarded by the subscriber's version, records the answer.
//! Only then the answer leaves. A refusal walks the same line.
use super::authenticate::{GONE, OneTime, Proven, REPLAYED};
use super::figures::Answered;
use super::held::{self, Basis, Held};
use super::record::{Event, Outcome, Record};
use super::release;
use super::remembered::Registered;
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::receipt::{self, DisclosureReceipt};
use crate::crypt::{hex, pseudonym};
use crate::domain::category::{Category, Precision};
use crate::domain::id::EntryId;
use crate::domain::obligation::Obligations;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::request::ContextRequest;
use crate::domain::scene::Scene;
use crate::domain::time::At;
use crate::minimise::apply::{apply, wanted};
use crate::minimise::budget;
use crate::minimise::context::Context;
use crate::minimise::item::{Item, Released};
use crate::minimise::life::Life;
use crate::oauth::scope::Scope;
use crate::policy::{self, Refusal};
use crate::store::counters::{self, Counters};
use crate::store::entries::EntryRow;
use crate::store::releases::{self, ReleaseRow};
use crate::store::subscribers::{self, Subscriber};
use crate::store::uses::{self, Spending};
use crate::store::{Fault, Tx, entries};
use std::sync::Arc;

/// Times a request is decided anew when the subscriber's version moved in between.
const ATTEMPTS: u32 = 100;

/// An answer that is recorded.
#[derive(Debug)]
pub struct Disclosed {
    /// What leaves.
    pub context: Context,
    /// Signed, for the recipient's file; not for a model.
    pub receipt: String,
    /// SHA-256 of the policy set that decided, hex.
    pub policy: String,
}

/// What one snapshot shows.
pub(super) struct Seen {
    counted: Counters,
    pub(super) registered: Arc<Registered>,
    pub(super) subscriber: Option<Subscriber>,
    held: Vec<Held>,
    pub(super) releases: Vec<ReleaseRow>,
}

/// What must still hold when an answer becomes final, and what it spends.
struct Leaving {
    until: Option<At>,
    spends: Vec<Spending>,
}

/// What was decided about one category.
pub(super) struct Verdict {
    pub(super) category: Category,
    pub(super) item: Result<Item, Reason>,
    /// What was permitted.
    pub(super) obligations: Option<Obligations>,
    /// When time alone makes it another verdict, beside the grant's own turns.
    turns: Option<At>,
    by: Vec<String>,
}

enum Written {
    Yes,
    Moved,
    Replayed,
}

impl Broker {
    /// Answers a context request, or says of every category why not. The proof is used up in the same write.
    pub fn disclose(&self, proven: &Proven, request: &ContextRequest) -> Result<Disclosed, Failure> {
        proven.require(Scope::ContextRead)?;
        check(request)?;
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(request.subject.as_bytes()));
            let now = self.now()?;
            self.refuse_when_behind()?;
            self.refuse_unless_stood_for()?;
            let (seen, verdicts) = self
                .store
                .read("context.disclose", |tx| {
                    Ok(match self.see(tx, proven.client_id(), request, now)? {
                        Some(seen) => {
                            let verdicts = self.verdicts(tx, &seen, request, now)?;
                            Some((seen, verdicts))
                        }
                        None => None,
                    })
                })?
                .ok_or(GONE)?;
            let context = assemble(&verdicts, request.purpose, request.locale.as_deref(), request.max_tokens);
            let digest = hex::encode(&sha256(&[context.bytes()]));
            let entry = self.entry(&record(&seen, &verdicts, &context, request, &digest, now))?;
            let id = entry.id;
            let released = release::rows(&seen, &context, now)?;
            let leaving = leaving(&seen, &verdicts, &context, now, id);
            match self.commit(proven.proof(), &seen, leaving, entry, released)? {
                Written::Yes => {
                    let receipt = self.receipt(&seen, request, &context, digest, id, now)?;
                    let policy = self.engine.digest().to_owned();
                    verdicts.iter().for_each(|v| self.figures.answered(v.category, answered(v, &context)));
                    return Ok(Disclosed { context, receipt, policy });
                }
                Written::Moved => {}
                Written::Replayed => return Err(REPLAYED.into()),
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }

    fn see(
        &self,
        tx: &mut Tx<'_>,
        client: &str,
        request: &ContextRequest,
        now: At,
    ) -> Result<Option<Seen>, Fault> {
        let counted = counters::all(tx)?;
        let Some(registered) = self.registered(tx, &counted, client)? else { return Ok(None) };
        let id = registered.recipient.id;
        let subscriber = subscribers::find_by_pseudonym(tx, id, &request.subject)?;
        let (held, releases) = match &subscriber {
            Some(s) => {
                let rules = |purpose| self.in_force(Some(&registered.recipient), s.home, purpose);
                (held::with(tx, s, id, now, rules)?, releases::since(tx, s.id, budget::horizon(now))?)
            }
            None => (Vec::new(), Vec::new()),
        };
        Ok(Some(Seen { counted, registered, subscriber, held, releases }))
    }

    fn verdicts(
        &self,
        tx: &mut Tx<'_>,
        seen: &Seen,
        request: &ContextRequest,
        now: At,
    ) -> Result<Vec<Verdict>, Fault> {
        let Some(subscriber) = &seen.subscriber else {
            let nobody = |&category| Verdict {
                category,
                item: Err(Reason::UnknownSubject),
                obligations: None,
                turns: None,
                by: Vec::new(),
            };
            return Ok(request.categories.iter().map(nobody).collect());
        };
        let basis = Basis {
            counted: &seen.counted,
            recipient: &seen.registered.recipient,
            subscriber,
            held: &seen.held,
            releases: &seen.releases,
        };
        self.judge(tx, &basis, request.purpose, &request.categories, now)
    }

    /// Decides and minimises each of `categories` in turn. Nothing is written.
    pub(super) fn judge(
        &self,
        tx: &mut Tx<'_>,
        basis: &Basis<'_>,
        purpose: Purpose,
        categories: &[Category],
        now: At,
    ) -> Result<Vec<Verdict>, Fault> {
        let subscriber = basis.subscriber;
        let mut released =
            basis.releases.iter().map(release::read).collect::<Result<Vec<Released>, Fault>>()?;
        let mut opened = None;
        let mut verdicts = Vec::with_capacity(categories.len());
        for &category in categories {
            let scene = Scene {
                recipient: basis.recipient,
                home: subscriber.home,
                age: subscriber.majority.band(now),
                guardian: held::is_guardians(basis.held, purpose, category),
                purpose,
                category,
                standing: held::standing(basis.held, purpose, category, now, subscriber.home),
                now,
            };
            verdicts.push(match policy::decide(&self.engine, &scene) {
                Err(Refusal { reason, by }) => {
                    let by = by.iter().map(|p| p.to_string()).collect();
                    Verdict { category, item: Err(reason), obligations: None, turns: None, by }
                }
                Ok(permit) => {
                    // Nothing personal is unsealed before a permit is there.
                    let (profile, never) = match &opened {
                        Some(opened) => opened,
                        None => opened.insert(self.open_life(tx, subscriber)?),
                    };
                    let life = Life { profile, never, home: subscriber.home };
                    let (obligations, by) =
                        (permit.obligations(), permit.by().iter().map(|p| p.to_string()).collect());
                    let crowds = self.crowds(tx, basis.counted, wanted(&permit, &life, now))?;
                    let item = apply(permit, &life, &crowds, &released, now);
                    if let Ok(item) = &item {
                        released.push(item.released().clone());
                    }
                    let turns = never.turns(now, subscriber.home);
                    Verdict { category, item, obligations: Some(obligations), turns, by }
                }
            });
        }
        Ok(verdicts)
    }

    fn commit(
        &self,
        proof: OneTime,
        seen: &Seen,
        leaving: Leaving,
        entry: EntryRow,
        released: Vec<ReleaseRow>,
    ) -> Result<Written, Fault> {
        let guard = seen.subscriber.map(|s| (s.id, s.version));
        let clock = Arc::clone(&self.clock);
        self.store.write("context.disclose", move |tx| {
            if !proof.spend(tx)? {
                return Ok(Written::Replayed);
            }
            // No version moves when time ends a grant, so the clock is asked where the answer becomes final.
            let ended = leaving.until.is_some_and(|until| clock.now() >= until);
            if ended
                || guard.map_or(Ok(false), |(id, version)| subscribers::bump(tx, id, version).map(|b| !b))?
            {
                // Decided anew, and the same proof is good for that.
                proof.give_back(tx)?;
                return Ok(Written::Moved);
            }
            for spending in &leaving.spends {
                // The version says that there is one left; a row that says otherwise is right.
                if !uses::spend(tx, spending)? {
                    return Err(Fault::Corrupt("uses"));
                }
            }
            released.iter().try_for_each(|row| releases::put(tx, row))?;
            entries::append(tx, &entry)?;
            Ok(Written::Yes)
        })
    }

    fn receipt(
        &self,
        seen: &Seen,
        request: &ContextRequest,
        context: &Context,
        sha256: String,
        entry: EntryId,
        now: At,
    ) -> Result<String, Failure> {
        let categories = context
            .items()
            .iter()
            .map(|item| receipt::Disclosed { category: item.category(), precision: item.precision() })
            .collect();
        let receipt = DisclosureReceipt {
            iss: self.settings.issuer.clone(),
            jti: entry,
            sub: request.subject.clone(),
            client_id: seen.registered.client.id.clone(),
            purpose: request.purpose,
            categories,
            policy: self.engine.digest().to_owned(),
            sha256,
            iat: now.unix_s(),
        };
        receipt
            .sign(&self.signer, self.system.as_ref())
            .map_err(|_| Failure::Halted("a receipt does not sign"))
    }
}

fn check(request: &ContextRequest) -> Result<(), Failure> {
    let all = &request.categories;
    if all.is_empty() || (1..all.len()).any(|i| all[..i].contains(&all[i])) {
        return Err(Failure::invalid("/categories", "at least one category, each once"));
    }
    // A subject is recorded and receipted as it came, so nothing that could be a phone number gets that far.
    if !pseudonym::is_shaped(&request.subject) {
        return Err(Failure::invalid("/subject", "the pseudonym that the operator handed out"));
    }
    Ok(())
}

fn leaving(seen: &Seen, verdicts: &[Verdict], context: &Context, now: At, entry: EntryId) -> Leaving {
    let Some(Subscriber { home, .. }) = seen.subscriber else {
        return Leaving { until: None, spends: Vec::new() };
    };
    // Where nothing leaves, nothing has to hold.
    let turns = verdicts.iter().filter(|v| v.item.is_ok()).filter_map(|v| v.turns);
    Leaving {
        until: held::ends(&seen.held, context, now, home).into_iter().chain(turns).min(),
        spends: held::spends(&seen.held, context, now, home, entry),
    }
}

/// What the recipient sees of a verdict.
fn answered(verdict: &Verdict, context: &Context) -> Answered {
    match &verdict.item {
        Err(reason) => Answered::Withheld(reason.told()),
        Ok(_) if context.items().iter().any(|item| item.category() == verdict.category) => {
            Answered::Disclosed
        }
        Ok(_) => Answered::Truncated,
    }
}

pub(super) fn assemble(
    verdicts: &[Verdict],
    purpose: Purpose,
    locale: Option<&str>,
    max_tokens: Option<u32>,
) -> Context {
    let items = verdicts.iter().filter_map(|v| v.item.as_ref().ok().cloned()).collect();
    let withheld =
        verdicts.iter().filter_map(|v| v.item.as_ref().err().map(|r| (v.category, r.told()))).collect();
    Context::assemble(items, withheld, met(verdicts).unwrap_or(NOTHING), purpose, locale, max_tokens)
}

/// What binds a recipient that was given nothing.
const NOTHING: Obligations = Obligations { precision: Precision::Label, crowd: 0, retain_s: 0, delay_s: 0 };

/// The strictest obligations of everything disclosed.
fn met(verdicts: &[Verdict]) -> Option<Obligations> {
    verdicts.iter().filter(|v| v.item.is_ok()).filter_map(|v| v.obligations).reduce(Obligations::meet)
}

fn record(
    seen: &Seen,
    verdicts: &[Verdict],
    context: &Context,
    request: &ContextRequest,
    payload: &str,
    now: At,
) -> Record {
    let outcomes = verdicts
        .iter()
        .map(|v| {
            // What the token budget dropped has not left.
            let item = context.items().iter().find(|item| item.category() == v.category);
            Outcome {
                category: v.category,
                grant: item.map(Item::grant),
                precision: item.map(Item::precision),
                crowd: item.map(|i| i.released().crowd),
                reason: v.item.as_ref().err().copied(),
                by: v.by.clone(),
            }
        })
        .collect();
    Record {
        at: now,
        subscriber: seen.subscriber.map(|s| s.id),
        recipient: Some(seen.registered.recipient.id),
        purpose: Some(request.purpose),
        event: Event::Request {
            client: seen.registered.client.id.clone(),
            subject: request.subject.clone(),
            outcomes,
            payload: payload.to_owned(),
            retain_s: met(verdicts).map_or(0, |o| o.retain_s),
        },
    }
}
