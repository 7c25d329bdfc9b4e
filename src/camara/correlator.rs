//! `x-correlator`: what a client calls its request by comes back on every answer (CAMARA API Design Guide, section 2). It is looked at before anything else
//! and is neither kept nor logged: a client may write anything in it.
use super::error_info::ErrorInfo;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};

const CORRELATOR: HeaderName = HeaderName::from_static("x-correlator");
/// Longest one, bytes.
const LONGEST: usize = 256;

/// Sends it back, or refuses one that is malformed.
///
/// # Errors
/// Those of what it stands before.
pub(super) async fn correlate<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let Some(told) = request.headers().get(CORRELATOR).cloned() else {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    };
    if !is_sound(&told) {
        let refused = ErrorInfo::argument("`x-correlator`: 256 letters, digits and `-_:;./<>{}` at most");
        return Ok(request.into_response(refused.error_response()).map_into_right_body());
    }
    let mut response = next.call(request).await?;
    response.headers_mut().insert(CORRELATOR, told);
    Ok(response.map_into_left_body())
}

/// The pattern of the guide.
fn is_sound(told: &HeaderValue) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_:;./<>{}".contains(byte);
    told.len() <= LONGEST && told.as_bytes().iter().all(allowed)
}
