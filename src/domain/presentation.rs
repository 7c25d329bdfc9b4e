//! What a subscriber was shown when he was asked: which questions in which order, in which words, and what stood chosen. Deliberately
//! absent: the signature that binds the house to it, and what he answered.
use super::category::{Category, Precision};
use super::id::{PresentationId, RecipientId};
use super::purpose::Purpose;
use super::time::{At, DAY_US, MINUTE_US};
use serde::{Deserialize, Serialize};

/// Life of a presentation, µs: as long as a page may stand open before it is answered.
pub const LIFE_US: i64 = 30 * MINUTE_US;

/// One showing of questions of one recipient. Each question of it may be answered once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presentation {
    /// Its id.
    pub id: PresentationId,
    /// Who was shown it: a mark that only the house can make, another one each time, so that two showings do not tell that they were to
    /// the same person.
    pub to: String,
    /// Who asks.
    pub recipient: RecipientId,
    /// When it was shown.
    pub at: At,
    /// Until when it may be answered.
    pub until: At,
    /// In the order in which they were shown.
    pub questions: Vec<Question>,
}

/// One question as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// SHA-256 of the canonical notice, hex.
    pub notice: String,
    /// Its language, BCP 47.
    pub locale: String,
    /// The material edition of the recipient's own words that stood in it; 0 where it had none.
    pub edition: u32,
    /// How fine could be chosen; empty where any rung of the contract could.
    pub precisions: Vec<Precision>,
    /// How long could be chosen, days; empty where any could.
    pub days: Vec<u16>,
    /// What stood chosen before he chose.
    pub preset: Preset,
}

/// What stood chosen before the subscriber chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Nothing.
    None,
    /// No.
    Refuse,
    /// Yes: such a yes is none (GDPR recital 32; CJEU C-673/17 Planet49).
    Allow,
}

impl Presentation {
    /// The question about a purpose and a category, where it was shown.
    pub fn question(&self, purpose: Purpose, category: Category) -> Option<&Question> {
        self.questions.iter().find(|q| q.purpose == purpose && q.category == category)
    }
}

impl Question {
    /// Whether this could be chosen, of what was shown at `shown`.
    pub fn offered(&self, precision: Precision, until: At, shown: At) -> bool {
        let longest = self.days.iter().max().map(|days| shown.plus(i64::from(*days) * DAY_US + LIFE_US));
        (self.precisions.is_empty() || self.precisions.contains(&precision))
            && longest.is_none_or(|longest| until <= longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_shown_can_be_chosen() {
        let shown = At(1_795_533_600_000_000);
        let question = Question {
            purpose: Purpose::ProvidePersonalisedRecommendations,
            category: Category::LocationZone,
            notice: String::new(),
            locale: "en".to_owned(),
            edition: 0,
            precisions: vec![Precision::City],
            days: vec![30, 90],
            preset: Preset::None,
        };
        assert!(question.offered(Precision::City, shown.plus(90 * DAY_US), shown));
        assert!(!question.offered(Precision::ZoneR5, shown.plus(30 * DAY_US), shown));
        assert!(!question.offered(Precision::City, shown.plus(91 * DAY_US), shown));
        let open = Question { precisions: Vec::new(), days: Vec::new(), ..question };
        assert!(open.offered(Precision::ZoneR5, shown.plus(300 * DAY_US), shown));
    }
}
