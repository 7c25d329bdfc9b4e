//! Promise 2 over HTTP: withdrawals and pauses at random moments among requests, on the real stores. How many is told by
//! `DONGUI_INTERLEAVINGS`, some hundreds unless set. Deliberately absent: every order that threads can take (`model`).
use super::support::door::{Call, Door};
use super::support::world::SeededRng;
use super::support::{ASSISTANT, Client, MUNICH, Provider, R6, Subscriber, World, ZONE};
use dongui::domain::client::Role;
use dongui::domain::rng::bytes;
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// Ends on each engine unless `DONGUI_INTERLEAVINGS` says otherwise.
const USUAL: u64 = 300;
/// Subscribers who decide at the same time.
const PEOPLE: usize = 4;
/// Connections that ask about each.
const ASKERS: usize = 2;

/// What is counted.
#[derive(Default)]
struct Seen {
    told: AtomicUsize,
    /// Requests that began after an end was acknowledged and were answered before the next yes began.
    after: AtomicUsize,
    stale: AtomicUsize,
}

/// One subscriber: an odd phase is one in which his consent has ended and the end was acknowledged.
struct Life<'w> {
    who: Subscriber<'w>,
    phase: AtomicU64,
    /// The last phase in which a request began and was answered.
    asked_in: AtomicU64,
}

fn ends() -> u64 {
    std::env::var("DONGUI_INTERLEAVINGS").ok().and_then(|n| n.parse().ok()).unwrap_or(USUAL)
}

/// Says yes, lets some time pass, and takes it back over HTTP; as often as wanted.
fn decides(
    operator: &Client<'_>,
    door: &Door,
    life: &Life<'_>,
    assistant: &Provider<'_>,
    rounds: u64,
    seed: u64,
) {
    let rng = SeededRng::new(seed);
    let mut token = operator.token();
    for round in 0..rounds {
        if round % 1000 == 999 {
            token = operator.token();
        }
        // Before the yes: an answer that begins now may be given under it.
        life.phase.store(2 * round + 2, Ordering::SeqCst);
        life.who.allows(assistant, ASSISTANT, ZONE, R6);
        let [pause, wait] = bytes::<2>(&rng);
        std::thread::sleep(Duration::from_micros(u64::from(wait) * 16));
        let change = if pause < 64 { "pause" } else { "withdraw" };
        let call = Call::new("POST", "/v1/consents/changes")
            .json(&json!({ "reference": life.who.number, "change": change }))
            .with(operator, &token);
        let reply = door.send(&call);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let ended = 2 * round + 3;
        life.phase.store(ended, Ordering::SeqCst);
        while life.asked_in.load(Ordering::SeqCst) < ended {
            std::thread::yield_now();
        }
    }
}

fn asks(door: &Door, life: &Life<'_>, assistant: &Provider<'_>, done: &AtomicBool, seen: &Seen) {
    let request = serde_json::to_value(assistant.request(&life.who, ASSISTANT, &[ZONE])).unwrap();
    let (mut token, mut count) = (assistant.client.token(), 0);
    while !done.load(Ordering::SeqCst) {
        count += 1;
        if count % 1000 == 0 {
            token = assistant.client.token();
        }
        let call = Call::new("POST", "/v1/context").json(&request).with(&assistant.client, &token);
        let began_in = life.phase.load(Ordering::SeqCst);
        let reply = door.send(&call);
        let lasted_in = life.phase.load(Ordering::SeqCst);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let tells = !reply.json()["context"]["items"].as_array().unwrap().is_empty();
        seen.told.fetch_add(usize::from(tells), Ordering::SeqCst);
        // While the phase stays, no other yes has been said: whatever began in it must hear nothing.
        if began_in % 2 == 1 && began_in == lasted_in {
            seen.after.fetch_add(1, Ordering::SeqCst);
            seen.stale.fetch_add(usize::from(tells), Ordering::SeqCst);
        }
        life.asked_in.fetch_max(began_in, Ordering::SeqCst);
    }
}

#[test]
fn no_answer_that_begins_after_an_acknowledged_end_tells_anything() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        w.neighbours_are_at(MUNICH);
        let lives: Vec<Life<'_>> = (0..PEOPLE)
            .map(|n| {
                let who = w.subscriber(&format!("mina-{n}"));
                who.allows(&assistant, ASSISTANT, ZONE, R6);
                assert_eq!(who.is_at(MUNICH).kept, 1);
                Life { who, phase: AtomicU64::new(0), asked_in: AtomicU64::new(0) }
            })
            .collect();
        let operator = w.client(Role::Operator);
        let (door, done, seen) = (w.http(), AtomicBool::new(false), Seen::default());
        let rounds = ends().div_ceil(PEOPLE as u64);
        std::thread::scope(|scope| {
            for life in &lives {
                for _ in 0..ASKERS {
                    scope.spawn(|| asks(&door, life, &assistant, &done, &seen));
                }
            }
            let deciders: Vec<_> = (1u64..)
                .zip(&lives)
                .map(|(seed, life)| {
                    let (operator, door, assistant) = (&operator, &door, &assistant);
                    scope.spawn(move || decides(operator, door, life, assistant, rounds, seed))
                })
                .collect();
            let ended: Vec<_> = deciders.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
            done.store(true, Ordering::SeqCst);
            ended.into_iter().for_each(Result::unwrap);
        });
        let count = |n: &AtomicUsize| n.load(Ordering::SeqCst);
        let (told, after, stale) = (count(&seen.told), count(&seen.after), count(&seen.stale));
        let ended = rounds * PEOPLE as u64;
        eprintln!(
            "{ended} ends, {told} answers that told, {after} asked after an end, {stale} of them stale"
        );
        assert_eq!(stale, 0, "an answer with data began after the acknowledgement");
        assert!(told as u64 >= ended / 4 && after as u64 >= ended, "the ends did not fall among answers");
    });
}
