//! What waits for the subscriber's own answer: questions that were put to him, and what somebody of the operator or a recipient says is his word.
//! Neither gives anything until he answers on his page.
use super::calendar::date_of;
use super::detail::{Detail, lines};
use super::facts::Facts;
use super::frame::Link;
use super::recipient::question;
use super::scope::Scope;
use super::words::Words;
use crate::broker::backchannel::AskOf;
use crate::broker::family::Ward;
use crate::domain::consent::{Actor, Grant};
use serde::Serialize;

/// One of them.
#[derive(Serialize)]
pub(super) struct Waiting {
    pub text: String,
    /// What was written down; empty for a mere question.
    pub details: Vec<Detail>,
    pub answer: Link,
}

/// All of them that can be answered now: first who waits at an assistant, then the oldest first; last what wards wait for.
pub(super) fn waiting(words: &Words, facts: &Facts) -> Vec<Waiting> {
    let of_ward = |ward: &Ward| {
        let answer = Link { address: super::family::ADDRESS.to_owned(), word: words.family() };
        let text = words.family_waits(ward.waiting);
        (ward.waiting > 0).then_some(Waiting { text, details: Vec::new(), answer })
    };
    let of_assistant = |ask: &AskOf| {
        let recipient = facts.recipient(ask.recipient)?;
        let answer = Link { address: super::request::address(ask.id), word: words.answer() };
        Some(Waiting { text: words.request_way(&recipient.name), details: Vec::new(), answer })
    };
    let of_assistants: Vec<Waiting> = facts.asks.iter().filter_map(of_assistant).collect();
    let of_wards = facts.wards.iter().filter_map(of_ward);
    let mut asked: Vec<&Grant> = facts.overview.asked.iter().collect();
    asked.sort_by_key(|g| (g.granted_at, g.id));
    let asked = asked.into_iter().filter_map(|grant| one(words, facts, grant));
    of_assistants.into_iter().chain(asked).chain(of_wards).collect()
}

/// That a minor said yes and it waits for his guardian, as either of them is told.
pub(super) fn own_yes(words: &Words, facts: &Facts, grant: &Grant, recipient: &str) -> Option<String> {
    let what = words.category(grant.cell.category);
    let date = date_of(words, grant.granted_at, facts.home);
    let waits = facts.overview.minor && grant.waits_for_guardian();
    waits.then(|| match facts.child() {
        true => words.waiting_guardian(&date, recipient, &what),
        false => words.waiting_child(&date, recipient, &what),
    })
}

/// That a recipient says that somebody agreed.
pub(super) fn claimed(words: &Words, facts: &Facts, grant: &Grant, recipient: &str) -> Option<String> {
    let claims = grant.is_captured() && grant.terms.footing.actor == Actor::Recipient;
    let date = || date_of(words, grant.granted_at, facts.home);
    claims.then(|| words.waiting_claimed(&date(), recipient, &words.category(grant.cell.category)))
}

fn one(words: &Words, facts: &Facts, grant: &Grant) -> Option<Waiting> {
    let cell = grant.cell;
    let recipient = facts.recipient(cell.recipient)?;
    // A contract that was narrowed since asks no more.
    let asks = recipient.purposes.contains(&cell.purpose) && recipient.ceiling_for(cell.category).is_some();
    if !asks {
        return None;
    }
    let (name, what) = (recipient.name.as_str(), words.category(cell.category));
    let written_down = grant.is_captured();
    let date = date_of(words, grant.granted_at, facts.home);
    let said = own_yes(words, facts, grant, name).or_else(|| claimed(words, facts, grant, name));
    Some(Waiting {
        text: said.unwrap_or_else(|| match written_down && !grant.waits_for_guardian() {
            true => words.waiting_written(&date, name, &what),
            false => words.waiting_asked(name, &what),
        }),
        details: if written_down { lines(words, facts, grant, grant.precision) } else { Vec::new() },
        answer: Link {
            address: question(cell.recipient, Scope::cell(cell.recipient, cell.purpose, cell.category)),
            word: words.answer(),
        },
    })
}
