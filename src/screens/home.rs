//! `GET /me`: who sees something, one control to hold everything back, a card for each recipient, and who asked last.
use super::calendar;
use super::calm::Calm;
use super::control::{Control, Ending};
use super::facts::Facts;
use super::frame::{Frame, Link};
use super::incident::Incident;
use super::pause::{self, Spells};
use super::recipient::address;
use super::renewal::soon;
use super::scope::Scope;
use super::timeline::{Day, days};
use super::visit::Visit;
use super::waiting::{Waiting, waiting};
use super::words::Words;
use super::{Shared, run};
use crate::broker::breach::Warning;
use crate::broker::present::cells;
use crate::domain::consent::{Act, Grant, State};
use crate::domain::id::EntryId;
use crate::domain::recipient::Recipient;
use crate::domain::record::Record;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Serialize;
use std::collections::BTreeSet;

/// Requests that are looked at for the last few to show: those that are alike are told once.
const LOOKED_AT: usize = 24;
/// Rows of requests on this page.
const ROWS: usize = 3;

/// The page.
#[derive(Template, Serialize)]
#[template(path = "home.html")]
#[serde(tag = "kind", rename = "home")]
pub(super) struct HomePage {
    frame: Frame,
    #[serde(skip)]
    words: &'static Words,
    status: String,
    sharing: bool,
    control: Option<Control>,
    spells: Option<Spells>,
    withdraw: Option<Ending>,
    /// What happened at recipients.
    incidents: Vec<Incident>,
    waiting: Vec<Waiting>,
    /// What ends by itself within a week.
    ending: Vec<Waiting>,
    /// What all this is, in a child's words.
    child: Option<String>,
    cards: Vec<Card>,
    days: Vec<Day>,
    level: u8,
    /// Where the PIN can be said that stands before the requests.
    closed: Option<Link>,
    /// The other pages.
    ways: Vec<Link>,
}

/// A recipient at a glance; its page is one step away.
#[derive(Serialize)]
struct Card {
    address: String,
    name: String,
    country: String,
    sees: Vec<Seen>,
    /// How many questions are open.
    asks: Option<String>,
}

/// What it may see, and the word that it is held back.
#[derive(Serialize)]
struct Seen {
    what: String,
    paused: Option<String>,
}

impl HomePage {
    /// Lays the page out. `asked` are the latest requests.
    pub fn draw(words: &'static Words, facts: &Facts, asked: &[(EntryId, Record)]) -> HomePage {
        let all = Scope::default();
        let mut cards: Vec<Card> =
            facts.overview.recipients.iter().filter_map(|r| card(words, facts, r)).collect();
        // Who sees something comes first, then who asks.
        cards.sort_by_key(|c| (c.sees.is_empty(), c.asks.is_none()));
        let live = facts.overview.grants.iter().filter(|g| facts.lives(g));
        let (active, paused): (Vec<&Grant>, _) = live.partition(|g| g.state == State::Active);
        let seeing = active.iter().map(|g| g.cell.recipient).collect::<BTreeSet<_>>().len();
        let held = !active.is_empty() || !paused.is_empty();
        let ending = || Ending {
            heading: words.withdraw_all(),
            text: words.withdraw_all_text(),
            control: Control::change(facts, all, vec![(Act::Withdraw, words.withdraw())]),
        };
        // One control: while anything is given out it stops that, and only then it gives back.
        let mut holding = facts.holding(all, words.pause_all(), words.resume_all());
        holding.truncate(1);
        HomePage {
            frame: Frame::within(words, facts, "/me", None),
            words,
            status: if held && seeing == 0 { all_paused(words, facts) } else { words.status(seeing) },
            sharing: seeing > 0,
            control: held.then(|| Control::change(facts, all, holding)),
            spells: Spells::of(words, facts, all),
            withdraw: held.then(ending),
            incidents: incidents(words, facts),
            waiting: waiting(words, facts),
            ending: soon(words, facts),
            child: facts.child().then(|| words.child_home()),
            cards,
            days: if facts.visitor.closed { Vec::new() } else { days(words, facts, asked, ROWS) },
            closed: facts.visitor.closed.then(|| Link {
                address: super::pin::before(super::asked::ADDRESS),
                word: words.pin_closed(),
            }),
            level: 3,
            ways: ways(words, facts),
        }
    }
}

/// What happened at recipients that are registered still, and what it touches.
fn incidents(words: &Words, facts: &Facts) -> Vec<Incident> {
    let one = |warning: &Warning| {
        let recipient = facts.recipient(warning.recipient)?;
        Some(Incident::of(words, facts.home, warning, &recipient.name))
    };
    // A PIN stands before what was told of him.
    let open = facts.warnings.iter().filter(|_| !facts.visitor.closed);
    open.filter_map(one).collect()
}

/// The other pages.
fn ways(words: &Words, facts: &Facts) -> Vec<Link> {
    let way = |address: &str, word| Link { address: address.to_owned(), word };
    let mut ways = vec![
        way(super::receipts::ADDRESS, words.receipts()),
        way(super::linked::ADDRESS, words.linked()),
        way(super::never::ADDRESS, words.never()),
        way(super::notices::ADDRESS, words.notices()),
        way(super::data::ADDRESS, words.data()),
        way(super::family::ADDRESS, words.family()),
    ];
    ways.extend(facts.group.then(|| way(super::elsewhere::ADDRESS, words.elsewhere())));
    ways.extend([way(super::help::ADDRESS, words.help()), way(super::pin::ADDRESS, words.pin())]);
    ways
}

/// That everything is held back, and when the first of it begins again by itself.
fn all_paused(words: &Words, facts: &Facts) -> String {
    pause::first_end(facts, Scope::default()).map_or_else(
        || words.status_paused(),
        |end| words.status_paused_until(&calendar::moment(words, end, facts.home, facts.now)),
    )
}

/// The card of a recipient; `None` when it may ask nothing and holds nothing.
fn card(words: &Words, facts: &Facts, recipient: &Recipient) -> Option<Card> {
    let grants: Vec<&Grant> =
        facts.overview.grants.iter().filter(|g| g.cell.recipient == recipient.id).collect();
    if grants.is_empty() && cells(recipient).next().is_none() {
        return None;
    }
    let undecided = |purpose, category| facts.grant(Scope::cell(recipient.id, purpose, category)).is_none();
    let asks = cells(recipient).filter(|(p, c)| undecided(*p, *c)).count();
    let seen =
        |g: &&Grant| Seen { what: words.category(g.cell.category), paused: pause::mark(words, facts, g) };
    Some(Card {
        address: address(recipient.id),
        name: recipient.name.clone(),
        country: words.processes_in(&words.country(recipient.country)),
        sees: grants.iter().filter(|g| facts.lives(g)).map(seen).collect(),
        asks: (asks > 0).then(|| words.open(asks)),
    })
}

impl HomePage {
    fn all_requests(&self) -> Link {
        Link { address: super::asked::ADDRESS.to_owned(), word: self.words.asked_all() }
    }
}

/// `GET /me`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = async {
        let session = visit.session()?;
        run(&broker, move |b| {
            let facts = Facts::gather(b, &session)?;
            let asked = b.requests(facts.visitor.subscriber, None, 0, LOOKED_AT)?;
            Ok((facts, asked.records))
        })
        .await
    };
    match shown.await {
        Ok((facts, asked)) => visit.draw(StatusCode::OK, &HomePage::draw(visit.words(), &facts, &asked)),
        Err(calm) => Calm::answer(calm, &visit),
    }
}

/// `GET` of an address that takes a form: the forms are on pages.
pub(super) async fn instead(visit: Visit) -> HttpResponse {
    visit.to("/me").finish()
}
