//! `dongui client`: what an AI provider does, from a shell. Deliberately absent: anything the operator alone may do.
use super::connection::{Connection, Headers, agent, send};
use super::keys::write_secret;
use super::{Answer, Installation, Trouble};
use crate::ambient::{SystemClock, SystemRng};
use crate::crypt::jose::{JwkSet, Signer};
use crate::crypt::receipt::DisclosureReceipt;
use crate::domain::category::Category;
use crate::domain::circle::{Circle, Radius};
use crate::domain::purpose::Purpose;
use crate::oauth::client::ClientKey;
use crate::oauth::metadata::JWKS_PATH;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Where context is asked for.
pub const CONTEXT_PATH: &str = "/v1/context";

/// What to do as a client.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a key (P-256, PKCS#8 in PEM, mode 0600) and print the JWK Set to register.
    Keygen {
        /// The file; one that exists is left alone.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Register a recipient to try things with, and a client of it with a new key. Its contract allows everything, so it is for trials.
    Register(Trial),
    /// Get a token for the client itself, and print it. It is worth nothing without the key.
    Token(Token),
    /// Ask for the context of one subscriber; prints the answer, checks its receipt, and shows the same request as `curl`.
    Ask(Ask),
}

/// A recipient to try things with.
#[derive(Debug, Args)]
pub struct Trial {
    /// Name of the recipient and id of its client.
    #[arg(long, value_name = "ID", default_value = "trial")]
    pub client: String,
    /// Where its key is to be (P-256, PKCS#8 in PEM, mode 0600).
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Whom it may ask about: phone number or account reference; who is not enrolled is, as an adult.
    #[arg(long)]
    pub subscriber: String,
}

/// A token.
#[derive(Debug, Args)]
pub struct Token {
    /// The client's key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The client's id.
    #[arg(long, value_name = "ID")]
    client: String,
    /// Trust the authorities in this PEM file instead of the usual ones, for a broker behind a private authority.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// A context request.
#[derive(Debug, Args)]
pub struct Ask {
    /// The client's key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The client's id.
    #[arg(long, value_name = "ID")]
    client: String,
    /// The pseudonym that the operator handed out.
    #[arg(long, value_name = "PSEUDONYM", allow_hyphen_values = true)]
    subject: String,
    /// What the answer is for.
    #[arg(long, default_value = "dpv:ProvidePersonalisedRecommendations", value_parser = purpose)]
    purpose: Purpose,
    /// What is asked; several times for several; if absent, all that need no circle.
    #[arg(long, value_parser = category)]
    category: Vec<Category>,
    /// The circle that location.verify and location.frequent_area ask about: latitude, longitude (degrees) and radius (5, 10, 20 or 50 km).
    #[arg(long, value_name = "LAT,LON,KM", value_parser = circle, allow_hyphen_values = true)]
    circle: Option<Circle>,
    /// Trust the authorities in this PEM file instead of the usual ones, for a broker behind a private authority.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Language of the summary: ko, en, de, ar, zh or ms.
    #[arg(long)]
    locale: Option<String>,
    /// Room in the model's window, tokens.
    #[arg(long)]
    max_tokens: Option<u32>,
}

fn purpose(text: &str) -> Result<Purpose, String> {
    let all: Vec<&str> = Purpose::ALL.iter().map(|p| p.as_str()).collect();
    Purpose::parse(text).ok_or_else(|| format!("one of {}", all.join(", ")))
}

fn category(text: &str) -> Result<Category, String> {
    Category::parse(text).ok_or_else(|| format!("one of {}", Category::ALL.map(Category::as_str).join(", ")))
}

fn circle(text: &str) -> Result<Circle, String> {
    let read = || {
        let (at, km) = text.rsplit_once(',')?;
        let (latitude, longitude) = at.split_once(',')?;
        let radius_km = km.trim().parse().ok().filter(|km| Radius::parse(*km).is_some())?;
        let degrees = |text: &str| text.trim().parse::<f64>().ok();
        Some(Circle { latitude: degrees(latitude)?, longitude: degrees(longitude)?, radius_km })
    };
    read().ok_or_else(|| "latitude, longitude and 5, 10, 20 or 50 km, as in 48.137,11.575,5".to_owned())
}

pub fn run(installation: &Installation, command: Command) -> Result<Answer, Trouble> {
    match command {
        Command::Keygen { out } => {
            let key = make_key(&out, "new")?;
            let set = serde_json::to_value(key.jwks()).map_err(Trouble::of)?;
            Ok(Answer::new(set.to_string(), json!({ "key": out, "jwks": set })))
        }
        Command::Register(trial) => super::trial::registered(installation, &trial),
        Command::Token(token) => given(installation, &token),
        Command::Ask(ask) => asked(installation, &ask),
    }
}

/// Makes a key for the client `id` in a file that does not exist yet.
pub fn make_key(path: &Path, id: &str) -> Result<ClientKey, Trouble> {
    let rng = SystemRng::new();
    let pkcs8 = Signer::generate_pkcs8(rng.ring()).map_err(Trouble::of)?;
    write_secret(path, &pem(&pkcs8))?;
    ClientKey::from_pkcs8(id, &pkcs8, rng.ring()).map_err(Trouble::of)
}

/// Reads the key of the client `id`.
pub fn read_key(path: &Path, id: &str) -> Result<ClientKey, Trouble> {
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|e| Trouble::file(path, &e))?);
    let wrong = || {
        Trouble(format!("`{}` holds no P-256 key in PKCS#8, as `dongui client keygen` makes", path.display()))
    };
    let pkcs8 = unpem(&text).ok_or_else(wrong)?;
    ClientKey::from_pkcs8(id, &pkcs8, SystemRng::new().ring()).map_err(|_| wrong())
}

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// PEM of RFC 7468: lines of 64 characters.
fn pem(pkcs8: &[u8]) -> Zeroizing<String> {
    let encoded = Zeroizing::new(STANDARD.encode(pkcs8));
    let mut text = Zeroizing::new(String::with_capacity(encoded.len() + 128));
    text.push_str(BEGIN);
    for (i, c) in encoded.chars().enumerate() {
        if i % 64 == 0 {
            text.push('\n');
        }
        text.push(c);
    }
    text.push('\n');
    text.push_str(END);
    text.push('\n');
    text
}

fn unpem(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = text.split_once(BEGIN)?;
    let (inner, _) = rest.split_once(END)?;
    let packed: Zeroizing<String> = Zeroizing::new(inner.split_ascii_whitespace().collect());
    STANDARD.decode(packed.as_bytes()).ok().map(Zeroizing::new)
}

fn given(installation: &Installation, token: &Token) -> Result<Answer, Trouble> {
    let key = read_key(&token.key, &token.client)?;
    let agent = agent(token.ca.as_deref())?;
    let connection = Connection::new(key, &installation.issuer, agent, Arc::new(SystemClock));
    let token = connection.token()?;
    Ok(Answer::new(token.as_ref(), json!({ "access_token": token.as_ref() })))
}

fn asked(installation: &Installation, ask: &Ask) -> Result<Answer, Trouble> {
    let key = read_key(&ask.key, &ask.client)?;
    let agent = agent(ask.ca.as_deref())?;
    let connection = Connection::new(key, &installation.issuer, agent, Arc::new(SystemClock));
    let body = request(ask);
    let reply = connection.post(CONTEXT_PATH, &body)?;
    let answer = reply.success()?;
    let receipt = check(connection.agent(), &answer, installation.issuer.trim_end_matches('/'))?;
    let curl = curl(&connection.headers("POST", CONTEXT_PATH)?, &connection.url(CONTEXT_PATH), &body);
    let pretty = serde_json::to_string_pretty(&answer["context"]).map_err(Trouble::of)?;
    let text = format!(
        "{pretty}\n\nreceipt {}: signed by {}, covers these bytes\n\nthe same with curl, once and within a minute:\n\n{curl}",
        receipt.jti, receipt.iss
    );
    let json =
        json!({ "context": answer["context"], "receipt": receipt, "policy": answer["policy"], "curl": curl });
    Ok(Answer::new(text, json))
}

fn request(ask: &Ask) -> Value {
    let categories =
        if ask.category.is_empty() { Category::UNPROMPTED.to_vec() } else { ask.category.clone() };
    let mut body = json!({ "subject": ask.subject, "purpose": ask.purpose, "categories": categories });
    if let Some(circle) = &ask.circle {
        body["circle"] = json!(circle);
    }
    if let Some(locale) = &ask.locale {
        body["locale"] = json!(locale);
    }
    if let Some(most) = ask.max_tokens {
        body["max_tokens"] = json!(most);
    }
    body
}

/// The receipt of an answer, once it is signed by the broker's published key and covers the context as it came.
pub fn check(agent: &ureq::Agent, answer: &Value, issuer: &str) -> Result<DisclosureReceipt, Trouble> {
    let keys = send(agent, "GET", &format!("{issuer}{JWKS_PATH}"), &[], b"")?.success()?;
    let keys = JwkSet::parse(&keys.to_string()).map_err(Trouble::of)?;
    let text = answer["receipt"].as_str().unwrap_or_default();
    let broken = |what: &str| Trouble(format!("the receipt {what}: keep the answer and tell the operator"));
    let receipt = keys
        .keys
        .iter()
        .find_map(|key| DisclosureReceipt::verify(text, key, issuer).ok())
        .ok_or_else(|| broken("is not signed by the broker"))?;
    if receipt.covers(&answer["context"]) { Ok(receipt) } else { Err(broken("does not cover the context")) }
}

/// A request as a command for a shell. Nothing in it needs quoting beyond single quotes: tokens are base64url, the body is
/// JSON of closed words and a pseudonym, of which any quote is escaped.
fn curl(headers: &Headers, url: &str, body: &Value) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    format!(
        "curl -sS {} \\\n  -H {} \\\n  -H {} \\\n  -H 'Content-Type: application/json' \\\n  -d {}",
        quoted(url),
        quoted(&format!("Authorization: {}", headers.authorization)),
        quoted(&format!("DPoP: {}", headers.dpop)),
        quoted(&body.to_string())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_out_of_its_file_and_no_other_text_is_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.pem");
        let made = make_key(&path, "a").unwrap();
        assert_eq!(read_key(&path, "a").unwrap().jwk(), made.jwk());
        assert!(make_key(&path, "a").is_err(), "a key was overwritten");
        assert_eq!(read_key(&path, "a").unwrap().jwk(), made.jwk());
        for text in ["", BEGIN, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            std::fs::write(&path, text).unwrap();
            assert!(read_key(&path, "a").is_err(), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_a_key_file() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.pem");
        make_key(&path, "a").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_quote_in_a_pseudonym_does_not_leave_the_shell_word() {
        let headers = Headers { authorization: "DPoP t".to_owned(), dpop: "p".to_owned() };
        let text =
            curl(&headers, "http://127.0.0.1:8080/v1/context", &json!({ "subject": "x'; rm -r ~; '" }));
        assert!(text.contains(r#"{"subject":"x'\''; rm -r ~; '\''"}"#), "{text}");
    }
}
