//! `/me/never`: areas, kinds of place and hours that the visitor never shares. Marking and taking a mark away are the same button in the
//! same place. Deliberately absent: a list of sensitive places, which nobody can mark or unmark, and streets.
use super::calm::Calm;
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::preview::points;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::Failure;
use crate::broker::never::{Change, KeptBack, KnownArea};
use crate::domain::category::Precision;
use crate::domain::consent::Hours;
use crate::domain::never::Never;
use crate::domain::place::Label;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use serde::Serialize;

/// Where it is.
pub(super) const ADDRESS: &str = "/me/never";

/// The page.
#[derive(Template, Serialize)]
#[template(path = "never.html")]
#[serde(tag = "kind", rename = "never")]
pub(super) struct NeverPage {
    frame: Frame,
    #[serde(skip)]
    words: &'static Words,
    home: Link,
    heading: String,
    text: String,
    always: String,
    form_token: String,
    kinds: Vec<Row>,
    places: Vec<Row>,
    hours: Option<Row>,
    from: Vec<Time>,
    to: Vec<Time>,
    fault: Option<String>,
    note: String,
}

/// Something that is marked, or could be.
#[derive(Serialize)]
struct Row {
    /// Names the row on the page.
    id: String,
    heading: String,
    text: Option<String>,
    kept: bool,
    map: Option<Shape>,
    /// What the button changes; `None` where there is nothing to press.
    mark: Option<Mark>,
}

/// A button.
#[derive(Serialize)]
struct Mark {
    /// The field that says what it is about, and its value.
    name: &'static str,
    value: String,
    /// What the button says of it: `yes`, or `no` to take the mark away.
    never: &'static str,
    word: String,
}

/// An area and the visitor's places in it, drawn.
#[derive(Serialize)]
struct Shape {
    area: String,
    places: Vec<String>,
    near: Option<String>,
    size: String,
}

/// An hour that may be chosen.
#[derive(Serialize)]
pub(super) struct Time {
    pub value: String,
    pub chosen: bool,
}

impl NeverPage {
    pub fn draw(words: &'static Words, facts: &Facts, kept: &KeptBack, fault: Option<String>) -> NeverPage {
        let hours = kept.never.hours;
        let text = hours.map(Hours::text).unwrap_or_default();
        let (from, to) = text.split_once('-').unwrap_or_default();
        NeverPage {
            frame: Frame::within(words, facts, ADDRESS, Some(words.never())),
            words,
            home: Link::home(words),
            heading: words.never(),
            text: words.never_text(),
            always: words.never_always(),
            form_token: facts.visitor.form_token.clone(),
            kinds: Never::LABELS.iter().map(|label| kind(words, kept, *label)).collect(),
            places: kept.areas.iter().enumerate().map(|(n, area)| place(words, n, area)).collect(),
            hours: hours.map(|hours| Row {
                id: "hours-kept".to_owned(),
                heading: words.hours(hours),
                text: None,
                kept: true,
                map: None,
                mark: Some(mark(words, "hours", "none".to_owned(), true)),
            }),
            from: times(from),
            to: times(to),
            fault,
            note: words.never_note(),
        }
    }
}

fn mark(words: &Words, name: &'static str, value: String, kept: bool) -> Mark {
    let word = if kept { words.never_unmark() } else { words.never_mark() };
    Mark { name, value, never: if kept { "no" } else { "yes" }, word }
}

fn kind(words: &Words, kept: &KeptBack, label: Label) -> Row {
    let marked = kept.never.labels.contains(&label);
    Row {
        id: format!("kind-{}", word_of(label)),
        heading: words.place(label),
        text: (marked && !kept.settled).then(|| words.never_unsettled()),
        kept: marked,
        map: None,
        mark: Some(mark(words, "label", word_of(label).to_owned(), marked)),
    }
}

fn place(words: &Words, n: usize, area: &KnownArea) -> Row {
    let named = |label: &Label| words.place(*label);
    let names: Vec<String> = area.labels.iter().filter(|l| **l != Label::Other).map(named).collect();
    let heading = if names.is_empty() { words.place(Label::Other) } else { names.join(&words.data_and()) };
    let through = area.through.filter(|_| !area.marked).map(|l| words.never_through(&words.place(l)));
    let mut drawn = area.drawn.iter().map(|corners| points(corners));
    Row {
        id: format!("area-{n}"),
        heading,
        mark: through.is_none().then(|| mark(words, "area", area.area.clone(), area.marked)),
        text: Some(through.unwrap_or_else(|| words.never_area(area.places, area.days as usize))),
        kept: area.marked || area.through.is_some(),
        map: drawn.next().map(|outline| Shape {
            area: outline,
            places: drawn.collect(),
            near: area.near.map(str::to_owned),
            size: words.precision(Precision::ZoneR6),
        }),
    }
}

/// Full hours, and the one that is chosen.
pub(super) fn times(chosen: &str) -> Vec<Time> {
    let mut all: Vec<String> = (0..24).map(|hour| format!("{hour:02}:00")).collect();
    if !chosen.is_empty() && !all.iter().any(|time| time == chosen) {
        all.push(chosen.to_owned());
        all.sort();
    }
    all.into_iter().map(|value| Time { chosen: value == chosen, value }).collect()
}

fn word_of(label: Label) -> &'static str {
    match label {
        Label::Home => "home",
        Label::Work => "work",
        Label::Frequent => "frequent",
        Label::Other => "other",
    }
}

/// What a form changes; `None` for two times that are no hours.
fn wanted(form: &Form) -> Result<Option<Change>, Calm> {
    let never = match form.one("never") {
        Some("yes") => true,
        Some("no") => false,
        _ => return Err(Calm::Odd),
    };
    match (form.one("area"), form.one("label"), form.one("hours")) {
        (Some(text), None, None) => Ok(Some(Change::Area(Change::area("area", text)?, never))),
        (None, Some(word), None) => {
            let label = Never::LABELS.into_iter().find(|label| word_of(*label) == word);
            Ok(Some(Change::Label(label.ok_or(Calm::Odd)?, never)))
        }
        (None, None, Some("none")) if !never => Ok(Some(Change::Hours(None))),
        (None, None, Some("these")) if never => {
            let (from, to) = (form.one("from").unwrap_or_default(), form.one("to").unwrap_or_default());
            Ok(Hours::parse(&format!("{from}-{to}")).map(|hours| Change::Hours(Some(hours))))
        }
        _ => Err(Calm::Odd),
    }
}

/// `GET /me/never`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    match page(&broker, &visit, None).await {
        Ok(page) => visit.draw(StatusCode::OK, &page),
        Err(calm) => calm.answer(&visit),
    }
}

async fn page(broker: &Shared, visit: &Visit, fault: Option<String>) -> Result<NeverPage, Calm> {
    let (session, words) = (visit.session()?, visit.words());
    run(broker, move |b| {
        let facts = Facts::gather_open(b, &session)?;
        let kept = b.kept_back(facts.visitor.subscriber, words.language().tag())?;
        Ok(NeverPage::draw(words, &facts, &kept, fault))
    })
    .await
}

/// `POST /me/never`.
pub(super) async fn take(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let changed = async {
        visit.refuse_elsewhere()?;
        let (session, form) = (visit.session()?, Form::read(body)?);
        run(&broker, move |b| {
            let visitor = super::open_visitor(b, &session)?;
            form.sent_by(&visitor)?;
            let Some(change) = wanted(&form)? else { return Ok(false) };
            b.keep_back(visitor.subscriber, visitor.by, &change).map(|_| true).map_err(|e| match e {
                Failure::Invalid { .. } => Calm::Odd,
                other => other.into(),
            })
        })
        .await
    };
    let drawn = match changed.await {
        Ok(true) => return visit.to(ADDRESS).finish(),
        Ok(false) => page(&broker, &visit, Some(visit.words().never_hours_fault())).await,
        Err(calm) => Err(calm),
    };
    match drawn {
        Ok(page) => visit.draw(StatusCode::UNPROCESSABLE_ENTITY, &page),
        Err(calm) => calm.answer(&visit),
    }
}
