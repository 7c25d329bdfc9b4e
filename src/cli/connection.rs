//! The client's side of the API over HTTP: token, proof, request. Deliberately absent: what is asked and what an answer means.
//!
//! Every request carries a fresh proof of possession, with the nonce that the server told last; a token is used until half a minute before its end.
use super::Trouble;
use crate::ambient::SystemRng;
use crate::crypt::jose::SecureRandom;
use crate::domain::time::{At, Clock, SECOND_US};
use crate::oauth::client::ClientKey;
use crate::oauth::metadata::TOKEN_PATH;
use serde_json::Value;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// A token is asked for anew this long before its end, s.
const SPARE_S: i64 = 30;
/// Longest answer read, bytes: an export of a demo or of a quiet day.
const LONGEST: u64 = 1 << 30;
/// Longest wait for an answer: a large feed is folded before it is answered.
const PATIENCE: Duration = Duration::from_secs(600);

/// A client at one broker.
pub struct Connection {
    key: ClientKey,
    issuer: String,
    agent: ureq::Agent,
    clock: Arc<dyn Clock>,
    system: Arc<dyn SecureRandom + Send + Sync>,
    held: Mutex<Option<(Arc<str>, At)>>,
    nonce: Mutex<Option<String>>,
}

/// What a request is authorised with.
#[derive(Debug, Clone)]
pub struct Headers {
    /// `Authorization`.
    pub authorization: String,
    /// `DPoP`: good for one request within a minute.
    pub dpop: String,
}

/// An answer, of whatever status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// `Set-Cookie` headers.
    pub cookies: Vec<String>,
    /// `DPoP-Nonce`.
    pub nonce: Option<String>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Result<Value, Trouble> {
        serde_json::from_slice(&self.body)
            .map_err(|_| Trouble(format!("an answer of status {} is not JSON", self.status)))
    }

    /// Whether it was a nonce alone that the proof lacked; both servers say so by this word.
    fn wants_nonce(&self) -> bool {
        let said = |word: &str| String::from_utf8_lossy(&self.body).contains(word);
        matches!(self.status, 400 | 401) && self.nonce.is_some() && said("use_dpop_nonce")
    }

    /// The body of a success; else the problem's own words.
    pub fn success(&self) -> Result<Value, Trouble> {
        if (200..300).contains(&self.status) {
            return if self.body.is_empty() { Ok(Value::Null) } else { self.json() };
        }
        let problem = self.json().unwrap_or_default();
        let words = ["detail", "error_description", "error"].iter().find_map(|k| problem[k].as_str());
        Err(Trouble(format!("the broker answers {}: {}", self.status, words.unwrap_or("no reason given"))))
    }
}

/// For how long an idle connection is used again: less than the five seconds for which a server keeps it (actix-web's default), since a request into one that is just being closed fails.
const IDLE: Duration = Duration::from_secs(4);

/// An agent that keeps connections open and hands over answers of any status. It trusts Mozilla's authorities, or only those in
/// the PEM file `ca`.
pub fn agent(ca: Option<&Path>) -> Result<ureq::Agent, Trouble> {
    let roots = match ca {
        None => RootCerts::WebPki,
        Some(path) => RootCerts::Specific(Arc::new(certificates(path)?)),
    };
    let config = ureq::Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .http_status_as_error(false)
        .max_redirects(0)
        .max_idle_connections_per_host(16)
        .max_idle_age(IDLE)
        .timeout_connect(Some(Duration::from_secs(5)))
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("dongui/", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(config.into())
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, Trouble> {
    let pem = std::fs::read(path).map_err(|e| Trouble::file(path, &e))?;
    let all = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let all: Vec<_> = all.collect();
    if all.is_empty() {
        Err(Trouble(format!("`{}` holds no certificate in PEM", path.display())))
    } else {
        Ok(all)
    }
}

/// Sends one request.
pub fn send(
    agent: &ureq::Agent,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Reply, Trouble> {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let failed = |e: &dyn std::fmt::Display| Trouble(format!("`{url}`: {e}; does the broker run there?"));
    let request = request.body(body).map_err(|e| failed(&e))?;
    let mut answer = agent.run(request).map_err(|e| failed(&e))?;
    let status = answer.status().as_u16();
    let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|c| c.to_str().ok());
    let cookies = cookies.map(str::to_owned).collect();
    let nonce = answer.headers().get("dpop-nonce").and_then(|n| n.to_str().ok()).map(str::to_owned);
    let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec().map_err(|e| failed(&e))?;
    Ok(Reply { status, body, cookies, nonce })
}

impl Connection {
    /// A client with `key` at the broker `issuer`, on `clock`.
    pub fn new(key: ClientKey, issuer: &str, agent: ureq::Agent, clock: Arc<dyn Clock>) -> Connection {
        Connection {
            key,
            issuer: issuer.trim_end_matches('/').to_owned(),
            agent,
            clock,
            system: SystemRng::shared(),
            held: Mutex::new(None),
            nonce: Mutex::new(None),
        }
    }

    /// The address of `path`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// What sends its requests.
    pub fn agent(&self) -> &ureq::Agent {
        &self.agent
    }

    /// The client's key.
    pub fn key(&self) -> &ClientKey {
        &self.key
    }

    /// A token that is good for half a minute at least.
    pub fn token(&self) -> Result<Arc<str>, Trouble> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        if let Some((token, until)) = held.as_ref()
            && now < *until
        {
            return Ok(Arc::clone(token));
        }
        let answer = self.ask_token(now)?.success()?;
        let token = answer["access_token"]
            .as_str()
            .ok_or_else(|| Trouble("the token answer holds no token".to_owned()))?;
        let lasts_s = answer["expires_in"].as_i64().unwrap_or(0) - SPARE_S;
        let token: Arc<str> = token.into();
        *held = Some((Arc::clone(&token), now.plus(lasts_s * SECOND_US)));
        Ok(token)
    }

    /// The answer of the token endpoint.
    pub fn ask_token(&self, now: At) -> Result<Reply, Trouble> {
        let fields =
            self.key.token_request(self.system.as_ref(), &self.issuer, "", now).map_err(Trouble::of)?;
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let url = self.url(TOKEN_PATH);
        self.twice(|| {
            let proof = self.proof("POST", &url, None, now)?;
            let headers = [("content-type", "application/x-www-form-urlencoded"), ("dpop", proof.as_str())];
            send(&self.agent, "POST", &url, &headers, body.as_bytes())
        })
    }

    fn proof(&self, method: &str, url: &str, token: Option<&str>, now: At) -> Result<String, Trouble> {
        let nonce = self.nonce.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let proof =
            self.key.proof_with_nonce(self.system.as_ref(), method, url, token, nonce.as_deref(), now);
        proof.map_err(Trouble::of)
    }

    /// Keeps the nonce of an answer, and sends once more where it was that alone which was missing.
    fn twice(&self, sent: impl Fn() -> Result<Reply, Trouble>) -> Result<Reply, Trouble> {
        let keep = |reply: &Reply| {
            if reply.nonce.is_some() {
                self.nonce.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&reply.nonce);
            }
        };
        let first = sent()?;
        keep(&first);
        if !first.wants_nonce() {
            return Ok(first);
        }
        let second = sent()?;
        keep(&second);
        Ok(second)
    }

    /// Token and a fresh proof for one request.
    pub fn headers(&self, method: &str, path: &str) -> Result<Headers, Trouble> {
        self.headers_with(&self.token()?, method, path)
    }

    /// A fresh proof beside a token that may be somebody else's.
    pub fn headers_with(&self, token: &str, method: &str, path: &str) -> Result<Headers, Trouble> {
        let dpop = self.proof(method, &self.url(path), Some(token), self.clock.now())?;
        Ok(Headers { authorization: format!("DPoP {token}"), dpop })
    }

    /// Sends a request with a fresh proof.
    pub fn send(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Result<Reply, Trouble> {
        self.twice(|| self.send_with(&self.headers(method, path)?, method, path, kind, body))
    }

    /// Sends a request with these headers.
    pub fn send_with(
        &self,
        headers: &Headers,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> Result<Reply, Trouble> {
        let mut all =
            vec![("authorization", headers.authorization.as_str()), ("dpop", headers.dpop.as_str())];
        if !kind.is_empty() {
            all.push(("content-type", kind));
        }
        send(&self.agent, method, &self.url(path), &all, body)
    }

    /// Posts JSON.
    pub fn post(&self, path: &str, body: &Value) -> Result<Reply, Trouble> {
        self.send("POST", path, "application/json", body.to_string().as_bytes())
    }
}
