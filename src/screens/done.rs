//! `GET /me/done`: what has just been done, to check, and the way back. What leads back exactly is a button. What ended for good is
//! not taken back by one: its undoing is the question, answered anew.
use super::calendar::{date_of, moment};
use super::calm::Calm;
use super::control::Control;
use super::detail::{Detail, details};
use super::facts::Facts;
use super::frame::{Frame, Link};
use super::pause::common_end;
use super::recipient;
use super::said::Said;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::domain::consent::Act;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Serialize;

/// Where what was done is told.
pub(super) const ADDRESS: &str = "/me/done";

/// The page.
#[derive(Template, Serialize)]
#[template(path = "done.html")]
#[serde(tag = "kind", rename = "done")]
pub(super) struct DonePage {
    frame: Frame,
    heading: String,
    effect: String,
    details: Vec<Detail>,
    undo: Option<Control>,
    /// Where the question can be answered anew, and a sentence about it.
    again: Option<(Link, Option<String>)>,
    ways: Vec<Link>,
}

impl DonePage {
    pub fn draw(words: &'static Words, facts: &Facts, said: &Said) -> DonePage {
        let changed = (said.changed > 0).then_some(said.act);
        let recipient = said.scope.recipient.and_then(|id| facts.recipient(id));
        let back_to =
            recipient.map(|r| Link { address: recipient::address(r.id), word: words.back_to(&r.name) });
        let control = |act| Control::change(facts, said.scope, vec![(act, words.undo())]);
        let question = said.scope.category.and(recipient).map(|r| recipient::question(r.id, said.scope));
        let again = question.and_then(|address| match changed? {
            Act::Withdraw => Some((Link { address, word: words.undo() }, Some(words.again_text()))),
            Act::Refuse | Act::Capture | Act::Defer => {
                Some((Link { address, word: words.change_answer() }, None))
            }
            _ => None,
        });
        let heading = words.done(changed);
        DonePage {
            frame: Frame::within(words, facts, ADDRESS, Some(heading.clone())),
            heading,
            effect: effect(words, facts, said, changed),
            details: about(words, facts, said),
            undo: changed.and_then(|_| said.undoing(facts)).map(control),
            again,
            ways: back_to.into_iter().chain([Link::home(words)]).collect(),
        }
    }
}

/// What is so from now on. A pause that ends by itself says when, and what is put off until when.
fn effect(words: &Words, facts: &Facts, said: &Said, changed: Option<Act>) -> String {
    let put_off = facts.put_off(said.scope).filter(|_| changed == Some(Act::Defer));
    if let Some(from) = put_off {
        return words.put_off(&date_of(words, from, facts.home));
    }
    let end = common_end(facts, said.scope).filter(|_| changed == Some(Act::Pause));
    end.map_or_else(
        || words.effect(changed),
        |end| words.effect_until(&moment(words, end, facts.home, facts.now)),
    )
}

/// What the act was about.
fn about(words: &Words, facts: &Facts, said: &Said) -> Vec<Detail> {
    let scope = said.scope;
    let what = scope.category.map_or_else(|| words.everything(), |c| words.category(c));
    let mut lines = vec![Detail { label: words.label_what(), value: what }];
    if let Some(recipient) = scope.recipient.and_then(|id| facts.recipient(id)) {
        lines.insert(0, Detail { label: words.label_who(), value: recipient.name.clone() });
    }
    match facts.grant(scope).filter(|g| facts.lives(g)) {
        Some(grant) => lines.extend(details(words, facts, grant)),
        None => lines
            .extend(scope.purpose.map(|p| Detail { label: words.label_purpose(), value: words.purpose(p) })),
    }
    lines
}

/// `GET /me/done`. Who has done nothing lately is sent to his page.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = async {
        let session = visit.session()?;
        let facts = run(&broker, move |b| Facts::gather(b, &session)).await?;
        Ok::<_, Calm>(visit.said().map(|said| DonePage::draw(visit.words(), &facts, said)))
    };
    match shown.await {
        Ok(Some(page)) => visit.draw(StatusCode::OK, &page),
        Ok(None) => visit.to("/me").finish(),
        Err(calm) => calm.answer(&visit),
    }
}
