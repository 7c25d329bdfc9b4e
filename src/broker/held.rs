//! What a subscriber's grants are worth to a recipient now: the projection, with the answers that count against quotas.
use crate::domain::category::Category;
use crate::domain::consent::{Actor, Bar, Grant, InForce, People, Status};
use crate::domain::feed::{Event, FeedKind, Happening};
use crate::domain::id::{EntryId, RecipientId};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::scene::Standing;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use crate::minimise::context::Context;
use crate::minimise::item::Item;
use crate::store::counters::Counters;
use crate::store::releases::ReleaseRow;
use crate::store::subscribers::Subscriber;
use crate::store::uses::Spending;
use crate::store::{self, Fault, Tx, consents, relations};

/// A grant, and how many answers it gave in the period of its quota.
#[derive(Debug)]
pub(super) struct Held {
    grant: Grant,
    used: u32,
    /// What the owners of the line forbid.
    bars: Vec<Bar>,
}

impl Held {
    /// Whether the yes is a guardian's.
    pub(super) fn is_guardians(&self) -> bool {
        self.grant.terms.footing.actor == Actor::Guardian
    }
    fn load(
        tx: &mut Tx<'_>,
        grant: Grant,
        people: &People,
        home: Jurisdiction,
        now: At,
    ) -> Result<Held, Fault> {
        let used = match grant.counts_from(now, home) {
            Some(from) => store::uses::count(tx, grant.cell.subscriber, grant.id, from)?,
            None => 0,
        };
        Ok(Held { bars: people.bars(&grant.cell), grant, used })
    }
    /// A grant as if it had given no answer yet.
    pub(super) fn supposed(grant: Grant, people: &People) -> Held {
        Held { bars: people.bars(&grant.cell), grant, used: 0 }
    }
    fn standing(&self, now: At, home: Jurisdiction) -> Standing {
        Bar::leaves(&self.bars, self.grant.standing(now, home, self.used), now)
    }
    /// What it is worth at `now` to a count of many. Its hours are those in which he was seen (`counts_seen`), since a count is made at no hour of his. A
    /// quota of answers cannot be kept by a count that everybody may ask for again, so who set one is not counted.
    pub(super) fn counting(&self, now: At, home: Jurisdiction) -> Standing {
        let live = Standing::Live { grant: self.grant.id, precision: self.grant.precision };
        match self.standing(now, home) {
            Standing::Live { .. } | Standing::OutsideHours if self.grant.terms.limits.quota.is_some() => {
                Standing::QuotaSpent
            }
            Standing::OutsideHours => Bar::leaves(&self.bars, live, now),
            other => other,
        }
    }
    /// Whether it had been given when he was seen, and told of such an hour.
    pub(super) fn counts_seen(&self, seen: At, home: Jurisdiction) -> bool {
        seen >= self.grant.granted_at && self.standing(seen, home).live().is_ok()
    }
    fn turns(&self, now: At, home: Jurisdiction) -> Option<At> {
        [self.grant.turns(now, home), Bar::turn(&self.bars, now)].into_iter().flatten().min()
    }
}

/// Until when the subscriber allows what leaves.
pub(super) fn allowed_until(held: &[Held], context: &Context) -> Vec<(Category, At)> {
    let of = |item: &Item| held.iter().find(|h| h.grant.id == item.grant()).map(|h| h.grant.until);
    context.items().iter().filter_map(|item| Some((item.category(), of(item)?))).collect()
}

/// What decisions about one subscriber and one recipient rest on.
pub(super) struct Basis<'a> {
    pub(super) counted: &'a Counters,
    pub(super) recipient: &'a Recipient,
    pub(super) subscriber: &'a Subscriber,
    pub(super) held: &'a [Held],
    pub(super) releases: &'a [ReleaseRow],
}

/// Everything that a subscriber decided about a recipient, as what is in force for a purpose leaves it.
pub(super) fn with(
    tx: &mut Tx<'_>,
    subscriber: &Subscriber,
    recipient: RecipientId,
    now: At,
    in_force: impl Fn(Purpose) -> InForce,
) -> Result<Vec<Held>, Fault> {
    let people = relations::people(tx, subscriber.id, subscriber.majority, subscriber.related)?;
    let grants = consents::held_with(tx, subscriber.id, recipient, &people)?;
    let held = |grant: Grant| {
        let rules = in_force(grant.cell.purpose);
        Held::load(tx, grant.under(rules), &people, subscriber.home, now)
    };
    grants.into_iter().map(held).collect()
}

/// Which parts of the events of one kind of feed live grants could use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Uses(u8);

impl Uses {
    /// No part.
    pub(super) const NONE: Uses = Uses(0);
    /// Every part.
    pub(super) const ALL: Uses = Uses(u8::MAX);
    /// What most events consist of, and of an account line the country.
    const WHOLE: Uses = Uses(1);
    /// Of an account line what is left.
    const LEFT: Uses = Uses(2);

    /// All parts of a kind.
    fn of(kind: FeedKind) -> Uses {
        if kind == FeedKind::Account { Uses::WHOLE.and(Uses::LEFT) } else { Uses::WHOLE }
    }
    fn and(self, other: Uses) -> Uses {
        Uses(self.0 | other.0)
    }
    fn holds(self, part: Uses) -> bool {
        self.0 & part.0 == part.0
    }
    /// What is left of `event` without what nobody could use; `None` when that is nothing.
    pub(super) fn leave(self, event: Event) -> Option<Event> {
        let Happening::Account { country, left } = event.what else {
            return self.holds(Uses::WHOLE).then_some(event);
        };
        let country = country.filter(|_| self.holds(Uses::WHOLE));
        let left = left.filter(|_| self.holds(Uses::LEFT));
        let what = Happening::Account { country, left };
        (country.is_some() || left.is_some()).then_some(Event { what, ..event })
    }
}

/// What live grants could ever use of events of a kind of feed that come in now. Outside its hours a grant takes nothing in: what is
/// seen then is not to be told later.
pub(super) fn uses(tx: &mut Tx<'_>, subscriber: &Subscriber, kind: FeedKind, now: At) -> Result<Uses, Fault> {
    let people = relations::people(tx, subscriber.id, subscriber.majority, subscriber.related)?;
    let (mut uses, all) = (Uses::NONE, Uses::of(kind));
    for grant in consents::held(tx, subscriber.id, &people)? {
        let (fed, part) = fed_by(grant.cell.category);
        if fed != kind || uses.holds(part) {
            continue;
        }
        // A quota that is spent comes back with the next period, unless there is none before the end.
        let period = grant.terms.limits.quota.and_then(|q| q.per.around(now, subscriber.home).1);
        let comes_back = period.is_some_and(|end| end < grant.until);
        match Held::load(tx, grant, &people, subscriber.home, now)?.standing(now, subscriber.home) {
            Standing::Live { .. } => uses = uses.and(part),
            Standing::QuotaSpent if comes_back => uses = uses.and(part),
            _ => {}
        }
        if uses == all {
            break;
        }
    }
    Ok(uses)
}

/// The kind of feed that a category is told from, and the part of its events.
fn fed_by(category: Category) -> (FeedKind, Uses) {
    match category {
        Category::LocationZone
        | Category::LocationLabel
        | Category::LocationVerify
        | Category::FrequentArea
        | Category::NextPlace
        | Category::Routine
        | Category::Population => (FeedKind::Location, Uses::WHOLE),
        Category::UsageInterest => (FeedKind::App, Uses::WHOLE),
        Category::WebInterest => (FeedKind::Web, Uses::WHOLE),
        Category::RoamingCountry => (FeedKind::Account, Uses::WHOLE),
        Category::DataVolume => (FeedKind::Account, Uses::LEFT),
    }
}

/// What the registry holds for one category of a request.
pub(super) fn standing(
    held: &[Held],
    purpose: Purpose,
    category: Category,
    now: At,
    home: Jurisdiction,
) -> Standing {
    let mut of_category = held.iter().filter(|h| h.grant.cell.category == category);
    let exact = of_category.clone().find(|h| h.grant.cell.purpose == purpose).map(|h| h.standing(now, home));
    match exact {
        // Live, paused or limited gives the same word, or it would tell of the pause.
        None | Some(Standing::Absent)
            if of_category
                .any(|h| !matches!(h.standing(now, home), Standing::Absent | Standing::Expired)) =>
        {
            Standing::OtherPurpose
        }
        None => Standing::Absent,
        Some(standing) => standing,
    }
}

fn of_cell(held: &[Held], purpose: Purpose, category: Category) -> Option<&Held> {
    held.iter().find(|h| h.grant.cell.purpose == purpose && h.grant.cell.category == category)
}

/// Until when the consent in one cell was given.
pub(super) fn until(held: &[Held], purpose: Purpose, category: Category) -> Option<At> {
    of_cell(held, purpose, category).map(|h| h.grant.until)
}

/// Whether the yes in one cell is a guardian's.
pub(super) fn is_guardians(held: &[Held], purpose: Purpose, category: Category) -> bool {
    of_cell(held, purpose, category).is_some_and(Held::is_guardians)
}

/// The state of the consent in one cell, and when time first changes it.
pub(super) fn state(
    held: &[Held],
    purpose: Purpose,
    category: Category,
    now: At,
    home: Jurisdiction,
) -> (Status, Option<At>) {
    let held = of_cell(held, purpose, category);
    held.map_or((Status::Unknown, None), |h| (h.grant.status(now), h.turns(now, home)))
}

fn leaves_under<'h>(held: &'h [Held], context: &'h Context) -> impl Iterator<Item = &'h Held> {
    held.iter().filter(|h| context.items().iter().any(|item| item.grant() == h.grant.id))
}

/// When time first changes one of the grants that something leaves under.
pub(super) fn ends(held: &[Held], context: &Context, now: At, home: Jurisdiction) -> Option<At> {
    leaves_under(held, context).filter_map(|h| h.turns(now, home)).min()
}

/// What an answer spends: one of each quota under which something leaves, also what was told before. What the recipient had no room
/// for, and what was refused, has not left.
pub(super) fn spends(
    held: &[Held],
    context: &Context,
    now: At,
    home: Jurisdiction,
    entry: EntryId,
) -> Vec<Spending> {
    let spending = |h: &Held| {
        let (from, quota) = h.grant.counts_from(now, home).zip(h.grant.terms.limits.quota)?;
        let subscriber = h.grant.cell.subscriber;
        Some(Spending { subscriber, grant: h.grant.id, from, times: quota.times, at: now, entry })
    };
    leaves_under(held, context).filter_map(spending).collect()
}
