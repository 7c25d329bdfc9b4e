//! A world to tell a story in: a broker on a database of its own, a clock set by hand, seeded randomness, bundled policies, and sixty
//! neighbours who make a crowd wherever they go. Deliberately absent: a fake of anything else; the parts are the real ones.
use super::actors::{Client, Provider, Subscriber};
use super::authority::{Authority, Pair};
use super::door::Door;
pub use super::hand::{HandClock, Interrupted, SeededRng};
use super::house::House;
use super::{ASSISTANT, rows};
use dongui::ambient::SystemRng;
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::{LONGEST_US, Shown, Wish};
use dongui::broker::export::Wanted;
use dongui::broker::ingest::Report;
use dongui::broker::{Broker, Parts, Settings};
use dongui::crypt::keyring::Keyring;
use dongui::crypt::sign::LogKey;
use dongui::crypt::signing::SigningKeys;
use dongui::domain::category::Category;
use dongui::domain::client::Role;
use dongui::domain::consent::Limits;
use dongui::domain::feed::FeedKind;
use dongui::domain::id::RecipientId;
use dongui::domain::notice::Notice;
use dongui::domain::recipient::{Assurance, Recipient};
use dongui::domain::rng::Rng;
use dongui::domain::subscriber::{AgeBand, Country, Jurisdiction, Reference};
use dongui::domain::time::{At, Clock, HOUR_US, SECOND_US};
use dongui::feed;
use dongui::policy::{Engine, Sources};
use dongui::store::Store;
use dongui::telemetry::{Figures, uncounted};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

/// Public address of every world's broker.
pub const ISSUER: &str = "https://context.operator.example";
/// When stories begin: a Tuesday afternoon, 2026-11-24T15:20:00Z.
pub const START: At = At(1_795_533_600 * SECOND_US);
/// Neighbours in every world; the bundled policies ask for crowds of fifty.
pub const NEIGHBOURS: u32 = 60;

/// The keys of all worlds of this process.
pub fn keys() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        Keyring::generate(&SeededRng::new(1), SystemRng::new().ring()).unwrap().as_str().to_owned()
    })
}

/// What a broker is opened with, where a story wants something else than usual.
pub struct Opening<'a> {
    pub keys: &'a str,
    pub policies: Sources,
    pub seed: u64,
    pub rng: Option<Arc<dyn Rng>>,
    pub figures: Figures,
    pub two_people: bool,
    pub number_hints: bool,
    pub crowd_base: dongui::minimise::crowd::CrowdBase,
    pub courier: Option<Arc<dyn dongui::domain::courier::Courier>>,
    pub login: Option<PathBuf>,
    pub operators: dongui::domain::operator::Operators,
    pub dpop_nonce: bool,
    pub emergency_most: u32,
    pub outside: dongui::broker::outside::Outside,
}

impl Default for Opening<'_> {
    fn default() -> Self {
        Opening {
            keys: keys(),
            policies: Sources::bundled(),
            seed: 2,
            rng: None,
            figures: Figures::new().unwrap(),
            two_people: false,
            number_hints: false,
            crowd_base: Default::default(),
            courier: None,
            login: None,
            operators: Default::default(),
            dpop_nonce: false,
            emergency_most: 100,
            outside: Default::default(),
        }
    }
}

/// Opens a broker as `cli::Installation` does, with clock and randomness of its own.
pub fn open(url: &str, dir: &Path, clock: Arc<dyn Clock>, opening: &Opening<'_>) -> Arc<Broker> {
    let seeded = || Arc::new(SeededRng::new(opening.seed)) as Arc<dyn Rng>;
    let (rng, system) = (opening.rng.clone().unwrap_or_else(seeded), SystemRng::shared());
    let keyring = Keyring::parse(opening.keys).unwrap();
    let signing = SigningKeys::of(&keyring, system.as_ref()).unwrap();
    let log_key = LogKey::of(&keyring).unwrap();
    let (issuer, log_dir, operators) = (ISSUER.to_owned(), dir.join("log"), opening.operators.clone());
    let ways = opening.login.as_deref().map(|f| dongui::cli::login::read(f).unwrap()).unwrap_or_default();
    let Opening { two_people, crowd_base, number_hints, dpop_nonce, emergency_most, .. } = *opening;
    let home = Jurisdiction::DE;
    let settings = Settings {
        issuer,
        home,
        log_dir,
        two_people,
        operators,
        crowd_base,
        number_hints,
        dpop_nonce,
        emergency_most,
    };
    let broker = Broker::new(Parts {
        store: Store::open(url, rng.clone(), opening.figures.recorder()).unwrap(),
        keyring,
        engine: Engine::load(&opening.policies).unwrap(),
        clock,
        rng,
        system,
        signing,
        log_key,
        guard: dongui::minimise::guard::Guard::ON,
        settings,
        recorder: opening.figures.recorder(),
        courier: opening.courier.clone().or(ways.courier),
        login: ways.login,
    });
    Arc::new(broker.remembered_by(opening.outside.clone()))
}

/// Fills the template: neighbours who allow everything to a recipient of theirs.
pub fn people(url: &str, dir: &Path) {
    let clock = HandClock::at(START.plus(-HOUR_US));
    let broker = open(url, dir, Arc::new(clock.clone()), &Opening { seed: 3, ..Opening::default() });
    let recipient = registered(&broker, "neighbourhood", |_| {});
    (0..NEIGHBOURS).for_each(|n| moves_in(&broker, recipient, n, clock.now().plus(LONGEST_US)));
}

fn moves_in(broker: &Broker, recipient: RecipientId, n: u32, until: At) {
    let reference = Reference::parse(&neighbour(n)).unwrap();
    let enrolled = broker.enrol(&Caller::console(), &reference, AgeBand::Adult, None).unwrap();
    for category in Category::PERSONAL {
        let wish = Wish::Allow {
            recipient,
            purpose: ASSISTANT,
            category,
            precision: *category.rungs().last().unwrap(),
            until,
            limits: Limits::NONE,
            shown: told(),
        };
        broker.show_and_decide(enrolled.id, &wish, "screen").unwrap();
    }
}

/// Phone number of a neighbour.
pub fn neighbour(n: u32) -> String {
    format!("+49155600{n:05}")
}

/// What somebody says was shown.
pub fn told() -> Shown {
    Shown::Told(notice())
}

/// The words that were shown.
pub fn notice() -> Notice {
    Notice { locale: "en".to_owned(), text: "May the assistant know this?".to_owned() }
}

/// Registers a recipient that may have everything, unless `change` takes something away.
pub fn registered(broker: &Broker, name: &str, change: impl FnOnce(&mut Recipient)) -> RecipientId {
    let id = broker.new_recipient_id().unwrap();
    let mut recipient = Recipient {
        id,
        name: name.to_owned(),
        country: Country::parse("DE").unwrap(),
        assurance: Assurance::Server,
        purposes: dongui::domain::purpose::Purpose::ALL.to_vec(),
        ceiling: Category::ALL.map(|c| (c, *c.rungs().last().unwrap())).to_vec(),
        webhook: None,
        consent_management: false,
        wordings: Vec::new(),
    };
    change(&mut recipient);
    broker.register_recipient(&Caller::console(), recipient).unwrap();
    id
}

pub struct World {
    pub clock: HandClock,
    broker: RwLock<Arc<Broker>>,
    pub house: House,
    door: Mutex<Option<Arc<Door>>>,
    /// Of all its brokers together.
    pub figures: Figures,
    numbers: AtomicU32,
    seeds: AtomicU64,
}

impl World {
    /// Tells a story on SQLite, and on PostgreSQL where there is a server.
    pub fn each(story: impl Fn(&World)) {
        eprintln!("on SQLite");
        story(&World::new(House::sqlite()));
        if let Some(house) = House::postgres() {
            eprintln!("on PostgreSQL");
            story(&World::new(house));
        }
    }

    pub fn new(house: House) -> World {
        let clock = HandClock::at(START);
        let opening = Opening::default();
        let broker = open(&house.url, house.dir.path(), Arc::new(clock.clone()), &opening);
        World {
            clock,
            broker: RwLock::new(broker),
            house,
            door: Mutex::new(None),
            figures: opening.figures,
            numbers: AtomicU32::new(0),
            seeds: AtomicU64::new(10),
        }
    }

    /// The broker as it is now.
    pub fn broker(&self) -> Arc<Broker> {
        Arc::clone(&self.broker.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Another broker on the same database and log.
    pub fn another(&self, opening: Opening<'_>) -> Arc<Broker> {
        let seed = self.seeds.fetch_add(1, Ordering::Relaxed);
        let opening = Opening { seed, figures: self.figures.clone(), ..opening };
        open(&self.house.url, self.house.dir.path(), Arc::new(self.clock.clone()), &opening)
    }

    /// As after a restart: what was in memory is gone.
    pub fn restart(&self, opening: Opening<'_>) {
        self.close_door();
        let fresh = self.another(opening);
        *self.broker.write().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    /// The real server on a free port of the loopback, started at the first call.
    pub fn http(&self) -> Arc<Door> {
        let mut held = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(held.get_or_insert_with(|| Arc::new(Door::open(self.broker(), self.figures.clone()))))
    }

    /// The server is another from now on: its TLS ends in it, and asks for certificates of this authority, or for these.
    pub fn ends_tls(&self, authority: &Authority, more: &[&Pair]) {
        self.close_door();
        let entrance = |listener| authority.entrance(listener, more);
        let door = Door::at("https", self.broker(), self.figures.clone(), entrance, authority.agent(None));
        *self.door.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(door));
    }

    /// The server is the usual one again.
    pub fn close_door(&self) {
        if let Some(door) = self.door.lock().unwrap_or_else(PoisonError::into_inner).take() {
            door.close();
        }
    }

    /// An adult with a phone number of his own.
    pub fn subscriber(&self, name: &str) -> Subscriber<'_> {
        self.enrols(name, AgeBand::Adult)
    }

    pub fn enrols(&self, name: &str, age: AgeBand) -> Subscriber<'_> {
        let number = format!("+49155500{:05}", self.numbers.fetch_add(1, Ordering::Relaxed));
        Subscriber::enrol(self, name, &number, age)
    }

    /// A recipient whose contract allows everything, with a client that proves itself by its key.
    pub fn provider(&self, name: &str) -> Provider<'_> {
        self.provider_with(name, |_| {})
    }

    /// The same, with another registration.
    pub fn provider_with(&self, name: &str, change: impl FnOnce(&mut Recipient)) -> Provider<'_> {
        let id = registered(&self.broker(), name, change);
        Provider { w: self, id, client: Client::register(self, name, Role::Recipient, Some(id)) }
    }

    /// The operator changes a registration.
    pub fn narrows(&self, who: &Provider<'_>, change: impl FnOnce(&mut Recipient)) {
        let broker = self.broker();
        let mut recipient = broker.recipients().unwrap().into_iter().find(|r| r.id == who.id).unwrap();
        change(&mut recipient);
        broker.register_recipient(&Caller::console(), recipient).unwrap();
    }

    /// A client of another role.
    pub fn client(&self, role: Role) -> Client<'_> {
        Client::register(self, role.as_str(), role, None)
    }

    /// Loads a feed as a file.
    pub fn load(&self, kind: FeedKind, text: &str) -> Report {
        self.load_chunked(kind, text, usize::MAX)
    }

    /// The same in chunks of so many events.
    pub fn load_chunked(&self, kind: FeedKind, text: &str, events: usize) -> Report {
        let (broker, console) = (self.broker(), Caller::console());
        let mut intake = broker.intake(&console, kind, false).unwrap().with_chunk(events);
        let reader = feed::Reader::new(kind, text.as_bytes()).unwrap();
        feed::drain(reader, &mut |line, row| intake.push(line, row)).unwrap();
        intake.finish().unwrap()
    }

    /// There are `all` neighbours.
    pub fn more_neighbours(&self, all: u32) {
        let (broker, until) = (self.broker(), self.clock.now().plus(LONGEST_US));
        let theirs = broker.recipients().unwrap().into_iter().find(|r| r.name == "neighbourhood").unwrap();
        (NEIGHBOURS..all).for_each(|n| moves_in(&broker, theirs.id, n, until));
    }

    /// The neighbours are somewhere, now.
    pub fn neighbours_are_at(&self, place: (f64, f64)) {
        self.some_neighbours_are_at(NEIGHBOURS, place);
    }

    pub fn some_neighbours_are_at(&self, n: u32, (lat, lon): (f64, f64)) {
        let at = self.clock.now().rfc3339();
        let lines: String = (0..n).map(|n| format!("{},{at},{lat},{lon}\n", neighbour(n))).collect();
        let report = self.load(FeedKind::Location, &format!("subscriber,at,lat,lon\n{lines}"));
        assert_eq!(report.kept, u64::from(n), "{report:?}");
    }

    /// The database, opened a second time.
    pub fn store(&self) -> Store {
        Store::open(&self.house.url, Arc::new(SeededRng::new(0)), uncounted()).unwrap()
    }

    /// Statements behind the broker's back.
    pub fn sql(&self, text: &str) {
        rows::run(&self.house.url, text);
    }

    /// Takes an export of everything in a period, as the console.
    pub fn exports(
        &self,
        from: At,
        to: At,
        out: &Path,
    ) -> Result<dongui::ledger::report::Report, dongui::broker::Failure> {
        self.broker().export(&Caller::console(), &Wanted::whole(from, to), out, &mut |_, _| {})
    }

    /// Copies every row aside, as a backup would.
    pub fn backs_up(&self) {
        for table in rows::tables(&self.house.url) {
            self.sql(&format!("CREATE TABLE backup_{table} AS SELECT * FROM {table}"));
        }
    }

    /// Puts the backup back; who was in goes out first and comes in again.
    pub fn is_set_back(&self) {
        let tables = rows::tables(&self.house.url);
        let back = tables.iter().filter(|t| !t.starts_with("backup_"));
        let back: String =
            back.map(|t| format!("DELETE FROM {t}; INSERT INTO {t} SELECT * FROM backup_{t};")).collect();
        self.sql(&format!("BEGIN; {back} COMMIT"));
        self.restart(Opening::default());
    }

    /// Everything in the database. What is recorded is numbered first where a server runs, which does that by itself meanwhile and would tell two
    /// looks apart.
    pub fn dump(&self) -> Vec<(String, String)> {
        if self.door.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            self.broker().sequence().unwrap();
        }
        rows::dump(&self.house.url)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.close_door();
    }
}
