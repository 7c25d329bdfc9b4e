//! `/me/requests/{id}`: what an assistant asks that waits elsewhere for the answer, with the words that it shows there too. The questions are those
//! of every page that links.
use super::calm::Calm;
use super::form::Form;
use super::link;
use super::linking::{Linking, Then, Way};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::{Broker, Failure};
use crate::domain::id::AskId;
use crate::screens::facts::Facts;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};

/// Where a request is.
pub(super) fn address(id: AskId) -> String {
    format!("/me/requests/{id}")
}

/// `GET /me/requests/{id}`.
pub(super) async fn show(broker: Shared, visit: Visit, id: Path<String>) -> HttpResponse {
    let page = async {
        let id = AskId::parse(&id).ok_or(Calm::Missing)?;
        link::shown(&broker, &visit, Then::Asked(id)).await
    };
    page.await.unwrap_or_else(|calm| calm.answer(&visit))
}

/// What became of the last answer.
enum Outcome {
    Linked,
    Declined,
    Nothing(Box<Facts>),
}

/// `POST /me/requests/{id}`: linked or not.
pub(super) async fn take(
    broker: Shared,
    visit: Visit,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let taken = async {
        visit.refuse_elsewhere()?;
        let id = AskId::parse(&id).ok_or(Calm::Missing)?;
        let (session, form, words) = (visit.session()?, Form::read(body)?, visit.words());
        run(&broker, move |b| decide(b, &session, id, &form, words)).await
    };
    match taken.await {
        Ok(Outcome::Linked) => visit.to(super::linked::ADDRESS).cookie(visit.kept_cookie(None)).finish(),
        Ok(Outcome::Declined) => visit.to("/me").cookie(visit.kept_cookie(None)).finish(),
        Ok(Outcome::Nothing(facts)) => {
            let fault = Some(visit.words().link_nothing());
            link::drawn(&visit, StatusCode::UNPROCESSABLE_ENTITY, &facts, None, fault)
                .unwrap_or_else(|calm| calm.answer(&visit))
        }
        Err(calm) => calm.answer(&visit),
    }
}

fn decide(broker: &Broker, session: &str, id: AskId, form: &Form, words: &Words) -> Result<Outcome, Calm> {
    let facts = Then::Asked(id).facts(broker, session, words)?;
    form.sent_by(&facts.visitor)?;
    let Some(Linking { way: Way::Asked(ask), .. }) = &facts.linking else { return Err(Calm::Lost) };
    match form.one("answer") {
        Some("refuse") => {
            broker.refuse_ask(&facts.visitor, ask.id).map_err(link::lost)?;
            Ok(Outcome::Declined)
        }
        Some("allow") => match broker.allow_ask(&facts.visitor, ask.id) {
            Err(Failure::Conflict(_)) => Ok(Outcome::Nothing(Box::new(facts))),
            other => other.map(|()| Outcome::Linked).map_err(link::lost),
        },
        _ => Err(Calm::Odd),
    }
}
