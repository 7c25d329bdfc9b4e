//! The stage of the demo: an installation with keys, clients, recipients and residents. Everything here may be done again: what
//! is there already is left as it is. Deliberately absent: events (see `feeds`), questions.
use super::cast::{CLIENTS, HOSTED, PROVIDERS, answers, wishes};
use super::progress::Progress;
use crate::broker::Broker;
use crate::broker::authenticate::Caller;
use crate::broker::consent::Wish;
use crate::cli::client::{make_key, read_key};
use crate::cli::connection::{Connection, agent};
use crate::cli::{Installation, Trouble, keys};
use crate::domain::client::{Client, Role};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::link::RedirectUri;
use crate::domain::recipient::Assurance;
use crate::domain::subscriber::Reference;
use crate::domain::time::{At, Clock};
use crate::feed::residents::{Resident, Residents};
use crate::feed::town::Town;
use crate::oauth::client::ClientKey;
use crate::telemetry::Figures;
use std::path::PathBuf;
use std::sync::Arc;

/// Hands at work at once: their commits share one flush to disk.
const HANDS: usize = 8;

/// The installation and who plays.
pub struct Stage {
    /// Where everything lies.
    pub installation: Installation,
    /// Its broker.
    pub broker: Arc<Broker>,
    /// What is counted meanwhile.
    pub figures: Figures,
    /// Tells the time to both sides.
    pub clock: Arc<dyn Clock>,
    /// The truth.
    pub residents: Residents,
    /// In the order of `PROVIDERS`.
    pub recipients: Vec<RecipientId>,
}

impl Stage {
    /// Makes keys, database, recipients and clients where they are missing.
    pub fn set(
        installation: Installation,
        clock: Arc<dyn Clock>,
        seed: u64,
        count: usize,
    ) -> Result<Stage, Trouble> {
        if !installation.keys().exists() {
            keys::init(&installation.keys())?;
        }
        crate::store::migrate::run(&installation.database())?;
        let figures = Figures::new().map_err(Trouble::of)?;
        let broker = installation.broker_on(Arc::clone(&clock), figures.recorder())?;
        let town =
            Town::munich().ok_or_else(|| Trouble("the bundled base stations are missing".to_owned()))?;
        let residents = Residents::new(seed, town, count);
        let mut stage = Stage { installation, broker, figures, clock, residents, recipients: Vec::new() };
        stage.recipients = stage.registered()?;
        Ok(stage)
    }

    /// The recipients, registered now unless they were.
    fn registered(&self) -> Result<Vec<RecipientId>, Trouble> {
        let (console, known) = (Caller::console(), self.broker.recipients()?);
        let mut ids = Vec::new();
        for provider in &PROVIDERS {
            let id = match known.iter().find(|r| r.name == provider.name) {
                Some(recipient) => recipient.id,
                None => {
                    let id = self.broker.new_recipient_id()?;
                    let new = provider.registration(id);
                    let new =
                        new.ok_or_else(|| Trouble("a provider of the demo has no country".to_owned()))?;
                    self.broker.register_recipient(&console, new)?;
                    id
                }
            };
            self.client(provider.client, Role::Recipient, Some(id))?;
            ids.push(id);
        }
        for (id, role) in CLIENTS {
            self.client(id, role, None)?;
        }
        self.hosted(ids.first().copied())?;
        Ok(ids)
    }

    /// A client without a key, for an assistant on the machine of whoever looks at the demo; registered once.
    fn hosted(&self, recipient: Option<RecipientId>) -> Result<(), Trouble> {
        let done = self.key_file(HOSTED).with_extension("hosted");
        if done.exists() {
            return Ok(());
        }
        let client = Client {
            id: HOSTED.to_owned(),
            role: Role::Recipient,
            recipient,
            assurance: Assurance::Hosted,
            audience_profile: Default::default(),
            jwks: String::new(),
            redirect_uris: RedirectUri::parse("http://127.0.0.1/callback").into_iter().collect(),
        };
        self.broker.register_client(&Caller::console(), client)?;
        std::fs::write(&done, "").map_err(|e| Trouble::file(&done, &e))
    }

    /// A client with a key of its own. A key file is written before its client is registered, and registering again what is
    /// registered changes nothing but adds an entry to the log, so it is done once.
    fn client(&self, id: &str, role: Role, recipient: Option<RecipientId>) -> Result<(), Trouble> {
        let (path, done) = (self.key_file(id), self.key_file(id).with_extension("jwks"));
        if done.exists() {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|e| Trouble::file(parent, &e))?;
        }
        let key = if path.exists() { read_key(&path, id)? } else { make_key(&path, id)? };
        let jwks = serde_json::to_string(&key.jwks()).map_err(Trouble::of)?;
        let client = Client {
            id: id.to_owned(),
            role,
            recipient,
            jwks: jwks.clone(),
            redirect_uris: Vec::new(),
            assurance: Assurance::Server,
            audience_profile: Default::default(),
        };
        self.broker.register_client(&Caller::console(), client)?;
        std::fs::write(&done, jwks).map_err(|e| Trouble::file(&done, &e))
    }

    /// Where the key of a client lies.
    pub fn key_file(&self, client: &str) -> PathBuf {
        self.installation.data.join("clients").join(format!("{client}.pem"))
    }

    /// The key of a client.
    pub fn key(&self, client: &str) -> Result<ClientKey, Trouble> {
        read_key(&self.key_file(client), client)
    }

    /// A client at the served API.
    pub fn connect(&self, client: &str) -> Result<Connection, Trouble> {
        let key = self.key(client)?;
        Ok(Connection::new(key, &self.installation.issuer, agent(None)?, Arc::clone(&self.clock)))
    }

    /// Everybody's answers to both providers, as they would give them on their own pages. What somebody has decided already is
    /// left as it is. Returns how many decisions were made.
    pub fn consent(&self, subscribers: &[SubscriberId], progress: &Progress) -> Result<usize, Trouble> {
        let bar = progress.stage("residents decide", subscribers.len());
        let all: Vec<(usize, SubscriberId)> = subscribers.iter().copied().enumerate().collect();
        let made = in_parallel(&all, |(who, subscriber)| {
            let seen = self.broker.overview(*subscriber)?;
            // A minor's yes waits for his guardian, and is said all the same.
            let held = [seen.grants, seen.asked].concat();
            let is_open = |wish: &Wish| match wish {
                Wish::Allow { recipient, category, .. }
                | Wish::Refuse { recipient, category, .. }
                | Wish::Request { recipient, category, .. }
                | Wish::Defer { recipient, category, .. } => {
                    held.iter().all(|g| (g.cell.recipient, g.cell.category) != (*recipient, *category))
                }
                Wish::Change { .. } => true,
            };
            let mut made = 0;
            for wish in wishes(*who, &self.recipients, self.now()?).iter().filter(|w| is_open(w)) {
                self.broker.show_and_decide(*subscriber, wish, "demo")?;
                made += 1;
            }
            bar.step();
            Ok(made)
        })?;
        Ok(made.into_iter().sum())
    }

    /// How many decisions the cast makes.
    pub fn decisions(&self) -> usize {
        (0..self.residents.people().len()).map(|who| answers(who).len()).sum()
    }

    /// The present.
    pub fn now(&self) -> Result<At, Trouble> {
        Ok(self.broker.now()?)
    }
}

/// A resident's reference.
pub fn reference_of(resident: &Resident) -> Result<Reference, Trouble> {
    Reference::parse(&resident.msisdn).ok_or_else(|| Trouble("a resident has no phone number".to_owned()))
}

/// Does `f` for all, several at once; the answers stand in the order of `items`. The first trouble ends it.
pub fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    f: impl Fn(&T) -> Result<R, Trouble> + Sync,
) -> Result<Vec<R>, Trouble> {
    by_hands(HANDS, items, f)
}

/// The same with so many at once.
pub fn by_hands<T: Sync, R: Send>(
    hands: usize,
    items: &[T],
    f: impl Fn(&T) -> Result<R, Trouble> + Sync,
) -> Result<Vec<R>, Trouble> {
    let share = items.len().div_ceil(hands).max(1);
    std::thread::scope(|scope| {
        let hands: Vec<_> = items
            .chunks(share)
            .map(|part| scope.spawn(|| part.iter().map(&f).collect::<Result<Vec<R>, Trouble>>()))
            .collect();
        let mut all = Vec::with_capacity(items.len());
        for hand in hands {
            let part = hand.join().map_err(|_| Trouble("a thread of the demo has died".to_owned()))?;
            all.extend(part?);
        }
        Ok(all)
    })
}
