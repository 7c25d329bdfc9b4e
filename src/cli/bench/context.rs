//! `dongui bench context`.
use super::house::{House, ISSUER, PURPOSE};
use super::http::Reply;
use super::load::{self, Ask, Outcome, Shape};
use super::parts::{self, ASKED, Part};
use super::server::Server;
use super::{Load, hundredth, median, tenth};
use crate::ambient::{SystemClock, SystemRng};
use crate::cli::{Answer, Installation, Trouble};
use crate::crypt::receipt::DisclosureReceipt;
use crate::crypt::signing::SigningKeys;
use crate::domain::time::Clock;
use memchr::memmem;
use serde_json::{Value, json};
use std::time::Duration;

/// Asks that find out how fast the rounds will be, and fill caches.
const WARM_UP: usize = 4000;
/// Subscribers whom they are about.
const WARM: usize = 500;

/// What was measured with one number of subscribers.
struct Measured {
    subscribers: u32,
    database_bytes: u64,
    ready_after: Duration,
    peak_kb: u64,
    parts: Vec<Part>,
    /// Rounds of answers that tell of each subscriber what was not told before.
    first: Vec<Outcome>,
    /// The same questions once more.
    again: Vec<Outcome>,
    constant: Outcome,
    receipts: usize,
}

impl Measured {
    fn parts_us(&self) -> f64 {
        self.parts.iter().map(|(_, us)| us).sum()
    }
    fn server_us(&self) -> f64 {
        of(&self.first, Outcome::server_us_each)
    }
}

fn of(rounds: &[Outcome], figure: impl Fn(&Outcome) -> f64) -> f64 {
    median(rounds.iter().map(figure))
}

pub fn run(installation: &Installation, load: &Load) -> Result<Answer, Trouble> {
    let (mut all, sizes) = (Vec::new(), load.sizes());
    // Of each size as many are asked about for the first time as there are in the smallest, or longer rounds would count what a server does between them.
    let fewest = sizes.iter().copied().min().unwrap_or_default() as usize;
    for subscribers in sizes {
        all.push(one(installation, load, subscribers, fewest)?);
    }
    let mut text = all.iter().map(|m| words(m, load)).collect::<String>();
    let mut list: Vec<Value> = all.iter().map(figures).collect();
    if let (Some(first), [_, rest @ ..]) = (all.first(), all.as_slice()) {
        for (m, figures) in rest.iter().zip(list.iter_mut().skip(1)) {
            let ratio = m.server_us() / first.server_us();
            let again = of(&m.again, Outcome::server_us_each) / of(&first.again, Outcome::server_us_each);
            text.push_str(&format!(
                "CPU of {} subscribers over that of {}: {ratio:.2}, of what is told again {again:.2}\n",
                m.subscribers, first.subscribers
            ));
            if let Some(o) = figures.as_object_mut() {
                o.insert("cpu_over_first".to_owned(), json!(hundredth(ratio)));
                o.insert("again_over_first".to_owned(), json!(hundredth(again)));
            }
        }
    }
    Ok(Answer::new(text, json!({ "context": list })))
}

fn one(
    installation: &Installation,
    load: &Load,
    subscribers: u32,
    fewest: usize,
) -> Result<Measured, Trouble> {
    let house = House::open(&installation.data, subscribers, true)?;
    let each = Duration::from_millis(if load.seconds < 5 { 50 } else { 400 });
    let parts = parts::measure(&house, each)?;
    house.forget_releases()?;
    let server = Server::start(&house)?;
    let token = load::token(&server, house.client())?;
    let url = format!("{ISSUER}/v1/context");
    let shape = Shape::new("POST", "/v1/context", &server, &token);
    let asks = |count: usize, subject: &(dyn Fn(usize) -> u32 + Sync)| {
        load::prepare(&house, count, &|n| ask(&house, subject(n), &url, &token))
    };
    let known = WARM.min(fewest / 4).max(1);
    let warm = asks(WARM_UP, &|n| house.spread(n % known))?;
    let seconds = Duration::from_secs(u64::from(load.seconds));
    let warmed = load::drive(&server, &shape, &warm, load.connections, seconds, &good)?;
    // Whom nobody was told anything of is left to be asked for once.
    let each = fewest.saturating_sub(known) / usize::from(load.rounds.max(1));
    let long = ((warmed.rate() * f64::from(load.seconds)) as usize).max(1);
    let most = long.min(each).max(1);
    let (mut first, mut again, mut receipts) = (Vec::new(), Vec::new(), 0);
    for round in 0..load.rounds as usize {
        // What was told may be asked for as often as it takes to fill the time.
        for (count, outcomes) in [(most, &mut first), (long, &mut again)] {
            let made = asks(count, &|n| house.spread(known + round * most + n % most))?;
            let outcome = load::drive(&server, &shape, &made, load.connections, seconds * 4, &good)?;
            receipts += verify(&house, &made, &outcome)?;
            outcomes.push(outcome);
        }
    }
    let constant = constant(&server, &token, load)?;
    Ok(Measured {
        subscribers,
        database_bytes: house.bytes(),
        ready_after: server.ready_after,
        peak_kb: server.peak_kb(),
        parts,
        first,
        again,
        constant,
        receipts,
    })
}

fn ask(house: &House, n: u32, url: &str, token: &str) -> Result<Ask, Trouble> {
    let (system, now) = (SystemRng::new(), SystemClock.now());
    let proof = house.client().proof(system.ring(), "POST", url, Some(token), now).map_err(Trouble::of)?;
    let body = serde_json::to_string(&parts::request(house.subject(n))).map_err(Trouble::of)?;
    Ok(Ask { head: load::proving(&proof), body })
}

/// Whether an answer discloses all that was asked for.
fn good(reply: &Reply<'_>) -> bool {
    let has = |needle: &str| memmem::find(reply.body, needle.as_bytes()).is_some();
    reply.status == 200
        && reply.body.starts_with(br#"{"context":{"items":[{"#)
        && has(r#""withheld":[]"#)
        && has(r#""receipt":"ey"#)
        && ASKED.iter().all(|c| has(&format!(r#""category":"{}""#, c.as_str())))
}

/// Checks the signed receipts of the answers that were kept: each is of our key, over these very bytes, for what was asked.
fn verify(house: &House, asks: &[Ask], outcome: &Outcome) -> Result<usize, Trouble> {
    let keys = SigningKeys::of(house.keyring(), SystemRng::new().ring()).map_err(Trouble::of)?;
    let signer = keys.active(SystemClock.now());
    for (n, body) in &outcome.kept {
        let answer: Value = serde_json::from_slice(body).map_err(Trouble::of)?;
        let text = answer.get("receipt").and_then(Value::as_str).unwrap_or_default();
        let receipt = DisclosureReceipt::verify(text, signer.jwk(), ISSUER).map_err(Trouble::of)?;
        let disclosed: Vec<_> = receipt.categories.iter().map(|c| c.category).collect();
        let asked = asks.get(*n).is_some_and(|a| a.body.contains(&receipt.sub));
        if !asked
            || disclosed != ASKED
            || receipt.purpose != PURPOSE
            || !receipt.covers(&answer.get("context"))
        {
            return Err(Trouble("a receipt is not for the answer it came with".to_owned()));
        }
    }
    Ok(outcome.kept.len())
}

/// The same server, the same client and the same head, answered with a constant.
fn constant(server: &Server, token: &str, load: &Load) -> Result<Outcome, Trouble> {
    let shape = Shape::new("GET", "/healthz", server, token);
    let asks: Vec<Ask> =
        (0..200_000).map(|_| Ask { head: load::proving(&"p".repeat(480)), body: String::new() }).collect();
    let most = Duration::from_secs(u64::from(load.seconds.min(3)));
    load::drive(server, &shape, &asks, load.connections, most, &|reply| {
        reply.status == 200 && reply.body == b"alive\n"
    })
}

fn words(m: &Measured, load: &Load) -> String {
    let mut text = format!(
        "{} subscribers, database {:.0} MB; server ready after {:.2} s, at most {:.0} MB resident\n\
         parts of a request in hot loops, us of CPU\n",
        m.subscribers,
        m.database_bytes as f64 / 1e6,
        m.ready_after.as_secs_f64(),
        m.peak_kb as f64 / 1e3,
    );
    for (name, us) in &m.parts {
        text.push_str(&format!("  {name:<38}{us:>8.1}\n"));
    }
    let (whole, parts, constant) = (m.server_us(), m.parts_us(), m.constant.server_us_each());
    text.push_str(&format!("  {:<38}{parts:>8.1}\n", "sum"));
    text.push_str(&format!(
        "whole over HTTP, {} connections, {} rounds of {} questions, medians; {} receipts verified\n\
         \x20 {:.0} requests/s, p50 {:.1} ms, p99 {:.1} ms\n\
         \x20 server {whole:.1} us of CPU a request; asking {:.1} us\n\
         \x20 whole over sum of parts: {:.2}\n\
         \x20 the same questions again: {:.0} requests/s, p99 {:.1} ms, {:.1} us of CPU a request\n\
         constant answer over HTTP: {:.0} requests/s, p99 {:.1} ms, {constant:.1} us a request\n\
         \x20 whole over constant: {:.1}; whole over parts with HTTP: {:.2}\n",
        load.connections,
        m.first.len(),
        m.first.first().map_or(0, Outcome::answers),
        m.receipts,
        of(&m.first, Outcome::rate),
        of(&m.first, |o| o.latency_ms(0.5)),
        of(&m.first, |o| o.latency_ms(0.99)),
        of(&m.first, Outcome::client_us_each),
        whole / parts,
        of(&m.again, Outcome::rate),
        of(&m.again, |o| o.latency_ms(0.99)),
        of(&m.again, Outcome::server_us_each),
        m.constant.rate(),
        m.constant.latency_ms(0.99),
        whole / constant,
        whole / (parts + constant),
    ));
    text
}

fn figures(m: &Measured) -> Value {
    let parts: serde_json::Map<String, Value> =
        m.parts.iter().map(|(name, us)| ((*name).to_owned(), json!(tenth(*us)))).collect();
    let (whole, sum, constant) = (m.server_us(), m.parts_us(), m.constant.server_us_each());
    json!({
        "subscribers": m.subscribers,
        "database_bytes": m.database_bytes,
        "ready_after_ms": m.ready_after.as_millis() as u64,
        "peak_kb": m.peak_kb,
        "parts_us": parts,
        "sum_of_parts_us": tenth(sum),
        "requests_per_s": of(&m.first, Outcome::rate).round(),
        "p50_ms": hundredth(of(&m.first, |o| o.latency_ms(0.5))),
        "p99_ms": hundredth(of(&m.first, |o| o.latency_ms(0.99))),
        "server_us": tenth(whole),
        "client_us": tenth(of(&m.first, Outcome::client_us_each)),
        "answers": m.first.iter().chain(&m.again).map(Outcome::answers).sum::<usize>(),
        "again_per_s": of(&m.again, Outcome::rate).round(),
        "again_p99_ms": hundredth(of(&m.again, |o| o.latency_ms(0.99))),
        "again_us": tenth(of(&m.again, Outcome::server_us_each)),
        "receipts_verified": m.receipts,
        "whole_over_parts": hundredth(whole / sum),
        "constant_us": tenth(constant),
        "constant_per_s": m.constant.rate().round(),
        "whole_over_constant": hundredth(whole / constant),
        "whole_over_parts_with_http": hundredth(whole / (sum + constant)),
    })
}
