//! `dongui serve`.
use super::count::Census;
use super::deliver::Deliverer;
use super::room::Watch;
use super::rotation::Rotation;
use super::tell::Teller;
use super::tls::{self, Tls};
use super::token::TokenWatch;
use super::{Answer, Installation, Trouble};
use crate::ambient::SystemClock;
use crate::broker::{Broker, Failure};
use crate::camara;
use crate::console;
use crate::mcp;
use crate::screens;
use crate::store::Fault;
use crate::telemetry::Figures;
use crate::web::{self, routes};
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App, HttpServer};
use clap::Args;
use rustls::ServerConfig;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How to serve.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Address and port to listen on; TLS ends in front of it, or here with `--tls-cert`.
    #[arg(long, env = "DONGUI_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Threads that take requests; one per core if absent.
    #[arg(long, env = "DONGUI_WORKERS")]
    workers: Option<usize>,
    /// Look of the subscriber's pages; see `dongui theme check`.
    #[arg(long, env = "DONGUI_THEME", value_name = "FILE")]
    theme: Option<PathBuf>,
    #[command(flatten)]
    tls: Tls,
}

/// Where requests come in, and how their connections begin.
pub struct Entrance {
    listener: TcpListener,
    tls: Option<ServerConfig>,
    asks_certificates: bool,
}

impl From<TcpListener> for Entrance {
    /// Plain HTTP.
    fn from(listener: TcpListener) -> Entrance {
        Entrance { listener, tls: None, asks_certificates: false }
    }
}

impl Entrance {
    /// As `tls` says, for a server that calls itself `issuer`.
    ///
    /// # Errors
    /// Those of `Tls::accepting`.
    pub fn new(listener: TcpListener, tls: &Tls, issuer: &str) -> Result<Entrance, Trouble> {
        let asks_certificates = tls.tls_client_ca.is_some();
        Ok(Entrance { listener, tls: tls.accepting(issuer)?, asks_certificates })
    }
}

/// Serves until it is told to stop.
pub fn run(installation: &Installation, arguments: &Arguments) -> Result<Answer, Trouble> {
    if let Some(file) = &arguments.theme {
        screens::theme::wear(super::theme::taken(file)?);
    }
    let figures = Figures::new().map_err(Trouble::of)?;
    let broker = installation.broker_on(Arc::new(SystemClock), figures.recorder())?;
    match broker.flush() {
        // Somebody beside is reading, so this is no start after a fault; a full disk is for the watch.
        Ok(()) | Err(Failure::Fault(Fault::Busy | Fault::Full)) => {}
        Err(e) => return Err(Trouble::of(e)),
    }
    let entrance = Entrance::new(listen(arguments.listen)?, &arguments.tls, &installation.issuer)?;
    super::answer::say(&format!(
        "dongui serves {} on {}; stop it with Ctrl-C",
        installation.issuer, arguments.listen
    ));
    // Keys that come in a variable stay until the next start.
    let file = std::env::var_os("DONGUI_KEYRING").is_none().then(|| installation.keys());
    let rotation = file.map(|path| Rotation::start(Arc::clone(&broker), path, installation.token.clone()));
    let token = TokenWatch::start(Arc::clone(&broker), installation.token.clone(), installation.key_text()?);
    let watch = Watch::start(Arc::clone(&broker));
    let served = serve(broker, figures, entrance, arguments.workers);
    watch.stop();
    if let Some(token) = token {
        token.stop();
    }
    if let Some(rotation) = rotation {
        rotation.stop();
    }
    served?;
    Ok(Answer::new("stopped", serde_json::json!({ "stopped": true })))
}

/// Binds the address.
pub fn listen(address: SocketAddr) -> Result<TcpListener, Trouble> {
    TcpListener::bind(address)
        .map_err(|e| Trouble(format!("cannot listen on {address}: {e}; choose another with `--listen`")))
}

/// Serves until Ctrl-C or SIGTERM; entries are numbered and published once a second meanwhile, and once at the end, and recipients
/// are told what changed.
pub fn serve(
    broker: Arc<Broker>,
    figures: Figures,
    entrance: Entrance,
    workers: Option<usize>,
) -> Result<(), Trouble> {
    let sequencer = Sequencer::start(Arc::clone(&broker))?;
    let deliverer = Deliverer::start(Arc::clone(&broker))?;
    let teller = Teller::start(Arc::clone(&broker));
    let census = Census::start(Arc::clone(&broker));
    let outcome = actix_web::rt::System::new().block_on(async move {
        server(broker, figures, entrance, workers, true)?.await.map_err(Trouble::of)
    });
    census.stop();
    teller.stop();
    deliverer.stop();
    sequencer.stop();
    outcome
}

/// A server on a thread of its own, for the demo and for measuring.
pub struct Background {
    handle: ServerHandle,
    thread: std::thread::JoinHandle<()>,
    sequencer: Sequencer,
    deliverer: Deliverer,
    teller: Teller,
    census: Census,
}

impl Background {
    /// Starts serving.
    pub fn start(
        broker: Arc<Broker>,
        figures: Figures,
        entrance: impl Into<Entrance>,
    ) -> Result<Background, Trouble> {
        let entrance = entrance.into();
        let sequencer = Sequencer::start(Arc::clone(&broker))?;
        let deliverer = Deliverer::start(Arc::clone(&broker))?;
        let teller = Teller::start(Arc::clone(&broker));
        let census = Census::start(Arc::clone(&broker));
        let (to, from) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                match server(broker, figures, entrance, Some(2), false) {
                    Ok(server) => {
                        let _gone = to.send(Ok(server.handle()));
                        let _stopped = server.await;
                    }
                    Err(e) => {
                        let _gone = to.send(Err(e));
                    }
                }
            });
        });
        let handle = from.recv().map_err(Trouble::of)??;
        Ok(Background { handle, thread, sequencer, deliverer, teller, census })
    }

    /// Waits for open requests and stops.
    pub fn stop(self) {
        let handle = self.handle;
        actix_web::rt::System::new().block_on(handle.stop(true));
        let _joined = self.thread.join();
        self.census.stop();
        self.teller.stop();
        self.deliverer.stop();
        self.sequencer.stop();
    }
}

fn server(
    broker: Arc<Broker>,
    figures: Figures,
    entrance: Entrance,
    workers: Option<usize>,
    signals: bool,
) -> Result<Server, Trouble> {
    let shared = actix_web::web::Data::new(broker);
    web::figures::describe(&figures);
    let figures = actix_web::web::Data::new(figures);
    let mount = mcp::Mount::new(&shared);
    let gathered = figures.clone();
    actix_web::rt::spawn(async move {
        let mut second = actix_web::rt::time::interval(Duration::from_secs(1));
        loop {
            second.tick().await;
            gathered.gather();
        }
    });
    let Entrance { listener, tls, asks_certificates } = entrance;
    // Where TLS ends here nobody in front says it: browsers come by TLS alone from now on, for two years.
    let strict = tls.is_some().then_some(("strict-transport-security", "max-age=63072000"));
    let app = move || {
        let plain = DefaultHeaders::new()
            .add(("x-content-type-options", "nosniff"))
            .add(("referrer-policy", "no-referrer"));
        App::new()
            .app_data(web::Shared::clone(&shared))
            .app_data(figures.clone())
            .wrap(strict.into_iter().fold(plain, DefaultHeaders::add))
            .wrap(from_fn(web::discovery::pointed))
            .wrap(from_fn(web::discovery::nonced))
            .wrap(from_fn(web::figures::timed))
            .configure(routes::configure)
            .configure(camara::configure)
            .configure(screens::configure)
            .configure(console::configure)
            .configure(|config| mount.clone().configure(config))
            .default_service(actix_web::web::to(routes::nothing))
    };
    let mut server =
        HttpServer::new(app).shutdown_timeout(10).client_request_timeout(Duration::from_secs(10));
    if let Some(workers) = workers {
        server = server.workers(workers.max(1));
    }
    if !signals {
        server = server.disable_signals();
    }
    if asks_certificates {
        server = server.on_connect(tls::connected);
    }
    let server = match tls {
        None => server.listen(listener),
        Some(tls) => server.listen_rustls_0_23(listener, tls),
    };
    Ok(server.map_err(Trouble::of)?.run())
}

/// Numbers and publishes once a second, sweeps once a minute. Witnesses are asked beside it, so that a slow one delays nothing.
pub(super) struct Sequencer {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<()>,
    witnessing: std::thread::JoinHandle<()>,
}

impl Sequencer {
    /// The first publication happens here, so that a database that was set back is noticed before the first request.
    pub(super) fn start(broker: Arc<Broker>) -> Result<Sequencer, Trouble> {
        if let Err(e) = broker.sequence() {
            tracing::error!(problem = %e, "nothing is disclosed");
        }
        let stop = Arc::new(AtomicBool::new(false));
        let (witnessed, over) = (Arc::clone(&broker), Arc::clone(&stop));
        let witnessing = std::thread::spawn(move || witnessing(&witnessed, &over));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut seconds = 0u64;
            while !stopped.load(Ordering::Relaxed) {
                std::thread::park_timeout(Duration::from_secs(1));
                seconds += 1;
                let swept = if seconds.is_multiple_of(60) { swept(&broker) } else { Ok(()) };
                if let Err(e) = broker.sequence().map(|_| ()).and(swept) {
                    tracing::error!(problem = %e, "the log is not published");
                }
            }
            let _last = broker.sequence();
        });
        Ok(Sequencer { stop, thread, witnessing })
    }

    pub(super) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in [self.thread, self.witnessing] {
            thread.thread().unpark();
            let _joined = thread.join();
        }
    }
}

/// Asks the witnesses once a second, and says when the quorum is lost or found again.
fn witnessing(broker: &Broker, over: &AtomicBool) {
    let mut enough = true;
    while !over.load(Ordering::Relaxed) {
        match broker.ask_witnesses() {
            Ok(Some(round)) if round.enough != enough => {
                enough = round.enough;
                tracing::warn!(size = round.size, by = ?round.by, not = ?round.not, enough, "the log and its witnesses");
            }
            Ok(_) => {}
            Err(e) => tracing::error!(problem = %e, "no witness is asked"),
        }
        std::thread::park_timeout(Duration::from_secs(1));
    }
}

/// What is done now and then: nothing that a decision waits for.
fn swept(broker: &Broker) -> Result<(), Failure> {
    broker.sweep()?;
    broker.end_lapsed().map(drop)
}
