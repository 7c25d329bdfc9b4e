//! `/me/elsewhere`: which other operators of the group there are, that nothing about the visitor is moved between them, what his permissions are worth
//! there, and what is told while he is abroad. Deliberately absent: asking another operator anything; whether it knows him is not known here.
use super::calm::Calm;
use super::facts::Facts;
use super::frame::{Frame, Link};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::domain::operator::Operator;
use crate::domain::subscriber::Country;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Serialize;

/// Where the page is.
pub(super) const ADDRESS: &str = "/me/elsewhere";

/// The page.
#[derive(Template, Serialize)]
#[template(path = "elsewhere.html")]
#[serde(tag = "kind", rename = "elsewhere")]
pub(super) struct ElsewherePage {
    frame: Frame,
    home: Link,
    heading: String,
    text: String,
    /// The visitor's own operator.
    here: Holder,
    others: Vec<Holder>,
    /// What is told of permissions, and of being abroad.
    parts: Vec<(String, Vec<String>)>,
}

/// An operator, and what it holds.
#[derive(Serialize)]
struct Holder {
    name: String,
    country: Option<String>,
    holds: String,
    /// Where it says so itself.
    page: Link,
}

impl ElsewherePage {
    /// Lays the page out.
    pub fn draw(words: &'static Words, facts: &Facts, others: &[Operator]) -> ElsewherePage {
        let other = |one: &Operator| Holder {
            name: one.name.clone(),
            country: Some(words.country(one.country)),
            holds: words.elsewhere_holds_there(),
            page: Link { address: one.address.clone(), word: words.elsewhere_ask_there() },
        };
        let permissions =
            vec![words.elsewhere_here_only(), words.elsewhere_asked_again(), words.elsewhere_end_each()];
        let abroad = vec![words.abroad_learns(), words.abroad_told(), words.abroad_country()];
        ElsewherePage {
            frame: Frame::within(words, facts, ADDRESS, Some(words.elsewhere())),
            home: Link::home(words),
            heading: words.elsewhere(),
            text: words.elsewhere_text(),
            here: Holder {
                name: words.elsewhere_here(),
                country: Country::parse(facts.home.as_str()).map(|country| words.country(country)),
                holds: words.elsewhere_holds_here(),
                page: Link { address: super::data::ADDRESS.to_owned(), word: words.data() },
            },
            others: others.iter().map(other).collect(),
            parts: vec![(words.elsewhere_permissions(), permissions), (words.elsewhere_abroad(), abroad)],
        }
    }
}

/// `GET /me/elsewhere`; there is no such page where there are no others.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = async {
        let session = visit.session()?;
        run(&broker, move |b| {
            let facts = Facts::gather(b, &session)?;
            let others = b.settings().operators.others.clone();
            if others.is_empty() { Err(Calm::Missing) } else { Ok((facts, others)) }
        })
        .await
    };
    match shown.await {
        Ok((facts, others)) => {
            visit.draw(StatusCode::OK, &ElsewherePage::draw(visit.words(), &facts, &others))
        }
        Err(calm) => calm.answer(&visit),
    }
}
