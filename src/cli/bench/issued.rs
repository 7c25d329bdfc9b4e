//! `dongui bench token`: how many access tokens are given in a second, over HTTP, each for a new assertion and a new proof of possession.
use super::house::{House, ISSUER};
use super::http::Reply;
use super::load::{self, Ask, Outcome, Shape};
use super::server::Server;
use super::{Load, hundredth, median, tenth};
use crate::ambient::{SystemClock, SystemRng};
use crate::cli::{Answer, Installation, Trouble};
use crate::domain::time::Clock;
use memchr::memmem;
use serde_json::json;
use std::time::Duration;

const PATH: &str = "/oauth/token";
/// Requests that find out how fast the rounds will be.
const WARM_UP: usize = 1000;

pub fn run(installation: &Installation, load: &Load) -> Result<Answer, Trouble> {
    let house = House::open(&installation.data, load.subscribers, false)?;
    let server = Server::start(&house)?;
    let head = "Content-Type: application/x-www-form-urlencoded\r\n".to_owned();
    let shape = Shape::with("POST", PATH, &server, head);
    let seconds = Duration::from_secs(u64::from(load.seconds));
    let round = |count: usize| -> Result<Outcome, Trouble> {
        let asks = load::prepare(&house, count, &|_| ask(&house))?;
        load::drive(&server, &shape, &asks, load.connections, seconds * 4, &good)
    };
    let warmed = round(WARM_UP)?;
    let most = ((warmed.rate() * f64::from(load.seconds)) as usize).max(1);
    let rounds = (0..load.rounds).map(|_| round(most)).collect::<Result<Vec<_>, _>>()?;
    let of = |figure: fn(&Outcome) -> f64| median(rounds.iter().map(figure));
    let (rate, us, p99) =
        (of(Outcome::rate), of(Outcome::server_us_each), median(rounds.iter().map(|o| o.latency_ms(0.99))));
    let text = format!(
        "{} rounds of {most} token requests over {} connections, medians\n{rate:.0} tokens/s, p99 {p99:.1} ms, {us:.1} us of CPU a token",
        rounds.len(),
        load.connections,
    );
    let json = json!({ "token": { "tokens_per_s": rate.round(), "p99_ms": hundredth(p99), "server_us": tenth(us) } });
    Ok(Answer::new(text, json))
}

fn ask(house: &House) -> Result<Ask, Trouble> {
    let (system, now, url) = (SystemRng::new(), SystemClock.now(), format!("{ISSUER}{PATH}"));
    let fields = house.client().token_request(system.ring(), ISSUER, "", now).map_err(Trouble::of)?;
    let proof = house.client().proof(system.ring(), "POST", &url, None, now).map_err(Trouble::of)?;
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Ok(Ask { head: load::proving(&proof), body })
}

fn good(reply: &Reply<'_>) -> bool {
    reply.status == 200 && memmem::find(reply.body, br#""token_type":"DPoP""#).is_some()
}
