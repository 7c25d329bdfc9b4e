//! How subscribers get in beside links: the operator's identity provider, and his messaging, which carries codes. One TOML file says both;
//! secrets are files of their own beside it. Deliberately absent: rules about either (`oauth::login`, `broker::code`).
use super::Trouble;
use super::doctor::issuer;
use super::installation::refuse_open_file;
use crate::ambient::SystemRng;
use crate::crypt::webhook::{Secret, signatures};
use crate::domain::courier::{Courier, Letter, Says, Told};
use crate::oauth::login::{Fetch, Login, Proof, Request, Response, Trust, Unreached};
use crate::screens::{incident, located, yearly};
use serde::Deserialize;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{RootCerts, TlsConfig};
use zeroize::Zeroizing;

/// How long the provider or the messaging may take: somebody waits before his screen.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer of the provider, bytes.
const LONGEST: u64 = 1 << 20;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    provider: Option<Provider>,
    code: Option<Messaging>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Provider {
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    client_key_file: Option<PathBuf>,
    #[serde(default = "number")]
    claim: String,
    #[serde(default = "phone")]
    scopes: Vec<String>,
    #[serde(default)]
    acr: Vec<String>,
    #[serde(default)]
    amr: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Messaging {
    url: String,
    secret_file: PathBuf,
}

fn number() -> String {
    "phone_number".to_owned()
}

fn phone() -> Vec<String> {
    vec!["phone".to_owned()]
}

/// The ways in that a file tells of.
#[derive(Default)]
pub struct Ways {
    /// The provider.
    pub login: Option<Login>,
    /// The messaging.
    pub courier: Option<Arc<dyn Courier>>,
}

/// Reads the file at `path`.
pub fn read(path: &Path) -> Result<Ways, Trouble> {
    let text = std::fs::read_to_string(path).map_err(|e| Trouble::file(path, &e))?;
    let wrong = |what: &str| Trouble(format!("`{}`: {what}", path.display()));
    let File { provider, code } = toml::from_str(&text).map_err(|e| wrong(e.to_string().trim()))?;
    let beside = |file: &Path| path.parent().unwrap_or(Path::new("")).join(file);
    if let (Some(provider), Some(_)) = (&provider, &code)
        && provider.acr.is_empty()
        && provider.amr.is_empty()
    {
        return Err(wrong(
            "`provider` needs `acr` or `amr`: where links want a code, a login must name what it counts as two factors",
        ));
    }
    let login =
        provider.map(|provider| login(provider, &beside).map_err(|e| wrong(&e.to_string()))).transpose()?;
    let courier = code.map(|code| courier(code, &beside).map_err(|e| wrong(&e.to_string()))).transpose()?;
    Ok(Ways { login, courier })
}

fn secret(path: &Path) -> Result<Zeroizing<String>, Trouble> {
    let text = std::fs::read_to_string(path).map_err(|e| Trouble::file(path, &e))?;
    refuse_open_file(path)?;
    Ok(Zeroizing::new(text.trim().to_owned()))
}

fn login(said: Provider, beside: &impl Fn(&Path) -> PathBuf) -> Result<Login, Trouble> {
    issuer(&said.issuer).map_err(Trouble)?;
    let proof = match (&said.client_secret_file, &said.client_key_file) {
        (Some(file), None) => Proof::Secret(secret(&beside(file))?),
        (None, Some(file)) => Proof::Key(Box::new(super::client::read_key(&beside(file), &said.client_id)?)),
        _ => {
            return Err(Trouble(
                "`provider` needs one of `client_secret_file` and `client_key_file`".to_owned(),
            ));
        }
    };
    let Provider { issuer, client_id, claim, scopes, acr, amr, .. } = said;
    let trust = Trust { issuer, client_id, proof, claim, scopes, acr, amr };
    Ok(Login::new(trust, fetch(), SystemRng::shared()))
}

fn courier(said: Messaging, beside: &impl Fn(&Path) -> PathBuf) -> Result<Arc<dyn Courier>, Trouble> {
    issuer(&said.url).map_err(Trouble)?;
    let path = beside(&said.secret_file);
    let secret = Secret::parse(&secret(&path)?)
        .ok_or_else(|| Trouble(format!("`{}` holds no `whsec_…` of 24 to 64 bytes", path.display())))?;
    Ok(Arc::new(Messenger { agent: agent(), url: said.url, secret: [secret] }))
}

pub(super) fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(RootCerts::WebPki).build())
        .http_status_as_error(false)
        .max_redirects(0)
        // A connection that waited may be closed by the time it is used, and somebody waits before his screen.
        .max_idle_connections(0)
        .timeout_connect(Some(Duration::from_secs(5)))
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("dongui/", env!("CARGO_PKG_VERSION")))
        .build();
    config.into()
}

/// Asks the provider.
fn fetch() -> Arc<Fetch> {
    let agent = agent();
    Arc::new(move |request: Request| {
        let failed = |e: ureq::Error| Unreached(e.to_string());
        let (parts, body) = request.into_parts();
        let answer = agent.run(ureq::http::Request::from_parts(parts, body.as_slice())).map_err(failed)?;
        let (parts, mut body) = answer.into_parts();
        let body = body.with_config().limit(LONGEST).read_to_vec().map_err(failed)?;
        Ok(Response::from_parts(parts, body))
    })
}

fn told(told: &Told) -> serde_json::Value {
    json!({
        "recipient": told.recipient,
        "purpose": told.purpose.as_str(),
        "categories": told.categories.iter().map(|c| c.as_str()).collect::<Vec<_>>(),
        "count": told.times.len(),
        "times": told.times.iter().map(|at| at.rfc3339()).collect::<Vec<_>>(),
    })
}

/// The operator's messaging: a message to it is a Standard Webhook.
struct Messenger {
    agent: ureq::Agent,
    url: String,
    secret: [Secret; 1],
}

impl Courier for Messenger {
    fn carry(&self, letter: &Letter<'_>) -> Result<(), &'static str> {
        let to = letter.to.text();
        let (kind, data) = match &letter.says {
            Says::Code { code, locale, until } => (
                "subscriber.code",
                json!({ "subscriber": to, "code": code, "locale": locale, "until": until.rfc3339() }),
            ),
            Says::Asked { recipient, address, until } => (
                "subscriber.asked",
                json!({ "subscriber": to, "recipient": recipient, "address": address, "until": until.rfc3339() }),
            ),
            Says::Warned { word, recipient, what, first, last, home, locale } => {
                let told = incident::letter(*locale, *home, *word, recipient, (what, *first, *last));
                let what: Vec<&str> = what.iter().map(|category| category.as_str()).collect();
                (
                    "subscriber.warned",
                    json!({ "subscriber": to, "word": word, "recipient": recipient, "categories": what, "first": first.rfc3339(),
                        "last": last.rfc3339(), "locale": told.locale, "text": told.text }),
                )
            }
            Says::Located { agency, found, at, deferred, address, home, locale } => {
                let (asked, how) = ((*agency, *at), (*found, *deferred));
                let told = located::letter(*locale, *home, asked, how, address);
                (
                    "subscriber.located",
                    json!({ "subscriber": to, "agency": agency, "told": found, "at": at.rfc3339(), "deferred": deferred,
                        "address": address, "locale": told.locale, "text": told.text }),
                )
            }
            Says::Yearly { since, counts, address, home, locale } => {
                let told = yearly::letter(*locale, *home, (*since, letter.at), counts, address);
                let all: Vec<_> =
                    counts.iter().map(|(name, n)| json!({ "recipient": name, "count": n })).collect();
                (
                    "subscriber.yearly",
                    json!({ "subscriber": to, "since": since.rfc3339(), "counts": all, "address": address, "locale": told.locale, "text": told.text }),
                )
            }
            Says::Told(all) => {
                let told: Vec<_> = all.iter().map(told).collect();
                ("subscriber.told", json!({ "subscriber": to, "told": told }))
            }
        };
        let body = json!({ "type": kind, "timestamp": letter.at.rfc3339(), "data": data });
        let (body, sent_s) = (body.to_string(), letter.at.unix_s());
        let answer = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", &letter.id)
            .header("webhook-timestamp", sent_s.to_string())
            .header("webhook-signature", signatures(&self.secret, &letter.id, sent_s, body.as_bytes()))
            .send(body.as_bytes());
        match answer {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(_) => Err("the messaging answers with an error"),
            Err(_) => Err("the messaging cannot be reached"),
        }
    }
}
