//! `GET /me/data`: what is held about the visitor, in plain words; all of it as a file; and erasing it, which asks once more and says
//! what follows before anything is done; and taking out what is wrong. Deliberately absent: undoing that, which nobody can.
use super::calendar::moment;
use super::calm::Calm;
use super::control::Control;
use super::detail::Detail;
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::scope::Scope;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::correct::Wrong;
use crate::broker::erase::Kept;
use crate::broker::known::Known;
use crate::domain::consent::{Act, State};
use crate::domain::entry::Kind;
use crate::domain::place::Label;
use crate::domain::record::Ground;
use crate::domain::topic::Topic;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use serde::Serialize;

/// Where what is held is told.
pub(super) const ADDRESS: &str = "/me/data";
/// Places that are taken for something, and the words for them in a form.
const PLACES: [(Label, &str); 2] = [(Label::Home, "home"), (Label::Work, "work")];
/// The act that takes something out.
const CORRECT: &str = "correct";
const FILE: &str = "/me/data/file";
const ERASE: &str = "/me/data/erase";
const ERASED: &str = "/me/data/erased";

/// The page.
#[derive(Template, Serialize)]
#[template(path = "data.html")]
#[serde(tag = "kind", rename = "data")]
pub(super) struct DataPage {
    frame: Frame,
    home: Link,
    heading: String,
    /// That there is nothing, where there is nothing.
    nothing: Option<String>,
    details: Vec<Detail>,
    doubts: Option<Doubts>,
    form_token: String,
    text: String,
    ways: Vec<Link>,
    file: Link,
    erase: Link,
}

/// What could be wrong, each with the button that takes it out.
#[derive(Serialize)]
struct Doubts {
    heading: String,
    text: String,
    word: String,
    all: Vec<Doubt>,
}

/// Something known that could be wrong.
#[derive(Serialize)]
struct Doubt {
    id: String,
    heading: String,
    /// The field that names it, and its value.
    name: &'static str,
    value: &'static str,
    /// What its button does.
    act: &'static str,
}

/// What follows, before it is done.
#[derive(Template, Serialize)]
#[template(path = "erase.html")]
#[serde(tag = "kind", rename = "erase")]
pub(super) struct ErasePage {
    frame: Frame,
    back: Link,
    heading: String,
    consequences: Vec<String>,
    form_token: String,
    /// Also that recipients lose his names.
    stranger: String,
    /// Also who asked for what.
    records: String,
    /// What of it stays, and by which rule.
    kept: Vec<String>,
    erase: String,
    /// Holding everything back instead, where something is given out, and a sentence about it.
    pause: Option<(String, Control)>,
}

impl DataPage {
    pub fn draw(words: &'static Words, facts: &Facts, known: Option<&Known>) -> DataPage {
        DataPage {
            frame: Frame::within(words, facts, ADDRESS, Some(words.data())),
            home: Link::home(words),
            heading: words.data(),
            nothing: known.is_none().then(|| words.data_nothing()),
            details: known.map(|known| details(words, facts, known)).unwrap_or_default(),
            doubts: known.and_then(|known| doubts(words, known)),
            form_token: facts.visitor.form_token.clone(),
            text: words.data_text(),
            ways: vec![
                Link { address: super::receipts::ADDRESS.to_owned(), word: words.receipts() },
                Link { address: super::asked::ADDRESS.to_owned(), word: words.asked_all() },
            ],
            file: Link { address: FILE.to_owned(), word: words.data_file() },
            erase: Link { address: ERASE.to_owned(), word: words.data_erase() },
        }
    }
}

fn details(words: &Words, facts: &Facts, known: &Known) -> Vec<Detail> {
    let labelled = |label| known.places.iter().filter(|p| p.label == Some(label)).count();
    let named = [Label::Home, Label::Work, Label::Frequent].map(labelled).iter().sum();
    let list = |topics: &[&str]| {
        if topics.is_empty() { words.data_no_topics() } else { topics.join(words.data_and().as_str()) }
    };
    let known_or_not = |word: Option<&str>| word.map_or_else(|| words.data_not_known(), str::to_owned);
    let mut lines = vec![
        Detail { label: words.data_places(), value: words.data_places_text(known.places.len(), named) },
        Detail { label: words.data_nights(), value: words.data_nights_text(known.nights as usize) },
        Detail { label: words.data_apps(), value: list(&known.apps) },
        Detail { label: words.data_web(), value: list(&known.web) },
        Detail { label: words.data_country(), value: known_or_not(known.country.map(|(_, name)| name)) },
        Detail { label: words.data_left(), value: known_or_not(known.left.map(|(_, left)| left)) },
    ];
    lines.extend(
        known
            .latest
            .map(|at| Detail { label: words.data_latest(), value: moment(words, at, facts.home, facts.now) }),
    );
    lines
}

/// Home, work and every interest.
fn doubts(words: &Words, known: &Known) -> Option<Doubts> {
    let place = |(label, value): (Label, &'static str)| {
        let found = known.places.iter().find(|p| p.label == Some(label))?;
        let near = found.near.map(|near| format!(" ({near})")).unwrap_or_default();
        let heading = format!("{}{near}", words.place(label));
        Some(Doubt { id: format!("wrong-{value}"), heading, name: "place", value, act: CORRECT })
    };
    let places = PLACES.into_iter().filter_map(place);
    let interest = |(topic, word): &(Topic, &str)| {
        let value = topic.as_str();
        Doubt {
            id: format!("wrong-{value}"),
            heading: (*word).to_owned(),
            name: "interest",
            value,
            act: CORRECT,
        }
    };
    let all: Vec<Doubt> = places.chain(known.topics.iter().map(interest)).collect();
    let (heading, text, word) = (words.wrong_heading(), words.wrong_text(), words.wrong());
    (!all.is_empty()).then_some(Doubts { heading, text, word, all })
}

impl ErasePage {
    pub fn draw(words: &'static Words, facts: &Facts, kept: &[Kept]) -> ErasePage {
        let live = facts.holds(Scope::default(), State::Active);
        let mut consequences =
            vec![words.erase_all(), words.never_erased(), words.erase_final(), words.erase_told()];
        // Who goes on allowing is learnt about anew.
        consequences.extend(live.then(|| words.erase_anew()));
        consequences.push(words.erase_kept());
        let control = || Control::change(facts, Scope::default(), vec![(Act::Pause, words.pause_all())]);
        ErasePage {
            frame: Frame::within(words, facts, ERASE, Some(words.erase_heading())),
            back: Link { address: ADDRESS.to_owned(), word: words.erase_back() },
            heading: words.erase_heading(),
            consequences,
            form_token: facts.visitor.form_token.clone(),
            stranger: words.erase_stranger(),
            records: words.erase_records(),
            kept: kept.iter().map(|k| despite(words, k)).collect(),
            erase: words.erase_button(),
            pause: live.then(|| (words.erase_instead(), control())),
        }
    }
}

/// What stays, and why.
fn despite(words: &Words, kept: &Kept) -> String {
    match kept.record {
        Kind::Request => words.erase_despite_asked(usize::from(kept.days), &kept.citation),
        Kind::Emergency => words.erase_despite_emergency(usize::from(kept.days), &kept.citation),
        _ => words.erase_despite(usize::from(kept.days / 366), &kept.citation),
    }
}

/// That it is done.
#[derive(Template, Serialize)]
#[template(path = "calm.html")]
#[serde(tag = "kind", rename = "erased")]
pub(super) struct ErasedPage {
    frame: Frame,
    heading: String,
    text: String,
    back: Option<Link>,
}

impl ErasedPage {
    pub fn draw(words: &'static Words, facts: &Facts) -> ErasedPage {
        let live = facts.holds(Scope::default(), State::Active);
        ErasedPage {
            frame: Frame::within(words, facts, ERASED, Some(words.erased_heading())),
            heading: words.erased_heading(),
            text: if live { words.erased_anew() } else { words.erased_text() },
            back: Some(Link::home(words)),
        }
    }
}

/// What is held, with the facts of the page.
async fn held(broker: &Shared, visit: &Visit) -> Result<(Facts, Option<Known>), Calm> {
    let (session, locale) = (visit.session()?, visit.words().language().tag());
    run(broker, move |b| {
        let facts = Facts::gather_open(b, &session)?;
        let known = b.known(facts.visitor.subscriber, locale)?;
        Ok((facts, known))
    })
    .await
}

/// `GET /me/data`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    match held(&broker, &visit).await {
        Ok((facts, known)) => {
            visit.draw(StatusCode::OK, &DataPage::draw(visit.words(), &facts, known.as_ref()))
        }
        Err(calm) => calm.answer(&visit),
    }
}

/// `GET /me/data/file`.
pub(super) async fn file(broker: Shared, visit: Visit) -> HttpResponse {
    let made = async {
        let session = visit.session()?;
        let all =
            run(&broker, move |b| Ok(b.everything(super::open_visitor(b, &session)?.subscriber)?)).await?;
        serde_json::to_vec_pretty(&all).map_err(|_| Calm::Busy)
    };
    match made.await {
        Ok(bytes) => visit.file("my-data.json", "application/json", bytes),
        Err(calm) => calm.answer(&visit),
    }
}

/// `POST /me/data`: something is wrong.
pub(super) async fn correct(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let corrected = async {
        visit.refuse_elsewhere()?;
        let (session, form) = (visit.session()?, Form::read(body)?);
        run(&broker, move |b| {
            let visitor = super::open_visitor(b, &session)?;
            form.sent_by(&visitor)?;
            let wrong = match (form.one("act"), form.one("place"), form.one("interest")) {
                (Some(CORRECT), Some(place), None) => {
                    let label = PLACES.into_iter().find(|(_, value)| *value == place);
                    Wrong::Place(label.ok_or(Calm::Odd)?.0)
                }
                (Some(CORRECT), None, Some(topic)) => Wrong::Interest(Topic::parse(topic).ok_or(Calm::Odd)?),
                _ => return Err(Calm::Odd),
            };
            Ok(b.correct(visitor.subscriber, visitor.by, wrong)?)
        })
        .await
    };
    match corrected.await {
        Ok(_) => visit.to(ADDRESS).finish(),
        Err(calm) => calm.answer(&visit),
    }
}

/// `GET /me/data/erase`.
pub(super) async fn ask(broker: Shared, visit: Visit) -> HttpResponse {
    let asked = async {
        let session = visit.session()?;
        run(&broker, move |b| {
            let facts = Facts::gather_open(b, &session)?;
            let kept = b.kept_despite(facts.home);
            Ok((facts, kept))
        })
        .await
    };
    match asked.await {
        Ok((facts, kept)) => visit.draw(StatusCode::OK, &ErasePage::draw(visit.words(), &facts, &kept)),
        Err(calm) => calm.answer(&visit),
    }
}

/// `POST /me/data/erase`.
pub(super) async fn erase(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let erased = async {
        visit.refuse_elsewhere()?;
        let (session, form) = (visit.session()?, Form::read(body)?);
        run(&broker, move |b| {
            let visitor = super::open_visitor(b, &session)?;
            form.sent_by(&visitor)?;
            let ticked = |name| match form.one(name) {
                None => Ok(false),
                Some("yes") => Ok(true),
                Some(_) => Err(Calm::Odd),
            };
            let (stranger, records) = (ticked("stranger")?, ticked("records")?);
            if form.one("act") != Some("erase") {
                return Err(Calm::Odd);
            }
            b.forget(visitor.subscriber, stranger)?;
            if records {
                b.erase(visitor.subscriber, Ground::Subscriber)?;
            }
            Ok(())
        })
        .await
    };
    match erased.await {
        Ok(_) => visit.to(ERASED).cookie(visit.said_cookie(None)).finish(),
        Err(calm) => calm.answer(&visit),
    }
}

/// `GET /me/data/erased`: says so only while it is so.
pub(super) async fn erased(broker: Shared, visit: Visit) -> HttpResponse {
    match held(&broker, &visit).await {
        Ok((facts, None)) => visit.draw(StatusCode::OK, &ErasedPage::draw(visit.words(), &facts)),
        Ok((_, Some(_))) => visit.to(ADDRESS).finish(),
        Err(calm) => calm.answer(&visit),
    }
}
