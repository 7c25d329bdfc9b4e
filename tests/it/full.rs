//! Promise 4 on a full disk: disclosures stop first and withdrawals last, and all goes on by itself when there is room again. The real binary on a
//! file system that is really full, which needs root. Deliberately absent: a server database, whose disk is its server's.
use super::support::disk::Disk;
use super::support::door::{Call, Reply, agent, send};
use super::support::house::House;
use super::support::rows;
use super::support::served::Served;
use super::support::site::{Site, Worker, feed};
use super::support::world::{ISSUER, Opening, open};
use dongui::ambient::SystemClock;
use dongui::broker::Broker;
use dongui::broker::authenticate::Caller;
use dongui::crypt::hex;
use dongui::crypt::receipt::DisclosureReceipt;
use dongui::domain::client::Role;
use dongui::domain::consent::State;
use dongui::domain::id::{EntryId, SubscriberId};
use dongui::domain::subscriber::Reference;
use dongui::domain::time::{Clock, MINUTE_US};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// People who withdraw while the disk is full.
const LEAVING: usize = 10_000;
/// People who stay.
const STAYING: usize = 40;
/// MiB of the whole disk.
const DISK: u32 = 512;

type Person = (String, SubscriberId);

/// A site on a small disk, and a broker beside the server that makes links and reads.
struct Scene {
    site: Site,
    broker: Arc<Broker>,
    agent: ureq::Agent,
}

impl Scene {
    fn new(disk: &Disk, people: usize) -> Scene {
        let site = Site::new(House::on(&disk.path), people);
        let opening = Opening { seed: 5, ..Opening::default() };
        let broker = open(&site.house.url, site.house.dir.path(), Arc::new(SystemClock), &opening);
        let text = feed(&site.people, SystemClock.now().floor(MINUTE_US).plus(-MINUTE_US), 2);
        std::fs::write(site.house.dir.path().join("feed"), text).unwrap();
        site.loads(&site.house, "feed");
        Scene { site, broker, agent: agent() }
    }

    fn serves(&self, until: &str) -> Served {
        let make = |_: &str| {
            let mut command = self.site.dongui(&self.site.house);
            command.env("DONGUI_WORKERS", "2");
            command
        };
        Served::start_until(until, make)
    }

    fn ballast(&self) -> PathBuf {
        PathBuf::from(format!("{}-ballast", self.site.house.url))
    }

    fn asks(&self, served: &Served, person: &Person) -> Reply {
        let token = self.site.token(&self.broker, SystemClock.now());
        let call = self.site.asking(&self.broker, &token, &person.0);
        send(&self.agent, &served.address, &call).unwrap()
    }

    /// Comes in by a link and sends the form of one act.
    fn acts(&self, served: &Served, person: &Person, act: &str) -> Reply {
        let link = self.broker.invite(&Caller::console(), &Reference::parse(&person.0).unwrap()).unwrap();
        let entered = Call::new("POST", link.strip_prefix(ISSUER).unwrap());
        let entered = send(&self.agent, &served.address, &entered).unwrap();
        if entered.status != 303 {
            return entered;
        }
        let cookie = entered.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let form_token = self.broker.visitor(cookie.split_once('=').unwrap().1).unwrap().form_token;
        let form = Call::new("POST", "/me/change")
            .body("application/x-www-form-urlencoded", format!("form_token={form_token}&act={act}"))
            .header("cookie", cookie);
        send(&self.agent, &served.address, &form).unwrap()
    }

    fn state(&self, person: &Person) -> State {
        self.broker.overview(person.1).unwrap().grants[0].state
    }

    /// Everybody withdraws; the number of those who could.
    fn withdraw(&self, served: &Served, people: &[Person]) -> usize {
        std::thread::scope(|scope| {
            let parts = people.chunks(people.len().div_ceil(8)).map(|part| {
                scope.spawn(move || {
                    part.iter().filter(|p| self.acts(served, p, "withdraw").status == 303).count()
                })
            });
            parts.collect::<Vec<_>>().into_iter().map(|part| part.join().unwrap()).sum()
        })
    }

    /// Waits until the server says that it discloses, or does not.
    fn waits(&self, served: &Served, status: u16) {
        let begun = Instant::now();
        while send(&self.agent, &served.address, &Call::new("GET", "/readyz")).unwrap().status != status {
            assert!(begun.elapsed() < Duration::from_secs(30), "not {status} within 30 s");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Everything acknowledged is there: withdrawals, and the entry of each answer.
    fn holds(&self, withdrawn: &[Person], answers: &[Reply]) {
        let key = self.broker.jwks().unwrap().keys[0].clone();
        let entries = rows::texts(&self.site.house.url, "SELECT lower(hex(id)) AS value FROM entries");
        for reply in answers {
            let receipt = reply.json()["receipt"].as_str().unwrap().to_owned();
            let EntryId(id) = DisclosureReceipt::verify(&receipt, &key, ISSUER).unwrap().jti;
            assert!(entries.contains(&hex::encode(&id)), "an answer left and its entry is gone");
        }
        assert!(
            withdrawn.iter().all(|p| self.state(p) == State::Withdrawn),
            "an acknowledged withdrawal is gone"
        );
    }

    fn is_sound(&self) {
        let out = self.site.dongui(&self.site.house).args(["audit", "fsck"]).output().unwrap();
        assert!(
            out.status.success(),
            "{}{}",
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr)
        );
    }
}

fn is_refused(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.text());
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    assert_eq!(reply.json()["type"], json!("urn:dongui:problem:unavailable"));
    assert!(reply.text().contains("full"), "{}", reply.text());
}

#[test]
#[ignore = "mounts a file system, which needs root; run with tests/run --faults"]
fn on_a_full_disk_disclosures_stop_then_what_is_given_and_withdrawals_last() {
    let disk = Disk::of(DISK);
    let scene = Scene::new(&disk, LEAVING + STAYING);
    let (leaving, staying) = scene.site.people.split_at(LEAVING);
    let mut served = scene.serves("/readyz");
    assert!(scene.ballast().exists(), "there is a ballast before the first request");
    let mut answers: Vec<Reply> = staying.iter().take(10).map(|p| scene.asks(&served, p)).collect();
    assert!(
        answers.iter().all(|r| r.status == 200 && r.json()["context"]["items"][0].is_object()),
        "{}",
        answers[0].text()
    );

    let desk = Worker::register(&scene.broker, "desk", Role::Operator);
    let token = desk.token(&scene.broker, SystemClock.now());
    // Somebody else fills the disk, nearly: nothing is disclosed, consents are still given.
    disk.fills_but(12 << 20);
    scene.waits(&served, 503);
    is_refused(&scene.asks(&served, &staying[0]));
    for act in ["pause", "resume"] {
        assert_eq!(scene.acts(&served, &staying[1], act).status, 303, "{act}");
    }
    // To the last byte, while people ask: what is answered is there, the rest is 503.
    disk.fills_but(0);
    let mut given = 0;
    for person in staying.iter().cycle().take(200) {
        let paused = scene.acts(&served, person, "pause");
        assert_eq!(paused.status, 303, "a pause is refused: {}", paused.text());
        let resumed = scene.acts(&served, person, "resume");
        given = if resumed.status == 303 { given + 1 } else { break };
    }
    assert!(given < 200, "consents are given on a full disk");
    is_refused(&scene.asks(&served, &staying[2]));

    let stop = json!({ "home": "KR", "ground": "case 17" });
    let stop = desk.signs(Call::new("POST", "/v1/stops").json(&stop), &token);
    let stopped = send(&scene.agent, &served.address, &stop).unwrap();
    assert!(stopped.status < 300, "a stop is refused: {}", stopped.text());

    let (half, before) = (LEAVING / 2, disk.free() >> 10);
    let begun = Instant::now();
    assert_eq!(scene.withdraw(&served, &leaving[..half]), half, "withdrawals are taken");
    let between = disk.free() >> 10;
    // The server is killed, and comes back on a disk that is full.
    served.kill();
    let mut served = scene.serves("/healthz");
    scene.waits(&served, 503);
    assert_eq!(scene.withdraw(&served, &leaving[half..]), LEAVING - half, "withdrawals are taken");
    eprintln!(
        "{LEAVING} withdrawals on a full disk in {:?}; KiB free before, half way, in the end: {before}, {between}, {}",
        begun.elapsed(),
        disk.free() >> 10
    );
    is_refused(&scene.asks(&served, &staying[2]));
    scene.holds(leaving, &answers);
    assert_eq!(scene.broker.stops().unwrap().len(), 1, "the stop order is gone");

    // Room again: everything goes on, with nobody's help.
    disk.is_emptied();
    scene.waits(&served, 200);
    assert!(scene.ballast().exists(), "the ballast is there again");
    let told: Vec<Reply> = staying[20..].iter().map(|p| scene.asks(&served, p)).collect();
    // One may have been left paused.
    let telling = told.iter().filter(|r| r.json()["context"]["items"][0].is_object()).count();
    assert!(telling >= told.len() - 1, "{}", told[0].text());
    answers.extend(told);
    let none = scene.asks(&served, &leaving[0]);
    assert_eq!(none.json()["context"]["withheld"][0]["reason"], json!("not_granted"), "{}", none.text());
    served.kill();
    let served = scene.serves("/readyz");
    scene.holds(leaving, &answers);
    assert_eq!(scene.asks(&served, &staying[25]).status, 200);
    drop(served);
    scene.is_sound();
    scene.site.verifies(&scene.site.house);
}
