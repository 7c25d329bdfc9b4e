//! Bodies. An error names the place, never the value: a value may be a phone number.
use super::problem::Problem;
use crate::broker::Failure;
use crate::domain::subscriber::Reference;
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, ResponseError};
use serde::de::DeserializeOwned;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

/// Largest body that is held whole, bytes.
pub const LIMIT: usize = 64 * 1024;

/// A body of at most [`LIMIT`] bytes; a longer one is a problem like any other.
#[derive(Debug)]
pub struct Body(Bytes);

impl Deref for Body {
    type Target = Bytes;
    fn deref(&self) -> &Bytes {
        &self.0
    }
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Body, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move { bytes.await.map(Body).map_err(|e| refused(e.as_response_error())) })
    }
}

fn refused(e: &dyn ResponseError) -> Problem {
    match e.status_code().as_u16() {
        413 => Problem::too_large(LIMIT),
        _ => Problem::bad_request("the body broke off or is not encoded as its header says"),
    }
}

/// A subscriber's reference in the field of a body.
///
/// # Errors
/// `Invalid`, naming the field.
pub fn reference(field: &'static str, text: &str) -> Result<Reference, Failure> {
    Reference::parse(text)
        .ok_or_else(|| Failure::invalid(field, "a phone number in E.164 form or an account reference"))
}

/// Parses a JSON object.
pub fn json<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Problem> {
    // An array would be taken for the fields in their order.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Problem::bad_request("the body is not a JSON object; see /openapi.json"));
    }
    serde_json::from_slice(bytes).map_err(|e| {
        let what = match e.classify() {
            serde_json::error::Category::Data => "a field is missing, unknown or not of its kind",
            _ => "the body is not JSON",
        };
        Problem::bad_request(format!("{what}, at line {} column {}; see /openapi.json", e.line(), e.column()))
    })
}
