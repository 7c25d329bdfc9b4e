//! Bodies of a showing: questions that the operator's own app is about to put (`consents`), as the OpenAPI document has them. Deliberately
//! absent: the answers to them (`consent_body`).
use crate::broker::Failure;
use crate::broker::present::Put;
use crate::domain::category::{Category, Precision};
use crate::domain::id::RecipientId;
use crate::domain::notice::Notice;
use crate::domain::presentation::Preset;
use crate::domain::purpose::Purpose;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Words as they are shown.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Language, BCP 47.
    #[schema(min_length = 2, max_length = 35, example = "de")]
    pub locale: String,
    /// The text, letter by letter.
    #[schema(min_length = 1, max_length = 4000)]
    pub text: String,
}

impl Words {
    /// The same as the broker takes them.
    pub(super) fn notice(self) -> Notice {
        Notice { locale: self.locale, text: self.text }
    }
}

/// Questions that are about to be shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowingBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// Who asks.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
    /// In the order in which they are shown.
    #[schema(min_items = 1, max_items = 64)]
    pub questions: Vec<QuestionBody>,
}

/// One question as it is about to be shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionBody {
    /// What for.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// What.
    #[schema(value_type = String, example = "location.zone")]
    pub category: Category,
    /// The words.
    pub notice: Words,
    /// How fine can be chosen; any rung of the contract if absent.
    #[serde(default)]
    #[schema(value_type = Vec<String>, required = false)]
    pub precisions: Vec<Precision>,
    /// How long can be chosen, days; any if absent.
    #[serde(default)]
    #[schema(required = false)]
    pub days: Vec<u16>,
    /// What stands chosen: `none` or `refuse`. A yes may not.
    #[serde(default = "nothing")]
    #[schema(value_type = String, required = false, example = "none")]
    pub preset: Preset,
}

fn nothing() -> Preset {
    Preset::None
}

impl QuestionBody {
    /// The question.
    pub fn put(self) -> Result<Put, Failure> {
        let QuestionBody { purpose, category, notice, precisions, days, preset } = self;
        if precisions.iter().any(|p| !category.rungs().contains(p)) {
            return Err(Failure::invalid("precisions", format!("rungs of `{}`", category.as_str())));
        }
        if notice.text.trim().is_empty() {
            return Err(Failure::invalid("notice", "the words that are shown"));
        }
        Ok(Put { purpose, category, notice: notice.notice(), precisions, days, preset })
    }
}

/// A signed showing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShowingAnswer {
    /// JWS of type `consent-presentation+jwt`; goes into the answer.
    pub showing: String,
    /// Until when it may be answered, RFC 3339.
    pub until: String,
}
