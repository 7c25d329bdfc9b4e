//! What an act is about: everything, a recipient, or one cell.
use super::form::Form;
use crate::domain::category::Category;
use crate::domain::consent::Cell;
use crate::domain::id::RecipientId;
use crate::domain::purpose::Purpose;

/// Each part narrows; all absent is everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Scope {
    pub recipient: Option<RecipientId>,
    pub purpose: Option<Purpose>,
    pub category: Option<Category>,
}

impl Scope {
    pub fn of(recipient: RecipientId) -> Scope {
        Scope { recipient: Some(recipient), ..Scope::default() }
    }
    pub fn cell(recipient: RecipientId, purpose: Purpose, category: Category) -> Scope {
        Scope { recipient: Some(recipient), purpose: Some(purpose), category: Some(category) }
    }

    pub fn covers(&self, cell: &Cell) -> bool {
        self.recipient.is_none_or(|r| r == cell.recipient)
            && self.purpose.is_none_or(|p| p == cell.purpose)
            && self.category.is_none_or(|c| c == cell.category)
    }

    /// From form fields; `None` when one is there and not understood.
    pub fn read(form: &Form) -> Option<Scope> {
        Scope::parse(form.one("recipient"), form.one("purpose"), form.one("category"))
    }

    /// From words; `None` when one is there and not understood, for an unread part would widen the scope.
    pub fn parse(recipient: Option<&str>, purpose: Option<&str>, category: Option<&str>) -> Option<Scope> {
        Some(Scope {
            recipient: recipient.map(RecipientId::parse).map_or(Some(None), |r| r.map(Some))?,
            purpose: purpose.map(Purpose::parse).map_or(Some(None), |p| p.map(Some))?,
            category: category.map(Category::parse).map_or(Some(None), |c| c.map(Some))?,
        })
    }

    /// As form fields, absent parts left out.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let recipient = self.recipient.map(|r| ("recipient", r.to_string()));
        let purpose = self.purpose.map(|p| ("purpose", p.as_str().to_owned()));
        let category = self.category.map(|c| ("category", c.as_str().to_owned()));
        [recipient, purpose, category].into_iter().flatten().collect()
    }

    /// An anchor on the page, and a name for what belongs together.
    pub fn anchor(&self) -> String {
        let parts = self.fields().into_iter().map(|(_, value)| value.replace([':', '.'], "-"));
        parts.collect::<Vec<_>>().join("_")
    }
}
