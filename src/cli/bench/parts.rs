//! What one context request is made of, each part in a hot loop on one thread, by the functions that the verb itself calls.
//! Deliberately absent: HTTP, threads and queues; what they cost is the ratio of the whole to the sum.
use super::house::{GRANTED, House, ISSUER, PURPOSE};
use super::usage::{thread_us, whole_us};
use crate::ambient::{SystemClock, SystemRng};
use crate::broker::remembered::Registered;
use crate::broker::{Broker, fold};
use crate::cli::Trouble;
use crate::crypt::receipt::{Disclosed, DisclosureReceipt};
use crate::crypt::signing::SigningKeys;
use crate::crypt::{hash::sha256, hex};
use crate::domain::canonical;
use crate::domain::category::Category;
use crate::domain::client::Role;
use crate::domain::consent::Grant;
use crate::domain::id::EntryId;
use crate::domain::never::Never;
use crate::domain::record::{Event, Outcome, Record};
use crate::domain::request::ContextRequest;
use crate::domain::rng::bytes;
use crate::domain::scene::{Scene, Standing};
use crate::domain::time::{At, Clock, MINUTE_US};
use crate::feed::seeded::Seeded;
use crate::minimise::apply::{apply, wanted};
use crate::minimise::budget;
use crate::minimise::context::Context;
use crate::minimise::guard::Guard;
use crate::minimise::item::{Item, Released};
use crate::minimise::life::Life;
use crate::oauth::audience::Audience;
use crate::oauth::binding::Binding;
use crate::oauth::client::ClientKey;
use crate::oauth::dpop;
use crate::oauth::remembered::Remembered;
use crate::oauth::scope::Scopes;
use crate::oauth::token::{self, Issue};
use crate::policy::{self, Engine, Permit};
use crate::profile::Profile;
use crate::store::counters::{self, Counters};
use crate::store::entries;
use crate::store::releases::{self, ReleaseRow};
use crate::store::subscribers::{self, Subscriber};
use crate::store::{Fault, Store, Tx, batches, consents, profiles, relations};
use std::sync::Arc;
use std::time::Duration;

/// What a measured request asks for.
pub const ASKED: [Category; 2] = [Category::LocationZone, Category::UsageInterest];
/// Requests in one commit: as many as there are connections by default.
const GROUP: usize = 32;
/// Subscribers that the parts are measured with.
const SAMPLE: u32 = 4096;

/// A part and its CPU time, µs.
pub type Part = (&'static str, f64);

/// The request about `subject`.
pub fn request(subject: String) -> ContextRequest {
    ContextRequest {
        subject,
        purpose: PURPOSE,
        categories: ASKED.to_vec(),
        circle: None,
        locale: None,
        max_tokens: None,
    }
}

/// A number of the house drawn by `n`, spread evenly.
pub fn drawn(house: &House, n: usize) -> u32 {
    u32::try_from(Seeded::named(9, &[n as u64]).below(u64::from(house.subscribers()))).unwrap_or(0)
}

/// Everything the parts need.
struct Bench<'h> {
    house: &'h House,
    broker: Arc<Broker>,
    store: Store,
    engine: Engine,
    keys: SigningKeys,
    system: SystemRng,
    at_least: Duration,
    subjects: Vec<String>,
}

/// What one snapshot shows.
struct Seen {
    counted: Counters,
    registered: Arc<Registered>,
    subscriber: Subscriber,
    grants: Vec<Grant>,
    released: Vec<Released>,
}

/// Measures every part for `at_least`.
pub fn measure(house: &House, at_least: Duration) -> Result<Vec<Part>, Trouble> {
    let installation = house.installation();
    let system = SystemRng::new();
    let sample = SAMPLE.min(house.subscribers()) as usize;
    let bench = Bench {
        house,
        broker: installation.broker()?,
        store: installation.store()?,
        engine: installation.engine()?,
        keys: SigningKeys::of(house.keyring(), system.ring()).map_err(Trouble::of)?,
        system,
        at_least,
        subjects: (0..sample).map(|n| house.subject(drawn(house, n))).collect(),
    };
    let mut parts = bench.credentials()?;
    let (rows, mut answers) = bench.decision()?;
    parts.extend(rows);
    parts.extend(bench.record(&mut answers)?);
    Ok(parts)
}

/// What comes out of the decision, for the parts that follow it.
struct Answered {
    seen: Seen,
    context: Context,
    record: Record,
    releases: Vec<ReleaseRow>,
}

impl Bench<'_> {
    fn subject(&self, n: usize) -> &String {
        &self.subjects[n % self.subjects.len()]
    }

    fn credentials(&self) -> Result<Vec<Part>, Trouble> {
        const URL: &str = "http://bench.example/v1/context";
        let now = SystemClock.now();
        let client: &ClientKey = self.house.client();
        let shown = client.proof(self.system.ring(), "POST", URL, None, now).map_err(Trouble::of)?;
        let proof = dpop::check(&shown, "POST", URL, None, None, now).map_err(Trouble::of)?;
        let scopes = Scopes::of(Role::Recipient);
        let (client_id, ttl_s, link) = (client.client_id(), 300, None);
        let (audience, binding) = (Audience::Api, Binding::of(Some(&proof), None));
        let binding = binding.as_ref();
        let what = Issue { issuer: ISSUER, audience, client_id, scopes, binding, ttl_s, link };
        let token = token::issue(self.keys.active(now), self.system.ring(), &what, now)
            .map_err(Trouble::of)?
            .access_token;
        let proofs = (0..1024).map(|_| client.proof(self.system.ring(), "POST", URL, Some(&token), now));
        let proofs = proofs.collect::<Result<Vec<_>, _>>().map_err(Trouble::of)?;
        let remembered = Remembered::new(1024);
        let body = serde_json::to_vec(&request(self.subject(0).clone())).map_err(Trouble::of)?;
        Ok(vec![
            (
                "token, remembered",
                thread_us(self.at_least, |_| {
                    remembered.verify(&self.keys, &token, ISSUER, now).map(drop).map_err(Trouble::of)
                })?,
            ),
            (
                "proof of possession",
                thread_us(self.at_least, |n| {
                    let shown = &proofs[n % proofs.len()];
                    dpop::check(shown, "POST", URL, Some(&token), None, now).map(drop).map_err(Trouble::of)
                })?,
            ),
            (
                "request parsed",
                thread_us(self.at_least, |_| {
                    serde_json::from_slice::<ContextRequest>(&body).map(drop).map_err(Trouble::of)
                })?,
            ),
        ])
    }

    fn see(&self, tx: &mut Tx<'_>, subject: &str, now: At) -> Result<Option<Seen>, Fault> {
        let counted = counters::all(tx)?;
        let Some(registered) = self.broker.registered(tx, &counted, "bench")? else { return Ok(None) };
        let found = subscribers::find_by_pseudonym(tx, registered.recipient.id, subject)?;
        let Some(subscriber) = found else { return Ok(None) };
        let people = relations::people(tx, subscriber.id, subscriber.majority, subscriber.related)?;
        let grants = consents::held_with(tx, subscriber.id, registered.recipient.id, &people)?;
        let released = releases::since(tx, subscriber.id, budget::horizon(now))?;
        let released = released.iter().map(|r| serde_json::from_str(&r.document));
        let released = released.collect::<Result<Vec<_>, _>>().map_err(|_| Fault::Corrupt("releases"))?;
        Ok(Some(Seen { counted, registered, subscriber, grants, released }))
    }

    fn permit(&self, seen: &Seen, category: Category, now: At) -> Result<Permit, Trouble> {
        let standing = seen.grants.iter().find(|g| g.cell.category == category);
        let scene = Scene {
            recipient: &seen.registered.recipient,
            home: seen.subscriber.home,
            age: seen.subscriber.majority.band(now),
            guardian: false,
            purpose: PURPOSE,
            category,
            standing: standing.map_or(Standing::Absent, |g| g.standing(now, seen.subscriber.home, 0)),
            stop: None,
            now,
        };
        policy::decide(&self.engine, &scene).map_err(|e| Trouble(format!("refused: {e:?}")))
    }

    fn open(&self, tx: &mut Tx<'_>, subscriber: &Subscriber) -> Result<Profile, Fault> {
        let sealed = profiles::find(tx, subscriber.id)?.ok_or(Fault::Corrupt("profiles"))?.sealed;
        let plain = self.house.keyring().sealer().open(fold::PLACE, &subscriber.id.0, &sealed);
        Profile::decode(&plain.map_err(|_| Fault::Corrupt("profiles"))?)
            .map_err(|_| Fault::Corrupt("profiles"))
    }

    fn decision(&self) -> Result<(Vec<Part>, Vec<Answered>), Trouble> {
        let now = SystemClock.now();
        let gone = || Trouble("a subscriber of the house is missing".to_owned());
        let read = |n: usize| {
            self.store.read("bench.scene", |tx| self.see(tx, self.subject(n), now))?.ok_or_else(gone)
        };
        let scene = thread_us(self.at_least, |n| read(n).map(drop))?;
        let seen = (0..self.subjects.len()).map(read).collect::<Result<Vec<_>, _>>()?;
        let of = |n: usize| &seen[n % seen.len()];
        let decide = thread_us(self.at_least, |n| {
            ASKED.iter().try_for_each(|c| self.permit(of(n), *c, now).map(drop))
        })?;
        // One snapshot for all: its beginning and end are counted with the scene.
        let profile = self.store.read("bench.profile", |tx| {
            Ok(thread_us(self.at_least, |n| Ok(self.open(tx, &of(n).subscriber).map(drop)?)))
        })??;
        let known = self.store.read("bench.profiles", |tx| {
            seen.iter().map(|s| self.open(tx, &s.subscriber)).collect::<Result<Vec<_>, _>>()
        })?;
        let home = seen.first().ok_or_else(gone)?.subscriber.home;
        let never = Never::default();
        let life = |n: usize| Life { profile: &known[n % known.len()], never: &never, home };
        let items = |tx: &mut Tx<'_>, n: usize| -> Result<Vec<Item>, Trouble> {
            let mut released = of(n).released.clone();
            let mut items = Vec::with_capacity(ASKED.len());
            for category in ASKED {
                let permit = self.permit(of(n), category, now)?;
                let keys = wanted(&permit, Guard::ON, &life(n), None, &released, now);
                let least = permit.obligations().crowd;
                let crowds = self.broker.crowds(tx, &of(n).counted, keys, &released, least, now)?;
                let item = apply(permit, Guard::ON, &life(n), None, &crowds, &released, now);
                let item = item.map_err(|e| Trouble(format!("withheld: {e:?}")))?;
                released.push(item.released().clone());
                items.push(item);
            }
            Ok(items)
        };
        let minimise = self
            .store
            .read("bench.crowds", |tx| Ok(thread_us(self.at_least, |n| items(tx, n).map(drop))))??
            - decide;
        let drawn = self.store.read("bench.crowds", |tx| {
            Ok((0..seen.len()).map(|n| items(tx, n)).collect::<Result<Vec<_>, _>>())
        })??;
        let assembly = thread_us(self.at_least, |n| {
            std::hint::black_box(assembled(drawn[n % drawn.len()].clone()));
            Ok(())
        })?;
        let contexts = drawn.into_iter().map(assembled);
        let answered = seen.into_iter().zip(contexts).zip(&self.subjects);
        let answered = answered.map(|((seen, context), subject)| answered_one(seen, context, subject, now));
        Ok((
            vec![
                ("scene read", scene),
                ("decided", decide),
                ("profile read, opened, decoded", profile),
                ("crowds counted together, minimised", minimise.max(0.0)),
                ("context assembled", assembly.max(0.0)),
            ],
            answered.collect::<Result<Vec<_>, _>>()?,
        ))
    }

    fn record(&self, answers: &mut [Answered]) -> Result<Vec<Part>, Trouble> {
        let count = answers.len();
        let entry =
            thread_us(self.at_least, |n| Ok(self.broker.entry(&answers[n % count].record).map(drop)?))?;
        let signer = self.keys.active(SystemClock.now());
        let signed = |n: usize| {
            let Answered { seen, context, record, .. } = &answers[n % count];
            let Event::Request { subject, payload, .. } = &record.event else {
                return Err(Trouble("no request".to_owned()));
            };
            let disclosed = |i: &Item| Disclosed { category: i.category(), precision: i.precision() };
            let receipt = DisclosureReceipt {
                iss: ISSUER.to_owned(),
                jti: EntryId([7; 16]),
                sub: subject.clone(),
                client_id: seen.registered.client.id.clone(),
                purpose: PURPOSE,
                categories: context.items().iter().map(disclosed).collect(),
                policy: self.engine.digest().to_owned(),
                sha256: payload.clone(),
                iat: record.at.unix_s(),
            };
            receipt.sign(signer, self.system.ring()).map_err(Trouble::of)
        };
        let receipt = thread_us(self.at_least, |n| signed(n).map(drop))?;
        let token = signed(0)?;
        let payload = answers.first().map(|a| a.context.bytes().to_vec()).unwrap_or_default();
        let answer = thread_us(self.at_least, |_| {
            std::hint::black_box(crate::web::context::written(&payload, &token, self.engine.digest()));
            Ok(())
        })?;
        // What is written is sealed anew each time, or the log could not open it; that has been measured.
        let write = whole_us(self.at_least, |n| self.write(n, answers))? / GROUP as f64 - entry;
        Ok(vec![
            ("entry committed and sealed", entry),
            ("guarded write, durable, 32 together", write.max(0.0)),
            ("receipt signed", receipt),
            ("answer written", answer),
        ])
    }

    /// Writes what many requests write, in one story.
    fn write(&self, n: usize, answers: &mut [Answered]) -> Result<(), Trouble> {
        let count = answers.len();
        let group: Vec<usize> = (0..GROUP).map(|i| (n * GROUP + i) % count).collect();
        let now = SystemClock.now();
        let one = |i: &usize| {
            let Answered { seen, releases, record, .. } = &answers[*i];
            let entry = self.broker.entry(record)?;
            Ok((seen.subscriber, releases.clone(), entry, bytes::<16>(&self.system)))
        };
        let stories = group.iter().map(one).collect::<Result<Vec<_>, Trouble>>()?;
        let written = self.store.write("bench.write", move |tx| {
            let mut written = Vec::with_capacity(stories.len());
            for (subscriber, released, entry, proof) in &stories {
                // A subscriber drawn twice has moved on: read his version as a new attempt would.
                let version = match subscribers::bump(tx, subscriber.id, subscriber.version)? {
                    true => subscriber.version + 1,
                    false => {
                        let found =
                            subscribers::find(tx, subscriber.id)?.ok_or(Fault::Corrupt("subscribers"))?;
                        subscribers::bump(tx, subscriber.id, found.version)?;
                        found.version + 1
                    }
                };
                batches::spend(tx, proof, now.plus(MINUTE_US))?;
                released.iter().try_for_each(|row| releases::put(tx, row))?;
                entries::append(tx, entry)?;
                written.push(version);
            }
            Ok(written)
        })?;
        for (i, version) in group.into_iter().zip(written) {
            answers[i].seen.subscriber.version = version;
        }
        Ok(())
    }
}

fn assembled(items: Vec<Item>) -> Context {
    let owed = crate::domain::obligation::Obligations {
        precision: crate::domain::category::Precision::Label,
        crowd: 50,
        retain_s: 3600,
        delay_s: 0,
    };
    Context::assemble(items, Vec::new(), owed, PURPOSE, None, None)
}

fn answered_one(seen: Seen, context: Context, subject: &str, now: At) -> Result<Answered, Trouble> {
    let outcome = |item: &Item| Outcome {
        category: item.category(),
        grant: Some(item.grant()),
        precision: Some(item.precision()),
        crowd: Some(item.released().crowd),
        reason: None,
        by: vec!["assistant-context".to_owned()],
    };
    let event = Event::Request {
        client: seen.registered.client.id.clone(),
        subject: subject.to_owned(),
        outcomes: context.items().iter().map(outcome).collect(),
        payload: hex::encode(&sha256(&[context.bytes()])),
        retain_s: 3600,
    };
    let record = Record {
        at: now,
        subscriber: Some(seen.subscriber.id),
        recipient: Some(seen.registered.recipient.id),
        purpose: Some(PURPOSE),
        event,
    };
    let row = |item: &Item| {
        let released = item.released();
        Ok(ReleaseRow {
            subscriber: seen.subscriber.id,
            epoch: released.epoch,
            fact: released.fact,
            recipient: seen.registered.recipient.id,
            document: canonical::to_string(released).map_err(Trouble::of)?,
            at: now,
        })
    };
    let releases = context.items().iter().map(row).collect::<Result<Vec<_>, Trouble>>()?;
    debug_assert_eq!(context.items().len(), ASKED.len().min(GRANTED.len()));
    Ok(Answered { seen, context, record, releases })
}
