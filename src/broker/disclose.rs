//! A recipient asks for context.
//!
//! One snapshot is read: who asks, about whom, what the subscriber decided, what has been released. Policy decides on it;
//! only what it permits is unsealed and minimised. One short write, guarded by the subscriber's version, records the answer.
//! Only then the answer leaves. A refusal walks the same line.
use super::authenticate::{GONE, Proven, REPLAYED, UNLINKED};
use super::figures::Answered;
use super::held::{self, Basis, Held};
use super::leave::{Leaving, Written};
use super::question::{check, question};
use super::release;
use super::remembered::Registered;
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::crypt::receipt::{self, DisclosureReceipt};
use crate::domain::category::{Category, Precision};
use crate::domain::id::EntryId;
use crate::domain::obligation::Obligations;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::record::{Event, Outcome, Record};
use crate::domain::request::ContextRequest;
use crate::domain::scene::Scene;
use crate::domain::stop::Stop;
use crate::domain::time::At;
use crate::minimise::apply::{apply, wanted};
use crate::minimise::budget;
use crate::minimise::context::Context;
use crate::minimise::item::{Item, Released};
use crate::minimise::life::Life;
use crate::minimise::verify::Question;
use crate::oauth::scope::Scope;
use crate::policy::{self, Refusal};
use crate::store::counters::{self, Counters};
use crate::store::releases::{self, ReleaseRow};
use crate::store::subscribers::{self, Subscriber};
use crate::store::{Fault, Tx};
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
    /// Until when the subscriber allows what leaves; not for a model.
    pub until: Vec<(Category, At)>,
    /// When it was decided.
    pub at: At,
}

/// What one snapshot shows.
pub(super) struct Seen {
    counted: Counters,
    pub(super) registered: Arc<Registered>,
    /// Whether the link holds that the token was given for, where it was given for one.
    linked: bool,
    pub(super) subscriber: Option<Subscriber>,
    held: Vec<Held>,
    pub(super) releases: Vec<ReleaseRow>,
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

/// A request decided on one snapshot, on its way to become final.
struct Pending {
    seen: Seen,
    verdicts: Vec<Verdict>,
    context: Context,
    digest: String,
    at: At,
    entry: EntryId,
}

impl Broker {
    /// Answers a context request, or says of every category why not. The proof is used up in the same write.
    pub fn disclose(&self, proven: &Proven, request: &ContextRequest) -> Result<Disclosed, Failure> {
        let request = &*proven.narrows(request)?;
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(request.subject.as_bytes()));
            let (pending, leaving) = self.pending(proven, request)?;
            match self.store.write("context.disclose", self.finalise(leaving))? {
                Written::Yes => return self.answer(pending, request),
                Written::Moved => {}
                Written::Replayed => return Err(REPLAYED.into()),
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }

    /// The same for a task whose thread serves others while the answer is being recorded. `None` where that needs a thread that may block:
    /// on a server, or when the subscriber's version moved; then `disclose` answers, and the same proof is good for that.
    pub async fn disclose_queued(
        &self,
        proven: &Proven,
        request: &ContextRequest,
    ) -> Result<Option<Disclosed>, Failure> {
        if !self.store.is_embedded() {
            return Ok(None);
        }
        let request = &*proven.narrows(request)?;
        let (pending, leaving) = self.pending(proven, request)?;
        let Some(written) = self.store.queue("context.disclose", self.finalise(leaving)) else {
            return Ok(None);
        };
        match written.await? {
            Written::Yes => self.answer(pending, request).map(Some),
            Written::Moved => Ok(None),
            Written::Replayed => Err(REPLAYED.into()),
        }
    }

    fn pending(&self, proven: &Proven, request: &ContextRequest) -> Result<(Pending, Leaving), Failure> {
        proven.require(Scope::ContextRead)?;
        check(request)?;
        let now = self.now()?;
        self.refuse_when_behind()?;
        self.refuse_unless_stood_for()?;
        let (seen, verdicts) = self
            .store
            .read("context.disclose", |tx| {
                Ok(match self.see(tx, proven, request, now)? {
                    Some(seen) => {
                        let verdicts = self.verdicts(tx, &seen, request, now)?;
                        Some((seen, verdicts))
                    }
                    None => None,
                })
            })?
            .ok_or(GONE)?;
        if !seen.linked {
            return Err(UNLINKED.into());
        }
        let context = assemble(&verdicts, request.purpose, request.locale.as_deref(), request.max_tokens);
        let digest = hex::encode(&sha256(&[context.bytes()]));
        let entry = self.entry(&record(&seen, &verdicts, &context, request, &digest, now))?;
        let id = entry.id;
        let leaving = Leaving {
            proof: proven.proof(),
            guard: seen.subscriber.map(|s| (s.id, s.version)),
            stops: seen.counted.stops,
            until: until(&seen, &verdicts, &context, now),
            spends: match seen.subscriber {
                Some(s) => held::spends(&seen.held, &context, now, s.home, id),
                None => Vec::new(),
            },
            released: release::rows(&seen, &context, now)?,
            entry,
        };
        Ok((Pending { seen, verdicts, context, digest, at: now, entry: id }, leaving))
    }

    fn answer(&self, pending: Pending, request: &ContextRequest) -> Result<Disclosed, Failure> {
        let Pending { seen, verdicts, context, digest, at, entry } = pending;
        let receipt = self.receipt(&seen, request, &context, digest, entry, at)?;
        let policy = self.engine.digest().to_owned();
        verdicts.iter().for_each(|v| self.figures.answered(v.category, answered(v, &context)));
        let until = held::allowed_until(&seen.held, &context);
        Ok(Disclosed { context, receipt, policy, until, at })
    }

    fn see(
        &self,
        tx: &mut Tx<'_>,
        proven: &Proven,
        request: &ContextRequest,
        now: At,
    ) -> Result<Option<Seen>, Fault> {
        let counted = counters::all(tx)?;
        let Some(registered) = self.registered(tx, &counted, proven.client_id())? else { return Ok(None) };
        let id = registered.recipient.id;
        let subscriber = subscribers::find_by_pseudonym(tx, id, &request.subject)?;
        let (held, releases) = match &subscriber {
            Some(s) => {
                let rules = |purpose| self.in_force(Some(&registered.recipient), s.home, purpose);
                (held::with(tx, s, id, now, rules)?, releases::since(tx, s.id, budget::horizon(now))?)
            }
            None => (Vec::new(), Vec::new()),
        };
        // Nobody is not told from somebody whose link has ended: the answer about nobody is given.
        let linked = subscriber.as_ref().map_or(Ok(true), |s| proven.holds(tx, s))?;
        Ok(Some(Seen { counted, registered, linked, subscriber, held, releases }))
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
        self.judge(tx, &basis, (request.purpose, question(request)), &request.categories, now)
    }

    /// Decides and minimises each of `categories` in turn. Nothing is written.
    pub(super) fn judge(
        &self,
        tx: &mut Tx<'_>,
        basis: &Basis<'_>,
        (purpose, question): (Purpose, Option<Question>),
        categories: &[Category],
        now: At,
    ) -> Result<Vec<Verdict>, Fault> {
        let subscriber = basis.subscriber;
        let mut released =
            basis.releases.iter().map(release::read).collect::<Result<Vec<Released>, Fault>>()?;
        let stops = self.stops_in(tx, *basis.counted)?;
        let stop = Stop::of(&stops, basis.recipient, subscriber.home);
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
                stop,
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
                    let keys = wanted(&permit, self.guard, &life, question, &released, now);
                    let crowds = self.crowds(tx, basis.counted, keys, &released, obligations.crowd, now)?;
                    let item = apply(permit, self.guard, &life, question, &crowds, &released, now);
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
            .sign(self.signing().active(now), self.system.as_ref())
            .map_err(|_| Failure::Halted("a receipt does not sign"))
    }
}

/// When time first changes the answer.
fn until(seen: &Seen, verdicts: &[Verdict], context: &Context, now: At) -> Option<At> {
    let home = seen.subscriber?.home;
    // Where nothing leaves, nothing has to hold.
    let turns = verdicts.iter().filter(|v| v.item.is_ok()).filter_map(|v| v.turns);
    held::ends(&seen.held, context, now, home).into_iter().chain(turns).min()
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
