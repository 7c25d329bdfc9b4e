//! What every page of a console has around it: who looks on which ground and until when, the other pages, the way out.
use super::asset::style_address as own_style;
use crate::broker::console::Looker;
use crate::domain::console::Console;
use crate::screens::asset::{logo_address, style_address};

/// What every page has around it.
pub(super) struct Frame {
    pub console: &'static str,
    /// Where its pages are.
    pub base: &'static str,
    pub page: String,
    /// The subscribers' look, and what tables need beside it.
    pub styles: [String; 2],
    pub logo: Option<String>,
    pub ways: Vec<Way>,
    pub session: Option<Session>,
}

/// A page to go to.
pub(super) struct Way {
    pub address: String,
    pub word: &'static str,
    pub current: bool,
}

/// Who looks.
pub(super) struct Session {
    pub client: String,
    pub ground: String,
    pub ends: String,
    pub form_token: String,
}

impl Frame {
    /// A page that nobody has to enter for.
    pub fn outside(console: Console, page: &str) -> Frame {
        let name = match console {
            Console::Regulator => "Regulator's console",
            Console::Officer => "Data protection officer's console",
        };
        Frame {
            console: name,
            base: console.path(),
            page: page.to_owned(),
            styles: [style_address(), own_style()],
            logo: logo_address(),
            ways: Vec::new(),
            session: None,
        }
    }

    /// A page within a session.
    pub fn within(console: Console, looker: &Looker, page: &str) -> Frame {
        let (base, here) = (console.path(), page);
        let way = |place: &str, word: &'static str| Way {
            address: format!("{base}{place}"),
            word,
            current: word == here,
        };
        let ways = match console {
            Console::Regulator => {
                vec![
                    way("/", "Overview"),
                    way("/policies", "Policy sets"),
                    Way {
                        address: format!("{}/verify", Console::Regulator.path()),
                        word: "Check a bundle",
                        current: false,
                    },
                ]
            }
            Console::Officer => vec![
                way("/", "Overview"),
                way("/incidents", "Incidents"),
                way("/deletions", "Deletions"),
                way("/notices", "Notices"),
                way("/budgets", "Budgets"),
                way("/consents", "Consents"),
            ],
        };
        let session = Session {
            client: looker.caller().client().id.clone(),
            ground: looker.ground.as_str().to_owned(),
            ends: looker.ends.rfc3339(),
            form_token: looker.form_token.clone(),
        };
        Frame { ways, session: Some(session), ..Frame::outside(console, page) }
    }
}
