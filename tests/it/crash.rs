//! Promises 2, 3 and 4 when the process is killed: what was acknowledged stays, what was not is done again exactly once, and the log verifies.
//! The real binary is killed, the machine is not. Deliberately absent: a disk that lies about having written.
use super::support::door::{Call, Reply, agent, send};
use super::support::house::House;
use super::support::rows;
use super::support::world::{HandClock, ISSUER, Opening, keys, notice, open, registered};
use super::support::{ASSISTANT, R6, ZONE};
use dongui::ambient::{SystemClock, SystemRng};
use dongui::broker::Broker;
use dongui::broker::authenticate::{Caller, Presented};
use dongui::broker::consent::Wish;
use dongui::broker::ingest::Report;
use dongui::crypt::hex;
use dongui::crypt::keyring::Keyring;
use dongui::crypt::receipt::DisclosureReceipt;
use dongui::domain::client::{Client, Role};
use dongui::domain::id::{EntryId, RecipientId, SubscriberId};
use dongui::domain::request::ContextRequest;
use dongui::domain::subscriber::{AgeBand, Reference};
use dongui::domain::time::{At, Clock, DAY_US, HOUR_US, MINUTE_US};
use dongui::minimise::crowd::Crowd;
use dongui::oauth::client::ClientKey;
use dongui::store::{Store, profiles};
use serde_json::json;
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// People whose feeds are loaded: several stories of profiles.
const PEOPLE: usize = 800;

/// An installation that the binary runs on.
struct Site {
    house: House,
    people: Vec<(String, SubscriberId)>,
    recipient: RecipientId,
    key: ClientKey,
}

impl Site {
    fn new(house: House, people: usize) -> Site {
        let path = house.dir.path().join("keys");
        std::fs::write(&path, keys()).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let broker = open(&house.url, house.dir.path(), Arc::new(SystemClock), &Opening::default());
        let recipient = registered(&broker, "assistant", |_| {});
        let key = ClientKey::generate("assistant", SystemRng::new().ring()).unwrap();
        let jwks = serde_json::to_string(&key.jwks()).unwrap();
        let client =
            Client { id: "assistant".to_owned(), role: Role::Recipient, recipient: Some(recipient), jwks };
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

    fn dongui(&self, house: &House) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dongui"));
        command.env("DONGUI_DATA", house.dir.path()).env("DONGUI_DATABASE", &house.url);
        command.env("DONGUI_ISSUER", ISSUER).env("DONGUI_LOG", "error").env_remove("DONGUI_KEYRING");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn loading(&self, house: &House, file: &str) -> Child {
        let mut command = self.dongui(house);
        command
            .args(["--json", "feed", "load", "--own-time", "--kind", "location"])
            .arg(house.dir.path().join(file));
        command.spawn().unwrap()
    }

    /// The report of a load that runs to its end, and how long it took.
    fn loads(&self, house: &House, file: &str) -> (Report, Duration) {
        let started = Instant::now();
        let output = self.loading(house, file).wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let reports: Vec<Report> = serde_json::from_slice(&output.stdout).unwrap();
        (reports.into_iter().next().unwrap(), started.elapsed())
    }

    fn verifies(&self, house: &House) {
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

fn enrolled(broker: &Broker, recipient: RecipientId, n: usize) -> (String, SubscriberId) {
    let number = format!("+49155700{n:05}");
    let who =
        broker.enrol(&Caller::console(), &Reference::parse(&number).unwrap(), AgeBand::Adult, None).unwrap();
    let until = SystemClock.now().plus(100 * DAY_US);
    let wish =
        Wish::Allow { recipient, purpose: ASSISTANT, category: ZONE, precision: R6, until, notice: notice() };
    broker.decide(who.id, &wish, "screen").unwrap();
    (number, who.id)
}

/// Where each was in some hours that end at `end`; two places, so that there are crowds.
fn feed(people: &[(String, SubscriberId)], end: At, hours: i64) -> String {
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

/// What is known of everyone, opened.
fn known(site: &Site, house: &House) -> BTreeMap<SubscriberId, Vec<u8>> {
    let store = Store::open(&house.url, Arc::new(SystemRng::new())).unwrap();
    let keyring = Keyring::parse(keys()).unwrap();
    let open = |id: SubscriberId| {
        let sealed = store.read("story", |tx| profiles::find(tx, id)).unwrap();
        sealed.map(|s| keyring.sealer().open(("profiles", "sealed"), &id.0, &s.sealed).unwrap().to_vec())
    };
    site.people.iter().filter_map(|(_, id)| Some((*id, open(*id)?))).collect()
}

/// Who was together when.
fn crowds(house: &House) -> Vec<(String, Crowd)> {
    let hex = if house.is_postgres() { "encode(persons, 'hex')" } else { "hex(persons)" };
    let query =
        format!("SELECT kind || ' ' || key || ' ' || bucket || ' ' || {hex} AS value FROM crowd ORDER BY 1");
    let rows = rows::texts(&house.url, &query);
    let read = |row: String| {
        let (key, persons) = row.rsplit_once(' ').unwrap();
        (key.to_owned(), Crowd::from_bytes(&hex::decode(&persons.to_lowercase()).unwrap()).unwrap())
    };
    rows.into_iter().map(read).collect()
}

/// What a recipient hears of every twentieth person at an instant.
fn heard(site: &Site, house: &House, at: At) -> Vec<Vec<u8>> {
    let clock = HandClock::at(at);
    let broker =
        open(&house.url, house.dir.path(), Arc::new(clock), &Opening { seed: 77, ..Opening::default() });
    let token = site.token(&broker, at);
    let asked = site.people.iter().step_by(20).map(|(number, _)| {
        let request = site.request(&broker, number);
        let proof = site.key.proof(
            SystemRng::new().ring(),
            "POST",
            &format!("{ISSUER}/v1/context"),
            Some(&token),
            at,
        );
        let presented = Presented {
            authorization: &format!("DPoP {token}"),
            proof: &proof.unwrap(),
            method: "POST",
            url: &format!("{ISSUER}/v1/context"),
        };
        let proven = broker.prove(&presented).unwrap();
        broker.disclose(&proven, &request).unwrap().context.bytes()
    });
    asked.collect()
}

impl Site {
    fn token(&self, broker: &Broker, at: At) -> String {
        let url = format!("{ISSUER}/oauth/token");
        let system = SystemRng::new();
        let fields = self.key.token_request(system.ring(), ISSUER, "", at).unwrap();
        let fields: Vec<_> = fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
        let proof = self.key.proof(system.ring(), "POST", &url, None, at).unwrap();
        broker.grant_token(&fields, Some(&proof), &url).unwrap().access_token
    }

    fn request(&self, broker: &Broker, number: &str) -> ContextRequest {
        let reference = Reference::parse(number).unwrap();
        let subject = broker.link(&Caller::console(), &reference, self.recipient).unwrap();
        let (locale, max_tokens) = (None, None);
        ContextRequest { subject, purpose: ASSISTANT, categories: vec![ZONE], locale, max_tokens }
    }
}

/// Parts of a whole that fall everywhere and nowhere twice.
fn part(cycle: u32) -> f64 {
    (0.31 + 0.618_034 * f64::from(cycle)).fract()
}

fn each_engine(story: impl Fn(House)) {
    eprintln!("on SQLite");
    story(House::bare(false).unwrap());
    if let Some(house) = House::bare(true) {
        eprintln!("on PostgreSQL");
        story(house);
    }
}

/// Waits until that many more stories of profiles are written, or the load is over.
fn wait_for_stories(house: &House, child: &mut Child, stories: usize) {
    let written = || {
        let sum = rows::texts(&house.url, "SELECT cast(sum(revision) AS TEXT) AS value FROM profiles");
        sum[0].parse::<usize>().unwrap()
    };
    let wanted = written() + (stories * 256).min(PEOPLE);
    while written() < wanted && child.try_wait().unwrap().is_none() {}
}

/// Kills `kills` loads of the second of three files.
fn feeds_killed(kills: u32) {
    each_engine(|house| {
        let site = Site::new(house, PEOPLE);
        let end = SystemClock.now().floor(MINUTE_US).plus(-MINUTE_US);
        for (name, back) in [("first", 12), ("second", 6), ("third", 0)] {
            let text = feed(&site.people, end.plus(-back * HOUR_US), 6);
            std::fs::write(site.house.dir.path().join(name), text).unwrap();
        }
        let (first, _) = site.loads(&site.house, "first");
        assert_eq!(first.kept, 6 * PEOPLE as u64);
        let control = site.house.copy();
        let (second, whole) = site.loads(&control, "second");
        let mut interrupted = 0;
        for cycle in 0..kills {
            let mut child = site.loading(&site.house, "second");
            if cycle % 2 == 0 {
                std::thread::sleep(whole.mul_f64(part(cycle)));
            } else {
                // Between two stories, or between the last profile and the crowds.
                wait_for_stories(&site.house, &mut child, 1 + cycle as usize % 4);
            }
            child.kill().unwrap();
            if !child.wait().unwrap().success() {
                interrupted += 1;
            }
        }
        assert!(interrupted > 0, "no kill fell into a load");
        // What was acknowledged before is still there, and answered as it was.
        let (again, _) = site.loads(&site.house, "first");
        assert_eq!(again, Report { replayed_chunks: 1, ..first });
        let (rest, _) = site.loads(&site.house, "second");
        assert_eq!((rest.lines, rest.kept + rest.repeated), (second.lines, second.kept));
        let (third, _) = site.loads(&site.house, "third");
        assert_eq!(third, site.loads(&control, "third").0);
        eprintln!(
            "{interrupted} of {kills} loads were killed; {} of {} events had been folded",
            rest.repeated, second.kept
        );
        assert_eq!(known(&site, &site.house), known(&site, &control), "nobody's profile differs");
        assert_eq!(crowds(&site.house), crowds(&control), "nor does any crowd");
        site.verifies(&site.house);
        let then = SystemClock.now().plus(MINUTE_US);
        let (told, wanted) = (heard(&site, &site.house, then), heard(&site, &control, then));
        assert!(wanted.iter().any(|b| String::from_utf8_lossy(b).contains("zone-r6")), "something is told");
        assert_eq!(told, wanted);
    });
}

#[test]
fn a_feed_killed_in_the_middle_is_folded_once_when_it_is_sent_again() {
    feeds_killed(4);
}

#[test]
#[ignore = "many kills; run with tests/run --faults"]
fn a_feed_killed_over_and_over_is_folded_once() {
    feeds_killed(60);
}

/// A server that is killed, not stopped.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(site: &Site) -> Served {
        for _ in 0..5 {
            let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let address = format!("127.0.0.1:{port}");
            let mut command = site.dongui(&site.house);
            let child = command.args(["serve", "--listen", &address, "--workers", "2"]).spawn().unwrap();
            let mut served = Served { child, address };
            if served.is_ready() {
                return served;
            }
        }
        panic!("the server does not start");
    }

    fn is_ready(&mut self) -> bool {
        let agent = agent();
        for _ in 0..600 {
            if send(&agent, &self.address, &Call::new("GET", "/readyz")).is_ok_and(|r| r.status == 200) {
                return true;
            }
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// What was sent and answered with 200 before the kill.
#[derive(Default)]
struct Acknowledged {
    answers: Vec<(Call, Reply)>,
    withdrawn: Vec<SubscriberId>,
}

/// Asks about and withdraws for everyone of a part of the people until the server is gone.
fn use_until_gone(
    site: &Site,
    broker: &Broker,
    address: &str,
    mine: &[(String, SubscriberId)],
    gone: &AtomicBool,
) -> Acknowledged {
    let (agent, mut out) = (agent(), Acknowledged::default());
    let at = SystemClock.now();
    let token = site.token(broker, at);
    for (number, id) in mine {
        let body = serde_json::to_value(site.request(broker, number)).unwrap();
        let proof = site.key.proof(
            SystemRng::new().ring(),
            "POST",
            &format!("{ISSUER}/v1/context"),
            Some(&token),
            SystemClock.now(),
        );
        let ask = Call::new("POST", "/v1/context")
            .json(&body)
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", proof.unwrap());
        match send(&agent, address, &ask) {
            Ok(reply) => {
                assert_eq!(reply.status, 200, "{}", reply.text());
                out.answers.push((ask, reply));
            }
            Err(_) => {
                gone.store(true, Ordering::SeqCst);
                return out;
            }
        }
        match withdraw(broker, address, &agent, number) {
            Some(()) => out.withdrawn.push(*id),
            None => return out,
        }
    }
    out
}

/// Follows a one-time link and sends the form that ends everything; `None` when the server is gone.
fn withdraw(broker: &Broker, address: &str, agent: &ureq::Agent, number: &str) -> Option<()> {
    let link = broker.invite(&Caller::console(), &Reference::parse(number).unwrap()).unwrap();
    let path = link.strip_prefix(ISSUER).unwrap();
    let entered = send(agent, address, &Call::new("POST", path)).ok()?;
    assert_eq!(entered.status, 303, "{}", entered.text());
    let cookie = entered.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let session = cookie.split_once('=').unwrap().1;
    let form_token = broker.visitor(session).unwrap().form_token;
    let form = Call::new("POST", "/me/change")
        .body("application/x-www-form-urlencoded", format!("form_token={form_token}&act=withdraw"))
        .header("cookie", cookie);
    let reply = send(agent, address, &form).ok()?;
    assert_eq!(reply.status, 303, "{}", reply.text());
    Some(())
}

/// Kills the server `kills` times while people ask and withdraw.
fn server_killed(kills: u32) {
    each_engine(|house| {
        let per_cycle = 60;
        let site = Site::new(house, per_cycle * kills as usize);
        let broker = open(
            &site.house.url,
            site.house.dir.path(),
            Arc::new(SystemClock),
            &Opening { seed: 5, ..Opening::default() },
        );
        let text = feed(&site.people, SystemClock.now().floor(MINUTE_US).plus(-MINUTE_US), 2);
        std::fs::write(site.house.dir.path().join("feed"), text).unwrap();
        site.loads(&site.house, "feed");
        let mut all = Acknowledged::default();
        for cycle in 0..kills {
            let mut served = Served::start(&site);
            let mine = &site.people[cycle as usize * per_cycle..][..per_cycle];
            let (gone, site, broker, address) = (AtomicBool::new(false), &site, &broker, &served.address);
            let acknowledged = std::thread::scope(|scope| {
                let parts = mine.chunks(per_cycle / 4);
                let gone = &gone;
                let threads: Vec<_> = parts
                    .map(|part| scope.spawn(move || use_until_gone(site, broker, address, part, gone)))
                    .collect();
                std::thread::sleep(Duration::from_millis(150).mul_f64(1.0 + 3.0 * part(cycle)));
                served.child.kill().unwrap();
                served.child.wait().unwrap();
                threads.into_iter().map(|t| t.join().unwrap()).collect::<Vec<_>>()
            });
            for one in acknowledged {
                all.answers.extend(one.answers);
                all.withdrawn.extend(one.withdrawn);
            }
        }
        eprintln!("{} answers and {} withdrawals were acknowledged", all.answers.len(), all.withdrawn.len());
        assert!(!all.answers.is_empty() && !all.withdrawn.is_empty());
        still_holds(&site, &broker, &all);
        site.verifies(&site.house);
    });
}

/// After the last restart everything acknowledged is there, and nothing of it can be had twice.
fn still_holds(site: &Site, broker: &Broker, all: &Acknowledged) {
    let served = Served::start(site);
    let key = broker.jwks().unwrap().keys[0].clone();
    let entries = rows::texts(
        &site.house.url,
        &if site.house.is_postgres() {
            "SELECT encode(id, 'hex') AS value FROM entries".to_owned()
        } else {
            "SELECT lower(hex(id)) AS value FROM entries".to_owned()
        },
    );
    let agent = agent();
    for (call, reply) in &all.answers {
        let receipt = reply.json()["receipt"].as_str().unwrap().to_owned();
        let receipt = DisclosureReceipt::verify(&receipt, &key, ISSUER).unwrap();
        let EntryId(id) = receipt.jti;
        assert!(entries.contains(&hex::encode(&id)), "an answer left and its entry is gone");
        let again = send(&agent, &served.address, call).unwrap();
        assert_eq!(again.status, 401, "a proof was good twice: {}", again.text());
    }
    for id in &all.withdrawn {
        let grants = broker.overview(*id).unwrap().grants;
        let live = grants.iter().filter(|g| g.state == dongui::domain::consent::State::Active).count();
        assert_eq!(live, 0, "a withdrawal was acknowledged and is gone");
    }
    let withdrawn: Vec<_> =
        all.withdrawn.iter().map(|id| site.people.iter().find(|(_, p)| p == id).unwrap()).collect();
    let token = site.token(broker, SystemClock.now());
    for (number, _) in withdrawn.into_iter().take(10) {
        let body = serde_json::to_value(site.request(broker, number)).unwrap();
        let proof = site.key.proof(
            SystemRng::new().ring(),
            "POST",
            &format!("{ISSUER}/v1/context"),
            Some(&token),
            SystemClock.now(),
        );
        let ask = Call::new("POST", "/v1/context")
            .json(&body)
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", proof.unwrap());
        let reply = send(&agent, &served.address, &ask).unwrap();
        assert_eq!(
            reply.json()["context"]["withheld"][0]["reason"],
            json!("not_granted"),
            "{}",
            reply.text()
        );
    }
}

#[test]
fn a_server_killed_while_people_ask_and_withdraw_forgets_nothing_it_acknowledged() {
    server_killed(2);
}

#[test]
#[ignore = "many kills; run with tests/run --faults"]
fn a_server_killed_over_and_over_forgets_nothing_it_acknowledged() {
    server_killed(25);
}
