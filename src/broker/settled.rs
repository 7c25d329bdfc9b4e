//! What the lines about one subscriber come to: events, grants, relations, what is recorded and who is told, written guarded by his version.
//! Deliberately absent: what a line becomes (`brought`), chunks (`import`).
use super::announce::{Announcement, Audience, tell};
use super::brought::{Bench, Past};
use super::brought_relation::Tie;
use super::{Broker, Failure};
use crate::domain::consent::{Act, Capture, Cell, Event, Footing, Grant, Holds};
use crate::domain::id::SubscriberId;
use crate::domain::notice::Notice;
use crate::domain::record::{ConsentAct, Event as Recorded, Record};
use crate::domain::time::At;
use crate::store::consents::{self, Change};
use crate::store::entries::{self, EntryRow};
use crate::store::subscribers::{self, Subscriber};
use crate::store::{Fault, Tx, histories};
use rustc_hash::FxHashSet;

/// What one subscriber's lines come to, ready to be written.
pub(super) struct Prepared {
    pub(super) found: Subscriber,
    now: At,
    ties: Vec<Tie>,
    words: Vec<(String, Notice)>,
    pub(super) events: Vec<Event>,
    grants: Vec<Grant>,
    entries: Vec<EntryRow>,
    told: Vec<Announcement>,
}

impl Broker {
    /// What the lines about one subscriber come to.
    pub(super) fn prepared(&self, past: &Past, bench: &Bench<'_>) -> Result<Option<Prepared>, Failure> {
        let added = past.added();
        if added.is_empty() && past.ties.is_empty() {
            return Ok(None);
        }
        let touched: FxHashSet<Cell> = added.iter().map(|e| e.cell).collect();
        let grants: Vec<Grant> = past.held.iter().filter(|g| touched.contains(&g.cell)).cloned().collect();
        let mut entries = Vec::new();
        for tie in &past.ties {
            entries.push(self.tie_entry(past.whose.id, tie, bench.now)?);
        }
        for record in records(past.whose.id, added, &past.after, bench.now) {
            entries.push(self.entry(&record)?);
        }
        let mut told = Vec::new();
        for grant in &grants {
            let before = past.before.iter().find(|g| g.cell == grant.cell);
            told.extend(self.told_of(&past.whose, before, grant, bench)?);
        }
        let (words, ties, events) = (past.words.clone(), past.ties.clone(), added.to_vec());
        Ok(Some(Prepared { found: past.whose, now: bench.now, ties, words, events, grants, entries, told }))
    }

    /// What a recipient is told of a cell that many acts may have moved: what is different in the end.
    fn told_of(
        &self,
        found: &Subscriber,
        before: Option<&Grant>,
        after: &Grant,
        bench: &Bench<'_>,
    ) -> Result<Vec<Announcement>, Failure> {
        let holds = |g: &Grant| g.state.is_given() && g.terms.holds != Holds::Never;
        let had = before.filter(|g| holds(g));
        let lives = holds(after) && after.ends() > bench.now;
        let same = had.is_some_and(|had| {
            (had.id, had.until, had.precision) == (after.id, after.until, after.precision)
        });
        let act = match (lives, had) {
            (true, _) if !same => Act::Grant,
            (false, Some(_)) if !holds(after) => Act::Withdraw,
            _ => return Ok(Vec::new()),
        };
        let by = Capture { actor: bench.by, channel: "import", relation: None };
        let change = Change { grant: after.clone(), act, by, at: bench.now, presentation: None };
        let listens = bench.recipients.get(&after.cell.recipient).is_some_and(|r| r.webhook.is_some());
        let audience = Audience::one(listens.then_some(after.cell.recipient), had.cloned());
        self.announce(found, &[change], &audience)
    }
}

impl Prepared {
    /// False when another story about the subscriber was faster.
    pub(super) fn write(&self, tx: &mut Tx<'_>) -> Result<bool, Fault> {
        for tie in &self.ties {
            if !tie.stands(tx)? {
                return Ok(false);
            }
        }
        if !subscribers::bump(tx, self.found.id, self.found.version)? {
            return Ok(false);
        }
        self.ties.iter().try_for_each(|tie| tie.write(tx, self.now))?;
        self.words.iter().try_for_each(|(hash, notice)| consents::put_notice(tx, hash, notice))?;
        for event in &self.events {
            histories::append(tx, event)?;
        }
        self.grants.iter().try_for_each(|grant| histories::project(tx, grant, self.now))?;
        self.entries.iter().try_for_each(|entry| entries::append(tx, entry))?;
        tell(tx, &self.found, &self.told, self.now)?;
        Ok(true)
    }
}

/// What is recorded of one subscriber's new events: a record for each way by which they came.
fn records(whose: SubscriberId, added: &[Event], after: &[Grant], now: At) -> Vec<Record> {
    let mut groups: Vec<((Footing, &str), Vec<ConsentAct>)> = Vec::new();
    for (event, grant) in added.iter().zip(after) {
        let by = (event.footing(), event.channel.as_str());
        let act = ConsentAct {
            grant: event.grant,
            act: event.act,
            recipient: event.cell.recipient,
            purpose: event.cell.purpose,
            category: event.cell.category,
            precision: event.precision,
            until: grant.until,
            notice: event.notice.clone(),
            terms: grant.terms,
            presentation: None,
            valid: Some(event.valid),
            provenance: event.provenance,
        };
        match groups.iter_mut().find(|(of, _)| *of == by) {
            Some((_, acts)) => acts.push(act),
            None => groups.push((by, vec![act])),
        }
    }
    let record = |((by, channel), acts): ((Footing, &str), Vec<ConsentAct>)| {
        let first = acts.first().map(|a| (a.recipient, a.purpose));
        let common = first.filter(|of| acts.iter().all(|a| (a.recipient, a.purpose) == *of));
        Record {
            at: now,
            subscriber: Some(whose),
            recipient: common.map(|(recipient, _)| recipient),
            purpose: common.map(|(_, purpose)| purpose),
            event: Recorded::Consent {
                acts,
                actor: by.actor,
                channel: channel.to_owned(),
                relation: by.relation,
            },
        }
    };
    groups.into_iter().map(record).collect()
}
