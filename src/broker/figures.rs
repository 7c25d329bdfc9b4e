//! What a platform team sees of the broker: counts by closed words, never who.
//!
//! Why a category was withheld is counted by the word that the recipient was told. The true reason would tell: whoever knows when
//! somebody was asked about could see which counter moved (promise 8).
use super::deliver::Outcome;
use super::ingest::Report;
use super::{Broker, Failure};
use crate::domain::category::Category;
use crate::domain::consent::Act;
use crate::domain::feed::FeedKind;
use crate::domain::reason::Withheld;
use crate::domain::time::At;
use crate::oauth::token::TokenResponse;
use crate::store::{Recorder, entries, outbox, purges};
use metrics::{Counter, Gauge, counter, describe_counter, describe_gauge, gauge};

/// What became of a feed's lines.
const LINES: [&str; 4] = ["kept", "dropped", "repeated", "rejected"];
/// What became of a request for a token.
const TOKENS: [&str; 3] = ["issued", "refused", "failed"];
/// What became of an attempt to tell a recipient something.
const WEBHOOKS: [&str; 3] = ["delivered", "failed", "dead"];

/// What became of one category of a request, as its recipient sees it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answered {
    Disclosed,
    /// Permitted, and dropped because the recipient has no room for it.
    Truncated,
    Withheld(Withheld),
}

type ByCategory = [Counter; Category::ALL.len()];

/// Counters and gauges of one broker. All are there from the start, so that a rate is 0 and not absent; each is held, so that counting is
/// an addition.
pub(super) struct Figures {
    disclosed: ByCategory,
    truncated: ByCategory,
    withheld: [ByCategory; Withheld::ALL.len()],
    acts: [Counter; Act::ALL.len()],
    rows: [[Counter; 4]; FeedKind::ALL.len()],
    tokens: [Counter; 3],
    webhooks: [Counter; 3],
    untold: Gauge,
    overdue: Gauge,
    waiting: Gauge,
    size: Gauge,
    checkpoint: Gauge,
    halted: Gauge,
}

impl Figures {
    pub(super) fn on(recorder: &Recorder) -> Figures {
        metrics::with_local_recorder(recorder, || {
            describe();
            let answered = |outcome: &'static str| {
                Category::ALL.map(
                    |c| counter!("dongui_disclosures_total", "category" => c.as_str(), "outcome" => outcome),
                )
            };
            let rows = |kind: FeedKind, outcome: &'static str| counter!("dongui_feed_rows_total", "kind" => kind.as_str(), "outcome" => outcome);
            Figures {
                disclosed: answered("disclosed"),
                truncated: answered("truncated"),
                withheld: Withheld::ALL.map(|told| answered(told.as_str())),
                acts: Act::ALL.map(|act| counter!("dongui_consent_acts_total", "act" => act.as_str())),
                rows: FeedKind::ALL.map(|kind| LINES.map(|outcome| rows(kind, outcome))),
                tokens: TOKENS.map(|outcome| counter!("dongui_tokens_total", "outcome" => outcome)),
                webhooks: WEBHOOKS.map(|outcome| counter!("dongui_webhooks_total", "outcome" => outcome)),
                untold: gauge!("dongui_webhooks_waiting"),
                overdue: gauge!("dongui_purges_overdue"),
                waiting: gauge!("dongui_entries_waiting"),
                size: gauge!("dongui_log_entries"),
                checkpoint: gauge!("dongui_checkpoint_timestamp_seconds"),
                halted: gauge!("dongui_halted"),
            }
        })
    }

    pub(super) fn answered(&self, category: Category, outcome: Answered) {
        let by_category = match outcome {
            Answered::Disclosed => &self.disclosed,
            Answered::Truncated => &self.truncated,
            Answered::Withheld(told) => &self.withheld[told as usize],
        };
        by_category[category as usize].increment(1);
    }

    pub(super) fn decided(&self, act: Act) {
        self.acts[act as usize].increment(1);
    }

    /// A chunk that was folded now; one answered from memory has been counted.
    pub(super) fn fed(&self, kind: FeedKind, report: &Report) {
        let lines = [report.kept, report.dropped, report.repeated, report.rejected];
        for (counter, lines) in self.rows[kind as usize].iter().zip(lines) {
            counter.increment(lines);
        }
    }

    pub(super) fn token(&self, outcome: &Result<TokenResponse, Failure>) {
        let which = match outcome {
            Ok(_) => 0,
            Err(Failure::Halted(_) | Failure::Fault(_)) => 2,
            Err(_) => 1,
        };
        self.tokens[which].increment(1);
    }

    /// An attempt to tell a recipient something; the last one in vain counts as `dead` and not as `failed`.
    pub(super) fn sent(&self, outcome: Outcome, given_up: bool) {
        let which = match outcome {
            Outcome::Arrived => 0,
            Outcome::Failed => 1 + usize::from(given_up),
            Outcome::Untried => return,
        };
        self.webhooks[which].increment(1);
    }

    /// The newest checkpoint holds everything numbered by then.
    pub(super) fn published(&self, size: u64, at: At) {
        self.size.set(size as f64);
        self.checkpoint.set(at.unix_s() as f64);
    }
}

impl Broker {
    /// Sets what is not counted but looked at. A database that does not answer shows as halted, and what it said last stays.
    pub fn measure(&self) {
        self.figures.halted.set(f64::from(u8::from(self.ready().is_err())));
        let now = self.clock.now();
        let looked = self.store.read("broker.measure", |tx| {
            Ok([entries::waiting(tx)?, outbox::waiting(tx)?, purges::overdue(tx, now)?])
        });
        if let Ok(counts) = looked {
            let gauges = [&self.figures.waiting, &self.figures.untold, &self.figures.overdue];
            gauges.into_iter().zip(counts).for_each(|(gauge, count)| gauge.set(count as f64));
        }
    }
}

fn describe() {
    describe_counter!(
        "dongui_disclosures_total",
        "categories of context requests by what the recipient was told"
    );
    describe_counter!("dongui_consent_acts_total", "grants that subscribers changed");
    describe_counter!("dongui_feed_rows_total", "lines of feeds by what became of them");
    describe_counter!("dongui_tokens_total", "requests for an access token");
    describe_counter!("dongui_webhooks_total", "attempts to tell recipients that a consent changed");
    describe_gauge!("dongui_webhooks_waiting", "messages that recipients have not taken yet");
    describe_gauge!("dongui_purges_overdue", "requests to delete that recipients have not answered in time");
    describe_gauge!("dongui_entries_waiting", "entries of the ledger without a number");
    describe_gauge!("dongui_log_entries", "entries under the newest checkpoint");
    describe_gauge!(
        "dongui_checkpoint_timestamp_seconds",
        "when the checkpoint last held every numbered entry"
    );
    describe_gauge!("dongui_halted", "1 while nothing is disclosed, as /readyz says");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_where_its_counter_does() {
        assert!(Category::ALL.iter().enumerate().all(|(i, c)| *c as usize == i));
        assert!(Withheld::ALL.iter().enumerate().all(|(i, w)| *w as usize == i));
        assert!(Act::ALL.iter().enumerate().all(|(i, a)| *a as usize == i));
        assert!(FeedKind::ALL.iter().enumerate().all(|(i, k)| *k as usize == i));
    }

    #[test]
    fn a_refusal_is_counted_by_the_word_that_was_sent() {
        for told in Withheld::ALL {
            assert_eq!(serde_json::to_value(told).unwrap(), told.as_str());
        }
    }
}
