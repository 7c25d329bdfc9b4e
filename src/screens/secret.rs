//! A page that asks for a secret of six digits: the code beside a link, or a PIN. Deliberately absent: saying whether there is one.
use super::frame::{Frame, Link};
use serde::Serialize;

use askama::Template;

/// A secret to be typed.
#[derive(Serialize)]
pub(super) struct Input {
    pub name: &'static str,
    pub label: String,
    /// What a browser may fill in, in the words of HTML.
    pub fill: &'static str,
    /// Whether it is hidden while it is typed.
    pub hidden: bool,
}

/// The way to close the page on every device.
#[derive(Serialize)]
pub(super) struct Everywhere {
    pub form_token: String,
    pub word: String,
    pub text: String,
}

/// The page.
#[derive(Template, Serialize)]
#[template(path = "secret.html")]
#[serde(tag = "kind", rename = "secret")]
pub(super) struct SecretPage {
    pub frame: Frame,
    pub way: Option<Link>,
    pub heading: String,
    pub text: String,
    /// What was wrong with the last try.
    pub fault: Option<String>,
    pub fields: Vec<(&'static str, String)>,
    /// None while nothing may be tried.
    pub inputs: Vec<Input>,
    /// Name, value and word of each button.
    pub buttons: Vec<(&'static str, &'static str, String)>,
    /// What to do without it.
    pub without: Option<String>,
    pub ways: Vec<Link>,
    pub everywhere: Option<Everywhere>,
}
