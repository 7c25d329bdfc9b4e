//! `dongui witness`: cosigns checkpoints of others' logs over HTTP (C2SP tlog-witness). Deliberately absent: what is cosigned (`witness`).
use super::{Answer, Installation, Trouble};
use crate::ambient::SystemClock;
use crate::broker::outside::Ask;
use crate::crypt::sign::LogKey;
use crate::domain::time::Clock;
use crate::ledger::quorum::TrustPolicy;
use crate::witness::{Declined, Keeper, MAX_BODY};
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path, PayloadConfig, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer, get, post};
use clap::Args;
use serde_json::json;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{RootCerts, TlsConfig};

/// How long a witness may take for one answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer of a witness that is read, bytes.
const LONGEST: u64 = 64 * 1024;

/// What a witness does.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Name of the witness: one word, best a URL without its scheme, such as `witness.regulator.example/w1`.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The logs that are witnessed: a C2SP policy file with a line `log KEY` for each and `quorum none`.
    #[arg(long, value_name = "FILE")]
    logs: PathBuf,
    /// Address and port to listen on; TLS ends in front of it.
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Print the public key and end.
    #[arg(long)]
    show: bool,
}

/// Reads a policy file.
pub(super) fn read_policy(path: &std::path::Path) -> Result<TrustPolicy, Trouble> {
    let text = std::fs::read_to_string(path).map_err(|e| Trouble::file(path, &e))?;
    TrustPolicy::parse(&text).map_err(|e| Trouble(format!("`{}`: {e}", path.display())))
}

/// Witnesses until it is told to stop.
pub fn run(installation: &Installation, arguments: &Arguments) -> Result<Answer, Trouble> {
    let key = LogKey::of(&installation.keyring()?).map_err(Trouble::of)?;
    let policy = read_policy(&arguments.logs)?;
    let dir = installation.data.join("witness");
    let keeper = Keeper::open(&dir, &arguments.name, key, policy).map_err(Trouble::of)?;
    let vkey = keeper.vkey();
    if arguments.show {
        return Ok(Answer::new(vkey.clone(), json!({ "witness": vkey })));
    }
    let listener = super::serve::listen(arguments.listen)?;
    super::answer::say(&format!("{keeper:?} on {}, key {vkey}; stop it with Ctrl-C", arguments.listen));
    serve(keeper, listener)?;
    Ok(Answer::new("stopped", json!({ "stopped": true })))
}

fn serve(keeper: Keeper, listener: TcpListener) -> Result<(), Trouble> {
    let keeper = Data::new(keeper);
    actix_web::rt::System::new().block_on(async move {
        let app = move || App::new().app_data(Data::clone(&keeper)).configure(configure);
        let server = HttpServer::new(app).workers(2).client_request_timeout(Duration::from_secs(10));
        server.listen(listener).map_err(Trouble::of)?.run().await.map_err(Trouble::of)
    })
}

fn configure(config: &mut ServiceConfig) {
    config.app_data(PayloadConfig::new(MAX_BODY)).service(add_checkpoint).service(checkpoint).service(alive);
}

#[post("/add-checkpoint")]
async fn add_checkpoint(keeper: Data<Keeper>, body: Bytes) -> HttpResponse {
    let now = SystemClock.now();
    let outcome = actix_web::web::block(move || keeper.add(&body, now)).await;
    match outcome {
        Ok(Ok(line)) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(line),
        Ok(Err(Declined::Refused(refused))) => {
            let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
            match refused {
                crate::ledger::witness::Refused::Stale(size) => {
                    HttpResponse::build(status).content_type("text/x.tlog.size").body(format!("{size}\n"))
                }
                other => HttpResponse::build(status).content_type("text/plain").body(format!("{other}\n")),
            }
        }
        Ok(Err(Declined::Memory(problem))) => {
            tracing::error!(problem, "nothing is cosigned");
            HttpResponse::InternalServerError().finish()
        }
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

#[get("/{origin}/checkpoint")]
async fn checkpoint(keeper: Data<Keeper>, origin: Path<String>) -> HttpResponse {
    match actix_web::web::block(move || keeper.latest(&origin)).await {
        Ok(Ok(Some(note))) => HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .insert_header(("cache-control", "no-cache"))
            .body(note),
        Ok(Ok(None)) => HttpResponse::NotFound().finish(),
        _ => HttpResponse::InternalServerError().finish(),
    }
}

#[get("/healthz")]
async fn alive() -> HttpResponse {
    HttpResponse::Ok().finish()
}

/// The way from a log to its witnesses.
pub fn ask() -> Arc<Ask> {
    let config = ureq::Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(RootCerts::WebPki).build())
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_connect(Some(Duration::from_secs(2)))
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("dongui/", env!("CARGO_PKG_VERSION")))
        .build();
    let agent = ureq::Agent::from(config);
    Arc::new(move |url, body| {
        let failed = |e: ureq::Error| e.to_string();
        let answer = match body {
            Some(body) => agent.post(url).header("content-type", "text/plain; charset=utf-8").send(body),
            None => agent.get(url).call(),
        };
        let mut answer = answer.map_err(failed)?;
        let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec().map_err(failed)?;
        Ok((answer.status().as_u16(), body))
    })
}
