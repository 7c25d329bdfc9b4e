//! `dongui bench refusals`: whether the time of an answer tells why nothing was told. Three causes that a recipient must not tell apart, asked in turns
//! over HTTP: a pseudonym of nobody, somebody who paused, somebody of whom nothing is known. Deliberately absent: causes that are told anyway.
use super::house::{House, ISSUER, PURPOSE, recipient};
use super::http::Connection;
use super::load::{self, Ask, Shape, percentile_ms};
use super::server::Server;
use super::{Refusals, hundredth, parts};
use crate::ambient::{SystemClock, SystemRng};
use crate::broker::consent::Wish;
use crate::cli::{Answer, Installation, Trouble};
use crate::crypt::pseudonym;
use crate::domain::consent::Act;
use crate::domain::id::SubscriberId;
use crate::domain::rng::bytes;
use crate::domain::time::Clock;
use memchr::memmem;
use serde_json::{Value, json};
use std::time::Instant;

/// Subscribers of the house; nothing is known of any.
const SUBSCRIBERS: u32 = 1000;
/// Connections that ask at the same time.
const CONNECTIONS: usize = 4;
const CAUSES: [&str; 3] = ["nobody", "paused", "nothing known"];

pub fn run(installation: &Installation, wanted: &Refusals) -> Result<Answer, Trouble> {
    let house = House::open(&installation.data.join("refusals"), SUBSCRIBERS, false)?;
    pause(&house)?;
    let server = Server::start(&house)?;
    let token = load::token(&server, house.client())?;
    let shape = Shape::new("POST", "/v1/context", &server, &token);
    let each = wanted.requests as usize / CONNECTIONS;
    let mut seen: [Vec<u32>; 3] = Default::default();
    std::thread::scope(|scope| {
        let ask = |thread: usize| asked(&house, &shape, &server, &token, thread, each);
        let threads: Vec<_> = (0..CONNECTIONS).map(|thread| scope.spawn(move || ask(thread))).collect();
        for thread in threads {
            let of = thread.join().map_err(|_| Trouble("a connection's thread ended".to_owned()))??;
            seen.iter_mut().zip(of).for_each(|(all, mut own)| all.append(&mut own));
        }
        Ok::<_, Trouble>(())
    })?;
    seen.iter_mut().for_each(|all| all.sort_unstable());
    Ok(told(&seen))
}

/// Every other subscriber holds back what he allowed.
fn pause(house: &House) -> Result<(), Trouble> {
    let broker = house.installation().broker()?;
    let (recipient, purpose) = (Some(recipient()), Some(PURPOSE));
    let wish = Wish::Change { act: Act::Pause, until: None, recipient, purpose, category: None };
    for n in (0..house.subscribers()).step_by(2) {
        broker.show_and_decide(house.subscriber(n), &wish, "bench")?;
    }
    Ok(())
}

/// Latencies by cause, µs.
fn asked(
    house: &House,
    shape: &Shape,
    server: &Server,
    token: &str,
    thread: usize,
    each: usize,
) -> Result<[Vec<u32>; 3], Trouble> {
    let (system, url) = (SystemRng::new(), format!("{ISSUER}/v1/context"));
    let mut connection = Connection::open(server.address).map_err(Trouble::of)?;
    let (mut seen, mut request): ([Vec<u32>; 3], Vec<u8>) = Default::default();
    // Causes take turns, and the first of all is not counted: it waits for what comes up.
    for n in 0..each * CAUSES.len() + 1 {
        let cause = n % CAUSES.len();
        let one = parts::drawn(house, n << 8 | thread) & !1;
        let subject = match cause {
            0 => pseudonym::pairwise(house.keyring(), recipient(), SubscriberId(bytes(&system)), 1),
            1 => house.subject(one),
            _ => house.subject(one + 1),
        };
        let proof = house.client().proof(system.ring(), "POST", &url, Some(token), SystemClock.now());
        let body = serde_json::to_string(&parts::request(subject)).map_err(Trouble::of)?;
        shape.write(&mut request, &Ask { head: load::proving(&proof.map_err(Trouble::of)?), body });
        let sent = Instant::now();
        let reply = connection.ask(&request).map_err(Trouble::of)?;
        let took_us = u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX);
        let same = memmem::find(reply.body, br#""reason":"not_available""#).is_some();
        if reply.status != 200 || !same {
            return Err(Trouble(format!("an answer about `{}` is not the uniform one", CAUSES[cause])));
        }
        if n > 0 {
            seen[cause].push(took_us);
        }
    }
    Ok(seen)
}

fn told(seen: &[Vec<u32>; 3]) -> Answer {
    let mut text = String::new();
    let mut causes = Vec::new();
    for (cause, all) in CAUSES.iter().zip(seen) {
        let [p50, p99] = [0.5, 0.99].map(|share| percentile_ms(all, share));
        text.push_str(&format!("{cause:<14}{:>7} answers   p50 {p50:.3} ms, p99 {p99:.3} ms\n", all.len()));
        causes.push(json!({ "cause": cause, "answers": all.len(), "p50_ms": p50, "p99_ms": p99 }));
    }
    let mut pairs: Vec<Value> = Vec::new();
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        let guessed = guessed(&seen[a], &seen[b]);
        let (a, b) = (CAUSES[a], CAUSES[b]);
        text.push_str(&format!(
            "by its time alone, one answer of `{a}` and one of `{b}` are told apart in {:.0} %; 50 % is a coin\n",
            guessed * 100.0
        ));
        pairs.push(json!({ "of": [a, b], "told_apart": hundredth(guessed) }));
    }
    Answer::new(text, json!({ "refusals": { "causes": causes, "pairs": pairs } }))
}

/// How often the slower of two answers is the one that usually is (area under the ROC curve, Mann and Whitney's U over the pairs). Both sorted.
fn guessed(a: &[u32], b: &[u32]) -> f64 {
    let (mut below, mut doubled) = ((0, 0), 0u64);
    for x in a {
        while b.get(below.0).is_some_and(|y| y < x) {
            below.0 += 1;
        }
        while b.get(below.1).is_some_and(|y| y <= x) {
            below.1 += 1;
        }
        doubled += (below.0 + below.1) as u64;
    }
    let share = doubled as f64 / 2.0 / (a.len() * b.len()).max(1) as f64;
    share.max(1.0 - share)
}

#[cfg(test)]
mod tests {
    use super::guessed;

    #[test]
    fn equal_times_are_a_coin_and_times_apart_tell_all() {
        assert_eq!(guessed(&[1, 2, 3], &[1, 2, 3]), 0.5);
        assert_eq!(guessed(&[1, 2], &[3, 4]), 1.0);
        assert_eq!(guessed(&[3, 4], &[1, 2]), 1.0);
        assert_eq!(guessed(&[1, 3], &[2, 2]), 0.5);
    }
}
