//! What went otherwise than hoped, as a calm page: what it is, whether anything changed, and the way on. Deliberately absent:
//! anything about the person, and what exactly was wrong with a link, which would help only who guesses one.
use super::frame::{Frame, Link};
use super::visit::Visit;
use crate::broker::Failure;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Serialize;

/// Why there is no other page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calm {
    /// A link that is used, has ended or is not ours.
    Dead,
    /// No session, or not any more.
    Ended,
    /// A form that the visitor's page did not make.
    Foreign,
    /// A form that says nothing we know.
    Odd,
    /// An answer to words that are not in force any more.
    Stale,
    /// No such page.
    Missing,
    /// A login that opens no page here.
    Stranger,
    /// An answer that came after its session had ended, and is kept.
    Kept,
    /// What an assistant asks that wanted to be linked: answered, too late or not as it was asked.
    Lost,
    /// What a PIN stands before, which was not said: he is led to where he can.
    Closed,
    /// Ours.
    Busy,
}

impl Calm {
    #[cfg(test)]
    pub const ALL: [Calm; 10] = [
        Calm::Dead,
        Calm::Ended,
        Calm::Foreign,
        Calm::Odd,
        Calm::Stale,
        Calm::Missing,
        Calm::Stranger,
        Calm::Kept,
        Calm::Lost,
        Calm::Busy,
    ];

    /// The key of its words.
    pub fn word(self) -> &'static str {
        match self {
            Calm::Dead => "dead",
            Calm::Ended => "ended",
            Calm::Foreign => "foreign",
            Calm::Odd => "odd",
            Calm::Stale => "stale",
            Calm::Missing => "missing",
            Calm::Stranger => "stranger",
            Calm::Kept => "kept",
            Calm::Lost => "lost",
            // Seen only where a redirect is not followed.
            Calm::Closed => "foreign",
            Calm::Busy => "busy",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Calm::Dead | Calm::Lost => StatusCode::GONE,
            Calm::Ended | Calm::Foreign | Calm::Stranger | Calm::Kept | Calm::Closed => StatusCode::FORBIDDEN,
            Calm::Odd => StatusCode::BAD_REQUEST,
            Calm::Stale => StatusCode::CONFLICT,
            Calm::Missing => StatusCode::NOT_FOUND,
            Calm::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The answer to a request.
    pub fn answer(self, visit: &Visit) -> HttpResponse {
        if self == Calm::Closed {
            return visit.to(&super::pin::before(visit.path())).finish();
        }
        visit.draw(self.status(), &self.page(visit))
    }

    /// The page.
    pub fn page(self, visit: &Visit) -> CalmPage {
        let words = visit.words();
        let closed = matches!(self, Calm::Dead | Calm::Ended | Calm::Stranger | Calm::Kept | Calm::Lost);
        // Pages in place of a form's answer have no address of their own to stay on in another language.
        CalmPage {
            frame: Frame::new(words, if closed { "" } else { "/me" }),
            heading: words.calm_heading(self),
            text: words.calm_text(self),
            back: if closed {
                visit
                    .has_login()
                    .then(|| Link { address: super::login::ADDRESS.to_owned(), word: words.login() })
            } else {
                Some(Link::home(words))
            },
        }
    }
}

impl From<Failure> for Calm {
    fn from(failure: Failure) -> Calm {
        match failure {
            Failure::DeadLink => Calm::Dead,
            Failure::Stranger => Calm::Stranger,
            Failure::Outdated { .. } => Calm::Stale,
            Failure::Halted(_) | Failure::Fault(_) => {
                tracing::error!(problem = %failure, "a page is not shown");
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
#[derive(Template, Serialize)]
#[template(path = "calm.html")]
#[serde(tag = "kind", rename = "calm")]
pub(super) struct CalmPage {
    pub frame: Frame,
    pub heading: String,
    pub text: String,
    pub back: Option<Link>,
}
