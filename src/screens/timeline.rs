//! Who asked for what, newest first, also what was refused and the true reason. Requests that are alike and follow each other on
//! one day are told once.
use super::calendar::{day, local, time};
use super::facts::Facts;
use super::frame::Link;
use super::words::Words;
use crate::broker::record::{Event, Outcome, Record};
use crate::domain::id::EntryId;
use jiff::civil::Date;
use serde::Serialize;

/// The requests of one day.
#[derive(Serialize)]
pub(super) struct Day {
    pub heading: String,
    pub rows: Vec<Row>,
}

/// One request, or several alike.
#[derive(Serialize)]
pub(super) struct Row {
    pub time: String,
    pub who: String,
    /// Where the answer can be changed.
    pub address: String,
    pub purpose: String,
    pub lines: Vec<Told>,
    /// How often, and when last.
    pub times: Option<String>,
    /// Where to complain about it.
    pub complain: Link,
}

/// What became of one category.
#[derive(Serialize)]
pub(super) struct Told {
    pub text: String,
    pub left: bool,
}

/// Requests that are alike, the newest and how many.
struct Alike<'a> {
    date: Date,
    id: EntryId,
    record: &'a Record,
    outcomes: &'a [Outcome],
    count: usize,
}

/// The newest `rows` of some requests, day by day.
pub(super) fn days(words: &Words, facts: &Facts, requests: &[(EntryId, Record)], rows: usize) -> Vec<Day> {
    let mut alike: Vec<Alike<'_>> = Vec::new();
    for (id, record) in requests {
        let Event::Request { outcomes, .. } = &record.event else { continue };
        let date = local(record.at, facts.home).date();
        match alike.last_mut() {
            Some(last) if last.date == date && same(last, record, outcomes) => last.count += 1,
            _ => alike.push(Alike { date, id: *id, record, outcomes, count: 1 }),
        }
    }
    alike.truncate(rows);
    by_day(words, facts, &alike)
}

/// Whether a reader would be told the same of both.
fn same(a: &Alike<'_>, record: &Record, outcomes: &[Outcome]) -> bool {
    let told = |o: &Outcome| (o.category, o.precision, o.reason);
    a.record.recipient == record.recipient
        && a.record.purpose == record.purpose
        && a.outcomes.iter().map(told).eq(outcomes.iter().map(told))
}

fn by_day(words: &Words, facts: &Facts, alike: &[Alike<'_>]) -> Vec<Day> {
    let today = local(facts.now, facts.home).date();
    let same_day = |a: &Alike<'_>, b: &Alike<'_>| a.date == b.date;
    let days = alike.chunk_by(same_day).filter_map(|of_day| Some((of_day.first()?.date, of_day)));
    days.map(|(date, of_day)| Day {
        heading: day(words, date, today),
        rows: of_day.iter().map(|a| row(words, facts, a)).collect(),
    })
    .collect()
}

fn row(words: &Words, facts: &Facts, alike: &Alike<'_>) -> Row {
    let Alike { id, record, outcomes, count, .. } = alike;
    let time = time(local(record.at, facts.home));
    let recipient = record.recipient.and_then(|id| facts.recipient(id));
    Row {
        who: recipient.map(|r| r.name.clone()).unwrap_or_default(),
        address: recipient.map(|r| super::recipient::address(r.id)).unwrap_or_default(),
        purpose: record.purpose.map(|p| words.purpose(p)).unwrap_or_default(),
        lines: outcomes.iter().map(|o| told(words, o)).collect(),
        times: (*count > 1).then(|| words.times(*count, &time)),
        complain: Link { address: super::help::about(*id), word: words.help_about() },
        time,
    }
}

fn told(words: &Words, outcome: &Outcome) -> Told {
    let what = words.category(outcome.category);
    let text = match (outcome.precision, outcome.reason) {
        (Some(precision), _) => words.told(&what, &words.precision(precision)),
        (None, Some(reason)) => words.not_told(&what, &words.reason(reason)),
        (None, None) => words.left_out(&what),
    };
    Told { text, left: outcome.precision.is_some() }
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::super::samples;
    use super::*;
    use crate::domain::reason::Reason;

    #[test]
    fn requests_alike_are_told_once_and_the_newest_stands_first() {
        let facts = samples::facts();
        let first = days(Words::of(Language::En), &facts, &samples::asked(), 8);
        assert_eq!(first.iter().map(|d| d.rows.len()).sum::<usize>(), 8);
        assert_eq!(first[0].heading, "Today");
        assert_eq!(first[1].heading, "Yesterday");
        assert_eq!(
            first[0].rows[0].times.as_deref(),
            Some("\u{2068}3\u{2069} times, last at \u{2068}14:03\u{2069}")
        );
        assert!(first[0].rows[1..].iter().all(|r| r.times.is_none()));
    }

    #[test]
    fn every_reason_is_told_in_every_language() {
        for language in Language::ALL {
            let words = Words::of(language);
            let mut sentences: Vec<String> = Reason::ALL.iter().map(|r| words.reason(*r)).collect();
            sentences.sort();
            sentences.dedup();
            assert_eq!(sentences.len(), Reason::ALL.len(), "{language:?}: two reasons sound alike");
        }
    }
}
