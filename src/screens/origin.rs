//! Whether a form comes from another site than ours, as far as a browser says so. Deliberately absent: form tokens, which every form has beside it.
use actix_web::HttpRequest;
use actix_web::http::header::{HOST, HeaderName, ORIGIN};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the browser says that another site sent it; ours is `issuer`, or the host that was asked.
pub fn elsewhere(request: &HttpRequest, issuer: Option<&str>) -> bool {
    let header = |name: &HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok());
    // Some browsers say only where a form comes from; what hides that (`null`) is held to the form token.
    let origin = header(&ORIGIN).and_then(|o| o.split_once("://")).map(|(_, authority)| authority);
    let foreign = origin.is_some_and(|o| {
        header(&HOST) != Some(o)
            && issuer.and_then(|issuer| issuer.split_once("://")).is_none_or(|(_, ours)| ours != o)
    });
    foreign || header(&FETCH_SITE).is_some_and(|site| site == "cross-site" || site == "same-site")
}
