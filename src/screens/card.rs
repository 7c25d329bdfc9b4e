//! One recipient: what it may see, what it asks, what it may not see.
use super::ask::{Ask, Unfinished};
use super::calendar::date_of;
use super::calm::Calm;
use super::control::Control;
use super::page::Facts;
use super::said::{Line, Said};
use super::scope::Scope;
use super::words::Words;
use crate::domain::consent::{Act, Grant, State};
use crate::domain::recipient::Recipient;

/// Something that the recipient may see, or may see again after a pause.
pub(super) struct Granted {
    pub anchor: String,
    pub what: String,
    pub purpose: String,
    pub precision: String,
    pub until: String,
    /// The word that it is held back.
    pub paused: Option<String>,
    pub control: Control,
}

/// Something that was refused, withdrawn or has ended. Nobody asks again by himself; the answer can be changed.
pub(super) struct Closed {
    pub since: String,
    pub ask: Ask,
}

/// The card.
pub(super) struct Card {
    pub anchor: String,
    pub name: String,
    pub country: String,
    pub said: Option<Line>,
    pub granted: Vec<Granted>,
    pub asks: Vec<Ask>,
    pub closed: Vec<Closed>,
    /// Pause and resume all of it; absent where the single buttons do the same.
    pub control: Option<Control>,
    pub withdraw: Option<Ending>,
}

/// Ending many permissions: opened first, then pressed.
pub(super) struct Ending {
    pub heading: String,
    pub text: String,
    pub control: Control,
}

impl Card {
    /// The card of a recipient; `None` when it may ask nothing and holds nothing.
    pub fn draw(
        words: &Words,
        facts: &Facts,
        recipient: &Recipient,
        said: Option<&Said>,
        unfinished: Option<&Unfinished>,
    ) -> Result<Option<Card>, Calm> {
        let held = |g: &&Grant| g.cell.recipient == recipient.id;
        let grants: Vec<&Grant> = facts.overview.grants.iter().filter(held).collect();
        let (mut asks, mut closed) = (Vec::new(), Vec::new());
        for &purpose in &recipient.purposes {
            for &(category, _) in &recipient.ceiling {
                let of_cell = |g: &&&Grant| g.cell.purpose == purpose && g.cell.category == category;
                let grant = grants.iter().find(of_cell);
                if grant.is_some_and(|g| facts.lives(g)) {
                    continue;
                }
                let ask = Ask::new(words, facts, recipient, (purpose, category), unfinished)?;
                match grant {
                    None => asks.push(ask),
                    Some(grant) => closed.push(Closed { since: since(words, facts, grant), ask }),
                }
            }
        }
        let live: Vec<&Grant> = grants.iter().copied().filter(|g| facts.lives(g)).collect();
        if live.is_empty() && asks.is_empty() && closed.is_empty() {
            return Ok(None);
        }
        // A recipient that nothing was decided about shows its first question.
        if grants.is_empty() && unfinished.is_none() {
            asks.iter_mut().take(1).for_each(|ask| ask.open = true);
        }
        let scope = Scope::of(recipient.id);
        let several = live.len() > 1;
        let ending = || Ending {
            heading: words.withdraw_recipient(&recipient.name),
            text: words.withdraw_recipient_text(&recipient.name),
            control: Control::change(facts, scope, vec![(Act::Withdraw, words.withdraw())]),
        };
        Ok(Some(Card {
            anchor: recipient.id.to_string(),
            name: recipient.name.clone(),
            country: words.processes_in(&words.country(recipient.country)),
            said: said.filter(|s| s.scope.recipient == Some(recipient.id)).map(|s| s.line(words, facts)),
            granted: live.iter().map(|g| granted(words, facts, recipient, g)).collect(),
            asks,
            closed,
            control: several.then(|| {
                let name = &recipient.name;
                let (pause, resume) = (words.pause_recipient(name), words.resume_recipient(name));
                Control::change(facts, scope, facts.holding(scope, pause, resume))
            }),
            withdraw: several.then(ending),
        }))
    }
}

fn granted(words: &Words, facts: &Facts, recipient: &Recipient, grant: &Grant) -> Granted {
    let cell = grant.cell;
    let scope = Scope::cell(cell.recipient, cell.purpose, cell.category);
    // A contract that was narrowed since lowers what was granted.
    let precision = recipient.ceiling_for(cell.category).map_or(grant.precision, |c| grant.precision.meet(c));
    let mut acts = facts.holding(scope, words.pause(), words.resume());
    acts.push((Act::Withdraw, words.withdraw()));
    Granted {
        anchor: scope.anchor(),
        what: words.category(cell.category),
        purpose: words.purpose(cell.purpose),
        precision: words.precision(precision),
        until: words.until(&date_of(words, grant.until, facts.home)),
        paused: (grant.state == State::Paused).then(|| words.paused_mark()),
        control: Control::change(facts, scope, acts),
    }
}

fn since(words: &Words, facts: &Facts, grant: &Grant) -> String {
    match grant.state {
        State::Refused => words.refused_on(&date_of(words, grant.granted_at, facts.home)),
        State::Active | State::Paused => words.ended_on(&date_of(words, grant.until, facts.home)),
        _ => words.withdrawn(),
    }
}
