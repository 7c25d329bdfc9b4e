//! The keys that sign tokens and receipts are turned while clients ask and whoever they show them to verifies. Deliberately absent: what a key is at
//! which time (`crypt::signing`).
use super::support::door::Call;
use super::support::house::House;
use super::support::linker::Linker;
use super::support::served::Served;
use super::support::site::Site;
use super::support::world::{Opening, keys};
use super::support::{ASSISTANT, MUNICH, Over, R6, Subscriber, World, ZONE};
use dongui::ambient::SystemClock;
use dongui::cli::rotation::Rotation;
use dongui::crypt::jose::{JwkSet, Unverified, verify};
use dongui::domain::time::{At, Clock, SECOND_US};
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The key file of a world whose server looks at it.
struct Keys {
    path: PathBuf,
    rotation: Option<Rotation>,
}

impl Keys {
    fn of(w: &World) -> Keys {
        let path = w.house.dir.path().join("keys");
        std::fs::write(&path, keys()).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        // The command goes by the machine's clock.
        w.clock.set(SystemClock.now());
        let look = Duration::from_millis(20);
        let rotation = Some(Rotation::looking(w.broker(), path.clone(), look));
        Keys { path, rotation }
    }

    fn turn(&self, more: &[&str]) -> bool {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dongui"));
        command.env("DONGUI_DATA", self.path.parent().unwrap()).env_remove("DONGUI_KEYRING");
        let said = command.args(["keys", "rotate-signing"]).args(more).output().unwrap();
        said.status.success()
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(rotation) = self.rotation.take() {
            rotation.stop();
        }
    }
}

fn set(w: &World, path: &str) -> (JwkSet, i64) {
    let reply = w.http().get(path);
    let age = reply.header("cache-control").and_then(|v| v.strip_prefix("max-age=")).unwrap();
    (JwkSet::parse(&reply.text()).unwrap(), age.parse().unwrap())
}

fn kid(token: &str) -> String {
    Unverified::read(token).unwrap().kid().unwrap().to_owned()
}

/// Whether one of the keys that a document publishes now is that of `token` and signed it.
fn verifies(w: &World, path: &str, token: &str, typ: &str) -> bool {
    let (keys, _) = set(w, path);
    let named = keys.keys.iter().find(|key| key.thumbprint() == kid(token));
    named.is_some_and(|key| verify::<Value>(token, key, typ).is_ok())
}

/// Somebody to whom tokens and receipts are shown, and who keeps our public keys for as long as we say, to the second.
#[derive(Default)]
struct Verifier {
    kept: Option<(JwkSet, At)>,
    copies: usize,
}

impl Verifier {
    fn sees(&mut self, w: &World, token: &str, typ: &str) {
        let now = w.clock.now();
        if self.kept.as_ref().is_none_or(|(_, until)| *until <= now) {
            let (keys, age_s) = set(w, "/oauth/jwks");
            self.kept = Some((keys, now.plus(age_s * SECOND_US)));
            self.copies += 1;
        }
        let (keys, until) = self.kept.as_ref().unwrap();
        let key = keys.keys.iter().find(|key| key.thumbprint() == kid(token));
        let key = key
            .unwrap_or_else(|| panic!("the key of a {typ} is not in a copy good until {until:?}, {now:?}"));
        verify::<Value>(token, key, typ).unwrap();
    }
}

/// One client's life under load: a token, a request with the oldest token that still holds, and everything shown to somebody who verifies.
struct Load<'w> {
    w: &'w World,
    linker: &'w Linker<'w>,
    mina: &'w Subscriber<'w>,
    tokens: VecDeque<(At, String)>,
    verifier: Verifier,
    receipts: Vec<String>,
    kids: BTreeSet<String>,
}

impl<'w> Load<'w> {
    fn of(linker: &'w Linker<'w>, mina: &'w Subscriber<'w>) -> Load<'w> {
        let (tokens, receipts, kids) = Default::default();
        Load { w: linker.w, linker, mina, tokens, verifier: Verifier::default(), receipts, kids }
    }

    fn turn(&mut self) {
        let (w, client) = (self.w, self.linker.client());
        let reply = self.linker.token(&client.token_fields());
        assert_eq!(reply.status, 200, "{}", reply.text());
        let fresh = reply.json()["access_token"].as_str().unwrap().to_owned();
        self.kids.insert(kid(&fresh));
        self.tokens.push_back((w.clock.now(), fresh));
        let alive = w.clock.now().plus(-200 * SECOND_US);
        self.tokens.retain(|(at, _)| *at > alive);
        let token = self.tokens[0].1.clone();
        let request = self.linker.provider.request(self.mina, ASSISTANT, &[ZONE]);
        let call = Call::new("POST", "/v1/context").json(&serde_json::to_value(request).unwrap());
        let reply = w.http().send(&call.with(client, &token));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let receipt = reply.json()["receipt"].as_str().unwrap().to_owned();
        self.verifier.sees(w, &token, "at+jwt");
        self.verifier.sees(w, &receipt, "disclosure-receipt+jwt");
        self.receipts.push(receipt);
    }
}

#[test]
fn keys_turn_under_load_and_nobody_who_keeps_copies_fails_to_verify() {
    World::each(|w| {
        let file = Keys::of(w);
        let linkers = [Linker::new(w, "one"), Linker::new(w, "two")];
        let mina = w.subscriber("mina");
        w.neighbours_are_at(MUNICH);
        for linker in &linkers {
            mina.allows(&linker.provider, ASSISTANT, ZONE, R6);
        }
        mina.is_at(MUNICH);
        let (done, over) = ([0, 0].map(AtomicUsize::new), AtomicBool::new(false));
        let work = |n: usize| {
            let mut load = Load::of(&linkers[n], &mina);
            while !over.load(Ordering::Relaxed) {
                load.turn();
                done[n].fetch_add(1, Ordering::Relaxed);
            }
            load
        };
        let loads: Vec<Load<'_>> = std::thread::scope(|scope| {
            let ends = Over(&over);
            let work = &work;
            let threads = [0, 1].map(|n| scope.spawn(move || work(n)));
            // Both, so that no clock runs away from one that waits.
            let goes_on = |requests: usize| {
                for (n, thread) in threads.iter().enumerate() {
                    let until = done[n].load(Ordering::Relaxed) + requests;
                    while done[n].load(Ordering::Relaxed) < until && !thread.is_finished() {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                }
            };
            // Copies are made just before the key is.
            goes_on(2);
            assert!(file.turn(&[]) && !file.turn(&[]), "one at a time");
            goes_on(4);
            // Through the hour before it signs, the first minutes of it, and the hour after.
            for _ in 0..310 {
                w.clock.advance(25 * SECOND_US);
                goes_on(1);
            }
            drop(ends);
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        for load in &loads {
            assert!(load.receipts.len() > 200 && load.verifier.copies > 2, "{}", load.receipts.len());
            assert_eq!(load.kids.len(), 2, "both keys signed");
            // The first key is taken out, and a receipt of its time verifies as one, and as nothing else.
            let (first, last) = (&load.receipts[0], load.receipts.last().unwrap());
            let typ = "disclosure-receipt+jwt";
            assert_ne!(kid(first), kid(last));
            assert!(!verifies(w, "/oauth/jwks", first, typ) && verifies(w, "/oauth/jwks", last, typ));
            for receipt in [first, last] {
                assert!(verifies(w, "/oauth/jwks/receipts", receipt, typ));
            }
        }
        let all: usize = loads.iter().map(|load| load.receipts.len()).sum();
        eprintln!("{all} requests under two keys");
    });
}

#[test]
fn a_running_server_publishes_the_next_key_without_a_restart() {
    let site = Site::new(House::bare(false).unwrap(), 1);
    let served = Served::start(|_| site.dongui(&site.house));
    let kids = || -> BTreeSet<String> {
        let reply = served.send(&Call::new("GET", "/oauth/jwks"));
        JwkSet::parse(&reply.text()).unwrap().keys.iter().map(|k| k.thumbprint().to_owned()).collect()
    };
    let before = kids();
    let turned = site.dongui(&site.house).args(["--json", "keys", "rotate-signing"]).output().unwrap();
    assert!(turned.status.success());
    let started = Instant::now();
    while kids().len() == before.len() {
        assert!(started.elapsed() < Duration::from_secs(30), "it reads the key file every five seconds");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(kids().is_superset(&before));
    let shown = site.dongui(&site.house).args(["--json", "keys", "show"]).output().unwrap();
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let states: Vec<_> =
        shown["signing"].as_array().unwrap().iter().map(|key| key["state"].clone()).collect();
    assert_eq!(states, ["active", "next"]);
    assert!(kids().contains(shown["signing"][1]["kid"].as_str().unwrap()), "named by its thumbprint");
}

#[test]
fn a_key_that_somebody_else_has_is_over_at_once_and_old_receipts_still_verify() {
    World::each(|w| {
        let file = Keys::of(w);
        let linker = Linker::new(w, "assistant");
        let mina = w.subscriber("mina");
        mina.allows(&linker.provider, ASSISTANT, ZONE, R6);
        let mut load = Load::of(&linker, &mina);
        load.turn();
        let (token, receipt) = (load.tokens[0].1.clone(), load.receipts[0].clone());
        assert!(file.turn(&["--at-once"]));
        w.clock.set(SystemClock.now());
        let asks = || {
            let call = Call::new("POST", "/v1/context").json(&serde_json::json!({}));
            w.http().send(&call.with(linker.client(), &token))
        };
        let mut tries = 0;
        while asks().status != 401 {
            tries += 1;
            assert!(tries < 250, "the token of a key that is over is still taken");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(asks().header("www-authenticate").unwrap().contains("invalid_token"));
        assert_eq!(linker.worth(&token), serde_json::json!({ "active": false }));
        load.tokens.clear();
        load.verifier = Verifier::default();
        load.turn();
        assert_eq!(load.kids.len(), 2);
        let typ = "disclosure-receipt+jwt";
        assert!(!verifies(w, "/oauth/jwks", &receipt, typ));
        // After a restart, too: the public half is in the key file, and the private one is not.
        let text = std::fs::read_to_string(&file.path).unwrap();
        assert_eq!((text.matches("signing-p256 ").count(), text.matches("retired-p256 ").count()), (1, 1));
        drop(file);
        w.restart(Opening { keys: &text, ..Opening::default() });
        assert!(verifies(w, "/oauth/jwks/receipts", &receipt, typ));
        load.turn();
    });
}
