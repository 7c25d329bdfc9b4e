//! A client that names itself by the address of its metadata (OAuth Client ID Metadata Documents): what the document says is read once, by the
//! operator, when he registers it under a contract. Deliberately absent: reading it for whoever asks, which would let strangers make us ask
//! for them.
use super::Trouble;
use super::login::agent;
use crate::domain::link::RedirectUri;
use serde::Deserialize;
use serde_json::Value;

/// Longest document, bytes.
const LONGEST: u64 = 64 << 10;

/// What a document says that matters here; the rest is the host's.
#[derive(Debug, Deserialize)]
struct Document {
    client_id: String,
    redirect_uris: Vec<RedirectUri>,
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
    #[serde(default)]
    jwks: Option<Value>,
    #[serde(default)]
    jwks_uri: Option<String>,
}

/// A client as it says of itself.
#[derive(Debug)]
pub struct Told {
    /// Where it has browsers sent back to.
    pub redirect_uris: Vec<RedirectUri>,
    /// Its keys, a JWK Set; empty for none.
    pub jwks: String,
}

/// Reads the document at `address`, which is the client's id.
pub fn read(address: &str) -> Result<Told, Trouble> {
    let wrong = |why: &str| Trouble(format!("`{address}`: {why}"));
    // The rules for where a browser may be sent are those for what may be asked.
    let url = RedirectUri::parse(address).ok_or_else(|| wrong("not an `https` address"))?;
    let document: Document = serde_json::from_slice(&asked(url.as_str())?)
        .map_err(|e| wrong(&format!("not the metadata of a client: {e}")))?;
    if document.client_id != address {
        return Err(wrong("its `client_id` is another address"));
    }
    if document.redirect_uris.is_empty() {
        return Err(wrong("it has no `redirect_uris`"));
    }
    let method = document.token_endpoint_auth_method.as_deref().unwrap_or("none");
    let keys = match (document.jwks, document.jwks_uri) {
        (Some(keys), _) => keys.to_string(),
        (None, Some(uri)) => {
            let uri =
                RedirectUri::parse(&uri).ok_or_else(|| wrong("its `jwks_uri` is not an `https` address"))?;
            String::from_utf8_lossy(&asked(uri.as_str())?).into_owned()
        }
        (None, None) => String::new(),
    };
    let jwks = match method {
        "none" => String::new(),
        "private_key_jwt" if keys.is_empty() => {
            return Err(wrong("it proves itself with keys and names none"));
        }
        "private_key_jwt" => keys,
        _ => return Err(wrong("it proves itself with a secret; clients have keys here, or nothing")),
    };
    Ok(Told { redirect_uris: document.redirect_uris, jwks })
}

fn asked(address: &str) -> Result<Vec<u8>, Trouble> {
    let wrong = |why: String| Trouble(format!("`{address}`: {why}"));
    let mut answer = agent().get(address).call().map_err(|e| wrong(e.to_string()))?;
    if answer.status() != 200 {
        return Err(wrong(format!("answers {}", answer.status().as_u16())));
    }
    answer.body_mut().with_config().limit(LONGEST).read_to_vec().map_err(|e| wrong(e.to_string()))
}
