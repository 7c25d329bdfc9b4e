//! Who asks what about whom, for which purpose.
use super::category::Category;
use super::circle::Circle;
use super::purpose::Purpose;
use serde::{Deserialize, Serialize};

/// A context request as parsed at the door.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextRequest {
    /// The recipient's pairwise pseudonym of the subscriber; empty where the token says who it is.
    #[serde(default)]
    pub subject: String,
    /// What the answer is for.
    pub purpose: Purpose,
    /// What is asked; at most one of each.
    pub categories: Vec<Category>,
    /// The circle that `location.verify` is asked about; absent where it is not asked.
    #[serde(default)]
    pub circle: Option<Circle>,
    /// Language of the summary (`en`, `de`, `ko`, `ar`).
    #[serde(default)]
    pub locale: Option<String>,
    /// Room in the model's window, tokens, 100 to 2000; 400 if absent.
    #[serde(default)]
    pub max_tokens: Option<u32>,
}
