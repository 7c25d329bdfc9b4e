//! The same over and over, with everything that writes going on: consents given and withdrawn by the operator's app, context asked for, records
//! erased, exports asked for, stood for and made, the log published. After each start what was acknowledged is there, and what was under way is there whole or not at all.
use super::serves;
use crate::support::door::{Call, Reply, agent, send};
use crate::support::rows;
use crate::support::served::Served;
use crate::support::site::{Person, Site, Worker, each_engine, feed, part};
use crate::support::world::{ISSUER, Opening, notice, open};
use crate::support::{ASSISTANT, R6, ZONE};
use dongui::ambient::SystemClock;
use dongui::broker::Broker;
use dongui::broker::authenticate::Caller;
use dongui::broker::history::AsOf;
use dongui::crypt::hex;
use dongui::crypt::receipt::DisclosureReceipt;
use dongui::domain::client::Role;
use dongui::domain::consent::{State, Status};
use dongui::domain::id::EntryId;
use dongui::domain::subscriber::Reference;
use dongui::domain::time::{Clock, MINUTE_US, SECOND_US};
use dongui::ledger::bundle;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Kills on each engine unless `DONGUI_KILLS` says otherwise.
const USUAL: u32 = 300;
/// Whose consents change, whose records are erased, who is only asked about.
const CHANGING: usize = 24;
const ERASED: usize = 6;
const ASKED: usize = 10;
/// Kills between two inspections of the whole ledger.
const INSPECTED: u32 = 25;
/// Within this a server is ready again.
const READY: Duration = Duration::from_secs(5);

/// A consent that is given and withdrawn in turns.
struct Turning {
    person: Person,
    /// As acknowledged.
    given: bool,
    /// As it will be if what was sent last arrived.
    perhaps: Option<bool>,
}

/// A list of requests that grows and is erased in turns: how many may stand on it.
struct Listed {
    person: Person,
    least: usize,
    most: usize,
}

/// Everybody, and what is known of them.
struct Scene {
    site: Site,
    broker: Arc<Broker>,
    app: Worker,
    desk: Worker,
    supervisor: Worker,
    turning: Vec<Turning>,
    listed: Vec<Listed>,
    asked: Vec<Person>,
}

/// What a server acknowledged in its life.
#[derive(Default)]
struct Acknowledged {
    entries: Vec<EntryId>,
    answers: Vec<(Call, Reply)>,
    exports: Vec<String>,
    bundle: Option<Vec<u8>>,
    erasures: u32,
}

impl Scene {
    fn new(site: Site) -> Scene {
        let opening = Opening { seed: 5, ..Opening::default() };
        let broker = open(&site.house.url, site.house.dir.path(), Arc::new(SystemClock), &opening);
        let text = feed(&site.people, SystemClock.now().floor(MINUTE_US).plus(-MINUTE_US), 2);
        std::fs::write(site.house.dir.path().join("feed"), text).unwrap();
        site.loads(&site.house, "feed");
        let mut people = site.people.clone().into_iter();
        let turning = |person| Turning { person, given: true, perhaps: None };
        let listed = |person| Listed { person, least: 0, most: 0 };
        Scene {
            turning: people.by_ref().take(CHANGING).map(turning).collect(),
            listed: people.by_ref().take(ERASED).map(listed).collect(),
            asked: people.collect(),
            app: Worker::register(&broker, "app", Role::Operator),
            desk: Worker::register(&broker, "desk", Role::Operator),
            supervisor: Worker::register(&broker, "supervisor", Role::Regulator),
            site,
            broker,
        }
    }

    /// A server's life, as long as it lasts.
    fn used_until_killed(&mut self, served: &mut Served, lasts: Duration) -> Acknowledged {
        let at = SystemClock.now();
        let tokens = [&self.app, &self.desk, &self.supervisor].map(|who| who.token(&self.broker, at));
        let ([changes, stands, exports], asks) = (tokens, self.site.token(&self.broker, at));
        let Scene { site, broker, app, desk, supervisor, turning, listed, asked } = self;
        let (site, broker, app, desk, supervisor) = (&*site, &**broker, &*app, &*desk, &*supervisor);
        let (address, over) = (served.address.clone(), AtomicBool::new(false));
        let (first, second) = turning.split_at_mut(CHANGING / 2);
        std::thread::scope(|scope| {
            let (address, over) = (address.as_str(), &over);
            let (asks, changes) = (asks.as_str(), changes.as_str());
            let (stands, exports) = (stands.as_str(), exports.as_str());
            let turn = |lives| move || turns(site, broker, address, (app, changes), lives);
            let threads = [
                scope.spawn(turn(first)),
                scope.spawn(turn(second)),
                scope.spawn(move || asks_on(site, broker, address, asks, asked)),
                scope.spawn(move || erases(site, broker, address, (app, changes, asks), listed)),
                scope.spawn(move || {
                    takes_exports(address, over, (supervisor, exports), [(app, changes), (desk, stands)])
                }),
            ];
            std::thread::sleep(lasts);
            served.kill();
            over.store(true, Ordering::Relaxed);
            let mut all = Acknowledged::default();
            for one in threads.into_iter().map(|t| t.join().unwrap()) {
                all.entries.extend(one.entries);
                all.answers.extend(one.answers);
                all.exports.extend(one.exports);
                all.bundle = one.bundle.or(all.bundle);
                all.erasures += one.erasures;
            }
            all
        })
    }

    /// All that was acknowledged is there, and nothing by half.
    fn holds(&mut self, all: &Acknowledged) {
        let key = self.broker.jwks().unwrap().keys[0].clone();
        let receipt = |(_, reply): &(Call, Reply)| {
            let text = reply.json()["receipt"].as_str().unwrap().to_owned();
            DisclosureReceipt::verify(&text, &key, ISSUER).unwrap().jti
        };
        let mut wanted: Vec<EntryId> = all.entries.clone();
        wanted.extend(all.answers.iter().map(receipt));
        assert_eq!(
            there(&self.site, &wanted),
            wanted.len(),
            "something was acknowledged and its entry is gone"
        );
        assert!(
            all.exports.iter().all(|id| self.broker.asked_export(id).is_ok()),
            "an export that was asked for is gone"
        );
        for life in &mut self.turning {
            let grant = self.broker.overview(life.person.1).unwrap().grants.remove(0);
            let (given, wanted) = (grant.state == State::Active, life.person.0.as_str());
            assert!(
                given == life.given || Some(given) == life.perhaps,
                "{wanted}: an acknowledged change is gone"
            );
            let asked = AsOf {
                recipient: grant.cell.recipient,
                purpose: ASSISTANT,
                category: ZONE,
                at: None,
                known: None,
            };
            let held =
                self.broker.as_of(&Caller::console(), &Reference::parse(wanted).unwrap(), &asked).unwrap();
            assert_eq!(
                held.answer.status == Status::Given,
                given,
                "{wanted}: events say something else than the grant"
            );
            (life.given, life.perhaps) = (given, None);
        }
        for list in &mut self.listed {
            let now = self.broker.requests(list.person.1, None, 0, 100_000).unwrap().records.len();
            assert!((list.least..=list.most).contains(&now), "{} not in {}..={}", now, list.least, list.most);
            (list.least, list.most) = (now, now);
        }
    }

    /// A bundle that arrived verifies, whatever became of its server.
    fn verifies(&self, archive: &[u8]) {
        let dir = tempfile::tempdir().unwrap();
        tar::Archive::new(archive).unpack(dir.path()).unwrap();
        bundle::verify(&dir.path().join("bundle"), &self.broker.log_verifier().unwrap().vkey()).unwrap();
    }

    fn is_sound(&self) {
        let out = self.site.dongui(&self.site.house).args(["audit", "fsck"]).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
    }
}

/// How many of these entries there are.
fn there(site: &Site, wanted: &[EntryId]) -> usize {
    let postgres = site.house.is_postgres();
    let literal = |EntryId(id): &EntryId| {
        let hex = hex::encode(id);
        if postgres { format!("'\\x{hex}'::bytea") } else { format!("x'{hex}'") }
    };
    if wanted.is_empty() {
        return 0;
    }
    let list = wanted.iter().map(literal).collect::<Vec<_>>().join(", ");
    let count = format!("SELECT CAST(count(*) AS TEXT) AS value FROM entries WHERE id IN ({list})");
    rows::texts(&site.house.url, &count)[0].parse().unwrap()
}

fn entry(reply: &Reply) -> EntryId {
    EntryId::parse(reply.json()["entry"].as_str().unwrap()).unwrap()
}

/// Gives and withdraws in turns.
fn turns(
    site: &Site,
    broker: &Broker,
    address: &str,
    (app, token): (&Worker, &str),
    lives: &mut [Turning],
) -> Acknowledged {
    let (agent, mut out) = (agent(), Acknowledged::default());
    loop {
        for life in lives.iter_mut() {
            let number = life.person.0.as_str();
            let call = if life.given {
                let body = json!({ "reference": number, "change": "withdraw" });
                Call::new("POST", "/v1/consents/changes").json(&body)
            } else {
                Call::new("POST", "/v1/consents/answers").json(&yes(site, broker, &life.person))
            };
            life.perhaps = Some(!life.given);
            let Ok(reply) = send(&agent, address, &app.signs(call, token)) else { return out };
            assert_eq!(reply.status, 200, "{}", reply.text());
            out.entries.push(entry(&reply));
            (life.given, life.perhaps) = (!life.given, None);
        }
    }
}

/// A yes to what was shown.
fn yes(site: &Site, broker: &Broker, (number, id): &Person) -> Value {
    let showing = site.shows(broker, *id);
    json!({ "reference": number, "recipient": site.recipient, "purpose": ASSISTANT, "category": ZONE, "answer": "allow",
        "notice": notice(), "showing": showing, "precision": R6, "days": 30 })
}

fn asks_on(site: &Site, broker: &Broker, address: &str, token: &str, asked: &[Person]) -> Acknowledged {
    let (agent, mut out) = (agent(), Acknowledged::default());
    loop {
        for (number, _) in asked {
            let ask = site.asking(broker, token, number);
            let Ok(reply) = send(&agent, address, &ask) else { return out };
            assert_eq!(reply.status, 200, "{}", reply.text());
            out.answers.push((ask, reply));
        }
    }
}

/// Asks about each three times and erases what was recorded.
fn erases(
    site: &Site,
    broker: &Broker,
    address: &str,
    (app, token, asks): (&Worker, &str, &str),
    lists: &mut [Listed],
) -> Acknowledged {
    let (agent, mut out) = (agent(), Acknowledged::default());
    loop {
        for list in lists.iter_mut() {
            let number = list.person.0.as_str();
            for _ in 0..3 {
                list.most += 1;
                let Ok(reply) = send(&agent, address, &site.asking(broker, asks, number)) else { return out };
                assert_eq!(reply.status, 200, "{}", reply.text());
                list.least += 1;
            }
            list.least = 0;
            let erase = Call::new("POST", "/v1/subscribers/erase").json(&json!({ "reference": number }));
            let Ok(reply) = send(&agent, address, &app.signs(erase, token)) else { return out };
            assert_eq!(reply.status, 200, "{}", reply.text());
            list.most = 0;
            out.entries.push(entry(&reply));
            out.erasures += 1;
        }
    }
}

/// Asks for exports of the last seconds, has two stand for each, and fetches it.
fn takes_exports(
    address: &str,
    over: &AtomicBool,
    (supervisor, asks): (&Worker, &str),
    desks: [(&Worker, &str); 2],
) -> Acknowledged {
    let (agent, mut out) = (agent(), Acknowledged::default());
    let sends = |(who, token): (&Worker, &str), call| send(&agent, address, &who.signs(call, token)).ok();
    let posts = |who, path: &str, body: &Value| sends(who, Call::new("POST", path).json(body));
    while !over.load(Ordering::Relaxed) {
        let now = SystemClock.now();
        let (from, to) = (now.plus(-2 * SECOND_US).rfc3339(), now.plus(SECOND_US).rfc3339());
        let wanted = json!({ "from": from, "to": to, "ground": "case 17" });
        let Some(asked) = posts((supervisor, asks), "/v1/audit/exports", &wanted) else { return out };
        assert_eq!(asked.status, 201, "{}", asked.text());
        let id = asked.json()["id"].as_str().unwrap().to_owned();
        out.exports.push(id.clone());
        for desk in desks {
            let stands = posts(desk, "/v1/audit/exports/approvals", &json!({ "id": id }));
            let Some(stands) = stands else { return out };
            assert_eq!(stands.status, 200, "{}", stands.text());
        }
        let fetch = || sends((supervisor, asks), Call::new("GET", &format!("/v1/audit/exports/{id}/bundle")));
        loop {
            let Some(fetched) = fetch() else { return out };
            assert!(fetched.status == 200 || fetched.status == 202, "{}", fetched.text());
            if fetched.status == 200 {
                out.bundle = Some(fetched.body);
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    out
}

fn killed(kills: u32) {
    each_engine(|house| {
        let mut scene = Scene::new(Site::new(house, CHANGING + ERASED + ASKED));
        let (mut slowest, mut counts) = (Duration::ZERO, [0; 4]);
        for cycle in 0..kills {
            if cycle % 10 == 9 {
                // While it is only just starting.
                let mut command = scene.site.dongui(&scene.site.house);
                let mut early = command.args(["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
                std::thread::sleep(Duration::from_millis(250).mul_f64(part(cycle)));
                early.kill().unwrap();
                early.wait().unwrap();
            }
            let begun = Instant::now();
            let mut served = serves(&scene.site);
            slowest = slowest.max(begun.elapsed());
            assert!(slowest < READY, "ready only after {slowest:?}");
            let all = scene
                .used_until_killed(&mut served, Duration::from_millis(100).mul_f64(1.0 + 13.0 * part(cycle)));
            scene.holds(&all);
            if let Some(bundle) = &all.bundle {
                scene.verifies(bundle);
            }
            let more = [
                all.entries.len(),
                all.answers.len(),
                all.erasures as usize,
                usize::from(all.bundle.is_some()),
            ];
            counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
            if cycle % INSPECTED == INSPECTED - 1 || cycle + 1 == kills {
                scene.is_sound();
                // What was shown to a server that died is good for none.
                let served = serves(&scene.site);
                let agent = agent();
                for (call, _) in all.answers.iter().rev().take(20) {
                    assert_eq!(
                        send(&agent, &served.address, call).unwrap().status,
                        401,
                        "a proof was good twice"
                    );
                }
            }
        }
        let [entries, answers, erasures, bundles] = counts;
        eprintln!(
            "{kills} kills: {entries} changes and erasures ({erasures}), {answers} answers, {bundles} bundles acknowledged and there; \
             ready within {slowest:?}"
        );
        // A bundle takes longer than two short lives may last on a busy machine.
        let exported = bundles > 0 || kills < INSPECTED;
        assert!(entries > 0 && answers > 0 && erasures > 0 && exported, "nothing went on");
        scene.site.verifies(&scene.site.house);
    });
}

#[test]
fn a_server_killed_while_everything_goes_on_leaves_nothing_by_half() {
    killed(2);
}

#[test]
#[ignore = "hundreds of kills; run with tests/run --faults"]
fn a_server_killed_hundreds_of_times_while_everything_goes_on_leaves_nothing_by_half() {
    let kills = std::env::var("DONGUI_KILLS").ok().map(|n| n.parse().unwrap());
    killed(kills.unwrap_or(USUAL));
}
