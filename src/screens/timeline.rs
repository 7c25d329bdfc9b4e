//! Who asked for what, newest first, also what was refused and the true reason; among it what recipients said in the subscriber's name and what became of
//! it. What is alike and follows each other on one day is told once.
use super::calendar::{day, local, time};
use super::facts::Facts;
use super::frame::Link;
use super::words::Words;
use crate::broker::claim::{Heard, heard};
use crate::domain::breach::Word;
use crate::domain::category::Category;
use crate::domain::consent::{Actor, Grant};
use crate::domain::id::EntryId;
use crate::domain::record::{Event, Outcome, Record};
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
#[derive(PartialEq, Serialize)]
pub(super) struct Told {
    pub text: String,
    pub left: bool,
}

/// Requests that are alike, the newest and how many.
struct Alike<'a> {
    date: Date,
    id: EntryId,
    record: &'a Record,
    lines: Vec<Told>,
    count: usize,
}

/// The newest `rows` of some requests, day by day.
pub(super) fn days(words: &Words, facts: &Facts, requests: &[(EntryId, Record)], rows: usize) -> Vec<Day> {
    let mut alike: Vec<Alike<'_>> = Vec::new();
    for (id, record) in requests {
        let (date, lines) = (local(record.at, facts.home).date(), lines(words, facts, record));
        match alike.last_mut() {
            Some(last) if last.date == date && same(last, record, &lines) => last.count += 1,
            _ => alike.push(Alike { date, id: *id, record, lines, count: 1 }),
        }
    }
    alike.truncate(rows);
    by_day(words, facts, alike)
}

/// Whether a reader would be told the same of both.
fn same(a: &Alike<'_>, record: &Record, lines: &[Told]) -> bool {
    a.record.recipient == record.recipient && a.record.purpose == record.purpose && a.lines == lines
}

fn by_day(words: &Words, facts: &Facts, alike: Vec<Alike<'_>>) -> Vec<Day> {
    let today = local(facts.now, facts.home).date();
    let mut days: Vec<(Date, Day)> = Vec::new();
    for one in alike {
        let (date, row) = (one.date, row(words, facts, one));
        match days.last_mut() {
            Some((last, day)) if *last == date => day.rows.push(row),
            _ => days.push((date, Day { heading: day(words, date, today), rows: vec![row] })),
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

fn row(words: &Words, facts: &Facts, alike: Alike<'_>) -> Row {
    let Alike { id, record, lines, count, .. } = alike;
    let time = time(local(record.at, facts.home));
    let recipient = record.recipient.and_then(|id| facts.recipient(id));
    Row {
        who: recipient.map(|r| r.name.clone()).unwrap_or_default(),
        address: recipient.map(|r| super::recipient::address(r.id)).unwrap_or_default(),
        purpose: record.purpose.map(|p| words.purpose(p)).unwrap_or_default(),
        lines,
        times: (count > 1).then(|| words.times(count, &time)),
        complain: Link { address: super::help::about(id), word: words.help_about() },
        time,
    }
}

fn lines(words: &Words, facts: &Facts, record: &Record) -> Vec<Told> {
    if let Event::Request { outcomes, .. } = &record.event {
        return outcomes.iter().map(|o| told(words, o)).collect();
    }
    if let Event::Warned { word, .. } = &record.event {
        let text = match word {
            Word::Possible => words.breach_said_possible(),
            Word::Confirmed => words.breach_said_confirmed(),
            Word::Cleared => words.breach_said_cleared(),
        };
        return vec![Told { text, left: false }];
    }
    let said = |(category, heard)| said(words, facts, record, category, heard);
    heard(&record.event).into_iter().map(said).collect()
}

/// What a recipient said in his name, and what became of it by now.
fn said(words: &Words, facts: &Facts, record: &Record, category: Category, heard: Heard) -> Told {
    let what = words.category(category);
    let of_it = |g: &&Grant| {
        (Some(g.cell.recipient), Some(g.cell.purpose), g.cell.category)
            == (record.recipient, record.purpose, category)
    };
    let waits = |g: &Grant| g.is_captured() && g.terms.footing.actor == Actor::Recipient;
    let since = |g: &Grant| g.state.is_given() && g.granted_at >= record.at;
    let text = match heard {
        Heard::Yes if facts.overview.asked.iter().find(of_it).is_some_and(waits) => words.claim_waits(&what),
        Heard::Yes if facts.overview.grants.iter().find(of_it).is_some_and(since) => {
            words.claim_agreed(&what)
        }
        Heard::Yes => words.claim_void(&what),
        Heard::No => words.claim_refused(&what),
        Heard::NoAgain => words.claim_repeated(&what),
        Heard::Stop => words.claim_ended(&what),
    };
    Told { text, left: false }
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
