//! Sends what recipients are told, beside a server. Deliberately absent: what is sent and when it is tried again (`broker::deliver`).
//!
//! Each recipient has a thread while something is due to it, and one request under way. Recipients that fail wait longer and longer and hold
//! half of the threads at most, so that those who answer do not wait for those who do not.
use super::Trouble;
use crate::broker::Broker;
use crate::broker::deliver::{Delivery, Outcome};
use crate::domain::id::RecipientId;
use crate::domain::webhook::WebhookUrl;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// How often is looked for what is due.
const LOOK: Duration = Duration::from_millis(250);
/// How long a recipient may take for one message, from its name to its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a turn takes, so that what was taken is settled before anybody else may take it.
const TURN_LASTS: Duration = Duration::from_secs(20);
/// Recipients served at once, and how many of them may have failed last.
const LANES: usize = 32;
const FAILING: usize = LANES / 2;
/// The longest rest of a recipient that fails, however often it has.
const REST: Duration = Duration::from_secs(60);

/// Lets only those addresses through that the webhook's own may lead to. The connection is made to what was judged here, so a
/// name that means something else a moment later helps nobody.
#[derive(Debug, Default)]
struct Guard(DefaultResolver);

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let url = WebhookUrl::parse(&uri.to_string()).ok_or(ureq::Error::HostNotFound)?;
        let found = self.0.resolve(uri, config, timeout)?;
        // One that must not be called spoils them all: nobody means well who mixes them.
        if found.iter().all(|address| url.may_reach(address.ip())) {
            Ok(found)
        } else {
            Err(ureq::Error::HostNotFound)
        }
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(RootCerts::WebPki).build())
        // A proxy from the environment would resolve names past the guard.
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_connect(Some(Duration::from_secs(5)))
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("dongui/", env!("CARGO_PKG_VERSION")))
        .build();
    ureq::Agent::with_parts(config, DefaultConnector::default(), Guard::default())
}

/// Posts one message; what is answered besides the status is not read. The word says what went wrong, and never with whom about what.
fn post(agent: &ureq::Agent, delivery: &Delivery) -> Result<(), &'static str> {
    let mut request = agent
        .post(delivery.url.as_str())
        .header("content-type", "application/cloudevents+json")
        .header("webhook-id", &delivery.id)
        .header("webhook-timestamp", delivery.sent_s.to_string());
    if !delivery.signature.is_empty() {
        request = request.header("webhook-signature", &delivery.signature);
    }
    if let Some(bearer) = &delivery.bearer {
        request = request.header("authorization", bearer.header().as_str());
    }
    match request.send(delivery.body.as_slice()) {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) if answer.status().is_redirection() => Err("it redirects"),
        Ok(_) => Err("it answers with an error"),
        Err(ureq::Error::HostNotFound) => Err("its name leads nowhere that may be called"),
        Err(ureq::Error::Timeout(_)) => Err("it does not answer in time"),
        Err(_) => Err("it cannot be reached"),
    }
}

/// How a recipient that failed is treated.
struct Resting {
    failures: u32,
    until: Instant,
}

struct Lane {
    recipient: RecipientId,
    failing: bool,
    thread: JoinHandle<Turn>,
}

/// What became of a turn.
#[derive(Default)]
struct Turn {
    /// Whether anything arrived.
    arrived: bool,
    problem: Option<&'static str>,
}

/// The threads that send, and who rests.
struct Lanes {
    broker: Arc<Broker>,
    agent: ureq::Agent,
    stopped: Arc<AtomicBool>,
    under_way: Vec<Lane>,
    resting: HashMap<RecipientId, Resting>,
}

impl Lanes {
    /// Hears what became of the turns that are over.
    fn gather(&mut self) {
        for lane in self.under_way.extract_if(.., |lane| lane.thread.is_finished()).collect::<Vec<_>>() {
            let broken = |_| Turn { arrived: false, problem: Some("its thread broke") };
            let Turn { arrived, problem } = lane.thread.join().unwrap_or_else(broken);
            if arrived {
                self.resting.remove(&lane.recipient);
            }
            if let Some(problem) = problem {
                self.rest(lane.recipient, problem);
            }
        }
    }

    fn rest(&mut self, recipient: RecipientId, problem: &'static str) {
        let failures = self.resting.get(&recipient).map_or(0, |r| r.failures);
        if failures == 0 {
            tracing::warn!(%recipient, problem, "a recipient is not told; it is tried again");
        }
        let rest = Duration::from_secs(1 << failures.min(6)).min(REST);
        self.resting.insert(
            recipient,
            Resting { failures: failures.saturating_add(1), until: Instant::now() + rest },
        );
    }

    /// Gives threads to those whom something is due to, first to those who answered last time.
    fn start(&mut self, looks: &Thread) -> Result<(), crate::broker::Failure> {
        let now = Instant::now();
        let mut awaited = self.broker.awaited()?;
        awaited.retain(|id| self.under_way.iter().all(|lane| lane.recipient != *id));
        awaited.retain(|id| self.resting.get(id).is_none_or(|r| r.until <= now));
        awaited.sort_by_key(|id| self.resting.contains_key(id));
        for recipient in awaited {
            let failing = self.resting.contains_key(&recipient);
            let held = self.under_way.iter().filter(|lane| lane.failing).count();
            if self.under_way.len() >= LANES || (failing && held >= FAILING) {
                break;
            }
            let (broker, agent) = (Arc::clone(&self.broker), self.agent.clone());
            let (stopped, looks) = (Arc::clone(&self.stopped), looks.clone());
            let thread = std::thread::spawn(move || {
                let outcome = turn(&broker, &agent, recipient, &stopped);
                // There may be more.
                looks.unpark();
                outcome
            });
            self.under_way.push(Lane { recipient, failing, thread });
        }
        Ok(())
    }
}

/// Sends what is due to one recipient, until something fails.
fn turn(broker: &Broker, agent: &ureq::Agent, recipient: RecipientId, stopped: &AtomicBool) -> Turn {
    let (begun, mut turn) = (Instant::now(), Turn::default());
    let Ok(deliveries) = broker.deliveries(recipient) else {
        return Turn { problem: Some("its messages cannot be read"), ..turn };
    };
    let mut outcomes = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        let goes_on =
            turn.problem.is_none() && begun.elapsed() < TURN_LASTS && !stopped.load(Ordering::Relaxed);
        let outcome = match goes_on.then(|| broker.still(&delivery)) {
            None | Some(Ok(false)) => Outcome::Untried,
            Some(Err(_)) => {
                turn.problem = Some("whether its messages are still to be sent cannot be read");
                Outcome::Untried
            }
            Some(Ok(true)) => match post(agent, &delivery) {
                Ok(()) => Outcome::Arrived,
                Err(problem) => {
                    turn.problem = Some(problem);
                    Outcome::Failed
                }
            },
        };
        turn.arrived |= outcome == Outcome::Arrived;
        outcomes.push((delivery, outcome));
    }
    if !outcomes.is_empty() && broker.settle(outcomes).is_err() {
        turn.problem = Some("what became of its messages cannot be written");
    }
    turn
}

/// Looks for what is due until it is stopped.
pub(super) struct Deliverer {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Deliverer {
    pub(super) fn start(broker: Arc<Broker>) -> Result<Deliverer, Trouble> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("deliverer".to_owned()).spawn(move || {
            let looks = std::thread::current();
            let (under_way, resting) = (Vec::new(), HashMap::new());
            let mut lanes =
                Lanes { broker, agent: agent(), stopped: Arc::clone(&stopped), under_way, resting };
            let mut well = true;
            while !stopped.load(Ordering::Relaxed) {
                lanes.gather();
                let looked = lanes.start(&looks);
                if let (true, Err(e)) = (well, &looked) {
                    tracing::error!(problem = %e, "recipients are not told");
                }
                well = looked.is_ok();
                std::thread::park_timeout(LOOK);
            }
            // A request under way is waited for; what was not tried is free again at once.
            for lane in lanes.under_way {
                let _ended = lane.thread.join();
            }
        });
        Ok(Deliverer { stop, thread: thread.map_err(Trouble::of)? })
    }

    pub(super) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        let _joined = self.thread.join();
    }
}
