//! The stylesheet and the operator's logo. Their addresses change with their content, so that they may be kept for ever.
use super::theme::worn;
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use std::sync::LazyLock;

/// The built-in look.
pub(super) const STYLE: &str = include_str!("assets/style.css");
/// The look of this process.
static SHEET: LazyLock<String> = LazyLock::new(|| match worn() {
    Some(theme) => format!("{STYLE}\n/* The operator's own */\n{}", theme.style),
    None => STYLE.to_owned(),
});
static SHEET_ADDRESS: LazyLock<String> =
    LazyLock::new(|| format!("/me/style.css?{:016x}", fingerprint(&SHEET)));
static LOGO_ADDRESS: LazyLock<Option<String>> = LazyLock::new(|| {
    let logo = worn()?.logo.as_ref()?;
    Some(format!("/me/logo.svg?{:016x}", fingerprint(logo)))
});

/// FNV-1a, 64 bit: tells versions apart, protects nothing.
pub fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Where the stylesheet is.
pub fn style_address() -> String {
    SHEET_ADDRESS.clone()
}

/// Where the logo is, if there is one.
pub fn logo_address() -> Option<String> {
    LOGO_ADDRESS.clone()
}

/// A file whose address changes with its content.
pub fn kept(kind: &'static str, body: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(body)
}

/// `GET /me/style.css`.
pub(super) async fn style() -> HttpResponse {
    kept("text/css; charset=utf-8", &SHEET)
}

/// `GET /me/logo.svg`. Opened by itself it may not run or load anything either.
pub(super) async fn logo(visit: super::visit::Visit) -> HttpResponse {
    match worn().and_then(|theme| theme.logo.as_deref()) {
        Some(svg) => {
            let mut response = kept("image/svg+xml", svg);
            visit.restrict(&mut response);
            response
        }
        None => super::calm::Calm::Missing.answer(&visit),
    }
}
