//! One question: may this recipient learn this, for this purpose? How precisely and for how long is chosen, never preset, and yes
//! and no are the same button.
use super::calm::Calm;
use super::facts::Facts;
use super::language::Language;
use super::notice::notice;
use super::scope::Scope;
use super::words::Words;
use crate::broker::consent::notice_hash;
use crate::domain::category::{Category, Precision};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;

/// How long may be allowed, days.
pub(super) const TERMS: [u16; 3] = [30, 90, 365];

/// One of several that may be chosen.
pub(super) struct Choice {
    pub value: String,
    pub word: String,
    pub chosen: bool,
}

/// An answer that lacks something.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfinished {
    pub scope: Scope,
    pub precision: Option<Precision>,
    pub days: Option<u16>,
}

/// The question as it stands on the page.
pub(super) struct Ask {
    pub anchor: String,
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
    /// Value and word of the two buttons.
    pub answers: [(&'static str, String); 2],
    pub open: bool,
    /// What is still to be chosen.
    pub fault: Option<String>,
}

/// The rungs that the contract reaches, coarsest first.
pub(super) fn offered(recipient: &Recipient, category: Category) -> Vec<Precision> {
    let Some(ceiling) = recipient.ceiling_for(category) else { return Vec::new() };
    category.rungs().iter().copied().filter(|rung| *rung <= ceiling).collect()
}

impl Ask {
    /// The question about one cell.
    pub fn new(
        words: &Words,
        facts: &Facts,
        recipient: &Recipient,
        (purpose, category): (Purpose, Category),
        unfinished: Option<&Unfinished>,
    ) -> Result<Ask, Calm> {
        let scope = Scope::cell(recipient.id, purpose, category);
        let unfinished = unfinished.filter(|u| u.scope == scope);
        let notice = notice(words, recipient, purpose, category);
        let mut fields = vec![
            ("form_token", facts.visitor.form_token.clone()),
            ("lang", notice.locale.clone()),
            ("notice", notice_hash(&notice)?),
        ];
        fields.extend(scope.fields());
        let rungs = offered(recipient, category);
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
            (Some(_), _) => words.choose_term(),
        };
        Ok(Ask {
            anchor: scope.anchor(),
            what: words.category(category),
            purpose: words.purpose(purpose),
            notice_language: Language::of(&notice.locale).filter(|l| *l != words.language()),
            notice: notice.text,
            fields,
            rungs: if several { rungs.into_iter().map(rung).collect() } else { Vec::new() },
            terms: TERMS.map(term).into(),
            // No stands first: a form that is sent without a button being pressed takes the first.
            answers: [("refuse", words.refuse()), ("allow", words.allow())],
            open: unfinished.is_some(),
            fault: unfinished.map(lacking),
        })
    }
}
