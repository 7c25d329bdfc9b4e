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
    /// The circle that `location.verify` and `location.frequent_area` are asked about; absent where neither is asked.
    #[serde(default)]
    pub circle: Option<Circle>,
    /// Language of the summary (`en`, `de`, `ko`, `ar`).
    #[serde(default)]
    pub locale: Option<String>,
    /// Room in the model's window, tokens, 100 to 2000; 400 if absent.
    #[serde(default)]
    pub max_tokens: Option<u32>,
}

impl ContextRequest {
    /// Whether it asks for something, for nothing twice, and for what says something of one person only.
    pub fn asks_of_one_person(&self) -> bool {
        let all = &self.categories;
        let once = all.iter().enumerate().all(|(i, category)| !all.iter().take(i).any(|c| c == category));
        !all.is_empty() && once && all.iter().all(|c| c.is_personal())
    }
}
