//! `dongui bench mcp`: the same answers through the Model Context Protocol and through the HTTP API, with tokens about subscribers who are linked.
use super::house::{House, ISSUER, PURPOSE};
use super::http::Reply;
use super::load::{self, Ask, Outcome, Shape};
use super::parts::ASKED;
use super::server::Server;
use super::{Load, hundredth, median, tenth};
use crate::ambient::{SystemClock, SystemRng};
use crate::cli::{Answer, Installation, Trouble};
use crate::crypt::jose::Signer;
use crate::crypt::signing::SigningKeys;
use crate::domain::id::LinkId;
use crate::domain::link::{Piece, Wanted};
use crate::domain::time::{At, Clock};
use crate::oauth::audience::Audience;
use crate::oauth::scope::Scope;
use crate::oauth::token::{self, Issue, Linked};
use crate::store::links::{self, Link};
use memchr::memmem;
use serde_json::json;
use std::ops::Range;
use std::time::Duration;

/// Links in one story of the making.
const STORY: usize = 1000;
/// Questions that find out how fast the rounds will be.
const WARM_UP: usize = 2000;

/// One of the two doors.
#[derive(Clone, Copy)]
struct Door {
    audience: Audience,
    path: &'static str,
    head: &'static str,
}

const API: Door =
    Door { audience: Audience::Api, path: "/v1/context", head: "Content-Type: application/json\r\n" };
const MCP: Door = Door {
    audience: Audience::Mcp,
    path: "/mcp",
    head: "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\n",
};

impl Door {
    fn body(self) -> String {
        let asked: Vec<&str> = ASKED.iter().map(|category| category.as_str()).collect();
        match self.audience {
            Audience::Api => json!({ "purpose": PURPOSE, "categories": asked }).to_string(),
            Audience::Mcp => json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
                "params": { "name": "get_context", "arguments": { "categories": asked } } })
            .to_string(),
        }
    }
}

pub fn run(installation: &Installation, load: &Load) -> Result<Answer, Trouble> {
    let house = House::open(&installation.data, load.subscribers, true)?;
    house.forget_releases()?;
    let keys = SigningKeys::of(house.keyring(), SystemRng::new().ring()).map_err(Trouble::of)?;
    let signer = keys.active(SystemClock.now());
    let server = Server::start(&house)?;
    let all = load.subscribers as usize;
    let seconds = Duration::from_secs(u64::from(load.seconds));
    let mut next = 0;
    let mut round = |door: Door, count: usize| -> Result<Outcome, Trouble> {
        let whom = next..(next + count).min(all);
        next = whom.end;
        link(&house, whom.clone())?;
        let make = |n: usize| ask(&house, signer, door, whom.start + n);
        let asks = load::prepare(&house, whom.len(), &make)?;
        let shape = Shape::with("POST", door.path, &server, door.head.to_owned());
        load::drive(&server, &shape, &asks, load.connections, seconds * 4, &good)
    };
    // Each subscriber is asked about once, whichever door.
    let warmed = round(API, WARM_UP.min(all / 8))?;
    round(MCP, WARM_UP.min(all / 8))?;
    let left = all - 2 * WARM_UP.min(all / 8);
    let each = left / (2 * usize::from(load.rounds.max(1)));
    let most = ((warmed.rate() * f64::from(load.seconds)) as usize).min(each).max(1);
    let (mut api, mut mcp) = (Vec::new(), Vec::new());
    for _ in 0..load.rounds {
        api.push(round(API, most)?);
        mcp.push(round(MCP, most)?);
    }
    Ok(told(&api, &mcp, load))
}

/// Links some subscribers with the client that asks.
fn link(house: &House, whom: Range<usize>) -> Result<(), Trouble> {
    let (store, now) = (house.installation().store()?, SystemClock.now());
    let all: Vec<Link> = whom.map(|n| linked(house, n, now)).collect();
    for story in all.chunks(STORY) {
        let story = story.to_vec();
        store.write("bench.link", move |tx| story.iter().try_for_each(|link| links::put(tx, link, now)))?;
    }
    Ok(())
}

fn wanted() -> Wanted {
    Wanted::new(PURPOSE, ASKED.map(|category| Piece { category, precision: None }).to_vec(), None)
}

fn linked(house: &House, n: usize, now: At) -> Link {
    let subscriber = house.subscriber(house.spread(n));
    Link {
        subscriber,
        client: house.client().client_id().to_owned(),
        id: LinkId(subscriber.0),
        version: 1,
        epoch: 1,
        wanted: wanted(),
        serial: 0,
        jkt: None,
        linked: now,
        used: now,
        ended: None,
        shut: false,
    }
}

fn ask(house: &House, signer: &Signer, door: Door, n: usize) -> Result<Ask, Trouble> {
    let number = house.spread(n);
    let id = LinkId(house.subscriber(number).0);
    let link = Linked { subject: house.subject(number), id, version: 1, allowed: wanted() };
    let what = Issue {
        issuer: ISSUER,
        audience: door.audience,
        client_id: house.client().client_id(),
        scopes: [Scope::ContextRead].into_iter().collect(),
        binding: None,
        ttl_s: token::LIFETIME_S,
        link: Some(&link),
    };
    let system = SystemRng::new();
    let token = token::issue(signer, system.ring(), &what, SystemClock.now()).map_err(Trouble::of)?;
    let head = format!("Authorization: Bearer {}\r\n", token.access_token);
    Ok(Ask { head, body: door.body() })
}

/// Whether an answer discloses all that was asked for.
fn good(reply: &Reply<'_>) -> bool {
    let has = |needle: &str| memmem::find(reply.body, needle.as_bytes()).is_some();
    reply.status == 200 && has(r#""withheld":[]"#) && ASKED.iter().all(|category| has(category.as_str()))
}

fn told(api: &[Outcome], mcp: &[Outcome], load: &Load) -> Answer {
    let of = |rounds: &[Outcome], figure: fn(&Outcome) -> f64| median(rounds.iter().map(figure));
    let p99 = |rounds: &[Outcome]| median(rounds.iter().map(|o| o.latency_ms(0.99)));
    let (api_rate, mcp_rate) = (of(api, Outcome::rate), of(mcp, Outcome::rate));
    let (api_us, mcp_us) = (of(api, Outcome::server_us_each), of(mcp, Outcome::server_us_each));
    let ratio = mcp_rate / api_rate.max(1e-9);
    let text = format!(
        "{} subscribers, {} connections, {} rounds of {} questions by turns, each with a token of its own; medians\n\
         HTTP API: {api_rate:.0} requests/s, p99 {:.1} ms, {api_us:.1} us of CPU a request\n\
         MCP get_context: {mcp_rate:.0} requests/s, p99 {:.1} ms, {mcp_us:.1} us of CPU a request\n\
         MCP over HTTP API: {ratio:.2} of the requests/s",
        load.subscribers,
        load.connections,
        api.len(),
        api.first().map_or(0, Outcome::answers),
        p99(api),
        p99(mcp),
    );
    let json = json!({ "mcp": {
        "subscribers": load.subscribers, "api_per_s": api_rate.round(), "mcp_per_s": mcp_rate.round(),
        "api_us": tenth(api_us), "mcp_us": tenth(mcp_us), "api_p99_ms": hundredth(p99(api)), "mcp_p99_ms": hundredth(p99(mcp)),
        "mcp_over_api": hundredth(ratio),
    }});
    Answer::new(text, json)
}
