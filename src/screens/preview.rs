//! `GET /me/with/{recipient}/preview`: what the recipient would be told if it asked now, or if one question were answered with yes, made
//! by the code that answers it. Deliberately absent: tiles, streets, and any trace of having looked.
use super::ask::offered;
use super::calm::Calm;
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::scope::Scope;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::Broker;
use crate::broker::present::cells;
use crate::broker::preview::{Found, Outline, Preview, Shown};
use crate::domain::category::{Category, Precision};
use crate::domain::id::RecipientId;
use crate::domain::place::Label;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::recipient::Recipient;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Serialize;
use std::fmt::Write;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Everything, as it is allowed now.
    Now(Purpose),
    /// One question, as if it were answered with yes.
    If(Purpose, Category),
}

/// What would be told of one category, or of one rung of it.
#[derive(Serialize)]
struct Told {
    heading: String,
    text: String,
    /// Whether anything would leave.
    left: bool,
    map: Option<Map>,
    /// What could be worked out of it.
    guesses: Vec<Gauge>,
}

/// How much of the time spent at a place is told as one zone, and what that gives away.
#[derive(Serialize)]
pub(super) struct Gauge {
    pub name: String,
    /// Of a hundred.
    pub share: u8,
    pub text: String,
}

/// A zone, drawn.
#[derive(Serialize)]
struct Map {
    /// Corners as SVG has them.
    points: String,
    near: Option<String>,
    size: String,
}

/// A purpose to look at.
#[derive(Serialize)]
struct Only {
    link: Link,
    current: bool,
}

/// The page.
#[derive(Template, Serialize)]
#[template(path = "preview.html")]
#[serde(tag = "kind", rename = "preview")]
pub(super) struct PreviewPage {
    frame: Frame,
    #[serde(skip)]
    words: &'static Words,
    back: Link,
    heading: String,
    text: String,
    purposes: Vec<Only>,
    told: Vec<Told>,
    json: Option<String>,
    /// What the guesses rest on.
    basis: Option<String>,
    /// What is never shared.
    never: Link,
}

/// Where the preview of all that is allowed for a purpose is.
pub(super) fn of(recipient: RecipientId, purpose: Purpose) -> String {
    format!("{}/preview?purpose={}", super::recipient::address(recipient), purpose.as_str())
}

/// Where the preview of a question is, by its anchor.
pub(super) fn of_question(recipient: RecipientId, anchor: &str) -> String {
    format!("{}/preview?of={anchor}", super::recipient::address(recipient))
}

impl Look {
    fn read(form: &Form, recipient: &Recipient) -> Option<Look> {
        let purpose = || match form.one("purpose") {
            Some(word) => Purpose::parse(word).filter(|p| recipient.purposes.contains(p)),
            None => recipient.purposes.first().copied(),
        };
        let Some(anchor) = form.one("of") else { return purpose().map(Look::Now) };
        let mut fits = cells(recipient).filter(|(p, c)| Scope::cell(recipient.id, *p, *c).anchor() == anchor);
        fits.next().map(|(purpose, category)| Look::If(purpose, category))
    }

    /// Asks the broker: once for what is, or once for each rung of what could be.
    fn ask(
        self,
        broker: &Broker,
        facts: &Facts,
        recipient: &Recipient,
        locale: &str,
    ) -> Result<Vec<(Option<Precision>, Preview)>, Calm> {
        let ask = |purpose, supposed| {
            broker.preview(facts.visitor.subscriber, recipient.id, purpose, supposed, locale)
        };
        match self {
            Look::Now(purpose) => Ok(vec![(None, ask(purpose, None)?)]),
            Look::If(purpose, category) => offered(facts, recipient, category)
                .into_iter()
                .map(|rung| Ok((Some(rung), ask(purpose, Some((category, rung)))?)))
                .collect(),
        }
    }
}

impl PreviewPage {
    pub fn draw(
        words: &'static Words,
        facts: &Facts,
        recipient: &Recipient,
        look: Look,
        previews: &[(Option<Precision>, Preview)],
    ) -> PreviewPage {
        let name = &recipient.name;
        let (here, purposes, text) = match look {
            Look::Now(purpose) => {
                // Of one purpose there is nothing to choose.
                let others = Some(&recipient.purposes[..]).filter(|all| all.len() > 1).unwrap_or_default();
                let only = |p: &Purpose| Only {
                    link: Link { address: of(recipient.id, *p), word: words.purpose(*p) },
                    current: *p == purpose,
                };
                (of(recipient.id, purpose), others.iter().map(only).collect(), words.preview_now())
            }
            Look::If(purpose, category) => {
                let anchor = Scope::cell(recipient.id, purpose, category).anchor();
                (of_question(recipient.id, &anchor), Vec::new(), words.preview_if(&words.category(category)))
            }
        };
        let told = previews.iter().flat_map(|(rung, preview)| {
            preview.told.iter().map(|(category, outcome)| {
                let heading = rung.map_or_else(|| words.category(*category), |r| words.precision(r));
                let guess = preview.guess.filter(|_| *category == Category::LocationZone);
                Told {
                    guesses: guess.map(|g| gauges(words, g.home, g.work)).unwrap_or_default(),
                    ..told(words, heading, outcome)
                }
            })
        });
        PreviewPage {
            frame: Frame::within(words, facts, &here, Some(words.preview_question())),
            words,
            back: Link { address: super::recipient::address(recipient.id), word: words.back_to(name) },
            heading: words.preview(name),
            text,
            purposes,
            told: told.collect(),
            basis: previews.iter().find_map(|(_, p)| p.guess).map(|g| words.guess_basis(g.nights as usize)),
            never: Link { address: super::never::ADDRESS.to_owned(), word: words.never() },
            json: previews.last().map(|(_, preview)| preview.json.clone()),
        }
    }
}

fn told(words: &Words, heading: String, outcome: &Result<Shown, Reason>) -> Told {
    match outcome {
        Ok(shown) => Told {
            heading,
            text: shown.sentence.clone(),
            left: true,
            map: shown.zone.as_ref().map(|zone| map(words, zone, shown.precision)),
            guesses: Vec::new(),
        },
        Err(reason) => {
            let text = words.preview_nothing(&words.reason(*reason));
            Told { heading, text, left: false, map: None, guesses: Vec::new() }
        }
    }
}

/// A gauge for each place that zones could lead to.
pub(super) fn gauges(words: &Words, home: Option<Found>, work: Option<Found>) -> Vec<Gauge> {
    let gauge = |label: Label, found: Option<Found>| {
        let Found { share, within_km } = found?;
        let name = words.place(label);
        let text = match within_km {
            Some(km) => words.guess_found(&name, usize::from(share), km as usize),
            None => words.guess_hidden(&name),
        };
        // What leads elsewhere gives nothing of this place away.
        Some(Gauge { name, share: within_km.map_or(0, |_| share), text })
    };
    [gauge(Label::Home, home), gauge(Label::Work, work)].into_iter().flatten().collect()
}

/// Corners as SVG has them.
pub(super) fn points(corners: &[(i32, i32)]) -> String {
    let mut points = String::new();
    for (x, y) in corners {
        // Writing into a string cannot fail.
        let _written = write!(points, "{x},{y} ");
    }
    points.truncate(points.trim_end().len());
    points
}

fn map(words: &Words, zone: &Outline, precision: Precision) -> Map {
    let points = points(&zone.corners);
    Map { points, near: zone.near.map(str::to_owned), size: words.precision(precision) }
}

/// `GET /me/with/{recipient}/preview`.
pub(super) async fn show(
    broker: Shared,
    visit: Visit,
    id: Path<String>,
    request: HttpRequest,
) -> HttpResponse {
    let shown = async {
        let (session, asked) = (visit.session()?, Form::of_query(&request)?);
        let words = visit.words();
        run(&broker, move |b| {
            let facts = Facts::gather_open(b, &session)?;
            let recipient =
                RecipientId::parse(&id).and_then(|id| facts.recipient(id)).ok_or(Calm::Missing)?;
            let look = Look::read(&asked, recipient).ok_or(Calm::Missing)?;
            let previews = look.ask(b, &facts, recipient, words.language().tag())?;
            Ok(PreviewPage::draw(words, &facts, recipient, look, &previews))
        })
        .await
    };
    match shown.await {
        Ok(page) => visit.draw(StatusCode::OK, &page),
        Err(calm) => calm.answer(&visit),
    }
}
