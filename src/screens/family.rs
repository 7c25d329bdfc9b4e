//! `/me/family`: for whom the visitor may speak, who may speak for him and who owns his line; the way to a ward's pages and back.
//! Deliberately absent: names and numbers, for somebody is told by what he is to the other; links to the pages of an adult who asked for help,
//! which are his own.
use super::calendar::date_of;
use super::calm::Calm;
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::Broker;
use crate::broker::family::{Family, Ward};
use crate::broker::invite::Acting;
use crate::domain::id::RelationId;
use crate::domain::relation::{Block, Relation, RelationKind};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use serde::Serialize;

/// Where the page is.
pub(super) const ADDRESS: &str = "/me/family";

/// Somebody on either side.
#[derive(Serialize)]
pub(super) struct Person {
    who: String,
    until: Option<String>,
    may: String,
    /// What waits for the visitor's word.
    waits: Option<String>,
    /// What he forbids.
    forbids: Vec<String>,
    /// Into his pages.
    enter: Option<Enter>,
}

/// The way into a ward's pages.
#[derive(Serialize)]
pub(super) struct Enter {
    fields: [(&'static str, String); 2],
    word: String,
}

/// The page.
#[derive(Template, Serialize)]
#[template(path = "family.html")]
#[serde(tag = "kind", rename = "family")]
pub(super) struct FamilyPage {
    frame: Frame,
    home: Link,
    heading: String,
    text: String,
    /// For whom he speaks, and who speaks for him, each under its heading.
    sides: Vec<(String, Vec<Person>)>,
}

impl FamilyPage {
    pub fn draw(words: &'static Words, facts: &Facts, family: &Family) -> FamilyPage {
        let wards: Vec<Person> = family.wards.iter().map(|w| ward(words, facts, w)).collect();
        let others: Vec<Person> =
            family.others.iter().map(|r| other(words, facts, r, &family.blocks)).collect();
        let nobody = wards.is_empty() && others.is_empty();
        let sides = [(words.family_for(), wards), (words.family_by(), others)];
        FamilyPage {
            frame: Frame::within(words, facts, ADDRESS, Some(words.family())),
            home: Link::home(words),
            heading: words.family(),
            text: if nobody { words.family_none() } else { words.family_text() },
            sides: sides.into_iter().filter(|(_, people)| !people.is_empty()).collect(),
        }
    }
}

fn until(words: &Words, facts: &Facts, relation: &Relation) -> Option<String> {
    relation.until.map(|end| words.family_until(&date_of(words, end, facts.home)))
}

/// What a relation gives a right to.
fn may(words: &Words, relation: &Relation) -> String {
    match relation.kind {
        RelationKind::Guardian => words.family_may_all(),
        RelationKind::Delegate if relation.may_allow => words.family_may_allow(),
        RelationKind::Delegate => words.family_may_stop(),
        RelationKind::Owner => words.family_may_forbid(),
    }
}

fn ward(words: &Words, facts: &Facts, ward: &Ward) -> Person {
    let (relation, date) = (&ward.relation, date_of(words, ward.relation.from, facts.home));
    let enter = || Enter {
        fields: [("form_token", facts.visitor.form_token.clone()), ("relation", relation.id.to_string())],
        word: words.family_enter(),
    };
    Person {
        who: match relation.kind {
            RelationKind::Guardian if ward.minor => words.family_child(&date),
            RelationKind::Guardian => words.family_ward(&date),
            RelationKind::Delegate => words.family_asked(&date),
            RelationKind::Owner => words.family_line(&date),
        },
        until: until(words, facts, relation),
        may: may(words, relation),
        waits: (ward.waiting > 0).then(|| words.family_waits(ward.waiting)),
        forbids: Vec::new(),
        enter: (relation.kind == RelationKind::Guardian).then(enter),
    }
}

fn other(words: &Words, facts: &Facts, relation: &Relation, blocks: &[Block]) -> Person {
    let date = date_of(words, relation.from, facts.home);
    let his = blocks.iter().filter(|b| b.relation == relation.id);
    Person {
        who: match relation.kind {
            RelationKind::Guardian => words.family_guardian(&date),
            RelationKind::Delegate => words.family_delegate(&date),
            RelationKind::Owner => words.family_owner(&date),
        },
        until: until(words, facts, relation),
        may: may(words, relation),
        waits: None,
        forbids: his.map(|b| forbidden(words, facts, b)).collect(),
        enter: None,
    }
}

fn forbidden(words: &Words, facts: &Facts, block: &Block) -> String {
    let what = block.category.map_or_else(|| words.everything(), |c| words.category(c));
    let named = block.recipient.and_then(|id| facts.recipient(id)).map(|r| r.name.clone());
    let who = named.unwrap_or_else(|| words.family_every());
    match block.finest {
        Some(finest) => words.family_forbids_finer(&who, &what, &words.precision(finest)),
        None => words.family_forbids(&who, &what),
    }
}

/// The sentence on every page of a ward, and what `you` is there.
pub(super) fn banner(words: &Words, facts: &Facts, acting: &Acting) -> String {
    let date = date_of(words, acting.since, facts.home);
    if acting.minor { words.acting_child(&date) } else { words.acting_ward(&date) }
}

/// `GET /me/family`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = async {
        let session = visit.session()?;
        run(&broker, move |b| {
            let facts = Facts::gather_open(b, &session)?;
            let family = b.family(&facts.visitor)?;
            Ok((facts, family))
        })
        .await
    };
    match shown.await {
        Ok((facts, family)) => visit.draw(StatusCode::OK, &FamilyPage::draw(visit.words(), &facts, &family)),
        Err(calm) => calm.answer(&visit),
    }
}

/// `POST /me/family/enter`: to a ward's pages.
pub(super) async fn enter(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    turn(broker, visit, body, |b, session, form| {
        let relation = form.one("relation").and_then(RelationId::parse).ok_or(Calm::Odd)?;
        Ok(b.act_for(session, relation)?)
    })
    .await
}

/// `POST /me/family/back`: to one's own.
pub(super) async fn back(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    turn(broker, visit, body, |b, session, _| Ok(b.act_for_oneself(session)?)).await
}

/// Takes another session in place of this one. What was done last on the pages that are left is not told of on the others.
async fn turn(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
    to: impl FnOnce(&Broker, &str, &Form) -> Result<String, Calm> + Send + 'static,
) -> HttpResponse {
    let turned = async {
        visit.refuse_elsewhere()?;
        let (session, form) = (visit.session()?, Form::read(body)?);
        run(&broker, move |b| {
            form.sent_by(&super::open_visitor(b, &session)?)?;
            to(b, &session, &form)
        })
        .await
    };
    match turned.await {
        Ok(session) => {
            visit.to("/me").cookie(visit.said_cookie(None)).cookie(visit.session_cookie(session)).finish()
        }
        Err(calm) => calm.answer(&visit),
    }
}
