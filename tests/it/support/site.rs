//! An installation on the machine's clock, for the real binary to run on and to be killed on. Deliberately absent: the killing (`crash`,
//! `killed`).
use super::door::Call;
use super::house::House;
use super::world::{ISSUER, Opening, keys, notice, open, registered, told};
use super::{ASSISTANT, R6, ZONE};
use dongui::ambient::{SystemClock, SystemRng};
use dongui::broker::Broker;
use dongui::broker::authenticate::{Caller, Presented};
use dongui::broker::consent::Wish;
use dongui::broker::ingest::Report;
use dongui::broker::present::Put;
use dongui::domain::client::{Client, Role};
use dongui::domain::consent::Limits;
use dongui::domain::id::{RecipientId, SubscriberId};
use dongui::domain::presentation::Preset;
use dongui::domain::recipient::Assurance;
use dongui::domain::request::ContextRequest;
use dongui::domain::subscriber::{AgeBand, Reference};
use dongui::domain::time::{At, Clock, DAY_US, HOUR_US};
use dongui::oauth::client::ClientKey;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A phone number and whose it is.
pub type Person = (String, SubscriberId);

/// An installation that the binary runs on.
pub struct Site {
    pub house: House,
    pub people: Vec<Person>,
    pub recipient: RecipientId,
    key: ClientKey,
}

impl Site {
    pub fn new(house: House, people: usize) -> Site {
        let path = house.dir.path().join("keys");
        std::fs::write(&path, keys()).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let broker = open(&house.url, house.dir.path(), Arc::new(SystemClock), &Opening::default());
        let recipient = registered(&broker, "assistant", |_| {});
        let key = ClientKey::generate("assistant", SystemRng::new().ring()).unwrap();
        let jwks = serde_json::to_string(&key.jwks()).unwrap();
        let client = Client {
            id: "assistant".to_owned(),
            role: Role::Recipient,
            recipient: Some(recipient),
            jwks,
            redirect_uris: Vec::new(),
            assurance: Assurance::Server,
            audience_profile: Default::default(),
        };
        broker.register_client(&Caller::console(), client).unwrap();
        let threads = if house.is_postgres() { 2 } else { 16 };
        let next = AtomicUsize::new(0);
        let enrol = || {
            let mut out = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= people {
                    return out;
                }
                out.push(enrolled(&broker, recipient, n));
            }
        };
        let people = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(enrol)).collect();
            threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
        });
        Site { house, people, recipient, key }
    }

    /// The binary on one house or a copy of it.
    pub fn dongui(&self, house: &House) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dongui"));
        command.env("DONGUI_DATA", house.dir.path()).env("DONGUI_DATABASE", &house.url);
        command.env("DONGUI_ISSUER", ISSUER).env("DONGUI_LOG", "error").env_remove("DONGUI_KEYRING");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn loading(&self, house: &House, file: &str) -> Child {
        let mut command = self.dongui(house);
        command
            .args(["--json", "feed", "load", "--own-time", "--kind", "location"])
            .arg(house.dir.path().join(file));
        command.spawn().unwrap()
    }

    /// The report of a load that runs to its end, and how long it took.
    pub fn loads(&self, house: &House, file: &str) -> (Report, Duration) {
        let started = Instant::now();
        let output = self.loading(house, file).wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let reports: Vec<Report> = serde_json::from_slice(&output.stdout).unwrap();
        (reports.into_iter().next().unwrap(), started.elapsed())
    }

    /// The whole log is exported and verifies.
    pub fn verifies(&self, house: &House) {
        let out = house.dir.path().join("bundle");
        let _none_yet = std::fs::remove_dir_all(&out);
        for arguments in [
            vec![
                "audit",
                "export",
                "--from",
                "2020-01-01T00:00:00Z",
                "--to",
                "2099-01-01T00:00:00Z",
                "--out",
            ],
            vec!["audit", "verify"],
        ] {
            let output = self.dongui(house).args(&arguments).arg(&out).output().unwrap();
            assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

pub fn enrolled(broker: &Broker, recipient: RecipientId, n: usize) -> (String, SubscriberId) {
    let number = format!("+49155700{n:05}");
    let who =
        broker.enrol(&Caller::console(), &Reference::parse(&number).unwrap(), AgeBand::Adult, None).unwrap();
    let until = SystemClock.now().plus(100 * DAY_US);
    let wish = Wish::Allow {
        recipient,
        purpose: ASSISTANT,
        category: ZONE,
        precision: R6,
        until,
        limits: Limits::NONE,
        shown: told(),
    };
    broker.show_and_decide(who.id, &wish, "screen").unwrap();
    (number, who.id)
}

/// A client of the operator or a supervisor, at the machine's time.
pub struct Worker(ClientKey);

impl Worker {
    pub fn register(broker: &Broker, id: &str, role: Role) -> Worker {
        let key = ClientKey::generate(id, SystemRng::new().ring()).unwrap();
        let jwks = serde_json::to_string(&key.jwks()).unwrap();
        let client = Client {
            id: id.to_owned(),
            role,
            recipient: None,
            jwks,
            redirect_uris: Vec::new(),
            assurance: Assurance::Server,
            audience_profile: Default::default(),
        };
        broker.register_client(&Caller::console(), client).unwrap();
        Worker(key)
    }

    pub fn token(&self, broker: &Broker, at: At) -> String {
        token(&self.0, broker, at)
    }

    /// A request with a token and a new proof.
    pub fn signs(&self, call: Call, token: &str) -> Call {
        let url = format!("{ISSUER}{}", call.path.split('?').next().unwrap());
        let proof = self.0.proof(SystemRng::new().ring(), &call.method, &url, Some(token), SystemClock.now());
        call.header("authorization", format!("DPoP {token}")).header("dpop", proof.unwrap())
    }
}

/// A new token for a client by whichever broker.
fn token(key: &ClientKey, broker: &Broker, at: At) -> String {
    let url = format!("{ISSUER}/oauth/token");
    let system = SystemRng::new();
    let fields = key.token_request(system.ring(), ISSUER, "", at).unwrap();
    let fields: Vec<_> = fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
    let proof = key.proof(system.ring(), "POST", &url, None, at).unwrap();
    broker.grant_token(&fields, Some(&proof), &url, None).unwrap().access_token
}

/// Where each was in some hours that end at `end`; two places, so that there are crowds.
pub fn feed(people: &[(String, SubscriberId)], end: At, hours: i64) -> String {
    let mut text = "subscriber,at,lat,lon\n".to_owned();
    for (n, (number, _)) in people.iter().enumerate() {
        for hour in (0..hours).rev() {
            let at = end.plus(-hour * HOUR_US).rfc3339();
            let (lat, lon) = if (n as i64 + hour) % 3 == 0 { (48.137, 11.575) } else { (48.20, 11.62) };
            text.push_str(&format!("{number},{at},{lat},{lon}\n"));
        }
    }
    text
}

impl Site {
    /// A new token from whichever broker, at the machine's time or another.
    pub fn token(&self, broker: &Broker, at: At) -> String {
        token(&self.key, broker, at)
    }

    /// The question of the one consent as it was just shown, signed.
    pub fn shows(&self, broker: &Broker, whose: SubscriberId) -> String {
        let recipient = broker.recipients().unwrap().into_iter().find(|r| r.id == self.recipient).unwrap();
        let put = Put {
            purpose: ASSISTANT,
            category: ZONE,
            notice: notice(),
            precisions: Vec::new(),
            days: Vec::new(),
            preset: Preset::None,
        };
        broker.present(whose, &recipient, &[put]).unwrap()
    }

    fn request(&self, broker: &Broker, number: &str) -> ContextRequest {
        let reference = Reference::parse(number).unwrap();
        let subject = broker.link(&Caller::console(), &reference, self.recipient).unwrap();
        let (locale, max_tokens) = (None, None);
        ContextRequest {
            subject,
            purpose: ASSISTANT,
            categories: vec![ZONE],
            circle: None,
            locale,
            max_tokens,
        }
    }

    fn proof(&self, token: &str, at: At) -> String {
        let url = format!("{ISSUER}/v1/context");
        self.key.proof(SystemRng::new().ring(), "POST", &url, Some(token), at).unwrap()
    }

    /// A context request about someone, ready to be sent.
    pub fn asking(&self, broker: &Broker, token: &str, number: &str) -> Call {
        let body = serde_json::to_value(self.request(broker, number)).unwrap();
        let proof = self.proof(token, SystemClock.now());
        let call = Call::new("POST", "/v1/context").json(&body);
        call.header("authorization", format!("DPoP {token}")).header("dpop", proof)
    }

    /// The same without a server: the payload.
    pub fn hears(&self, broker: &Broker, token: &str, number: &str, at: At) -> Vec<u8> {
        let presented = Presented {
            authorization: &format!("DPoP {token}"),
            proof: &self.proof(token, at),
            certificate: None,
            method: "POST",
            url: &format!("{ISSUER}/v1/context"),
        };
        let proven = broker.prove(dongui::oauth::audience::Audience::Api, &presented).unwrap();
        broker.disclose(&proven, &self.request(broker, number)).unwrap().context.bytes().to_vec()
    }
}

/// Parts of a whole that fall everywhere and nowhere twice.
pub fn part(cycle: u32) -> f64 {
    (0.31 + 0.618_034 * f64::from(cycle)).fract()
}

pub fn each_engine(story: impl Fn(House)) {
    eprintln!("on SQLite");
    story(House::bare(false).unwrap());
    if let Some(house) = House::bare(true) {
        eprintln!("on PostgreSQL");
        story(house);
    }
}
