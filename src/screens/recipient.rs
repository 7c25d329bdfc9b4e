//! `GET /me/with/{recipient}`: what it may see, what it asks, what it may not see. Every decision about it is made here.
use super::ask::{Ask, Unfinished, asked};
use super::calendar::date_of;
use super::calm::Calm;
use super::control::{Control, Ending};
use super::detail::{Detail, details};
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::pause::{self, Spells};
use super::renewal::Renewal;
use super::scope::Scope;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::domain::consent::{Act, Grant, State};
use crate::domain::id::RecipientId;
use crate::domain::recipient::Recipient;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Serialize;

/// Something that the recipient may see, or may see again after a pause.
#[derive(Serialize)]
pub(super) struct Granted {
    anchor: String,
    what: String,
    details: Vec<Detail>,
    /// The word that it is held back.
    paused: Option<String>,
    control: Control,
    spells: Option<Spells>,
    /// Where it ends soon.
    renewal: Option<Renewal>,
}

/// Something that was refused, withdrawn or has ended. Nobody asks again by himself; the answer can be changed.
#[derive(Serialize)]
pub(super) struct Closed {
    pub since: String,
    pub ask: Ask,
}

/// The page.
#[derive(Template, Serialize)]
#[template(path = "recipient.html")]
#[serde(tag = "kind", rename = "recipient")]
pub(super) struct RecipientPage {
    frame: Frame,
    #[serde(skip)]
    words: &'static Words,
    home: Link,
    name: String,
    country: String,
    granted: Vec<Granted>,
    asks: Vec<Ask>,
    closed: Vec<Closed>,
    /// Pause and resume all of it; absent where the single buttons do the same.
    control: Option<Control>,
    spells: Option<Spells>,
    withdraw: Option<Ending>,
    asked: Link,
    /// What it would be told now, where anything is allowed.
    preview: Option<Link>,
    /// Ways to a code that links it.
    codes: Vec<Link>,
    id: RecipientId,
}

/// Where the page of a recipient is.
pub(super) fn address(recipient: RecipientId) -> String {
    format!("/me/with/{recipient}")
}

/// Where the question about a cell stands, opened.
pub(super) fn question(recipient: RecipientId, scope: Scope) -> String {
    let anchor = scope.anchor();
    format!("{}?open={anchor}#{anchor}", address(recipient))
}

impl RecipientPage {
    /// Lays the page out. `open` is the anchor of a question that stands open, `unfinished` an answer that lacks something.
    pub fn draw(
        words: &'static Words,
        facts: &Facts,
        recipient: &Recipient,
        open: Option<&str>,
        unfinished: Option<&Unfinished>,
    ) -> RecipientPage {
        let scope = Scope::of(recipient.id);
        let held = |g: &&Grant| g.cell.recipient == recipient.id;
        let grants: Vec<&Grant> = facts.overview.grants.iter().filter(held).collect();
        let (mut asks, mut closed) = (Vec::new(), Vec::new());
        for (purpose, category, grant) in asked(facts, recipient) {
            let mut ask = Ask::new(words, facts, recipient, (purpose, category), unfinished);
            ask.open |= open == Some(&ask.anchor);
            match grant {
                None => asks.push(ask),
                Some(grant) => closed.push(Closed { since: since(words, facts, grant), ask }),
            }
        }
        // A recipient that nothing was decided about shows its first question.
        if grants.is_empty() && !asks.iter().any(|a| a.open) {
            asks.iter_mut().take(1).for_each(|ask| ask.open = true);
        }
        let live: Vec<&Grant> = grants.into_iter().filter(|g| facts.lives(g)).collect();
        let (name, several) = (&recipient.name, live.len() > 1);
        let holding = facts.holding(scope, words.pause_recipient(name), words.resume_recipient(name));
        let ending = || Ending {
            heading: words.withdraw_recipient(name),
            text: words.withdraw_recipient_text(name),
            control: Control::change(facts, scope, vec![(Act::Withdraw, words.withdraw())]),
        };
        RecipientPage {
            frame: Frame::within(words, facts, &address(recipient.id), Some(name.clone())),
            words,
            home: Link::home(words),
            name: name.clone(),
            country: words.processes_in(&words.country(recipient.country)),
            granted: live.iter().map(|g| granted(words, facts, g)).collect(),
            asks,
            closed,
            control: several.then(|| Control::change(facts, scope, holding)),
            spells: if several { Spells::of(words, facts, scope) } else { None },
            withdraw: several.then(ending),
            preview: live.iter().find(|g| g.cell.category.is_personal()).map(|g| Link {
                address: super::preview::of(recipient.id, g.cell.purpose),
                word: words.preview(name),
            }),
            codes: super::link_code::ways(words, facts, recipient),
            id: recipient.id,
            asked: Link { address: super::asked::of(recipient.id), word: words.asked_by(name) },
        }
    }
}

fn granted(words: &Words, facts: &Facts, grant: &Grant) -> Granted {
    let cell = grant.cell;
    let scope = Scope::cell(cell.recipient, cell.purpose, cell.category);
    let mut acts = facts.holding(scope, words.pause(), words.resume());
    acts.push((Act::Withdraw, words.withdraw()));
    Granted {
        anchor: scope.anchor(),
        what: words.category(cell.category),
        details: details(words, facts, grant),
        paused: pause::mark(words, facts, grant),
        control: Control::change(facts, scope, acts),
        spells: Spells::of(words, facts, scope),
        renewal: Renewal::of(words, facts, grant),
    }
}

pub(super) fn since(words: &Words, facts: &Facts, grant: &Grant) -> String {
    match grant.state {
        State::Refused => words.refused_on(&date_of(words, grant.granted_at, facts.home)),
        State::Active | State::Paused => words.ended_on(&date_of(words, grant.until, facts.home)),
        _ => words.withdrawn(),
    }
}

impl RecipientPage {
    /// The way to see what a yes to a question would tell.
    fn preview_of(&self, ask: &Ask) -> Option<Link> {
        ask.personal.then(|| Link {
            address: super::preview::of_question(self.id, &ask.anchor),
            word: self.words.preview_question(),
        })
    }
}

/// `GET /me/with/{recipient}`.
pub(super) async fn show(
    broker: Shared,
    visit: Visit,
    id: Path<String>,
    request: HttpRequest,
) -> HttpResponse {
    let shown = async {
        let (session, query) = (visit.session()?, Form::of_query(&request)?);
        let (id, words) = (RecipientId::parse(&id).ok_or(Calm::Missing)?, visit.words());
        let kept = visit.kept().map(str::to_owned);
        let (facts, kept) = run(&broker, move |b| {
            let kept = super::kept::find(b, &session, kept.as_deref());
            Ok((Facts::to_ask(b, &session, id, words)?, kept))
        })
        .await?;
        let recipient = facts.recipient(id).ok_or(Calm::Missing)?;
        Ok::<_, Calm>(RecipientPage::draw(words, &facts, recipient, query.one("open"), kept.as_ref()))
    };
    match shown.await {
        Ok(page) => visit.draw(StatusCode::OK, &page),
        Err(calm) => calm.answer(&visit),
    }
}
