//! What a request brings along: language, session, what was said last; and the dress of every answer. Deliberately absent:
//! whether the session is good, which only the broker knows.
use super::Shared;
use super::calm::Calm;
use super::language::Language;
use super::origin::elsewhere;
use super::said::Said;
use super::words::Words;
use crate::broker::push::PENDING_US;
use crate::broker::session::REMEMBERED_US;
use crate::domain::time::SECOND_US;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY,
    HeaderName, HeaderValue, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;
use serde::Serialize;
use std::future::{Ready, ready};

/// Nothing is loaded from elsewhere, sent elsewhere or shown inside anything else, and no script runs.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
const LANGUAGE: &str = "dongui-language";
const SAID: &str = "dongui-said";
const KEPT: &str = "dongui-kept";
const CODE: &str = "dongui-code";

/// A request as the pages see it.
#[derive(Debug)]
pub(super) struct Visit {
    language: Language,
    chosen: bool,
    session: Option<String>,
    said: Option<Said>,
    kept: Option<String>,
    attempt: Option<String>,
    /// What an assistant asks that wants to be linked, as the broker keeps it.
    linking: Option<String>,
    /// A code that the visitor was shown, as the broker keeps it.
    code: Option<String>,
    path: String,
    elsewhere: bool,
    secure: bool,
    /// Whether he may log in at the operator's identity provider.
    login: bool,
    /// The page is wanted as data, for a program that draws it.
    as_data: bool,
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let settings = request.app_data::<Shared>().map(|b| b.settings());
        let secure = settings.is_some_and(|s| s.issuer.starts_with("https://"));
        let cookie = |name: &str| request.cookie(name).map(|c| c.value().to_owned());
        let header = |name: &HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok());
        let asked = form_urlencoded::parse(request.query_string().as_bytes())
            .find(|(name, _)| name == "lang")
            .and_then(|(_, tag)| Language::of(&tag));
        let language = asked
            .or_else(|| Language::of(&cookie(LANGUAGE)?))
            .or_else(|| Language::accepted(header(&ACCEPT_LANGUAGE)?))
            .or_else(|| settings.map(|s| Language::at_home(s.home)));
        ready(Ok(Visit {
            language: language.unwrap_or(Language::En),
            chosen: asked.is_some(),
            session: cookie(session_name(secure)),
            said: cookie(SAID).and_then(|text| Said::parse(&text)),
            kept: cookie(KEPT),
            attempt: cookie(attempt_name(secure)),
            linking: cookie(link_name(secure)),
            code: cookie(CODE),
            path: request.path().to_owned(),
            elsewhere: elsewhere(request, settings.map(|s| s.issuer.as_str())),
            secure,
            login: request.app_data::<Shared>().is_some_and(|b| b.has_login()),
            as_data: header(&ACCEPT).is_some_and(wants_data),
        }))
    }
}

/// A browser asks for HTML, whatever else it would take.
fn wants_data(accept: &str) -> bool {
    let named = |kind: &str| {
        accept.split(',').any(|r| r.split(';').next().is_some_and(|r| r.trim().eq_ignore_ascii_case(kind)))
    };
    named("application/json") && !named("text/html")
}

/// The prefix binds the cookie to this host and to TLS (RFC 6265bis section 4.1.3.2); without TLS it cannot be had.
fn session_name(secure: bool) -> &'static str {
    if secure { "__Host-dongui" } else { "dongui" }
}

/// The same for a login under way.
fn attempt_name(secure: bool) -> &'static str {
    if secure { "__Host-dongui-login" } else { "dongui-login" }
}

/// And for a link under way.
fn link_name(secure: bool) -> &'static str {
    if secure { "__Host-dongui-link" } else { "dongui-link" }
}

impl Visit {
    pub fn words(&self) -> &'static Words {
        Words::of(self.language)
    }
    pub fn said(&self) -> Option<&Said> {
        self.said.as_ref()
    }

    /// What was chosen in a session that had ended, as the broker keeps it.
    pub fn kept(&self) -> Option<&str> {
        self.kept.as_deref()
    }
    /// A login that this browser began.
    pub fn attempt(&self) -> Option<&str> {
        self.attempt.as_deref()
    }
    /// What an assistant asks that sent this browser.
    pub fn linking(&self) -> Option<&str> {
        self.linking.as_deref()
    }
    /// A code that he was shown.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }
    /// Which page was asked for.
    pub fn path(&self) -> &str {
        &self.path
    }
    /// Whether he may log in at the operator's identity provider.
    pub fn has_login(&self) -> bool {
        self.login
    }

    /// The session's token.
    pub fn session(&self) -> Result<String, Calm> {
        self.session.clone().ok_or(Calm::Ended)
    }

    /// Refuses a form that the browser says another site sent. A browser that says nothing is held to the form token.
    pub fn refuse_elsewhere(&self) -> Result<(), Calm> {
        if self.elsewhere { Err(Calm::Foreign) } else { Ok(()) }
    }

    /// A page, drawn, or as data where that is asked for: the same page either way.
    pub fn draw<P: Template + Serialize>(&self, status: StatusCode, page: &P) -> HttpResponse {
        if !self.as_data {
            return self.page(status, page.render());
        }
        match serde_json::to_vec(page) {
            Ok(bytes) => dressed(status)
                .insert_header((CONTENT_LANGUAGE, self.language.tag()))
                .content_type("application/json")
                .body(bytes),
            Err(e) => {
                tracing::error!(problem = %e, "a page does not serialise");
                dressed(StatusCode::INTERNAL_SERVER_ERROR).finish()
            }
        }
    }

    /// A file to keep, under a name of ours.
    pub fn file(&self, name: &str, kind: &'static str, bytes: Vec<u8>) -> HttpResponse {
        dressed(StatusCode::OK)
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
            .content_type(kind)
            .body(bytes)
    }

    fn page(&self, status: StatusCode, html: Result<String, askama::Error>) -> HttpResponse {
        let mut response = dressed(status);
        if self.chosen {
            response.cookie(self.lasting(LANGUAGE, self.language.tag().to_owned(), Duration::days(365)));
        }
        match html {
            Ok(html) => response
                .insert_header((CONTENT_LANGUAGE, self.language.tag()))
                .content_type("text/html; charset=utf-8")
                .body(html),
            Err(e) => {
                tracing::error!(problem = %e, "a page does not render");
                dressed(StatusCode::INTERNAL_SERVER_ERROR).finish()
            }
        }
    }

    /// The way to another page of ours.
    pub fn to(&self, place: &str) -> HttpResponseBuilder {
        let mut response = dressed(StatusCode::SEE_OTHER);
        response.insert_header((LOCATION, place));
        response
    }

    /// The cookie of a session; an empty one ends it.
    pub fn session_cookie(&self, token: String) -> Cookie<'static> {
        let life = if token.is_empty() { 0 } else { REMEMBERED_US / SECOND_US };
        self.lasting(session_name(self.secure), token, Duration::seconds(life))
    }

    /// The cookie that tells the next page what has just been done, and how to undo it; without, the one that forgets it.
    pub fn said_cookie(&self, said: Option<&Said>) -> Cookie<'static> {
        let life = if said.is_some() { Duration::minutes(10) } else { Duration::ZERO };
        self.lasting(SAID, said.map(Said::to_string).unwrap_or_default(), life)
    }

    /// The cookie that keeps what was chosen too late; without, the one that forgets it.
    pub fn kept_cookie(&self, kept: Option<String>) -> Cookie<'static> {
        let life = if kept.is_some() { Duration::hours(1) } else { Duration::ZERO };
        self.lasting(KEPT, kept.unwrap_or_default(), life)
    }

    /// The cookie that keeps a code which links; without, the one that forgets it.
    pub fn code_cookie(&self, kept: Option<String>) -> Cookie<'static> {
        let life = if kept.is_some() { Duration::minutes(10) } else { Duration::ZERO };
        self.lasting(CODE, kept.unwrap_or_default(), life)
    }

    /// The cookie of a login under way; an empty one ends it. The provider's own page leads back here, which `Strict` would hide it from.
    pub fn attempt_cookie(&self, kept: String) -> Cookie<'static> {
        let life = if kept.is_empty() { Duration::ZERO } else { Duration::minutes(10) };
        let mut cookie = self.lasting(attempt_name(self.secure), kept, life);
        cookie.set_same_site(SameSite::Lax);
        cookie
    }

    /// The cookie of a link under way; an empty one ends it. As with a login, another site leads back here meanwhile.
    pub fn link_cookie(&self, kept: String) -> Cookie<'static> {
        let life = if kept.is_empty() { 0 } else { PENDING_US / SECOND_US };
        let mut cookie = self.lasting(link_name(self.secure), kept, Duration::seconds(life));
        cookie.set_same_site(SameSite::Lax);
        cookie
    }

    /// Lets the forms of a page lead to one other place too.
    pub fn lead(&self, response: &mut HttpResponse, origin: &str) {
        let policy = POLICY.replace("form-action 'self'", &format!("form-action 'self' {origin}"));
        // INVARIANT: an origin is ASCII.
        if let Ok(policy) = HeaderValue::try_from(policy) {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
    }

    /// Makes a browser forget that anybody was here: our cookies, and where it can what it kept of this host (W3C Clear Site Data).
    pub fn forget(&self, response: &mut HttpResponseBuilder) {
        response
            .cookie(self.said_cookie(None))
            .cookie(self.kept_cookie(None))
            .cookie(self.code_cookie(None))
            .cookie(self.session_cookie(String::new()))
            .cookie(self.link_cookie(String::new()))
            .cookie(self.lasting(LANGUAGE, String::new(), Duration::ZERO))
            .insert_header(("clear-site-data", "\"cache\", \"cookies\", \"storage\""));
    }

    /// Gives a response of another kind the same limits as a page.
    pub fn restrict(&self, response: &mut HttpResponse) {
        let policy = HeaderValue::from_static(POLICY);
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }

    fn lasting(&self, name: &'static str, value: String, life: Duration) -> Cookie<'static> {
        Cookie::build(name, value)
            .path("/")
            .max_age(life)
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Strict)
            .finish()
    }
}

fn dressed(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A visit that brings nothing along.
    pub(in crate::screens) fn visit(language: Language) -> Visit {
        Visit {
            language,
            chosen: false,
            session: None,
            said: None,
            kept: None,
            attempt: None,
            linking: None,
            code: None,
            path: String::new(),
            elsewhere: false,
            secure: true,
            login: true,
            as_data: false,
        }
    }

    #[test]
    fn a_session_is_bound_to_host_and_tls_where_there_is_tls() {
        for (secure, start) in [
            (true, "__Host-dongui=token; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=18000"),
            (false, "dongui=token; HttpOnly; SameSite=Strict; Path=/; Max-Age=18000"),
        ] {
            let visit = Visit { secure, ..visit(Language::En) };
            assert_eq!(visit.session_cookie("token".to_owned()).to_string(), start);
        }
    }

    #[test]
    fn every_answer_forbids_what_a_page_does_not_need() {
        let response = Calm::Dead.answer(&visit(Language::En));
        let header =
            |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        );
        assert_eq!((header("cache-control"), header("referrer-policy")), ("no-store", "no-referrer"));
        assert_eq!(header("content-language"), "en");
    }
}
