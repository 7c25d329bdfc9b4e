//! One question: may this recipient learn this, for this purpose? How precisely and for how long is chosen, never preset, and yes
//! and no are the same button.
use super::calendar::date_of;
use super::facts::Facts;
use super::language::Language;
use super::limit::Offer;
use super::notice::notice;
use super::scope::Scope;
use super::waiting::{claimed, own_yes};
use super::words::Words;
use crate::broker::present::{Put, cells};
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Grant, Limits};
use crate::domain::presentation::Preset;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use serde::Serialize;

/// How long may be allowed, days.
pub(super) const TERMS: [u16; 3] = [30, 90, 365];

/// One of several that may be chosen.
#[derive(Serialize)]
pub(super) struct Choice {
    pub value: String,
    pub word: String,
    pub chosen: bool,
}

/// An answer that lacks something, or that came after its session had ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfinished {
    pub scope: Scope,
    pub precision: Option<Precision>,
    pub days: Option<u16>,
    pub limits: Limits,
}

/// The question as it stands on the page.
#[derive(Serialize)]
pub(super) struct Ask {
    pub anchor: String,
    /// Whether a yes would tell something of him, so that there is something to look at beforehand.
    #[serde(skip)]
    pub personal: bool,
    pub what: String,
    pub purpose: String,
    /// Exactly the text that is hashed into the grant.
    pub notice: String,
    /// Its language, where that is not the page's.
    pub notice_language: Option<Language>,
    pub fields: Vec<(&'static str, String)>,
    /// Empty when there is only one, coarsest first else.
    pub rungs: Vec<Choice>,
    pub terms: Vec<Choice>,
    pub offer: Offer,
    /// Value and word of the two buttons.
    pub answers: [(&'static str, String); 2],
    /// A third way, beside both and never in the place of one: only where somebody asked.
    pub later: Option<String>,
    /// What became of it so far: put off, waiting for a guardian, or said to be answered.
    pub standing: Option<String>,
    pub open: bool,
    /// What is still to be chosen.
    pub fault: Option<String>,
}

/// The rungs that the contract reaches, and what an assistant asks that wants to be linked, coarsest first.
pub(super) fn offered(facts: &Facts, recipient: &Recipient, category: Category) -> Vec<Precision> {
    let Some(ceiling) = recipient.ceiling_for(category) else { return Vec::new() };
    let wanted = facts.linking.as_ref().and_then(|l| l.wanted.piece(l.wanted.purpose, category)?.precision);
    let finest = wanted.map_or(ceiling, |wanted| wanted.min(ceiling));
    category.rungs().iter().copied().filter(|rung| *rung <= finest).collect()
}

/// How long may be allowed: up to what is asked, and always the shortest.
fn terms(facts: &Facts) -> Vec<u16> {
    let longest = facts.linking.as_ref().and_then(|l| l.wanted.days).unwrap_or(u16::MAX);
    let [shortest, longer @ ..] = TERMS;
    std::iter::once(shortest).chain(longer.into_iter().filter(|days| *days <= longest)).collect()
}

/// What the page of a recipient asks, in its order: what was never decided first, then what was refused or has ended, with that.
pub(super) fn asked<'f>(
    facts: &'f Facts,
    recipient: &'f Recipient,
) -> Vec<(Purpose, Category, Option<&'f Grant>)> {
    let cell = |(purpose, category)| {
        let grant = facts.grant(Scope::cell(recipient.id, purpose, category));
        (!grant.is_some_and(|g| facts.lives(g))).then_some((purpose, category, grant))
    };
    let here = |(purpose, category): &(Purpose, Category)| {
        facts.linking.as_ref().is_none_or(|l| l.wanted.piece(*purpose, *category).is_some())
    };
    let (open, closed): (Vec<_>, Vec<_>) =
        cells(recipient).filter(here).filter_map(cell).partition(|(_, _, grant)| grant.is_none());
    open.into_iter().chain(closed).collect()
}

/// The questions as they are signed before they are shown.
pub(super) fn puts(words: &Words, facts: &Facts, recipient: &Recipient) -> Vec<Put> {
    let put = |(purpose, category, _)| Put {
        purpose,
        category,
        notice: notice((words, facts.child()), recipient, purpose, category),
        precisions: offered(facts, recipient, category),
        days: terms(facts),
        preset: Preset::None,
    };
    asked(facts, recipient).into_iter().map(put).collect()
}

fn standing(words: &Words, facts: &Facts, recipient: &Recipient, scope: Scope) -> Option<String> {
    let put_off = facts.put_off(scope).map(|from| words.put_off(&date_of(words, from, facts.home)));
    let said = |grant: &Grant| {
        own_yes(words, facts, grant, &recipient.name)
            .or_else(|| claimed(words, facts, grant, &recipient.name))
    };
    put_off.or_else(|| said(facts.open(scope)?))
}

impl Ask {
    /// The question about one cell.
    pub fn new(
        words: &Words,
        facts: &Facts,
        recipient: &Recipient,
        (purpose, category): (Purpose, Category),
        unfinished: Option<&Unfinished>,
    ) -> Ask {
        let scope = Scope::cell(recipient.id, purpose, category);
        let unfinished = unfinished.filter(|u| u.scope == scope);
        let notice = notice((words, facts.child()), recipient, purpose, category);
        let mut fields = vec![
            ("form_token", facts.visitor.form_token.clone()),
            ("presentation", facts.presentation.clone()),
        ];
        fields.extend(scope.fields());
        fields.extend(facts.linking.as_ref().map(|linking| (super::linking::THEN, linking.then())));
        let rungs = offered(facts, recipient, category);
        let several = rungs.len() > 1;
        let rung = |p: Precision| Choice {
            value: p.as_str().to_owned(),
            word: words.precision(p),
            chosen: unfinished.and_then(|u| u.precision) == Some(p),
        };
        let term = |days: u16| Choice {
            value: days.to_string(),
            word: words.term(days),
            chosen: unfinished.and_then(|u| u.days) == Some(days),
        };
        let lacking = |u: &Unfinished| match (u.precision, u.days) {
            (None, None) => words.choose_precision_and_term(),
            (None, Some(_)) => words.choose_precision(),
            (Some(_), None) => words.choose_term(),
            (Some(_), Some(_)) => words.kept_again(),
        };
        Ask {
            anchor: scope.anchor(),
            personal: category.is_personal(),
            what: words.category(category),
            purpose: words.purpose(purpose),
            notice_language: Language::of(&notice.locale).filter(|l| *l != words.language()),
            notice: notice.text,
            fields,
            rungs: if several { rungs.into_iter().map(rung).collect() } else { Vec::new() },
            terms: terms(facts).into_iter().map(term).collect(),
            offer: Offer::new(words, unfinished.map(|u| u.limits).unwrap_or_default()),
            // No stands first: a form that is sent without a button being pressed takes the first.
            answers: [("refuse", words.refuse()), ("allow", words.allow())],
            later: facts.open(scope).filter(|g| !g.is_captured()).map(|_| words.later()),
            standing: standing(words, facts, recipient, scope),
            open: unfinished.is_some(),
            fault: unfinished.map(lacking),
        }
    }
}
