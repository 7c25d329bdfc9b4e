//! `POST /me/answer`: yes or no to one question. Both are one form, one handler and one verb.
use super::ask::{TERMS, Unfinished};
use super::calm::Calm;
use super::facts::Facts;
use super::form::Form;
use super::language::Language;
use super::limit;
use super::linking::Then;
use super::notice::notice;
use super::recipient::RecipientPage;
use super::said::Said;
use super::scope::Scope;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::Broker;
use crate::broker::consent::{Shown, Wish, notice_hash};
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Grant};
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::time::DAY_US;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;

/// What became of an answer.
enum Outcome {
    Decided(Said),
    /// Something is not chosen yet: the page again, with what was.
    Unfinished(Box<Facts>, Unfinished),
}

pub(super) async fn take(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    match answer(&broker, &visit, body).await {
        Ok(response) => response,
        Err(calm) => calm.answer(&visit),
    }
}

async fn answer(
    broker: &Shared,
    visit: &Visit,
    body: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Calm> {
    visit.refuse_elsewhere()?;
    let (session, form, words) = (visit.session()?, Form::read(body)?, visit.words());
    let sent = form.clone();
    let then = Then::read(&form, visit);
    let (asked, links) = (then.clone(), then.is_some());
    let outcome = match run(broker, move |b| decide(b, &session, &sent, words, asked.as_ref())).await {
        Err(Calm::Ended) => return Ok(super::kept::answer(broker, visit, form).await),
        outcome => outcome?,
    };
    match outcome {
        Outcome::Decided(said) => {
            if let Some(then) = then {
                return Ok(visit.to(&then.address()).cookie(visit.kept_cookie(None)).finish());
            }
            let mut response = visit.to(super::done::ADDRESS);
            response.cookie(visit.kept_cookie(None));
            Ok(response.cookie(visit.said_cookie(Some(&said))).finish())
        }
        Outcome::Unfinished(facts, unfinished) if links => {
            super::link::drawn(visit, StatusCode::UNPROCESSABLE_ENTITY, &facts, Some(&unfinished), None)
        }
        Outcome::Unfinished(facts, unfinished) => {
            let recipient = unfinished.scope.recipient.and_then(|id| facts.recipient(id)).ok_or(Calm::Odd)?;
            let page = RecipientPage::draw(words, &facts, recipient, None, Some(&unfinished));
            Ok(visit.draw(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

fn decide(
    broker: &Broker,
    session: &str,
    form: &Form,
    words: &Words,
    then: Option<&Then>,
) -> Result<Outcome, Calm> {
    let facts = Facts::gather(broker, session)?;
    form.sent_by(&facts.visitor)?;
    let scope = Scope::read(form).ok_or(Calm::Odd)?;
    let Scope { recipient: Some(id), purpose: Some(purpose), category: Some(category) } = scope else {
        return Err(Calm::Odd);
    };
    let recipient = facts.recipient(id).ok_or(Calm::Odd)?;
    let token = form.one("presentation").ok_or(Calm::Odd)?.to_owned();
    let (notice, rungs) = shown(broker, &facts, recipient, (purpose, category), &token)?;
    let shown = Shown::Presented { token, notice };
    let (act, wish) = match form.one("answer") {
        Some("refuse") => (Act::Refuse, Wish::Refuse { recipient: id, purpose, category, shown }),
        Some("later") => (Act::Defer, Wish::Defer { recipient: id, purpose, category, shown }),
        Some("allow") => {
            let chosen = match form.one("precision") {
                Some(word) => Some(Precision::parse(word).ok_or(Calm::Odd)?),
                // Where there is nothing to choose from, nothing has to be chosen.
                None => rungs.first().copied().filter(|_| rungs.len() == 1),
            };
            let days =
                form.one("term").map(|d| d.parse().ok().filter(|d| TERMS.contains(d)).ok_or(Calm::Odd));
            let days = days.transpose()?;
            let limits = limit::read(form)?;
            let (Some(precision), Some(days)) = (chosen, days) else {
                let unfinished = Unfinished { scope, precision: chosen, days, limits };
                let facts = match then {
                    Some(then) => then.facts(broker, session, words)?,
                    None => Facts::to_ask(broker, session, id, words)?,
                };
                return Ok(Outcome::Unfinished(Box::new(facts), unfinished));
            };
            if !rungs.contains(&precision) {
                return Err(Calm::Odd);
            }
            let until = broker.now()?.plus(i64::from(days) * DAY_US);
            (Act::Grant, Wish::Allow { recipient: id, purpose, category, precision, until, limits, shown })
        }
        _ => return Err(Calm::Odd),
    };
    let decided = broker.decide(facts.visitor.subscriber, &wish, facts.visitor.by)?;
    // A minor's yes is one when his guardian says it.
    let act = if decided.grants.iter().any(Grant::is_captured) { Act::Capture } else { act };
    Ok(Outcome::Decided(Said { act, scope, changed: decided.grants.len() }))
}

/// The words of a question as they were shown, and the rungs that were offered. The words are made anew in the language they were shown in; if others come out, he answered to
/// something else.
fn shown(
    broker: &Broker,
    facts: &Facts,
    recipient: &Recipient,
    (purpose, category): (Purpose, Category),
    token: &str,
) -> Result<(Notice, Vec<Precision>), Calm> {
    let shown = broker.shown(facts.visitor.subscriber, token, recipient.id).map_err(|_| Calm::Stale)?;
    let question = shown.question(purpose, category).ok_or(Calm::Stale)?;
    let language = Language::of(&question.locale).ok_or(Calm::Stale)?;
    let notice = notice((Words::of(language), facts.child()), recipient, purpose, category);
    let same = question.notice == notice_hash(&notice)?;
    if same { Ok((notice, question.precisions.clone())) } else { Err(Calm::Stale) }
}
