//! What the registry makes of acts that are brought from elsewhere: pure, one subscriber's past and one line at a time.
//!
//! A line is judged at the instant at which it was done, and written down now. Deliberately absent: rows, and whom it is told to.
use super::brought_relation::{Tie, Ties};
use super::consent::notice_hash;
use super::{Broker, Failure};
use crate::domain::category::Precision;
use crate::domain::consent::{
    Act, Actor, Carried, Cell, Event, Footing, Grant, Holds, Limits, People, Provenance, State, Status,
    Terms, WrongState, grown, held_by_another,
};
use crate::domain::id::{GrantId, RecipientId};
use crate::domain::notice::Notice;
use crate::domain::recipient::Recipient;
use crate::domain::time::{At, DAY_US};
use crate::policy::rule::Template;
use crate::store::subscribers::Subscriber;
use rustc_hash::FxHashMap;

/// How a line without a channel came.
const CHANNEL: &str = "import";

/// What a line became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is written down.
    Taken,
    /// It is written down and waits for the subscriber's own word; of what somebody said for him, who could have.
    Waits(Option<&'static str>),
    /// A relation is written down, or its end.
    Tied,
    /// It was written down before.
    Known,
}

/// What lines are judged by.
pub(super) struct Bench<'b> {
    pub(super) broker: &'b Broker,
    pub(super) recipients: FxHashMap<RecipientId, Recipient>,
    /// In whose name lines stand that name nobody.
    pub(super) by: Actor,
    pub(super) now: At,
    /// What lines about relations are judged by.
    pub(super) ties: Ties,
}

/// A subscriber's consents as they were found, and as lines have changed them since.
pub(super) struct Past {
    pub(super) whose: Subscriber,
    /// Who may speak for him.
    pub(super) people: People,
    /// What the cells held when they were read.
    pub(super) before: Vec<Grant>,
    /// What they hold after the lines.
    pub(super) held: Vec<Grant>,
    /// All events; those that are new last.
    pub(super) events: Vec<Event>,
    /// The grants after each of the new events.
    pub(super) after: Vec<Grant>,
    /// Words that new events name.
    pub(super) words: Vec<(String, Notice)>,
    /// What lines have changed about who may speak for him.
    pub(super) ties: Vec<Tie>,
}

/// A line as it is about to be written.
struct Draft<'l> {
    line: &'l Carried,
    cell: Cell,
    act: Act,
    by: Footing,
    channel: &'l str,
    precision: Precision,
    until: Option<At>,
    limits: Limits,
    notice: String,
}

pub(super) fn wrong(field: &str, cure: impl std::fmt::Display) -> String {
    format!("`{field}`: {cure}")
}

pub(super) fn is_yes(act: Act) -> bool {
    matches!(act, Act::Grant | Act::Capture)
}

impl Past {
    pub(super) fn new(whose: Subscriber, people: People) -> Past {
        let (before, held, events) = (Vec::new(), Vec::new(), Vec::new());
        Past { whose, people, before, held, events, after: Vec::new(), words: Vec::new(), ties: Vec::new() }
    }

    /// The events that lines have added.
    pub(super) fn added(&self) -> &[Event] {
        self.events.get(self.events.len() - self.after.len()..).unwrap_or_default()
    }

    /// Takes a line.
    ///
    /// # Errors
    /// Why not, in one clause.
    pub(super) fn take(&mut self, line: &Carried, bench: &Bench<'_>) -> Result<Outcome, String> {
        let by = self.by(line, bench)?;
        let (act, who_could) = self.as_written(line, by);
        let Carried { recipient, purpose, category, .. } = *line;
        let cell = Cell { subscriber: self.whose.id, recipient, purpose, category };
        let channel = line.channel.as_deref().unwrap_or(CHANNEL);
        let notice = named(line)?;
        let precision = line.precision.or_else(|| category.rungs().first().copied());
        let mut draft = Draft {
            line,
            cell,
            act,
            by,
            channel,
            precision: precision.unwrap_or(Precision::Label),
            until: line.until,
            limits: Limits::NONE,
            notice: notice.clone().unwrap_or_default(),
        };
        if is_yes(act) {
            draft.limits = self.yes(&draft, bench)?;
        }
        if self.knows(&draft) {
            return Ok(Outcome::Known);
        }
        self.may(&draft, bench)?;
        if act.begins() {
            self.begin(draft, bench)?
        } else {
            self.go_on(draft, bench)?
        }
        if let (Some(hash), Some((locale, text))) = (notice, &line.words) {
            self.words.push((hash, Notice { locale: locale.clone(), text: text.clone() }));
        }
        Ok(if act == Act::Capture { Outcome::Waits(who_could) } else { Outcome::Taken })
    }

    /// Whether the event is there already. What stands behind it makes it no other event: what was inferred once is not said because
    /// somebody says so later.
    fn knows(&self, draft: &Draft<'_>) -> bool {
        let yes = is_yes(draft.act);
        self.events.iter().any(|e| {
            e.valid == draft.line.valid
                && e.cell == draft.cell
                && (e.act == draft.act || yes && is_yes(e.act))
                && e.actor == draft.by.actor
                && e.channel == draft.channel
                && (!yes
                    || e.precision == draft.precision
                        && e.until == draft.until
                        && e.limits == draft.limits
                        && e.notice == draft.notice)
        })
    }

    /// What a yes must say; gives its limits as the country's template caps them.
    fn yes(&self, draft: &Draft<'_>, bench: &Bench<'_>) -> Result<Limits, String> {
        let Carried { purpose, category, valid, limits, .. } = *draft.line;
        if draft.line.precision.is_none_or(|p| !category.rungs().contains(&p)) {
            return Err(wrong("precision", format!("a rung of `{}`", category.as_str())));
        }
        if draft.notice.is_empty() {
            return Err(wrong("notice", "the hash of what was shown, or `locale` and `text`"));
        }
        bench.lasts(draft.until, valid, self.whose.home, purpose)?;
        let template = bench.broker.engine.pack(self.whose.home).template(purpose);
        match (limits.quota, template.and_then(Template::most)) {
            (Some(own), Some(most)) if !own.within(most) => {
                Err(wrong("quota", format!("one that never exceeds {}", most.text())))
            }
            (own, most) => Ok(Limits { quota: own.or(most), ..limits }),
        }
    }

    /// Whether this actor may have done this then, with this recipient.
    fn may(&self, draft: &Draft<'_>, bench: &Bench<'_>) -> Result<(), String> {
        let Draft { line, cell, act, by, .. } = draft;
        let may = if *act == Act::Capture { by.actor != Actor::Authority } else { by.actor.may(*act) };
        if !may {
            return Err(wrong("actor", format!("one who may `{}`", act.as_str())));
        }
        if line.provenance == Provenance::Inferred && matches!(act, Act::Resume | Act::Renew) {
            return Err(wrong("provenance", format!("nobody is taken to have said `{}`", act.as_str())));
        }
        if matches!(act, Act::Resume | Act::Renew) {
            self.people.may(*by, *act, line.valid).map_err(|who| wrong("actor", who))?;
            let chain =
                self.events.iter().filter(|e| line.grant.is_none_or(|g| g == e.grant) && e.cell == *cell);
            let minor = self.people.majority.is_minor(line.valid) && by.actor == Actor::Subscriber;
            if *act == Act::Resume && minor && held_by_another(chain, line.valid) {
                return Err(wrong("actor", "the guardian of the minor, who paused it"));
            }
        }
        if line.valid < self.whose.since {
            return Err(wrong(
                "valid_at",
                "since the number is this subscriber's; what was said before is somebody else's",
            ));
        }
        if line.valid > bench.now {
            return Err(wrong("valid_at", "no later than now"));
        }
        let newest = self.events.iter().filter(|e| e.cell == *cell).map(|e| e.valid).max();
        if newest.is_some_and(|newest| line.valid < newest) {
            return Err(wrong(
                "valid_at",
                "later than all that is written down of this recipient, purpose and category; what was decided last stands",
            ));
        }
        let recipient = bench
            .recipients
            .get(&cell.recipient)
            .ok_or_else(|| wrong("recipient", "not registered; register it first"))?;
        // What ends or holds back is taken under any contract.
        if act.begins() && *act != Act::Refuse || matches!(act, Act::Resume | Act::Renew) {
            if !recipient.purposes.contains(&cell.purpose) {
                return Err(wrong("purpose", "one that the recipient has declared"));
            }
            if recipient.ceiling_for(cell.category).is_none() {
                return Err(wrong("category", "one in the recipient's contract"));
            }
        }
        Ok(())
    }

    /// An act that says something by itself.
    fn begin(&mut self, draft: Draft<'_>, bench: &Bench<'_>) -> Result<(), String> {
        let (line, valid) = (draft.line, draft.line.valid);
        let current = self.held.iter().find(|g| g.cell == draft.cell).cloned();
        bench.knows(current.as_ref(), &self.whose, draft.act, valid)?;
        let asked = current.as_ref().filter(|g| matches!(g.state, State::Requested | State::Deferred));
        let grant = match (line.grant, asked) {
            (Some(named), Some(asked)) if named == asked.id => named,
            (Some(named), _) if self.events.iter().any(|e| e.grant == named) => {
                return Err(wrong("grant", "a name that no other consent had; what is over never returns"));
            }
            (Some(named), _) => named,
            (None, Some(asked)) => asked.id,
            (None, None) => GrantId::new(bench.now, bench.broker.rng.as_ref()),
        };
        let until = draft.until.filter(|_| is_yes(draft.act));
        if let Some(old) = current {
            let under = old.clone().under(bench.rules(&old, &self.whose));
            if under.supersede(valid).is_ok() {
                let room = Draft {
                    act: Act::Supersede,
                    precision: old.precision,
                    limits: Limits::NONE,
                    notice: old.notice.clone(),
                    until: None,
                    ..draft_like(&draft)
                };
                self.add(&room, old.id, old.terms.edition, bench.now);
            }
        }
        let draft = Draft { until, ..draft };
        self.add(&draft, grant, line.edition, bench.now);
        Ok(())
    }

    /// An act on what the cell holds.
    fn go_on(&mut self, draft: Draft<'_>, bench: &Bench<'_>) -> Result<(), String> {
        let (line, valid) = (draft.line, draft.line.valid);
        let current = self.held.iter().find(|g| g.cell == draft.cell).cloned();
        bench.knows(current.as_ref(), &self.whose, draft.act, valid)?;
        let Some(current) = current else { return Err(wrong("act", "one that begins a consent")) };
        if line.grant.is_some_and(|named| named != current.id) {
            return Err(wrong("grant", "the consent that is in force then"));
        }
        match draft.act {
            Act::Renew => bench.lasts(draft.until, valid, self.whose.home, draft.cell.purpose)?,
            Act::Pause if draft.until.is_some_and(|end| end <= valid) => {
                return Err(wrong("until", "later than `valid_at`"));
            }
            _ => {}
        }
        let renewed = draft.act == Act::Renew && !draft.notice.is_empty();
        let notice = if renewed { draft.notice.clone() } else { current.notice.clone() };
        let until = draft.until.filter(|_| matches!(draft.act, Act::Renew | Act::Pause));
        let draft = Draft { precision: current.precision, notice, until, ..draft };
        self.add(&draft, current.id, current.terms.edition, bench.now);
        Ok(())
    }

    /// Adds an event, and what the cell holds after it.
    fn add(&mut self, draft: &Draft<'_>, grant: GrantId, edition: u32, now: At) {
        let mut event = Event {
            seq: self.events.last().map_or(0, |e| e.seq) + 1,
            grant,
            cell: draft.cell,
            act: draft.act,
            precision: draft.precision,
            notice: draft.notice.clone(),
            edition,
            presentation: None,
            until: draft.until,
            limits: draft.limits,
            recorded: now,
            valid: draft.line.valid,
            actor: draft.by.actor,
            channel: draft.channel.to_owned(),
            relation: draft.by.relation,
            provenance: draft.line.provenance,
        };
        let at = self.held.iter().position(|g| g.cell == draft.cell);
        let before = at.and_then(|at| self.held.get(at)).cloned();
        // INVARIANT: what begins nothing was let through for the grant that is held.
        let Some(after) = grown(before, &event).map(|grant| grant.bound(&self.people)) else { return };
        // As the verbs write it: the end that there is then.
        match draft.act {
            Act::Renew => event.until = Some(after.until),
            Act::Pause => event.until = after.terms.paused_until,
            _ => {}
        }
        self.events.push(event);
        match at.and_then(|at| self.held.get_mut(at)) {
            Some(held) => *held = after.clone(),
            None => self.held.push(after.clone()),
        }
        self.after.push(after);
    }
}

fn draft_like<'l>(draft: &Draft<'l>) -> Draft<'l> {
    Draft { notice: String::new(), ..*draft }
}

impl Bench<'_> {
    fn rules(&self, grant: &Grant, whose: &Subscriber) -> crate::domain::consent::InForce {
        self.broker.in_force(self.recipients.get(&grant.cell.recipient), whose.home, grant.cell.purpose)
    }

    /// Whether the state that a cell was in then knows the act.
    fn knows(&self, held: Option<&Grant>, whose: &Subscriber, act: Act, at: At) -> Result<(), String> {
        let ends = matches!(act, Act::Withdraw | Act::Revoke | Act::Invalidate);
        // Nobody is asked for a yes that was taken back before it counted.
        if ends && held.is_some_and(Grant::is_captured) {
            return Ok(());
        }
        // Who spoke for somebody no longer may, and then the operator ends what came of it.
        let bare = |g: &Grant| Grant { terms: Terms { holds: Holds::Always, ..g.terms }, ..g.clone() };
        let grant = held.map(|g| if act == Act::Revoke { bare(g) } else { g.clone() });
        let status = grant.as_ref().map_or(Status::Unknown, |g| g.status(at));
        // What ended it since may have been in force then, or not yet.
        let under = grant.map_or(Status::Unknown, |g| {
            let rules = self.rules(&g, whose);
            g.under(rules).status(at)
        });
        status.may(act).or_else(|e: WrongState| under.may(act).map_err(|_| e)).map_err(|e| wrong("act", e))
    }

    fn lasts(
        &self,
        until: Option<At>,
        valid: At,
        home: crate::domain::subscriber::Jurisdiction,
        purpose: crate::domain::purpose::Purpose,
    ) -> Result<(), String> {
        let longest_us = self.broker.longest_us(home, purpose);
        match until.filter(|until| *until > valid && until.since(valid) <= longest_us) {
            Some(_) => Ok(()),
            None => {
                let days = longest_us / DAY_US;
                Err(wrong("until", format!("later than `valid_at`, and {days} days after it at most")))
            }
        }
    }
}

/// The hash of the words that a line names.
fn named(line: &Carried) -> Result<Option<String>, String> {
    let Some((locale, text)) = &line.words else { return Ok(line.notice.clone()) };
    let notice = Notice { locale: locale.clone(), text: text.clone() };
    let hash = notice_hash(&notice).map_err(|e: Failure| e.to_string())?;
    if line.notice.as_ref().is_some_and(|named| *named != hash) {
        return Err(wrong("notice", "the hash of `locale` and `text`"));
    }
    Ok(Some(hash))
}
