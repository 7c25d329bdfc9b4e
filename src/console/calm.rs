//! What went otherwise than hoped, as a page: what it is and the way on. Deliberately absent: what exactly was wrong with a link or a session, which would
//! help only who guesses one.
use super::frame::Frame;
use super::visit::Visit;
use crate::broker::Failure;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// Why there is no other page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Calm {
    /// A link that is used, has ended or is not ours.
    Dead,
    /// No session, or not any more.
    Ended,
    /// A form that the session's page did not make.
    Foreign,
    /// What this session may not do, for want of a scope.
    Barred(&'static str),
    /// A form or an address that says nothing we know.
    Odd,
    /// No such page.
    Missing,
    /// It cannot be had as things stand; why.
    Waits(String),
    /// What is wrong with a field of a form; nothing of what was written is in it.
    Wrong(String),
    /// Ours.
    Busy,
}

impl Calm {
    pub fn status(&self) -> StatusCode {
        match self {
            Calm::Dead => StatusCode::GONE,
            Calm::Ended | Calm::Foreign | Calm::Barred(_) => StatusCode::FORBIDDEN,
            Calm::Odd => StatusCode::BAD_REQUEST,
            Calm::Missing => StatusCode::NOT_FOUND,
            Calm::Waits(_) => StatusCode::CONFLICT,
            Calm::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Calm::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn heading(&self) -> &'static str {
        match self {
            Calm::Dead => "This link is no longer valid",
            Calm::Ended => "You are not in the console",
            Calm::Foreign => "This form is not from your session",
            Calm::Barred(_) => "This session only looks",
            Calm::Odd => "This cannot be read",
            Calm::Missing => "There is no such page",
            Calm::Waits(_) => "Not as things stand",
            Calm::Wrong(_) => "A field is to be changed",
            Calm::Busy => "Nothing can be shown now",
        }
    }

    fn text(&self) -> String {
        let enter = "A session begins with a one-time link and lasts an hour. Whoever has the key of a registered client asks for one with `dongui console`.";
        match self {
            Calm::Dead | Calm::Ended => enter.to_owned(),
            Calm::Foreign => "Nothing was done. Open the page anew and send the form from there.".to_owned(),
            Calm::Barred(scope) => {
                format!(
                    "Nothing was done. Whoever asked for its link did so with a token without the scope `{scope}`."
                )
            }
            Calm::Odd => {
                "Nothing was done. The address or the form holds something that this page does not know."
                    .to_owned()
            }
            Calm::Missing => "Perhaps the export is another client's.".to_owned(),
            Calm::Waits(why) | Calm::Wrong(why) => format!("{}.", capital(why)),
            Calm::Busy => "A look that cannot be recorded is not shown. Try again in a moment.".to_owned(),
        }
    }

    /// The answer to a request.
    pub fn answer(&self, visit: &Visit) -> HttpResponse {
        let closed = matches!(self, Calm::Dead | Calm::Ended);
        let page = CalmPage {
            frame: Frame::outside(visit.console, self.heading()),
            heading: self.heading(),
            text: self.text(),
            back: (!closed).then(|| format!("{}/", visit.console.path())),
        };
        visit.draw(self.status(), &page)
    }
}

/// A sentence of a program as one of a page.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

impl From<Failure> for Calm {
    fn from(failure: Failure) -> Calm {
        match failure {
            Failure::DeadLink => Calm::Dead,
            Failure::NotFound(_) => Calm::Missing,
            Failure::Conflict(why) => Calm::Waits(why),
            Failure::Forbidden(scope) => Calm::Barred(scope),
            Failure::Invalid { .. } => Calm::Wrong(failure.to_string()),
            Failure::Halted(_) | Failure::Fault(_) => {
                tracing::error!(problem = %failure, "a page of a console is not shown");
                Calm::Busy
            }
            _ => Calm::Odd,
        }
    }
}

/// Where nothing is.
pub(super) async fn missing(visit: Visit) -> HttpResponse {
    Calm::Missing.answer(&visit)
}

/// The page as it is drawn.
#[derive(Template)]
#[template(path = "console_calm.html")]
struct CalmPage {
    frame: Frame,
    heading: &'static str,
    text: String,
    back: Option<String>,
}
