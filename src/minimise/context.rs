//! `Context`: the payload of one answer. Private fields, `Serialize` only: nothing can read one in or make one up.
//! Deliberately absent: the receipt, which stands outside of what a model sees, and any word that is not of a closed list.
use super::item::Item;
use super::summary::{Language, summary};
use crate::domain::canonical;
use crate::domain::category::Category;
use crate::domain::obligation::Obligations;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Withheld;
use serde::Serialize;

/// Token budget when the recipient names none.
pub const DEFAULT_TOKENS: u32 = 400;
/// Least token budget.
pub const LEAST_TOKENS: u32 = 100;
/// Most token budget.
pub const MOST_TOKENS: u32 = 2000;
/// Hard cap of the canonical form.
pub const MOST_BYTES: usize = 8 * 1024;

/// What the recipient owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Owed {
    purpose: Purpose,
    retain_s: u32,
    train: bool,
    share: bool,
    show_source: bool,
}

/// A category that was asked for and does not leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Missing {
    category: Category,
    reason: Withheld,
    can_request: bool,
}

/// The payload of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Context {
    schema: &'static str,
    summary: String,
    items: Vec<Item>,
    withheld: Vec<Missing>,
    precision_reduced: Vec<Category>,
    truncated: bool,
    obligations: Owed,
    /// Its canonical form.
    #[serde(skip)]
    bytes: Vec<u8>,
}

impl Context {
    /// Joins the items of one request. `obligations` is the meet of the items' own; only its retention is told. `locale` is a
    /// BCP 47 tag, English when not known; `max_tokens` is held between 100 and 2000, 400 when absent. Items over the budget
    /// are dropped from the end: charge and record what `items` gives back, not what was passed in.
    pub fn assemble(
        items: Vec<Item>,
        withheld: Vec<(Category, Withheld)>,
        obligations: Obligations,
        purpose: Purpose,
        locale: Option<&str>,
        max_tokens: Option<u32>,
    ) -> Context {
        let language = Language::of(locale);
        let retain_s = obligations.retain_s;
        let withheld = withheld.into_iter().map(|(category, reason)| Missing {
            category,
            reason,
            can_request: can_request(reason),
        });
        let mut context = Context {
            schema: "dongui-context/1",
            summary: String::new(),
            items,
            withheld: withheld.collect(),
            precision_reduced: Vec::new(),
            truncated: false,
            obligations: Owed { purpose, retain_s, train: false, share: false, show_source: true },
            bytes: Vec::new(),
        };
        context.describe(language);
        let budget = max_tokens.unwrap_or(DEFAULT_TOKENS).clamp(LEAST_TOKENS, MOST_TOKENS);
        while !context.fits(budget) && context.items.pop().is_some() {
            context.truncated = true;
            context.describe(language);
        }
        context
    }

    fn describe(&mut self, language: Language) {
        self.summary = summary(&self.items, language);
        self.precision_reduced =
            self.items.iter().filter(|i| i.precision_reduced()).map(Item::category).collect();
        // INVARIANT: strings, whole numbers and booleans always serialise; if they did not, nothing would leave.
        self.bytes = canonical::to_vec(self).unwrap_or_default();
    }

    fn fits(&self, budget: u32) -> bool {
        let text = std::str::from_utf8(&self.bytes).unwrap_or_default();
        text.len() <= MOST_BYTES && tokens(text) <= u64::from(budget)
    }

    /// Canonical JSON (RFC 8785): the same context has the same bytes; the receipt is over their SHA-256.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The items that leave, after the token budget.
    pub fn items(&self) -> &[Item] {
        &self.items
    }
    /// What was withheld, and the cause that is told.
    pub fn withheld(&self) -> impl Iterator<Item = (Category, Withheld)> + '_ {
        self.withheld.iter().map(|missing| (missing.category, missing.reason))
    }
    /// Whether something was withheld for a cause that is not told: what took long over it must not tell either.
    pub fn is_silent_on_something(&self) -> bool {
        self.withheld.iter().any(|missing| missing.reason == Withheld::NotAvailable)
    }
    /// Whether an item was dropped for the token budget.
    pub fn truncated(&self) -> bool {
        self.truncated
    }
    /// The summary.
    pub fn summary(&self) -> &str {
        &self.summary
    }
}

/// Whether a request for permission could change the reason. A recipient hears only of its own grants.
fn can_request(reason: Withheld) -> bool {
    match reason {
        Withheld::NotGranted | Withheld::Expired | Withheld::PurposeMismatch => true,
        Withheld::AssuranceTooLow | Withheld::NotAvailable => false,
    }
}

/// A deterministic estimate of model tokens: one per CJK character, one per three bytes of anything else, rounded up.
pub fn tokens(text: &str) -> u64 {
    let (cjk, bytes) = text.chars().fold((0u64, 0u64), |(cjk, bytes), c| {
        if is_cjk(c) { (cjk + 1, bytes) } else { (cjk, bytes + c.len_utf8() as u64) }
    });
    cjk + bytes.div_ceil(3)
}

/// Han, kana, Hangul, their punctuation and full-width forms (Unicode blocks).
fn is_cjk(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x11FF | 0x2E80..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xA960..=0xA97F
        | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::Precision;
    use crate::domain::reason::Reason;

    const LIMITS: Obligations =
        Obligations { precision: Precision::ZoneR7, crowd: 50, retain_s: 3600, delay_s: 0 };

    #[test]
    fn an_answer_without_items_still_says_what_is_withheld_and_owed() {
        let withheld = vec![
            (Category::WebInterest, Withheld::NotGranted),
            (Category::LocationZone, Reason::NoData.told()),
        ];
        let purpose = Purpose::ProvidePersonalisedRecommendations;
        let context = Context::assemble(Vec::new(), withheld, LIMITS, purpose, Some("de-DE"), None);
        let expected = concat!(
            r#"{"items":[],"obligations":{"purpose":"dpv:ProvidePersonalisedRecommendations","retain_s":3600,"#,
            r#""share":false,"show_source":true,"train":false},"precision_reduced":[],"schema":"dongui-context/1","#,
            r#""summary":"Es gibt nichts mitzuteilen.","truncated":false,"withheld":[{"can_request":true,"#,
            r#""category":"web.interest","reason":"not_granted"},{"can_request":false,"#,
            r#""category":"location.zone","reason":"not_available"}]}"#,
        );
        assert_eq!(std::str::from_utf8(context.bytes()).unwrap(), expected);
    }

    #[test]
    fn tokens_are_a_third_of_the_bytes_and_one_per_cjk_character() {
        assert_eq!(tokens(""), 0);
        assert_eq!(tokens("abcd"), 2);
        assert_eq!(tokens("동의"), 2);
        assert_eq!(tokens("동의 abc"), 4);
        assert_eq!(tokens("موقع"), 3);
    }
}
