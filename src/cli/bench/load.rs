//! Asking over HTTP from many connections at once. Proofs are made ahead, so that asking costs the machine little; only answers
//! that say what they should are counted. Deliberately absent: a pace; each connection asks again as soon as it was answered.
use super::house::{House, ISSUER};
use super::http::{Connection, Reply};
use super::server::Server;
use super::usage;
use crate::ambient::{SystemClock, SystemRng};
use crate::cli::Trouble;
use crate::domain::time::Clock;
use crate::oauth::client::ClientKey;
use std::net::SocketAddr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Every so many answers one is kept and looked at closely.
const KEPT: usize = 199;

/// One request: what differs from the others.
#[derive(Debug)]
pub struct Ask {
    /// Lines of its head that are its own.
    pub head: String,
    /// The body; empty for none.
    pub body: String,
}

/// What all requests of a load share.
#[derive(Debug, Clone)]
pub struct Shape {
    method: &'static str,
    path: &'static str,
    address: SocketAddr,
    head: String,
}

/// The line of a head that carries a proof of possession.
pub fn proving(proof: &str) -> String {
    format!("DPoP: {proof}\r\n")
}

impl Shape {
    /// Requests with `token`, which is bound to a key.
    pub fn new(method: &'static str, path: &'static str, server: &Server, token: &str) -> Shape {
        let head = format!("Content-Type: application/json\r\nAuthorization: DPoP {token}\r\n");
        Shape::with(method, path, server, head)
    }

    /// Requests whose heads have these lines in common.
    pub fn with(method: &'static str, path: &'static str, server: &Server, head: String) -> Shape {
        Shape { method, path, address: server.address, head }
    }

    /// The request as it goes over the wire.
    pub fn write(&self, out: &mut Vec<u8>, ask: &Ask) {
        use std::io::Write;
        out.clear();
        // INVARIANT: writing to a vector does not fail.
        let _written = write!(
            out,
            "{} {} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n{}{}\r\n{}",
            self.method,
            self.path,
            self.address,
            ask.body.len(),
            self.head,
            ask.head,
            ask.body
        );
    }
}

/// What came of a load.
#[derive(Debug)]
pub struct Outcome {
    /// From the first request to the last answer.
    pub lasted: Duration,
    /// How long each good answer took, µs, sorted.
    pub latencies_us: Vec<u32>,
    /// CPU time of the server, µs.
    pub server_us: u64,
    /// CPU time of asking, µs.
    pub client_us: u64,
    /// Some of the asks by number, with their answers.
    pub kept: Vec<(usize, Vec<u8>)>,
}

impl Outcome {
    /// Good answers.
    pub fn answers(&self) -> usize {
        self.latencies_us.len()
    }
    /// Good answers in a second.
    pub fn rate(&self) -> f64 {
        self.answers() as f64 / self.lasted.as_secs_f64().max(1e-9)
    }
    /// CPU time of the server for one answer, µs.
    pub fn server_us_each(&self) -> f64 {
        self.server_us as f64 / self.answers().max(1) as f64
    }
    /// CPU time of asking once, µs.
    pub fn client_us_each(&self) -> f64 {
        self.client_us as f64 / self.answers().max(1) as f64
    }
    /// The latency that a share of the answers kept within, ms.
    pub fn latency_ms(&self, share: f64) -> f64 {
        percentile_ms(&self.latencies_us, share)
    }
}

/// Of sorted latencies, the one that a share kept within, ms.
pub fn percentile_ms(sorted_us: &[u32], share: f64) -> f64 {
    let at = (sorted_us.len() as f64 * share).ceil() as usize;
    sorted_us.get(at.saturating_sub(1)).map_or(0.0, |us| f64::from(*us) / 1e3)
}

/// Asks all of `asks` once, from `connections` connections, until `most` has passed. Each answer must be `good`.
pub fn drive(
    server: &Server,
    shape: &Shape,
    asks: &[Ask],
    connections: u16,
    most: Duration,
    good: &(dyn Fn(&Reply<'_>) -> bool + Sync),
) -> Result<Outcome, Trouble> {
    let (next, start) = (AtomicUsize::new(0), Barrier::new(usize::from(connections) + 1));
    let own = std::process::id();
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..connections).map(|_| scope.spawn(|| one(shape, asks, &next, &start, most, good))).collect();
        start.wait();
        let (began, server_us, client_us) = (Instant::now(), server.used_us()?, usage::process_us(own)?);
        let (mut latencies_us, mut kept) = (Vec::new(), Vec::new());
        for thread in threads {
            let (mut l, mut k) =
                thread.join().map_err(|_| Trouble("a connection's thread ended".to_owned()))??;
            latencies_us.append(&mut l);
            kept.append(&mut k);
        }
        let lasted = began.elapsed();
        latencies_us.sort_unstable();
        Ok(Outcome {
            lasted,
            latencies_us,
            server_us: server.used_us()? - server_us,
            client_us: usage::process_us(own)? - client_us,
            kept,
        })
    })
}

type Answered = (Vec<u32>, Vec<(usize, Vec<u8>)>);

fn one(
    shape: &Shape,
    asks: &[Ask],
    next: &AtomicUsize,
    start: &Barrier,
    most: Duration,
    good: &(dyn Fn(&Reply<'_>) -> bool + Sync),
) -> Result<Answered, Trouble> {
    let connection = Connection::open(shape.address);
    start.wait();
    let mut connection = connection.map_err(Trouble::of)?;
    let (mut latencies_us, mut kept, mut request) = (Vec::new(), Vec::new(), Vec::with_capacity(2048));
    let began = Instant::now();
    while began.elapsed() < most {
        let n = next.fetch_add(1, Ordering::Relaxed);
        let Some(ask) = asks.get(n) else { break };
        shape.write(&mut request, ask);
        let sent = Instant::now();
        let reply = connection.ask(&request).map_err(Trouble::of)?;
        let took = sent.elapsed();
        if !good(&reply) {
            let said = String::from_utf8_lossy(reply.body);
            return Err(Trouble(format!("an answer is not as it should be: {} {said}", reply.status)));
        }
        latencies_us.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        if n.is_multiple_of(KEPT) {
            kept.push((n, reply.body.to_vec()));
        }
    }
    Ok((latencies_us, kept))
}

/// Makes `count` asks about as many subscribers of the house, on two threads.
pub fn prepare(
    house: &House,
    count: usize,
    make: &(dyn Fn(usize) -> Result<Ask, Trouble> + Sync),
) -> Result<Vec<Ask>, Trouble> {
    debug_assert!(house.subscribers() > 0);
    std::thread::scope(|scope| {
        let half = count / 2;
        let second = scope.spawn(move || (half..count).map(make).collect::<Result<Vec<_>, _>>());
        let mut asks = (0..half).map(make).collect::<Result<Vec<_>, _>>()?;
        asks.append(&mut second.join().map_err(|_| Trouble("a thread ended".to_owned()))??);
        Ok(asks)
    })
}

/// Gets an access token for a client.
pub fn token(server: &Server, client: &ClientKey) -> Result<String, Trouble> {
    let (system, now, issuer) = (SystemRng::new(), SystemClock.now(), ISSUER);
    let url = format!("{issuer}/oauth/token");
    let fields = client.token_request(system.ring(), issuer, "", now).map_err(Trouble::of)?;
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let proof = client.proof(system.ring(), "POST", &url, None, now).map_err(Trouble::of)?;
    let request = format!(
        "POST /oauth/token HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nDPoP: {proof}\r\n\r\n{body}",
        server.address,
        body.len()
    );
    let mut connection = Connection::open(server.address).map_err(Trouble::of)?;
    let reply = connection.ask(request.as_bytes()).map_err(Trouble::of)?;
    let answer: serde_json::Value = serde_json::from_slice(reply.body).map_err(Trouble::of)?;
    let token = answer.get("access_token").and_then(|t| t.as_str()).filter(|_| reply.status == 200);
    token.map(str::to_owned).ok_or_else(|| Trouble(format!("no token was given: {answer}")))
}
