//! `dongui bench withdraw`: how soon a withdrawal bites, over HTTP, while others ask. A stale answer is one that begins after the withdrawal
//! was acknowledged and tells something all the same; one is a fault, however fast the rest is.
use super::house::{GRANTED, House, ISSUER, PURPOSE, notice, recipient, reference};
use super::http::Connection;
use super::load::{self, Ask, Shape, percentile_ms};
use super::server::Server;
use super::{Withdraw, hundredth, parts};
use crate::ambient::{SystemClock, SystemRng};
use crate::broker::Broker;
use crate::broker::authenticate::Caller;
use crate::broker::consent::{Shown, Wish};
use crate::cli::{Answer, Installation, Trouble};
use crate::domain::client::{Client, Role};
use crate::domain::consent::Limits;
use crate::domain::recipient::Assurance;
use crate::domain::time::{Clock, DAY_US};
use crate::oauth::client::ClientKey;
use memchr::memmem;
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Connections that withdraw.
const WITHDRAWERS: usize = 2;
/// Those who ask look at so many subscribers around the one that withdraws now.
const AROUND: u32 = 8;

/// Two clients at one server.
struct Clients<'h> {
    house: &'h House,
    operator: &'h ClientKey,
    asks: Shape,
    changes: Shape,
    tokens: [String; 2],
}

/// What was seen.
#[derive(Default)]
struct Seen {
    withdraw_us: Vec<u32>,
    denied_us: Vec<u32>,
}

impl Clients<'_> {
    fn ask(&self, n: u32) -> Result<Ask, Trouble> {
        let url = format!("{ISSUER}/v1/context");
        let body = serde_json::to_string(&parts::request(self.house.subject(n))).map_err(Trouble::of)?;
        let [token, _] = &self.tokens;
        Ok(Ask { head: load::proving(&proof(self.house.client(), &url, token)?), body })
    }

    fn withdrawal(&self, n: u32) -> Result<Ask, Trouble> {
        let url = format!("{ISSUER}/v1/consents/changes");
        let body = json!({ "reference": reference(n), "change": "withdraw" }).to_string();
        let [_, token] = &self.tokens;
        Ok(Ask { head: load::proving(&proof(self.operator, &url, token)?), body })
    }
}

fn proof(key: &ClientKey, url: &str, token: &str) -> Result<String, Trouble> {
    key.proof(SystemRng::new().ring(), "POST", url, Some(token), SystemClock.now()).map_err(Trouble::of)
}

/// Whether an answer tells something; anything but an answer is trouble.
fn tells(connection: &mut Connection, request: &[u8]) -> Result<bool, Trouble> {
    let reply = connection.ask(request).map_err(Trouble::of)?;
    if reply.status != 200 {
        let said = String::from_utf8_lossy(reply.body);
        return Err(Trouble(format!("a request was refused: {} {said}", reply.status)));
    }
    Ok(memmem::find(reply.body, br#"{"context":{"items":[{"#).is_some())
}

pub fn run(installation: &Installation, wanted: &Withdraw) -> Result<Answer, Trouble> {
    let house = House::open(&installation.data, wanted.subscribers, true)?;
    let (broker, operator) = (house.installation().broker()?, operator(&house)?);
    let withdrawals = wanted.withdrawals.min(house.subscribers());
    // A run that was cut short left some withdrawn.
    give(&broker, &house, withdrawals)?;
    let server = Server::start(&house)?;
    let tokens = [load::token(&server, house.client())?, load::token(&server, &operator)?];
    let [ask, change] = &tokens;
    let (asks, changes) = (
        Shape::new("POST", "/v1/context", &server, ask),
        Shape::new("POST", "/v1/consents/changes", &server, change),
    );
    let clients = Clients { house: &house, operator: &operator, asks, changes, tokens };
    let outcome = withdraw(&clients, &server, wanted, withdrawals);
    drop(server);
    give(&broker, &house, withdrawals)?;
    outcome
}

fn operator(house: &House) -> Result<ClientKey, Trouble> {
    let key = ClientKey::generate("bench-operator", SystemRng::new().ring()).map_err(Trouble::of)?;
    let jwks = serde_json::to_string(&key.jwks()).map_err(Trouble::of)?;
    let client = Client {
        id: "bench-operator".to_owned(),
        role: Role::Operator,
        recipient: None,
        jwks,
        redirect_uris: Vec::new(),
        assurance: Assurance::Server,
        audience_profile: Default::default(),
    };
    house.installation().broker()?.register_client(&Caller::console(), client)?;
    Ok(key)
}

/// Everything granted to the first so many, as the house was made.
fn give(broker: &Broker, house: &House, withdrawals: u32) -> Result<(), Trouble> {
    for n in 0..withdrawals {
        let id = house.subscriber(n);
        let held = broker.overview(id)?.grants;
        for (category, precision) in GRANTED {
            let now = broker.now()?;
            if held.iter().any(|g| g.cell.category == category && g.status(now).holds()) {
                continue;
            }
            let (until, limits, shown) = (now.plus(300 * DAY_US), Limits::NONE, Shown::Told(notice()));
            let (recipient, purpose) = (recipient(), PURPOSE);
            let wish = Wish::Allow { recipient, purpose, category, precision, until, limits, shown };
            broker.show_and_decide(id, &wish, "bench")?;
        }
    }
    Ok(())
}

fn withdraw(
    clients: &Clients<'_>,
    server: &Server,
    wanted: &Withdraw,
    withdrawals: u32,
) -> Result<Answer, Trouble> {
    let ended: Vec<AtomicBool> = (0..withdrawals).map(|_| AtomicBool::new(false)).collect();
    let (next, done) = (AtomicU32::new(0), AtomicBool::new(false));
    let (stale, asked, after) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let began = Instant::now();
    let askers = usize::from(wanted.connections).saturating_sub(WITHDRAWERS).max(1);
    let seen = std::thread::scope(|scope| {
        let asks = |thread: u32| {
            let (mut connection, mut request) =
                (Connection::open(server.address).map_err(Trouble::of)?, Vec::with_capacity(2048));
            let mut count = thread;
            while !done.load(Ordering::SeqCst) {
                count = count.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let n = (next.load(Ordering::SeqCst) + (count >> 16) % AROUND).saturating_sub(AROUND / 2);
                let Some(over) = ended.get(n as usize) else { continue };
                clients.asks.write(&mut request, &clients.ask(n)?);
                let late = over.load(Ordering::SeqCst);
                let told = tells(&mut connection, &request)?;
                asked.fetch_add(1, Ordering::Relaxed);
                after.fetch_add(usize::from(late), Ordering::Relaxed);
                stale.fetch_add(usize::from(late && told), Ordering::Relaxed);
            }
            Ok::<_, Trouble>(())
        };
        let withdraws = || {
            let mut connection = Connection::open(server.address).map_err(Trouble::of)?;
            let (mut request, mut seen) = (Vec::with_capacity(2048), Seen::default());
            loop {
                let n = next.fetch_add(1, Ordering::SeqCst);
                let Some(over) = ended.get(n as usize) else { return Ok::<_, Trouble>(seen) };
                clients.changes.write(&mut request, &clients.withdrawal(n)?);
                let mut question = Vec::with_capacity(2048);
                clients.asks.write(&mut question, &clients.ask(n)?);
                let sent = Instant::now();
                let reply = connection.ask(&request).map_err(Trouble::of)?;
                if reply.status != 200 {
                    return Err(Trouble(format!("a withdrawal was refused: {}", reply.status)));
                }
                let acknowledged = Instant::now();
                over.store(true, Ordering::SeqCst);
                let told = tells(&mut connection, &question)?;
                stale.fetch_add(usize::from(told), Ordering::Relaxed);
                after.fetch_add(1, Ordering::Relaxed);
                seen.withdraw_us.push(micros(acknowledged - sent));
                seen.denied_us.push(micros(acknowledged.elapsed()));
            }
        };
        let asking: Vec<_> = (0..askers as u32).map(|n| scope.spawn(move || asks(n))).collect();
        let withdrawing: Vec<_> = (0..WITHDRAWERS).map(|_| scope.spawn(withdraws)).collect();
        let ended: Vec<_> = withdrawing.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::SeqCst);
        let gone = || Trouble("a thread ended".to_owned());
        let mut all = Seen::default();
        for outcome in ended {
            let Seen { mut withdraw_us, mut denied_us } = outcome.map_err(|_| gone())??;
            all.withdraw_us.append(&mut withdraw_us);
            all.denied_us.append(&mut denied_us);
        }
        for thread in asking {
            thread.join().map_err(|_| gone())??;
        }
        all.withdraw_us.sort_unstable();
        all.denied_us.sort_unstable();
        Ok::<_, Trouble>(all)
    })?;
    let count = |n: &AtomicUsize| n.load(Ordering::SeqCst);
    Ok(told(&seen, wanted, (count(&asked), count(&after), count(&stale)), began.elapsed()))
}

fn micros(duration: Duration) -> u32 {
    u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)
}

fn told(
    seen: &Seen,
    wanted: &Withdraw,
    (asked, after, stale): (usize, usize, usize),
    lasted: Duration,
) -> Answer {
    let both = |us: &[u32]| (percentile_ms(us, 0.5), percentile_ms(us, 0.99));
    let ((w50, w99), (d50, d99)) = (both(&seen.withdraw_us), both(&seen.denied_us));
    let (ends, seconds) = (seen.withdraw_us.len(), lasted.as_secs_f64());
    let text = format!(
        "{ends} withdrawals among {asked} requests about the same subscribers, {} connections, {seconds:.1} s\n\
         asked to acknowledged: p50 {w50:.1} ms, p99 {w99:.1} ms\n\
         acknowledged to denied, request and answer included: p50 {d50:.1} ms, p99 {d99:.1} ms\n\
         {after} requests began after the acknowledgement; stale answers: {stale}",
        wanted.connections
    );
    let json = json!({ "withdraw": {
        "withdrawals": ends, "requests": asked, "connections": wanted.connections, "seconds": hundredth(seconds),
        "acknowledged_ms": { "p50": hundredth(w50), "p99": hundredth(w99) },
        "denied_ms": { "p50": hundredth(d50), "p99": hundredth(d99) },
        "begun_after": after, "stale": stale,
    }});
    Answer { text, json, holds: stale == 0 }
}
