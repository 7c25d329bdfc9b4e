//! What a recipient would be told if it asked now, for the subscriber's own eyes: decided, minimised and counted against the crowd by
//! the same code as an answer (`disclose`). Deliberately absent: a release, an entry, a use, a receipt; nothing is written, and nobody
//! else hears of it.
use super::disclose::{Verdict, assemble};
use super::held::{self, Basis, Held};
use super::{Broker, Failure};
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Cell, Grant, State, Terms};
use crate::domain::id::{GrantId, RecipientId, SubscriberId};
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::time::DAY_US;
use crate::minimise::budget;
use crate::minimise::context::Context;
use crate::minimise::guess::guess;
use crate::minimise::item::{Item, Value};
use crate::minimise::life::Life;
use crate::minimise::summary;
use crate::minimise::verify::Question;
use crate::minimise::zone;
use crate::policy::ceiling::of_purpose;
use crate::store::{counters, recipients, relations, releases, subscribers};

pub use crate::minimise::guess::{Found, Guess};

/// What would be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Category by category.
    pub told: Vec<(Category, Result<Shown, Reason>)>,
    /// What the zones of every hour would give away, where zones are permitted.
    pub guess: Option<Guess>,
    /// The payload, as the recipient would get it.
    pub json: String,
}

/// What would be told of one category.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The sentence that a model would read, in the language of the locale.
    pub sentence: String,
    /// How fine; coarser than allowed where the crowd is too small.
    pub precision: Precision,
    /// The zone, if it is one.
    pub zone: Option<Outline>,
}

/// A zone to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Its corners on a square of 1000 by 1000, x to the east and y to the south; where on earth is not in it.
    pub corners: Vec<(i32, i32)>,
    /// The city nearby, in the language of the locale.
    pub near: Option<&'static str>,
}

impl Broker {
    /// What `recipient` would be told for `purpose` if it asked for everything in its contract now; with `supposed` for that category
    /// alone, as if it were allowed so finely.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for a purpose or a category that the recipient may not ask for; faults.
    pub fn preview(
        &self,
        subscriber: SubscriberId,
        recipient: RecipientId,
        purpose: Purpose,
        supposed: Option<(Category, Precision)>,
        locale: &str,
    ) -> Result<Preview, Failure> {
        let now = self.now()?;
        // Where nobody would be answered, there is nothing to show.
        self.refuse_when_behind()?;
        self.refuse_unless_stood_for()?;
        let seen = self.store.read("context.preview", |tx| {
            let counted = counters::all(tx)?;
            let (Some(subscriber), Some(recipient)) =
                (subscribers::find(tx, subscriber)?, recipients::find(tx, recipient)?)
            else {
                return Ok(None);
            };
            let categories: Vec<Category> = match supposed {
                Some((category, _)) => vec![category],
                // What is asked by naming a place is of use for few purposes, and nothing to look through otherwise.
                None => {
                    let useful = |c: &Category| c.is_personal() && of_purpose(purpose, *c).is_some();
                    let of = |c: &Category| Category::UNPROMPTED.contains(c) || useful(c);
                    recipient.ceiling.iter().map(|(category, _)| *category).filter(of).collect()
                }
            };
            let held = match supposed {
                None => {
                    let rules = |purpose| self.in_force(Some(&recipient), subscriber.home, purpose);
                    held::with(tx, &subscriber, recipient.id, now, rules)?
                }
                Some((category, precision)) => {
                    let cell = Cell { subscriber: subscriber.id, recipient: recipient.id, purpose, category };
                    let (majority, related) = (subscriber.majority, subscriber.related);
                    let people = relations::people(tx, subscriber.id, majority, related)?;
                    let grant = Grant {
                        id: GrantId::new(now, self.rng.as_ref()),
                        cell,
                        precision,
                        state: State::Active,
                        notice: String::new(),
                        granted_at: now,
                        until: now.plus(DAY_US),
                        terms: Terms::default(),
                    };
                    vec![Held::supposed(grant, &people)]
                }
            };
            let releases = releases::since(tx, subscriber.id, budget::horizon(now))?;
            let basis = Basis {
                counted: &counted,
                recipient: &recipient,
                subscriber: &subscriber,
                held: &held,
                releases: &releases,
            };
            // Nobody has named a place; his own shows what a yes looks like.
            let of_a_circle = Category::OF_A_CIRCLE.iter().any(|c| categories.contains(c));
            let question = match of_a_circle {
                true => self.open_life(tx, &subscriber)?.0.last_stay().map(|s| Question::around(s.zone)),
                false => None,
            };
            let verdicts = self.judge(tx, &basis, (purpose, question), &categories, now)?;
            let zones = verdicts.iter().find(|v| v.category == Category::LocationZone);
            let guess = match zones.and_then(|v| v.obligations) {
                Some(permitted) => {
                    let (profile, never) = self.open_life(tx, &subscriber)?;
                    let life = Life { profile: &profile, never: &never, home: subscriber.home };
                    Some(guess(&life, permitted.precision))
                }
                None => None,
            };
            Ok(Some((verdicts, guess)))
        })?;
        let (verdicts, guess) = seen.ok_or(Failure::NotFound("subscriber or recipient"))?;
        let context = assemble(&verdicts, purpose, Some(locale), None);
        let told = verdicts.iter().map(|v| (v.category, shown(v, &context, locale))).collect();
        let value: serde_json::Value = serde_json::from_slice(context.bytes())
            .map_err(|_| Failure::Halted("a context does not parse"))?;
        let json = serde_json::to_string_pretty(&value).unwrap_or_default();
        Ok(Preview { told, guess, json })
    }
}

fn shown(verdict: &Verdict, context: &Context, locale: &str) -> Result<Shown, Reason> {
    let item = verdict.item.as_ref().map_err(|reason| *reason)?;
    let leaves = context.items().iter().any(|i| i.category() == verdict.category);
    // What there is no room for is not told; in a preview of everything that cannot be, as there is room for all of it.
    if !leaves { Err(Reason::NoData) } else { Ok(told(item, locale)) }
}

fn told(item: &Item, locale: &str) -> Shown {
    let zone = match item.value() {
        Value::Zone { zone, .. } => {
            Some(Outline { corners: zone::corners(zone), near: summary::near(zone, locale) })
        }
        _ => None,
    };
    let language = summary::Language::of(Some(locale));
    Shown {
        sentence: summary::summary(std::slice::from_ref(item), language),
        precision: item.precision(),
        zone,
    }
}
