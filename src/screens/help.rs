//! `/me/help`: what to do when something seems wrong, who looks after it, and what the words of these pages mean. Deliberately absent: a form to
//! complain by; a complaint goes to people, and what it rests on is on the other pages.
use super::calm::Calm;
use super::detail::Detail;
use super::facts::Facts;
use super::frame::{Frame, Link};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Serialize;

/// Where the page is.
pub(super) const ADDRESS: &str = "/me/help";

/// The page.
#[derive(Template, Serialize)]
#[template(path = "help.html")]
#[serde(tag = "kind", rename = "help")]
pub(super) struct HelpPage {
    frame: Frame,
    home: Link,
    heading: String,
    wrong: String,
    /// What to do, in this order.
    steps: Vec<String>,
    /// The pages that the steps speak of.
    ways: Vec<Link>,
    meaning: String,
    meanings: Vec<Detail>,
}

impl HelpPage {
    /// Lays the page out; `authority` is its name, and where it is found.
    pub fn draw(words: &'static Words, facts: &Facts, authority: Option<&(String, String)>) -> HelpPage {
        let mut steps = vec![words.help_pause(), words.help_note(), words.help_ask()];
        steps.extend(authority.map(|(name, place)| words.help_authority(name, place)));
        let detail = |label, value| Detail { label, value };
        HelpPage {
            frame: Frame::within(words, facts, ADDRESS, Some(words.help())),
            home: Link::home(words),
            heading: words.help(),
            wrong: words.help_wrong(),
            steps,
            ways: vec![
                Link { address: super::asked::ADDRESS.to_owned(), word: words.asked_heading() },
                Link { address: super::receipts::ADDRESS.to_owned(), word: words.receipts() },
            ],
            meaning: words.help_words(),
            meanings: vec![
                detail(words.word_assistant(), words.means_assistant()),
                detail(words.word_permission(), words.means_permission()),
                detail(words.word_pause(), words.means_pause()),
                detail(words.word_withdraw(), words.means_withdraw()),
                detail(words.word_receipt(), words.means_receipt()),
            ],
        }
    }
}

/// `GET /me/help`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = async {
        let session = visit.session()?;
        run(&broker, move |b| Ok((Facts::gather(b, &session)?, b.authority()))).await
    };
    match shown.await {
        Ok((facts, authority)) => {
            visit.draw(StatusCode::OK, &HelpPage::draw(visit.words(), &facts, authority.as_ref()))
        }
        Err(calm) => Calm::answer(calm, &visit),
    }
}
