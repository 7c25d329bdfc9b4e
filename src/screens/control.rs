//! A form of buttons that change what is held: pause, resume, withdraw.
use super::facts::Facts;
use super::scope::Scope;
use crate::domain::consent::Act;
use serde::Serialize;

/// One form; each button is one act on the same scope.
#[derive(Serialize)]
pub(super) struct Control {
    pub fields: Vec<(&'static str, String)>,
    /// The field that the pressed button fills in.
    pub name: &'static str,
    pub buttons: Vec<(&'static str, String)>,
    /// The element that says what the buttons are about, where their words do not.
    pub about: String,
}

/// Ending many permissions: opened first, then pressed.
#[derive(Serialize)]
pub(super) struct Ending {
    pub heading: String,
    pub text: String,
    pub control: Control,
}

impl Control {
    /// Buttons for `acts` on `scope`.
    pub fn change(facts: &Facts, scope: Scope, acts: Vec<(Act, String)>) -> Control {
        let mut fields = vec![("form_token", facts.visitor.form_token.clone())];
        fields.extend(scope.fields());
        let buttons = acts.into_iter().map(|(act, word)| (act.as_str(), word)).collect();
        let about = if scope.category.is_some() { scope.anchor() } else { String::new() };
        Control { fields, name: "act", buttons, about }
    }
}
