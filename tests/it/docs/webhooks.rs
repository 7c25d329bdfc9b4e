//! The receiver that a document shows whole takes what is really sent, and nothing else. Deliberately absent: what is sent (`outbox`).
use super::written;
use crate::support::house::House;
use crate::support::receiver::Receiver;
use crate::support::site::each_engine;
use crate::support::world::{Opening, open, registered};
use crate::support::{ASSISTANT, CITY, ZONE};
use dongui::ambient::SystemClock;
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::cli::serve::Background;
use dongui::domain::consent::Act;
use dongui::domain::subscriber::{AgeBand, Reference};
use dongui::domain::time::{Clock, DAY_US};
use dongui::domain::webhook::WebhookUrl;
use dongui::telemetry::Figures;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

fn receives(house: House) {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: the receiver for Node, since there is no `node`");
        return;
    }
    let opening = Opening::default();
    let broker = open(&house.url, house.dir.path(), Arc::new(SystemClock), &opening);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/");
    let recipient = registered(&broker, "assistant", |r| r.webhook = WebhookUrl::parse(&url));
    let secret = broker.renew_webhook_secret(&Caller::console(), recipient).unwrap().text.to_string();
    let program = house.dir.path().join("receive.mjs");
    std::fs::write(&program, &written("docs/connect/webhooks.md", "js")[0].text).unwrap();
    let mut node = Command::new("node");
    let mut node =
        node.arg(&program).args([&secret, &port.to_string()]).stdout(Stdio::piped()).spawn().unwrap();
    for _ in 0..600 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let reference = Reference::parse("+4915550100000").unwrap();
    let mina = broker.enrol(&Caller::console(), &reference, AgeBand::Adult, None).unwrap().id;
    broker.link(&Caller::console(), &reference, recipient).unwrap();
    let server = Background::start(
        Arc::clone(&broker),
        Figures::new().unwrap(),
        TcpListener::bind("127.0.0.1:0").unwrap(),
    )
    .unwrap();
    let (until, shown) = (SystemClock.now().plus(DAY_US), crate::support::world::told());
    let (purpose, category, precision) = (ASSISTANT, ZONE, CITY);
    broker
        .show_and_decide(
            mina,
            &Wish::Allow {
                recipient,
                purpose,
                category,
                precision,
                until,
                limits: Default::default(),
                shown,
            },
            "screen",
        )
        .unwrap();
    let all =
        Wish::Change { act: Act::Withdraw, until: None, recipient: None, purpose: None, category: None };
    broker.decide(mina, &all, "screen").unwrap();
    let said: Vec<String> =
        BufReader::new(node.stdout.take().unwrap()).lines().take(3).map(Result::unwrap).collect();
    let kinds = ["granted", "withdrawn", "purge_requested"];
    assert_eq!(said, kinds.map(|k| format!("dev.dongui.consent.{k} location.zone")));
    // What is not signed is not taken.
    let forged = ureq::post(&url).header("webhook-id", "x").send("{}");
    assert!(matches!(forged, Err(ureq::Error::StatusCode(401))), "{forged:?}");
    server.stop();
    let _gone = node.kill().and_then(|()| node.wait());
}

#[test]
fn the_receiver_that_the_document_shows_takes_what_is_sent() {
    each_engine(receives);
}

#[test]
fn the_message_that_the_document_shows_has_the_fields_of_a_real_one() {
    let shown: serde_json::Value =
        serde_json::from_str(&written("docs/connect/webhooks.md", "json")[0].text).unwrap();
    crate::support::World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, _) = crate::outbox::listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        w.http();
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        let told = receiver.waits_for(1)[0].json();
        let names = |v: &serde_json::Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        for (shown, told) in [(&shown, &told), (&shown["data"], &told["data"])] {
            let (mut shown, mut told) = (names(shown), names(told));
            shown.sort();
            told.sort();
            assert_eq!(shown, told);
        }
    });
}
