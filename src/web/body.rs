//! JSON bodies. An error names the place, never the value: a value may be a phone number.
use super::problem::Problem;
use actix_web::web::Bytes;
use serde::de::DeserializeOwned;

/// Largest JSON body, bytes.
pub const LIMIT: usize = 64 * 1024;

/// Parses a JSON body.
pub fn json<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|e| {
        let what = match e.classify() {
            serde_json::error::Category::Data => "a field is missing, unknown or not of its kind",
            _ => "the body is not JSON",
        };
        Problem::bad_request(format!("{what}, at line {} column {}; see /openapi.json", e.line(), e.column()))
    })
}
