//! A permission that ends soon: it ends by itself, and prolonging it is as many taps as letting it end. Deliberately absent: when one may be
//! prolonged and to when, which the broker says.
use super::calendar::date_of;
use super::control::Control;
use super::facts::Facts;
use super::frame::Link;
use super::language::Language;
use super::recipient::address;
use super::scope::Scope;
use super::waiting::Waiting;
use super::words::Words;
use crate::domain::consent::{Act, Grant};
use serde::Serialize;

/// The button that changes nothing.
pub(super) const LET_END: &str = "let-end";

/// The choice on the recipient's page.
#[derive(Serialize)]
pub(super) struct Renewal {
    pub text: String,
    /// What was agreed to, in the words that were shown.
    pub notice: String,
    pub notice_language: Option<Language>,
    pub control: Control,
}

/// What ends soon, for the first page.
pub(super) fn soon(words: &Words, facts: &Facts) -> Vec<Waiting> {
    let one = |grant: &Grant| {
        let cell = grant.cell;
        let recipient = facts.recipient(cell.recipient)?;
        let date = date_of(words, grant.ends(), facts.home);
        let anchor = Scope::cell(cell.recipient, cell.purpose, cell.category).anchor();
        Some(Waiting {
            text: words.ends_on(&recipient.name, &words.category(cell.category), &date),
            details: Vec::new(),
            answer: Link {
                address: format!("{}#{anchor}", address(cell.recipient)),
                word: words.ends_look(),
            },
        })
    };
    facts.overview.grants.iter().filter(|g| facts.renewable(g).is_some()).filter_map(one).collect()
}

impl Renewal {
    /// The choice about a grant that ends soon; `None` where it does not, or the words are not known that were shown.
    pub fn of(words: &Words, facts: &Facts, grant: &Grant) -> Option<Renewal> {
        let end = facts.renewable(grant)?;
        let seen = facts.seen.iter().find(|(hash, _)| *hash == grant.notice).map(|(_, seen)| seen)?;
        let cell = grant.cell;
        let scope = Scope::cell(cell.recipient, cell.purpose, cell.category);
        let mut control = Control::change(facts, scope, Vec::new());
        control.buttons = vec![
            (LET_END, words.let_end()),
            (Act::Renew.as_str(), words.renew(&date_of(words, end, facts.home))),
        ];
        Some(Renewal {
            text: words.ends_by_itself(&date_of(words, grant.ends(), facts.home)),
            notice: seen.text.clone(),
            notice_language: Language::of(&seen.locale).filter(|l| *l != words.language()),
            control,
        })
    }
}
