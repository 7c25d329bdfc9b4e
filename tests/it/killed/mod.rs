//! Promises 2 and 3 when the server is killed: what it acknowledged, answers and withdrawals, is there after the next start and told to the recipient,
//! and no proof is good twice. Deliberately absent: feeds (`crash`).
mod often;

use crate::support::door::{Call, Reply, agent, send};
use crate::support::receiver::Receiver;
use crate::support::rows;
use crate::support::served::Served;
use crate::support::site::{Site, each_engine, feed, part};
use crate::support::world::{ISSUER, Opening, open};
use dongui::ambient::SystemClock;
use dongui::broker::Broker;
use dongui::broker::authenticate::Caller;
use dongui::crypt::hex;
use dongui::crypt::receipt::DisclosureReceipt;
use dongui::domain::consent::State;
use dongui::domain::id::{EntryId, RecipientId, SubscriberId};
use dongui::domain::subscriber::Reference;
use dongui::domain::time::{Clock, MINUTE_US};
use dongui::domain::webhook::WebhookUrl;
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// People who ask and withdraw before each kill.
const PER_KILL: usize = 60;

/// Serves what is to be killed.
fn serves(site: &Site) -> Served {
    Served::start(|_| {
        let mut command = site.dongui(&site.house);
        command.env("DONGUI_WORKERS", "2");
        command
    })
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
) -> Acknowledged {
    let (agent, mut out) = (agent(), Acknowledged::default());
    let token = site.token(broker, SystemClock.now());
    for (number, id) in mine {
        let ask = site.asking(broker, &token, number);
        let Ok(reply) = send(&agent, address, &ask) else { return out };
        assert_eq!(reply.status, 200, "{}", reply.text());
        out.answers.push((ask, reply));
        if withdraw(broker, address, &agent, number).is_none() {
            return out;
        }
        out.withdrawn.push(*id);
    }
    out
}

/// Follows a one-time link and sends the form that ends everything; `None` when the server is gone.
pub fn withdraw(broker: &Broker, address: &str, agent: &ureq::Agent, number: &str) -> Option<()> {
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
        let site = Site::new(house, PER_KILL * kills as usize);
        let broker = open(
            &site.house.url,
            site.house.dir.path(),
            Arc::new(SystemClock),
            &Opening { seed: 5, ..Opening::default() },
        );
        let receiver = Receiver::new();
        let listener = listens(&broker, &receiver);
        let text = feed(&site.people, SystemClock.now().floor(MINUTE_US).plus(-MINUTE_US), 2);
        std::fs::write(site.house.dir.path().join("feed"), text).unwrap();
        site.loads(&site.house, "feed");
        let mut all = Acknowledged::default();
        for cycle in 0..kills {
            let mut served = serves(&site);
            let mine = &site.people[cycle as usize * PER_KILL..][..PER_KILL];
            let (site, broker, address) = (&site, &broker, &served.address.clone());
            let acknowledged = std::thread::scope(|scope| {
                let parts = mine.chunks(PER_KILL / 4);
                let threads: Vec<_> = parts
                    .map(|part| scope.spawn(move || use_until_gone(site, broker, address, part)))
                    .collect();
                std::thread::sleep(Duration::from_millis(150).mul_f64(1.0 + 3.0 * part(cycle)));
                served.kill();
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
        is_told(&site, &broker, &all, listener, &receiver);
        site.verifies(&site.house);
    });
}

/// From now on the recipient is told what changes.
fn listens(broker: &Broker, receiver: &Receiver) -> RecipientId {
    let all = broker.recipients().unwrap();
    let mut recipient = all.into_iter().find(|r| r.name == "assistant").unwrap();
    let id = recipient.id;
    recipient.webhook = WebhookUrl::parse(&receiver.url());
    broker.register_recipient(&Caller::console(), recipient).unwrap();
    broker.renew_webhook_secret(&Caller::console(), id).unwrap();
    id
}

/// Of every withdrawal that was acknowledged the recipient is told, however often the server died on the way.
fn is_told(site: &Site, broker: &Broker, all: &Acknowledged, recipient: RecipientId, receiver: &Receiver) {
    // The minute is over in which whoever died may still have been sending.
    rows::run(&site.house.url, "UPDATE outbox SET due_at = 0 WHERE state = 'waiting'");
    let _served = serves(site);
    let pseudonym = |id: &SubscriberId| {
        let (number, _) = site.people.iter().find(|(_, p)| p == id).unwrap();
        broker.link(&Caller::console(), &Reference::parse(number).unwrap(), recipient).unwrap()
    };
    let mut untold: HashSet<String> = all.withdrawn.iter().map(pseudonym).collect();
    let begun = Instant::now();
    while !untold.is_empty() && begun.elapsed() < Duration::from_secs(30) {
        for message in receiver.got().iter().filter(|m| m.kind() == "withdrawn") {
            untold.remove(message.json()["subject"].as_str().unwrap());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(untold, HashSet::new(), "a withdrawal was acknowledged and is not told");
}

/// After the last restart everything acknowledged is there, and nothing of it can be had twice.
fn still_holds(site: &Site, broker: &Broker, all: &Acknowledged) {
    let served = serves(site);
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
        let live = grants.iter().filter(|g| g.state == State::Active).count();
        assert_eq!(live, 0, "a withdrawal was acknowledged and is gone");
    }
    let withdrawn: Vec<_> =
        all.withdrawn.iter().map(|id| site.people.iter().find(|(_, p)| p == id).unwrap()).collect();
    let token = site.token(broker, SystemClock.now());
    for (number, _) in withdrawn.into_iter().take(10) {
        let ask = site.asking(broker, &token, number);
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
