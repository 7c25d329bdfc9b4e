//! `/me/with/{recipient}/code`: the questions of one recipient before a code is shown that links it; `/me/code`: the code, as long as it is good.
//! The code is kept by the visitor's browser, sealed; here is only a MAC of it.
use super::calendar;
use super::calm::Calm;
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::link;
use super::linking::Then;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::link_code::{ShownCode, wanted};
use crate::broker::{Broker, Failure};
use crate::domain::id::RecipientId;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Serialize;

/// Where a code is shown.
pub(super) const SHOWN: &str = "/me/code";

/// Where codes for a recipient are made.
pub(super) fn path(recipient: RecipientId) -> String {
    format!("{}/code", super::recipient::address(recipient))
}

/// Where the questions before a code stand.
pub(super) fn address(recipient: RecipientId, purpose: Purpose) -> String {
    let purpose =
        form_urlencoded::Serializer::new(String::new()).append_pair("for", purpose.as_str()).finish();
    format!("{}?{purpose}", path(recipient))
}

/// The ways to a code, from the page of a recipient.
pub(super) fn ways(words: &Words, facts: &Facts, recipient: &Recipient) -> Vec<Link> {
    if facts.visitor.by.relation.is_some() {
        return Vec::new();
    }
    let way = |purpose: &Purpose| {
        wanted(recipient, *purpose)?;
        let word = words.linkcode_way(&words.purpose(*purpose));
        Some(Link { address: address(recipient.id, *purpose), word })
    };
    recipient.purposes.iter().filter_map(way).collect()
}

/// A code.
#[derive(Template, Serialize)]
#[template(path = "link_code.html")]
#[serde(tag = "kind", rename = "link-code")]
pub(super) struct LinkCodePage {
    frame: Frame,
    heading: String,
    code: String,
    until: String,
    warning: String,
    way: Link,
}

impl LinkCodePage {
    pub fn draw(words: &Words, facts: &Facts, recipient: &Recipient, shown: &ShownCode) -> LinkCodePage {
        let heading = words.linkcode_yours(&recipient.name);
        let until = calendar::moment(words, shown.until, facts.home, facts.now);
        LinkCodePage {
            frame: Frame::within(words, facts, SHOWN, Some(heading.clone())),
            heading,
            code: shown.code.clone(),
            until: words.linkcode_until(&recipient.name, &until),
            warning: words.linkcode_warning(),
            way: Link { address: super::linked::ADDRESS.to_owned(), word: words.linked() },
        }
    }
}

/// `GET /me/with/{recipient}/code`.
pub(super) async fn ask(
    broker: Shared,
    visit: Visit,
    id: Path<String>,
    request: HttpRequest,
) -> HttpResponse {
    let asked = async {
        let query = Form::of_query(&request)?;
        let recipient = RecipientId::parse(&id).ok_or(Calm::Missing)?;
        // Whoever said a PIN before comes without.
        let Some(purpose) = query.one("for") else {
            return Ok(visit.to(&super::recipient::address(recipient)).finish());
        };
        let purpose = Purpose::parse(purpose).ok_or(Calm::Missing)?;
        link::shown(&broker, &visit, Then::Code(recipient, purpose)).await
    };
    asked.await.unwrap_or_else(|calm| calm.answer(&visit))
}

/// `POST /me/with/{recipient}/code`: makes a code, where something is allowed.
pub(super) async fn make(
    broker: Shared,
    visit: Visit,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let made = async {
        visit.refuse_elsewhere()?;
        let (session, form, words) = (visit.session()?, Form::read(body)?, visit.words());
        let recipient = RecipientId::parse(&id).ok_or(Calm::Missing)?;
        let purpose = form.one("purpose").and_then(Purpose::parse).ok_or(Calm::Odd)?;
        run(&broker, move |b| {
            let facts = Then::Code(recipient, purpose).facts(b, &session, words)?;
            form.sent_by(&facts.visitor)?;
            match b.make_link_code(&facts.visitor, recipient, purpose) {
                Err(Failure::Conflict(_)) => Ok(Err(facts)),
                other => Ok(Ok(other?)),
            }
        })
        .await
    };
    match made.await {
        Ok(Ok(kept)) => visit.to(SHOWN).cookie(visit.code_cookie(Some(kept))).finish(),
        Ok(Err(facts)) => {
            let fault = Some(visit.words().linkcode_nothing());
            link::drawn(&visit, StatusCode::UNPROCESSABLE_ENTITY, &facts, None, fault)
                .unwrap_or_else(|calm| calm.answer(&visit))
        }
        Err(calm) => calm.answer(&visit),
    }
}

/// The code that a browser keeps, with whom it is for.
fn kept(broker: &Broker, session: &str, kept: Option<&str>) -> Result<Option<(Facts, ShownCode)>, Calm> {
    let facts = Facts::gather_open(broker, session)?;
    match broker.link_code_of(&facts.visitor, kept.unwrap_or_default()) {
        Ok(shown) => Ok(Some((facts, shown))),
        Err(Failure::DeadLink) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// `GET /me/code`: one that was used has become a link, which is shown instead.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let found = async {
        let (session, code) = (visit.session()?, visit.code().map(str::to_owned));
        run(&broker, move |b| kept(b, &session, code.as_deref())).await
    };
    match found.await {
        Ok(Some((facts, shown))) => match facts.recipient(shown.recipient) {
            Some(recipient) => {
                visit.draw(StatusCode::OK, &LinkCodePage::draw(visit.words(), &facts, recipient, &shown))
            }
            None => Calm::Missing.answer(&visit),
        },
        Ok(None) => visit.to(super::linked::ADDRESS).cookie(visit.code_cookie(None)).finish(),
        Err(calm) => calm.answer(&visit),
    }
}
