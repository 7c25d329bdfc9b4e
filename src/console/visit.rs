//! What a request to a console brings along, and the dress of every answer. Deliberately absent: whether the session is good, which only the broker
//! knows.
use super::Shared;
use super::calm::Calm;
use crate::broker::Broker;
use crate::broker::console::{Looker, SESSION_US, Standing};
use crate::domain::console::Console;
use crate::domain::time::SECOND_US;
use crate::screens::origin::elsewhere;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Bytes, block};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;
use std::future::{Ready, ready};
use std::sync::Arc;

/// Nothing is loaded from elsewhere, sent elsewhere or shown inside anything else, and no script runs.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// A request as the pages see it.
#[derive(Debug)]
pub(super) struct Visit {
    pub console: Console,
    session: Option<String>,
    elsewhere: bool,
    secure: bool,
    /// What is asked in the address.
    pub query: Result<Fields, Calm>,
}

/// The fields of a form or an address.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads them; a field that stands twice is two answers to one question.
    pub fn read(bytes: &[u8]) -> Result<Fields, Calm> {
        let fields: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
        let twice =
            |(i, (name, _)): (usize, &(String, String))| fields.iter().take(i).any(|(n, _)| n == name);
        if fields.iter().enumerate().any(twice) { Err(Calm::Odd) } else { Ok(Fields(fields)) }
    }

    /// The value of a field, without blanks around it; none that is empty.
    pub fn one(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }

    /// A value that must read as something, if it is there.
    pub fn read_as<T>(&self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Calm> {
        self.one(name).map(|text| read(text).ok_or(Calm::Odd)).transpose()
    }

    /// Refuses a form that this session's page did not make.
    pub fn sent_by(&self, looker: &Looker) -> Result<(), Calm> {
        let ours = !looker.form_token.is_empty() && self.one("form_token") == Some(&looker.form_token);
        if ours { Ok(()) } else { Err(Calm::Foreign) }
    }
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let issuer = request.app_data::<Shared>().map(|b| b.settings().issuer.as_str());
        let secure = issuer.is_some_and(|issuer| issuer.starts_with("https://"));
        ready(Ok(Visit {
            console: Console::at(request.path()).unwrap_or(Console::Regulator),
            session: request.cookie(name(secure)).map(|c| c.value().to_owned()),
            elsewhere: elsewhere(request, issuer),
            secure,
            query: Fields::read(request.query_string().as_bytes()),
        }))
    }
}

/// Without TLS the prefix cannot be had, by which a browser takes the cookie over TLS alone (RFC 6265bis section 4.1.3.1). It has a path of its own, so
/// that it goes to its console and nowhere else.
fn name(secure: bool) -> &'static str {
    if secure { "__Secure-dongui-console" } else { "dongui-console" }
}

impl Visit {
    /// The session's token.
    pub fn session(&self) -> Result<String, Calm> {
        self.session.clone().ok_or(Calm::Ended)
    }

    /// The fields of a form of ours; one that the browser says another site sent is refused.
    pub fn form(&self, body: Result<Bytes, actix_web::Error>) -> Result<Fields, Calm> {
        if self.elsewhere {
            return Err(Calm::Foreign);
        }
        Fields::read(&body.map_err(|_| Calm::Odd)?)
    }

    /// Runs verbs for somebody in a session, on a thread that may block.
    pub async fn run<T: Send + 'static>(
        &self,
        broker: &Shared,
        story: impl FnOnce(&Broker, Standing<'_>) -> Result<T, Calm> + Send + 'static,
    ) -> Result<T, Calm> {
        let (console, session) = (self.console, self.session()?);
        let broker = Arc::clone(broker.get_ref());
        let done = block(move || story(&broker, Standing { console, session: &session })).await;
        match done.unwrap_or(Err(Calm::Busy)) {
            // In a session it is the session that has ended.
            Err(Calm::Dead) => Err(Calm::Ended),
            done => done,
        }
    }

    /// A page, or why there is none.
    pub fn answer<P: Template>(&self, page: Result<P, Calm>) -> HttpResponse {
        match page {
            Ok(page) => self.draw(StatusCode::OK, &page),
            Err(calm) => calm.answer(self),
        }
    }

    /// A page.
    pub fn draw<P: Template>(&self, status: StatusCode, page: &P) -> HttpResponse {
        self.draw_under(POLICY, status, page)
    }

    /// A page under another policy.
    pub fn draw_under<P: Template>(
        &self,
        policy: &'static str,
        status: StatusCode,
        page: &P,
    ) -> HttpResponse {
        match page.render() {
            Ok(html) => dressed(policy, status).content_type("text/html; charset=utf-8").body(html),
            Err(e) => {
                tracing::error!(problem = %e, "a page does not render");
                dressed(policy, StatusCode::INTERNAL_SERVER_ERROR).finish()
            }
        }
    }

    /// The way to another page of this console.
    pub fn to(&self, place: &str) -> HttpResponseBuilder {
        let mut response = dressed(POLICY, StatusCode::SEE_OTHER);
        response.insert_header((LOCATION, format!("{}{place}", self.console.path())));
        response
    }

    /// The cookie of a session; an empty one ends it.
    pub fn cookie(&self, token: String) -> Cookie<'static> {
        let life = if token.is_empty() { 0 } else { SESSION_US / SECOND_US };
        Cookie::build(name(self.secure), token)
            .path(self.console.path())
            .max_age(Duration::seconds(life))
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Strict)
            .finish()
    }
}

fn dressed(policy: &'static str, status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_stays_below_its_console_and_is_strict() {
        for (console, secure, wanted) in [
            (
                Console::Regulator,
                true,
                "__Secure-dongui-console=t; HttpOnly; SameSite=Strict; Secure; Path=/regulator; Max-Age=3600",
            ),
            (
                Console::Officer,
                false,
                "dongui-console=t; HttpOnly; SameSite=Strict; Path=/operator/dpo; Max-Age=3600",
            ),
        ] {
            let query = Ok(Fields::default());
            let visit = Visit { console, session: None, elsewhere: false, secure, query };
            assert_eq!(visit.cookie("t".to_owned()).to_string(), wanted);
        }
    }

    #[test]
    fn a_field_that_stands_twice_is_not_understood_and_an_empty_one_is_none() {
        assert_eq!(Fields::read(b"a=1&a=2").unwrap_err(), Calm::Odd);
        let fields = Fields::read(b"a=+1+&b=").unwrap();
        assert_eq!((fields.one("a"), fields.one("b"), fields.one("c")), (Some("1"), None, None));
        assert_eq!(fields.read_as("a", |text| text.parse().ok()), Ok(Some(1)));
        assert_eq!(fields.read_as("a", |_| None::<u8>), Err(Calm::Odd));
    }
}
