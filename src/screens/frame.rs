//! What every page has around it: language, title, the choice of languages, the way out.
use super::asset::{logo_address, style_address};
use super::facts::Facts;
use super::family::banner;
use super::language::Language;
use super::words::Words;
use serde::Serialize;

/// What every page has around it.
#[derive(Serialize)]
pub(super) struct Frame {
    pub language: &'static str,
    pub direction: &'static str,
    pub title: String,
    /// What this page is about, where that is not the title of all.
    pub page: Option<String>,
    pub style: String,
    pub languages_word: String,
    pub languages: Vec<Tongue>,
    pub leave: Option<Leave>,
    /// The quick way out.
    pub exit: Option<Leave>,
    /// For whom the visitor acts, where that is not himself.
    pub acting: Option<Banner>,
    /// The operator's logo.
    pub logo: Option<String>,
}

/// A language to change to.
#[derive(Serialize)]
pub(super) struct Tongue {
    pub language: Language,
    pub address: String,
    pub current: bool,
}

/// The way out of a session.
#[derive(Serialize)]
pub(super) struct Leave {
    pub form_token: String,
    pub word: String,
}

/// That somebody else's pages are open, and the way back to one's own.
#[derive(Serialize)]
pub(super) struct Banner {
    pub text: String,
    pub back: Option<Leave>,
}

/// A link in words.
#[derive(Serialize)]
pub(super) struct Link {
    pub address: String,
    pub word: String,
}

impl Link {
    /// The way to the visitor's first page.
    pub fn home(words: &Words) -> Link {
        Link { address: "/me".to_owned(), word: words.back() }
    }
}

impl Frame {
    /// The frame of a page whose address, seen from itself, is `here`.
    pub fn new(words: &Words, here: &str) -> Frame {
        let current = words.language();
        let and = if here.contains('?') { '&' } else { '?' };
        let tongue = |language: Language| Tongue {
            language,
            address: format!("{here}{and}lang={}", language.tag()),
            current: language == current,
        };
        Frame {
            language: current.tag(),
            direction: current.direction(),
            title: words.title(),
            page: None,
            style: style_address(),
            languages_word: words.languages(),
            languages: Language::ALL.map(tongue).into(),
            leave: None,
            exit: None,
            acting: None,
            logo: logo_address(),
        }
    }

    /// The same for a page within a session, about `page`.
    pub fn within(words: &Words, facts: &Facts, here: &str, page: Option<String>) -> Frame {
        let form_token = || facts.visitor.form_token.clone();
        let leave = Leave { form_token: form_token(), word: words.leave() };
        let exit = Leave { form_token: form_token(), word: words.exit() };
        let acting = facts.visitor.acts_for.as_ref().map(|acting| Banner {
            text: banner(words, facts, acting),
            back: acting.returns.then(|| Leave { form_token: form_token(), word: words.acting_back() }),
        });
        Frame { page, leave: Some(leave), exit: Some(exit), acting, ..Frame::new(words, here) }
    }
}
