//! What subscribers decided, and how fast a withdrawal had effect. Deliberately absent: who decided.
use super::parties::Parties;
use super::table::Table;
use super::{Entry, Part, month};
use crate::domain::consent::Act;
use crate::domain::id::GrantId;
use crate::domain::purge::Word;
use crate::domain::record::Event;
use crate::domain::time::At;
use std::collections::{BTreeMap, HashMap};

type Decided = (String, String, String, String, String);

/// A consent that has ended.
#[derive(Debug, Clone, Copy)]
struct Ended {
    at: At,
    index: u64,
}

/// Counts of acts; ends and what came after them.
#[derive(Debug, Default)]
pub(super) struct Consents {
    acts: BTreeMap<Decided, u64>,
    ended: HashMap<GrantId, Ended>,
    ends: u64,
    /// Between what was said and its record, µs.
    recorded: Vec<i64>,
    /// Categories that left under a consent after its end was recorded.
    after: u64,
    stated: BTreeMap<&'static str, u64>,
}

impl Part for Consents {
    fn take(&mut self, entry: &Entry<'_>) {
        let Ok(record) = entry.record else { return };
        match &record.event {
            Event::Consent { acts, actor, channel, .. } => {
                for act in acts {
                    let key = (
                        month(record.at),
                        act.purpose.as_str().to_owned(),
                        act.act.as_str().to_owned(),
                        actor.as_str().to_owned(),
                        channel.clone(),
                    );
                    *self.acts.entry(key).or_default() += 1;
                    match act.act {
                        Act::Withdraw | Act::Revoke | Act::Invalidate | Act::Pause => {
                            self.ends += 1;
                            self.recorded.push(record.at.since(act.valid.unwrap_or(record.at)).max(0));
                            self.ended.insert(act.grant, Ended { at: record.at, index: entry.index });
                        }
                        Act::Grant | Act::Resume | Act::Renew => drop(self.ended.remove(&act.grant)),
                        _ => {}
                    }
                }
            }
            Event::Request { outcomes, .. } => {
                for outcome in outcomes.iter().filter(|o| o.precision.is_some() && o.reason.is_none()) {
                    let ended = outcome.grant.and_then(|grant| self.ended.get(&grant));
                    // Numbers follow ids, which follow the millisecond: in one millisecond either may stand first.
                    let after =
                        ended.is_some_and(|e| e.index < entry.index && e.at.0 / 1000 < record.at.0 / 1000);
                    self.after += u64::from(after);
                }
            }
            Event::Purge { statement, .. } => {
                *self.stated.entry(Word::as_str(*statement)).or_default() += 1;
            }
            _ => {}
        }
    }

    fn tables(&mut self, _: &Parties) -> Vec<Table> {
        let acts = std::mem::take(&mut self.acts).into_iter();
        let rows = acts.map(|((month, purpose, act, actor, channel), count)| {
            vec![month.into(), purpose.into(), act.into(), actor.into(), channel.into(), count.into()]
        });
        self.recorded.sort_unstable();
        let at = |percent: usize| {
            let place = (self.recorded.len() * percent).div_ceil(100).saturating_sub(1);
            self.recorded.get(place).map_or(0, |us| u64::try_from(us / 1000).unwrap_or(0))
        };
        let mut effect = vec![
            vec!["withdrawals, ends and pauses".into(), self.ends.into()],
            vec!["provided under a consent after its end was recorded".into(), self.after.into()],
            vec!["from the word to its record, median, ms".into(), at(50).into()],
            vec!["from the word to its record, 95th percentile, ms".into(), at(95).into()],
            vec!["from the word to its record, longest, ms".into(), at(100).into()],
        ];
        effect.extend(
            self.stated
                .iter()
                .map(|(word, n)| vec![format!("recipients that stated `{word}`").into(), (*n).into()]),
        );
        vec![
            Table {
                name: "consents",
                title: "Decisions about consents, by month, purpose, act, actor and channel",
                citation: "GDPR Art. 7(1); PIPA Art. 22; LIA Art. 18, 19, 24",
                head: vec!["month", "purpose", "act", "actor", "channel", "count"],
                bars: Some(5),
                rows: rows.collect(),
            },
            Table {
                name: "effect",
                title: "How withdrawals had effect",
                citation: "GDPR Art. 7(3); LIA Art. 24(1), (2); PDPL Art. 6",
                head: vec!["what", "value"],
                bars: None,
                rows: effect,
            },
        ]
    }
}
