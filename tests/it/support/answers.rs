//! What a provider heard. Deliberately absent: a way to make one up.
use dongui::broker::Failure;
use dongui::broker::disclose::Disclosed;
use dongui::domain::category::{Category, Precision};
use serde_json::Value;

/// The outcome of a request.
#[derive(Debug)]
pub struct Answer(pub Result<Disclosed, Failure>);

impl Answer {
    pub fn disclosed(&self) -> &Disclosed {
        self.0.as_ref().unwrap()
    }
    pub fn failure(&self) -> &Failure {
        self.0.as_ref().unwrap_err()
    }
    /// The payload as it leaves.
    pub fn bytes(&self) -> Vec<u8> {
        self.disclosed().context.bytes().to_vec()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes()).unwrap()
    }
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }
    /// Whether anything was told.
    pub fn tells(&self) -> bool {
        self.0.as_ref().is_ok_and(|d| !d.context.items().is_empty())
    }
    /// What was told of a category.
    pub fn told(&self, category: Category) -> Option<Value> {
        let items = self.json()["items"].as_array().unwrap().clone();
        items.into_iter().find(|i| i["category"] == category.as_str()).map(|i| i["value"].clone())
    }
    /// How fine.
    pub fn precision(&self, category: Category) -> Option<Precision> {
        self.disclosed().context.items().iter().find(|i| i.category() == category).map(|i| i.precision())
    }
    /// Why a category was withheld, in the recipient's word.
    pub fn withheld(&self, category: Category) -> Option<String> {
        let withheld = self.json()["withheld"].as_array().unwrap().clone();
        let found = withheld.into_iter().find(|w| w["category"] == category.as_str())?;
        Some(found["reason"].as_str().unwrap().to_owned())
    }
}
