//! `GET /oauth/authorize`: where an assistant sends a subscriber's browser to be linked. Deliberately absent: a redirect back for a request that
//! was pushed, for what was wrong with it was told then.
//!
//! It is a page with a link on: no browser shows a session's cookie to a request that another site led to.
use super::calm::Calm;
use super::form::Form;
use super::frame::{Frame, Link};
use super::link::country_of;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::push::{Brought, Pending};
use crate::domain::recipient::Recipient;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Serialize;

/// The page.
#[derive(Template, Serialize)]
#[template(path = "authorize.html")]
#[serde(tag = "kind", rename = "authorize")]
pub(super) struct AuthorizePage {
    frame: Frame,
    heading: String,
    country: String,
    text: String,
    asks: String,
    categories: Vec<String>,
    before: String,
    go: Link,
}

impl AuthorizePage {
    pub fn draw(words: &Words, recipient: &Recipient, pending: &Pending) -> AuthorizePage {
        let name = &recipient.name;
        AuthorizePage {
            frame: Frame::new(words, super::link::ADDRESS),
            heading: if pending.is_capture() {
                words.capture_heading(name)
            } else {
                words.link_heading(name)
            },
            country: country_of(words, recipient),
            text: if pending.is_capture() { words.capture_text() } else { words.link_text(name) },
            asks: words.link_asks(),
            categories: pending.wanted.categories.iter().map(|p| words.category(p.category)).collect(),
            before: words.link_before(),
            go: Link { address: super::link::ADDRESS.to_owned(), word: words.link_go() },
        }
    }
}

/// `GET /oauth/authorize`.
pub(super) async fn show(broker: Shared, visit: Visit, request: HttpRequest) -> HttpResponse {
    let shown = async {
        let form = Form::of_query(&request).map_err(|_| Calm::Lost)?;
        run(&broker, move |b| {
            let (pending, kept) = match form.one("request_uri") {
                Some(reference) => {
                    let client = form.one("client_id").ok_or(Calm::Lost)?;
                    b.brought(client, reference, form.one("state")).map_err(super::link::lost)?
                }
                None => match b.brought_whole(form.fields()).map_err(super::link::lost)? {
                    Brought::Asked(pending, kept) => (*pending, kept),
                    Brought::Back(address) => return Ok(Err(address)),
                },
            };
            let all = b.recipients()?;
            let recipient = all.into_iter().find(|r| r.id == pending.recipient).ok_or(Calm::Lost)?;
            Ok(Ok((pending, kept, recipient)))
        })
        .await
    };
    match shown.await {
        Ok(Err(address)) => visit.to(&address).finish(),
        Ok(Ok((pending, kept, recipient))) => {
            let page = AuthorizePage::draw(visit.words(), &recipient, &pending);
            let mut response = visit.draw(StatusCode::OK, &page);
            // A cookie of ours has no letter that a header could not hold.
            let _set = response.add_cookie(&visit.link_cookie(kept));
            response
        }
        Err(calm) => calm.answer(&visit),
    }
}
