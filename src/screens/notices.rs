//! `/me/notices`: how often the visitor is told of what leaves about him, and at which hours he is not. Every choice is one button away from
//! every other. Deliberately absent: what the law leaves to him, which the broker says, and the telling itself.
use super::calm::Calm;
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::never::{Time, times};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::Failure;
use crate::broker::telling::Notices;
use crate::domain::consent::Hours;
use crate::domain::telling::{Manner, Rhythm};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use serde::Serialize;

/// Where it is.
pub(super) const ADDRESS: &str = "/me/notices";

/// The page.
#[derive(Template, Serialize)]
#[template(path = "notices.html")]
#[serde(tag = "kind", rename = "notices")]
pub(super) struct NoticesPage {
    frame: Frame,
    #[serde(skip)]
    words: &'static Words,
    home: Link,
    heading: String,
    text: String,
    /// What the law asks for.
    law: Option<String>,
    /// What it leaves to him.
    together: Option<String>,
    /// That nothing carries it.
    silent: Option<String>,
    form_token: String,
    rhythms: Vec<Choice>,
    from: Vec<Time>,
    to: Vec<Time>,
    fault: Option<String>,
    /// Being told once a year, where the law has it so.
    yearly: Option<Yearly>,
    /// Where what left is shown in any case.
    asked: Link,
}

/// How it stands, and the button that changes it.
#[derive(Serialize)]
struct Yearly {
    heading: String,
    text: String,
    value: &'static str,
    button: String,
}

impl Yearly {
    fn of(words: &Words, wanted: bool) -> Yearly {
        let (text, value, button) = match wanted {
            true => (words.yearly_on(), "off", words.yearly_stop()),
            false => (words.yearly_off(), "on", words.yearly_begin()),
        };
        Yearly { heading: words.yearly_heading(), text, value, button }
    }
}

/// How often he may be told.
#[derive(Serialize)]
struct Choice {
    value: &'static str,
    word: String,
    chosen: bool,
}

impl NoticesPage {
    pub fn draw(
        words: &'static Words,
        facts: &Facts,
        (notices, yearly): (&Notices, Option<bool>),
        fault: Option<String>,
    ) -> NoticesPage {
        let Manner { rhythm, quiet } = notices.manner;
        let text = quiet.map(Hours::text).unwrap_or_default();
        let (from, to) = text.split_once('-').unwrap_or_default();
        let choice =
            |one: &Rhythm| Choice { value: one.as_str(), word: word(words, *one), chosen: *one == rhythm };
        NoticesPage {
            frame: Frame::within(words, facts, ADDRESS, Some(words.notices())),
            words,
            home: Link::home(words),
            heading: words.notices(),
            text: words.notices_text(),
            law: notices.law.then(|| words.notices_law()),
            together: (notices.law && notices.offered.len() > 1).then(|| words.notices_law_together()),
            silent: (!notices.carried).then(|| words.notices_silent()),
            form_token: facts.visitor.form_token.clone(),
            rhythms: notices.offered.iter().map(choice).collect(),
            from: times(from),
            to: times(to),
            fault,
            yearly: yearly.map(|wanted| Yearly::of(words, wanted)),
            asked: Link { address: super::asked::ADDRESS.to_owned(), word: words.asked_all() },
        }
    }
}

fn word(words: &Words, rhythm: Rhythm) -> String {
    let count = |n: i64| usize::try_from(n).unwrap_or_default();
    match (rhythm, rhythm.times(), rhythm.days()) {
        (Rhythm::Every, ..) => words.notices_every(),
        (_, Some(times), _) => words.notices_times(count(times)),
        (_, None, Some(days)) => words.notices_days(count(days)),
        (_, None, None) => words.notices_off(),
    }
}

/// What a form chooses; `None` for two times that are no hours.
fn wanted(form: &Form) -> Result<Option<Manner>, Calm> {
    let rhythm = form.one("rhythm").and_then(Rhythm::parse).ok_or(Calm::Odd)?;
    let (from, to) = (form.one("from").unwrap_or_default(), form.one("to").unwrap_or_default());
    if from.is_empty() && to.is_empty() {
        return Ok(Some(Manner { rhythm, quiet: None }));
    }
    let quiet = Hours::parse(&format!("{from}-{to}"));
    Ok(quiet.map(|hours| Manner { rhythm, quiet: Some(hours) }))
}

/// `GET /me/notices`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    match page(&broker, &visit, None).await {
        Ok(page) => visit.draw(StatusCode::OK, &page),
        Err(calm) => calm.answer(&visit),
    }
}

async fn page(broker: &Shared, visit: &Visit, fault: Option<String>) -> Result<NoticesPage, Calm> {
    let (session, words) = (visit.session()?, visit.words());
    run(broker, move |b| {
        let facts = Facts::gather_open(b, &session)?;
        let notices = b.notices(facts.visitor.subscriber)?;
        let yearly = b.yearly(facts.visitor.subscriber)?;
        Ok(NoticesPage::draw(words, &facts, (&notices, yearly), fault))
    })
    .await
}

/// `POST /me/notices`.
pub(super) async fn take(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let chosen = async {
        visit.refuse_elsewhere()?;
        let (session, form) = (visit.session()?, Form::read(body)?);
        run(&broker, move |b| {
            // Whoever holds the phone must not silence what its owner is told.
            let visitor = super::open_visitor(b, &session)?;
            form.sent_by(&visitor)?;
            let odd = |e| match e {
                Failure::Invalid { .. } => Calm::Odd,
                other => other.into(),
            };
            if let Some(word) = form.one("yearly") {
                let wanted = ["off", "on"].iter().position(|w| *w == word).ok_or(Calm::Odd)? == 1;
                return b.choose_yearly(visitor.subscriber, visitor.by, wanted).map(|_| true).map_err(odd);
            }
            let Some(wanted) = wanted(&form)? else { return Ok(false) };
            b.choose_notices(visitor.subscriber, visitor.by, wanted).map(|_| true).map_err(odd)
        })
        .await
    };
    let drawn = match chosen.await {
        Ok(true) => return visit.to(ADDRESS).finish(),
        Ok(false) => page(&broker, &visit, Some(visit.words().never_hours_fault())).await,
        Err(calm) => Err(calm),
    };
    match drawn {
        Ok(page) => visit.draw(StatusCode::UNPROCESSABLE_ENTITY, &page),
        Err(calm) => calm.answer(&visit),
    }
}
