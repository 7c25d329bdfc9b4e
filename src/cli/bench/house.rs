//! The house that is measured: a broker's database with made-up subscribers, kept for the next run. The same seed makes the same
//! subscribers; only the clock their lives are set by moves, since answers are about the present. Deliberately absent: a short
//! cut into the database; rows go in through the store as all rows do, only many to a story.
use super::lives::{Lives, SEED};
use crate::ambient::{SystemClock, SystemRng};
use crate::broker::authenticate::Caller;
use crate::broker::{consent, enrol, fold};
use crate::cli::{Installation, Trouble, feed, keys, migrate};
use crate::crypt::keyring::Keyring;
use crate::crypt::pseudonym;
use crate::crypt::record;
use crate::domain::age::Majority;
use crate::domain::category::{Category, Precision};
use crate::domain::client::{Client, Role};
use crate::domain::consent::{Act, Cell, Grant, State, Terms};
use crate::domain::feed::FeedKind;
use crate::domain::id::{GrantId, PersonId, RecipientId, SubscriberId};
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::subscriber::{Country, Jurisdiction, Reference};
use crate::domain::time::{At, Clock, DAY_US, HOUR_US};
use crate::feed::bundled;
use crate::feed::seeded::Seeded;
use crate::minimise::crowd::{Crowd, CrowdKey};
use crate::oauth::client::ClientKey;
use crate::store::consents::{self, Change};
use crate::store::subscribers::{self, NewSubscriber};
use crate::store::{Fault, Store, crowds, profiles};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::Path;

/// The purpose that everything is granted for.
pub const PURPOSE: Purpose = Purpose::ProvidePersonalisedRecommendations;
/// What every subscriber has granted.
pub const GRANTED: [(Category, Precision); 3] = [
    (Category::LocationZone, Precision::ZoneR7),
    (Category::NextPlace, Precision::ZoneR7),
    (Category::UsageInterest, Precision::Label),
];
/// What the measured broker calls itself, whichever port it listens on: the log that it publishes goes by this name.
pub const ISSUER: &str = "http://bench.example";
/// Raised when the same arguments would make another house.
const FORM: u32 = 5;
/// Subscribers in one story of the making.
const STORY: u32 = 1000;
/// Lives older than this are told anew: a last sight is an answer for a day.
const STALE_US: i64 = 12 * HOUR_US;

/// What a kept house was made as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Plan {
    form: u32,
    subscribers: u32,
    /// Whether anything is known of them.
    lives: bool,
    made: At,
    told: At,
}

/// A database ready to be measured.
pub struct House {
    installation: Installation,
    plan: Plan,
    keyring: Keyring,
    client: ClientKey,
}

impl House {
    /// Opens the house of so many subscribers below `data`, or makes it.
    pub fn open(data: &Path, subscribers: u32, lives: bool) -> Result<House, Trouble> {
        let dir = data.join(format!("bench-{subscribers}"));
        let path = dir.join("bench.json");
        let now = SystemClock.now();
        let wanted = Plan { form: FORM, subscribers, lives, made: now, told: At(0) };
        let kept = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Plan>(&text).ok());
        let kept = kept.filter(|k| Plan { made: k.made, told: k.told, ..wanted } == *k);
        let installation = Installation { issuer: ISSUER.to_owned(), ..Installation::at(dir.clone()) };
        let mut plan = match kept {
            Some(kept) => kept,
            None => {
                tracing::info!(subscribers, "makes a house to measure");
                if dir.exists() {
                    // Half made, or made by another version.
                    std::fs::remove_dir_all(&dir).map_err(|e| Trouble::file(&dir, &e))?;
                }
                make(&installation, &wanted)?;
                wanted
            }
        };
        if lives && (plan.told.floor(DAY_US) != now.floor(DAY_US) || now.since(plan.told) > STALE_US) {
            tell(&installation, &plan, now)?;
            plan.told = now;
        }
        std::fs::write(&path, serde_json::to_vec(&plan).map_err(Trouble::of)?)
            .map_err(|e| Trouble::file(&path, &e))?;
        let client = ClientKey::generate("bench", SystemRng::new().ring()).map_err(Trouble::of)?;
        let jwks = serde_json::to_string(&client.jwks()).map_err(Trouble::of)?;
        let registered = Client {
            id: "bench".to_owned(),
            role: Role::Recipient,
            recipient: Some(recipient()),
            jwks,
            redirect_uris: Vec::new(),
            assurance: Assurance::Server,
            audience_profile: Default::default(),
        };
        installation.broker()?.register_client(&Caller::console(), registered)?;
        Ok(House { keyring: installation.keyring()?, installation, plan, client })
    }

    /// Forgets what was told of anybody, so that it can be told for the first time.
    pub fn forget_releases(&self) -> Result<(), Trouble> {
        let broker = self.installation.broker()?;
        while !broker.forget_releases(SystemClock.now().plus(DAY_US))? {}
        Ok(())
    }
    /// Where it is.
    pub fn installation(&self) -> &Installation {
        &self.installation
    }
    /// The client that asks.
    pub fn client(&self) -> &ClientKey {
        &self.client
    }
    /// Its keys.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }
    /// How many live in it.
    pub fn subscribers(&self) -> u32 {
        self.plan.subscribers
    }
    /// The internal id of subscriber `n`.
    pub fn subscriber(&self, n: u32) -> SubscriberId {
        self.plan.id(n)
    }
    /// What the recipient calls subscriber `n`.
    pub fn subject(&self, n: u32) -> String {
        pseudonym::pairwise(&self.keyring, recipient(), self.subscriber(n), 1)
    }
    /// The `n`th number, far from the one before; none comes twice before all have come.
    pub fn spread(&self, n: usize) -> u32 {
        const STRIDE: u64 = 2_147_483_647; // a prime above every size of a house
        u32::try_from((n as u64).wrapping_mul(STRIDE) % u64::from(self.subscribers().max(1))).unwrap_or(0)
    }
    /// Bytes of its database.
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(self.installation.database()).map_or(0, |m| m.len())
    }
}

/// The recipient that everything is granted to.
pub fn recipient() -> RecipientId {
    RecipientId::new(At(0), &Seeded::named(SEED, &[1]))
}

/// The phone number of subscriber `n`: the one that `feed::commuters` writes.
pub fn reference(n: u32) -> String {
    format!("+{}", 4_915_550_100_000 + u64::from(n))
}

/// The words behind every grant.
pub fn notice() -> Notice {
    Notice { locale: "en".to_owned(), text: "made up for measuring".to_owned() }
}

impl Plan {
    /// Ids in the order of `n`, as if they had enrolled one after the other.
    fn id(&self, n: u32) -> SubscriberId {
        let before = i64::from(self.subscribers - n.min(self.subscribers));
        SubscriberId::new(self.made.plus(-before * 1000), &Seeded::named(SEED, &[2, u64::from(n)]))
    }

    fn stories(&self) -> impl Iterator<Item = Range<u32>> + use<> {
        let all = self.subscribers;
        (0..all).step_by(STORY as usize).map(move |from| from..(from + STORY).min(all))
    }
}

/// Makes everything but the lives.
fn make(installation: &Installation, plan: &Plan) -> Result<(), Trouble> {
    migrate::run(installation)?;
    keys::init(&installation.keys())?;
    let broker = installation.broker()?;
    feed::load(&broker, FeedKind::Cells, false, bundled::cells(), None)?;
    let country = Country::parse("DE").ok_or_else(|| Trouble("no such country".to_owned()))?;
    broker.register_recipient(
        &Caller::console(),
        Recipient {
            id: recipient(),
            name: "measured assistant".to_owned(),
            country,
            assurance: Assurance::Server,
            purposes: vec![PURPOSE],
            ceiling: GRANTED.to_vec(),
            webhook: None,
            consent_management: false,
            wordings: Vec::new(),
        },
    )?;
    let (store, keyring) = (installation.store()?, installation.keyring()?);
    let hash = consent::notice_hash(&notice())?;
    let kept = hash.clone();
    store.write("bench.notice", move |tx| consents::put_notice(tx, &kept, &notice()))?;
    ahead(
        plan,
        |range| range.map(|n| newcomer(&keyring, plan, &hash, n)).collect::<Result<Vec<_>, _>>(),
        |rows| {
            Ok(store.write("bench.enrol", move |tx| {
                for Newcomer { new, changes, subject } in &rows {
                    let subscriber = subscribers::insert(tx, new)?;
                    subscribers::remember_pseudonym(tx, recipient(), subject, &subscriber)?;
                    changes.iter().try_for_each(|change| consents::apply(tx, change))?;
                }
                Ok(())
            })?)
        },
    )
}

struct Newcomer {
    new: NewSubscriber,
    changes: Vec<Change>,
    subject: String,
}

fn newcomer(keyring: &Keyring, plan: &Plan, notice: &str, n: u32) -> Result<Newcomer, Trouble> {
    let (id, rng) = (plan.id(n), Seeded::named(SEED, &[3, u64::from(n)]));
    let reference =
        Reference::parse(&reference(n)).ok_or_else(|| Trouble("not a phone number".to_owned()))?;
    let new = NewSubscriber {
        id,
        person: PersonId::new(plan.made, &rng),
        reference_index: keyring.blind_index(reference.text()),
        reference_sealed: keyring.sealer().seal(
            &SystemRng::new(),
            enrol::PLACE,
            &id.0,
            reference.text().as_bytes(),
        ),
        record_key: record::key(keyring, &SystemRng::new(), &id.0),
        home: Jurisdiction::DE,
        majority: Majority::REACHED,
        at: plan.made,
    };
    let change = |(category, precision): (Category, Precision)| {
        let cell = Cell { subscriber: id, recipient: recipient(), purpose: PURPOSE, category };
        let grant = Grant {
            id: GrantId::new(plan.made, &rng),
            cell,
            precision,
            state: State::Active,
            notice: notice.to_owned(),
            granted_at: plan.made,
            until: plan.made.plus(300 * DAY_US),
            terms: Terms::default(),
        };
        Change { grant, act: Act::Grant, by: "bench".into(), at: plan.made, presentation: None }
    };
    let subject = pseudonym::pairwise(keyring, recipient(), id, 1);
    Ok(Newcomer { new, changes: GRANTED.map(change).to_vec(), subject })
}

/// Writes profiles and crowds as they are at `now`.
fn tell(installation: &Installation, plan: &Plan, now: At) -> Result<(), Trouble> {
    let (store, keyring, lives) = (installation.store()?, installation.keyring()?, Lives::new(now)?);
    let rng = SystemRng::new();
    let together = std::sync::Mutex::new(FxHashMap::<CrowdKey, Crowd>::default());
    ahead(
        plan,
        |range| {
            let mut together = together.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let sealed = range.map(|n| {
                let (id, life) = (plan.id(n), lives.of(n));
                // Persons got their numbers in the order of `n`.
                life.crowds.iter().for_each(|key| {
                    together.entry(*key).or_default().insert(n);
                });
                (id, keyring.sealer().seal(&rng, fold::PLACE, &id.0, &life.profile.encode()))
            });
            Ok(sealed.collect::<Vec<_>>())
        },
        |rows| {
            Ok(store.write("bench.tell", move |tx| {
                for (id, sealed) in &rows {
                    let found = subscribers::find(tx, *id)?.ok_or(Fault::Corrupt("subscribers"))?;
                    profiles::delete(tx, *id)?;
                    let write = profiles::Write {
                        subscriber: *id,
                        version: found.version,
                        read: None,
                        sealed: sealed.clone(),
                    };
                    profiles::put(tx, &write, now)?;
                }
                Ok(())
            })?)
        },
    )?;
    put_crowds(&store, together.into_inner().unwrap_or_default())
}

fn put_crowds(store: &Store, together: FxHashMap<CrowdKey, Crowd>) -> Result<(), Trouble> {
    let mut all: Vec<_> = together.into_iter().collect();
    all.sort_by_key(|(key, _)| fold::crowd_key(*key));
    for story in all.chunks(64) {
        let story: Vec<_> =
            story.iter().map(|(key, c)| (fold::crowd_key(*key), c.len() as i64, c.to_bytes())).collect();
        store.write("bench.crowds", move |tx| crowds::put(tx, &story))?;
    }
    Ok(())
}

/// Writes one story while the rows of the next are made.
fn ahead<T: Send>(
    plan: &Plan,
    rows: impl Fn(Range<u32>) -> Result<T, Trouble> + Send,
    write: impl Fn(T) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let (to, from) = std::sync::mpsc::sync_channel(2);
    let mut stories = plan.stories();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let _reader_gone = stories.try_for_each(|range| to.send(rows(range)));
        });
        from.iter().try_for_each(|rows| write(rows?))
    })
}
