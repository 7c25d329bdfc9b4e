//! The scratch house: a broker with a database, keys and log of its own, two hostile recipients, and a real server on the loopback. Everything but the guard is
//! as anywhere. Deliberately absent: an installation of anybody; its directory goes when the attack is over.
use super::population::Population;
use crate::broker::Broker;
use crate::broker::authenticate::Caller;
use crate::broker::consent::{LONGEST_US, Shown, Wish};
use crate::cli::client::{make_key, read_key};
use crate::cli::connection::{Connection, agent};
use crate::cli::demo::clock::SetClock;
use crate::cli::demo::feeds::reference;
use crate::cli::demo::progress::Progress;
use crate::cli::demo::stage::in_parallel;
use crate::cli::serve::{Background, listen};
use crate::cli::{Installation, Trouble, feed, keys};
use crate::domain::category::{Category, Precision};
use crate::domain::client::{Client, Role};
use crate::domain::consent::Limits;
use crate::domain::feed::FeedKind;
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::subscriber::{AgeBand, Country, Jurisdiction, Reference};
use crate::domain::time::{At, Clock};
use crate::minimise::guard::Guard;

use crate::policy::Sources;
use crate::telemetry::Figures;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What everything is asked for.
pub const PURPOSE: Purpose = Purpose::ProvidePersonalisedRecommendations;
/// What it is asked for whether somebody is near a place.
pub const FRAUD: Purpose = Purpose::FraudPreventionAndDetection;
/// The two who ask.
const CLIENTS: [&str; 2] = ["hostile-one", "hostile-two"];
/// What the crowd sees to: what everybody allows the first of them.
const EVERYBODY: [Category; 4] =
    [Category::LocationZone, Category::UsageInterest, Category::WebInterest, Category::RoamingCountry];

/// Who runs in it.
struct Running {
    broker: Arc<Broker>,
    server: Background,
}

/// A scratch house.
pub struct House {
    installation: Installation,
    guard: Guard,
    figures: Figures,
    address: SocketAddr,
    running: Option<Running>,
    /// Moved by hand.
    pub clock: Arc<SetClock>,
    /// The two who ask.
    pub recipients: Vec<RecipientId>,
    /// What each calls those that are asked about, by position.
    pub subjects: Vec<Vec<String>>,
}

impl House {
    /// Builds it in `dir` and opens it when the events of `population` begin. The policy set is the bundled one, but for crowds of `crowd` and for zones as fine as there are: the guard is
    /// attacked alone, without the ceiling that helps it elsewhere.
    pub fn build(dir: &Path, guard: Guard, crowd: u32, population: &Population) -> Result<House, Trouble> {
        std::fs::create_dir_all(dir).map_err(|e| Trouble::file(dir, &e))?;
        let policies = dir.join("policies");
        for (name, text) in Sources::bundled().iter() {
            let path = policies.join(name);
            let text = text.replace("crowd:50", &format!("crowd:{crowd}"));
            let text = text.replace("least = 50", &format!("least = {crowd}"));
            let finest = name.ends_with("/ProvidePersonalisedRecommendations.cedar");
            let text = if finest { text.replace("zone-r6", "zone-r7") } else { text };
            let parent = path.parent().unwrap_or(&policies);
            std::fs::create_dir_all(parent)
                .and_then(|()| std::fs::write(&path, text))
                .map_err(|e| Trouble::file(&path, &e))?;
        }
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr().map_err(Trouble::of)?;
        let installation = Installation {
            issuer: format!("http://{address}"),
            policies: Some(policies),
            home: population.home,
            ..Installation::at(dir.to_owned())
        };
        keys::init(&installation.keys())?;
        crate::store::migrate::run(&installation.database())?;
        let figures = Figures::new().map_err(Trouble::of)?;
        let clock = Arc::new(SetClock::at(population.first));
        let mut house = House {
            installation,
            guard,
            figures,
            address,
            running: None,
            clock,
            recipients: Vec::new(),
            subjects: vec![Vec::new(); CLIENTS.len()],
        };
        let broker = house.broker()?;
        for (kind, bytes) in reference() {
            let bytes = if kind == FeedKind::Cells { &population.cells } else { &bytes };
            feed::load(&broker, kind, false, bytes.as_slice(), None)?;
        }
        for client in CLIENTS {
            let id = broker.new_recipient_id()?;
            house.recipients.push(id);
            register(&broker, dir, client, id, population.home)?;
        }
        let server = Background::start(Arc::clone(&broker), house.figures.clone(), listener)?;
        house.running = Some(Running { broker, server });
        Ok(house)
    }

    /// A broker over what is there.
    fn broker(&self) -> Result<Arc<Broker>, Trouble> {
        let clock: Arc<dyn Clock> = Arc::<SetClock>::clone(&self.clock);
        self.installation.guarded_broker(clock, self.figures.recorder(), self.guard)
    }

    /// The broker that runs.
    pub fn run(&self) -> Result<&Arc<Broker>, Trouble> {
        self.running
            .as_ref()
            .map(|r| &r.broker)
            .ok_or_else(|| Trouble("the scratch house is closed".to_owned()))
    }

    /// Whether the guard is on.
    pub fn guarded(&self) -> bool {
        self.guard.holds()
    }

    /// The key ring, as a thief would have it.
    pub fn keyring(&self) -> Result<crate::crypt::keyring::Keyring, Trouble> {
        self.installation.keyring()
    }

    /// Everybody enrols and allows the first recipient what makes a crowd and, where `is_counted` says so, to be counted; the first `asked` allow both everything
    /// about themselves.
    pub fn enrol(
        &mut self,
        numbers: &[String],
        asked: usize,
        is_counted: fn(usize) -> bool,
        progress: &Progress,
    ) -> Result<(), Trouble> {
        let bar = progress.stage("people enrol and decide", numbers.len());
        let broker = self.run()?;
        let until = self.clock.now().plus(LONGEST_US);
        let all: Vec<(usize, &String)> = numbers.iter().enumerate().collect();
        let subjects = in_parallel(&all, |(who, number)| {
            let reference = Reference::parse(number)
                .ok_or_else(|| Trouble("a line of the location feed has no phone number".to_owned()))?;
            let subscriber = broker.enrol(&Caller::console(), &reference, AgeBand::Adult, None)?.id;
            let mut subjects = Vec::new();
            for (n, recipient) in self.recipients.iter().enumerate() {
                let allows: &[Category] = match (*who < asked, n) {
                    (true, _) => &Category::PERSONAL,
                    (false, 0) => &EVERYBODY,
                    (false, _) => continue,
                };
                let counted = (n == 0 && is_counted(*who)).then_some(&Category::Population);
                for category in allows.iter().chain(counted) {
                    allow(broker, subscriber, *recipient, *category, until)?;
                }
                if *who < asked {
                    subjects.push(broker.link(&Caller::console(), &reference, *recipient)?);
                }
            }
            bar.step();
            Ok(subjects)
        })?;
        for (n, known) in self.subjects.iter_mut().enumerate() {
            known.extend(subjects.iter().filter_map(|s| s.get(n).cloned()));
        }
        Ok(())
    }

    /// Loads a feed, as the operator does.
    pub fn feed(&self, kind: FeedKind, csv: &[u8]) -> Result<(), Trouble> {
        let report = feed::load(self.run()?, kind, false, csv, None)?;
        // People of whom nothing is learnt would be attacked in vain.
        if report.rejected > report.lines / 2 {
            let first = report.named.first().map(|n| n.reason.as_str()).unwrap_or_default();
            return Err(Trouble(format!("most lines of a feed are refused; of the first: {first}")));
        }
        Ok(())
    }

    /// Loads what a population has of a kind in `[from, to)`.
    pub fn feed_of(
        &self,
        of: &Population,
        kind: FeedKind,
        from: At,
        to: At,
    ) -> Result<Option<Vec<u8>>, Trouble> {
        let csv = of.csv(kind, from, to)?;
        if let Some(csv) = &csv {
            self.feed(kind, csv)?;
        }
        Ok(csv)
    }

    /// The two at the served API.
    pub fn connect(&self) -> Result<Vec<Connection>, Trouble> {
        let one = |client: &&str| {
            let clock: Arc<dyn Clock> = Arc::<SetClock>::clone(&self.clock);
            let key = read_key(&key_file(&self.installation.data, client), client)?;
            Ok(Connection::new(key, &self.installation.issuer, agent(None)?, clock))
        };
        CLIENTS.iter().map(one).collect()
    }

    /// Stops the broker and starts it again over what is kept, at the same address.
    pub fn restart(&mut self) -> Result<(), Trouble> {
        self.close();
        let broker = self.broker()?;
        let server = Background::start(Arc::clone(&broker), self.figures.clone(), listen(self.address)?)?;
        self.running = Some(Running { broker, server });
        Ok(())
    }

    /// Stops the broker.
    pub fn close(&mut self) {
        if let Some(running) = self.running.take() {
            running.server.stop();
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.close();
    }
}

fn register(
    broker: &Broker,
    dir: &Path,
    client: &str,
    id: RecipientId,
    home: Jurisdiction,
) -> Result<(), Trouble> {
    let country = Country::parse(home.as_str()).ok_or_else(|| Trouble("no such country".to_owned()))?;
    let finest = |c: Category| c.rungs().last().map(|p| (c, *p));
    let recipient = Recipient {
        id,
        name: client.to_owned(),
        country,
        assurance: Assurance::Server,
        purposes: vec![PURPOSE, FRAUD, crate::broker::population::PURPOSE],
        ceiling: Category::ALL.into_iter().filter_map(finest).collect(),
        webhook: None,
        consent_management: false,
        wordings: Vec::new(),
    };
    broker.register_recipient(&Caller::console(), recipient)?;
    let key = make_key(&key_file(dir, client), client)?;
    let jwks = serde_json::to_string(&key.jwks()).map_err(Trouble::of)?;
    let client = Client {
        id: client.to_owned(),
        role: Role::Recipient,
        recipient: Some(id),
        jwks,
        redirect_uris: Vec::new(),
        assurance: Assurance::Server,
        audience_profile: Default::default(),
    };
    broker.register_client(&Caller::console(), client)?;
    Ok(())
}

fn key_file(dir: &Path, client: &str) -> PathBuf {
    dir.join(format!("{client}.pem"))
}

fn allow(
    broker: &Broker,
    subscriber: SubscriberId,
    recipient: RecipientId,
    category: Category,
    until: At,
) -> Result<(), Trouble> {
    let precision = category.rungs().last().copied().unwrap_or(Precision::Label);
    let text = format!("May a recipient that cannot be trusted have {}?", category.as_str());
    let shown = Shown::Told(Notice { locale: "en".to_owned(), text });
    let purpose = match category {
        Category::LocationVerify | Category::FrequentArea => FRAUD,
        Category::Population => crate::broker::population::PURPOSE,
        _ => PURPOSE,
    };
    let limits = Limits::NONE;
    let wish = Wish::Allow { recipient, purpose, category, precision, until, limits, shown };
    broker.show_and_decide(subscriber, &wish, "attack")?;
    Ok(())
}
