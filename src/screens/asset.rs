//! The stylesheet. Its address changes with its content, so that it may be kept for ever.
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;

const STYLE: &str = include_str!("assets/style.css");

/// FNV-1a, 64 bit: tells versions apart, protects nothing.
const fn fingerprint(text: &str) -> u64 {
    let (bytes, mut hash, mut i) = (text.as_bytes(), 0xcbf2_9ce4_8422_2325_u64, 0);
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}

/// Where the stylesheet is.
pub(super) fn style_address() -> String {
    const FINGERPRINT: u64 = fingerprint(STYLE);
    format!("/me/style.css?{FINGERPRINT:016x}")
}

/// `GET /me/style.css`.
pub(super) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(STYLE)
}
