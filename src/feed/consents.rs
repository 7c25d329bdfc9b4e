//! Consents that are carried from one registry to another, with who may speak for whom, line by line: CSV with header names or one JSON
//! object a line, plain or gzip. Deliberately absent: what a column may say (`domain::consent::line`), and whether the registry takes it.
use super::Stopped;
use super::fault::FeedError;
use super::fields::{Fields, Split};
use super::lines::{Line, Lines};
use super::reader::{Format, first};
use super::source::{Progress, Source};
use crate::domain::consent::line::{COLUMNS, Line as Said, Words, Wrong};
use crate::domain::feed::Reject;
use std::borrow::Cow;
use std::io::Read;

/// Where `locale`, `text` and the other columns stand in a line.
struct Header {
    at: [Option<usize>; COLUMNS.len()],
    count: usize,
}

/// Reads a file of consents. Memory is bounded by four longest lines, whatever the file's length.
pub struct ConsentReader<R> {
    lines: Lines<Source<R>>,
    taken: Progress,
    /// `None` means NDJSON.
    header: Option<Header>,
    fields: Fields,
}

impl<R> std::fmt::Debug for ConsentReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The buffer holds phone numbers.
        f.debug_struct("ConsentReader").finish_non_exhaustive()
    }
}

impl<R: Read> ConsentReader<R> {
    /// Opens a file: recognises gzip and, unless told, the format; reads a CSV header.
    ///
    /// # Errors
    /// `FeedError::Empty`, one of the header's, or the source's.
    pub fn new(read: R, format: Option<Format>) -> Result<ConsentReader<R>, FeedError> {
        let (source, taken) = match Source::open(read) {
            Ok(opened) => opened,
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => return Err(FeedError::Empty),
            Err(e) => return Err(e.into()),
        };
        let (mut lines, mut fields) = (Lines::new(source), Fields::new());
        let found = first(&mut lines)?;
        let header = match format.unwrap_or(found) {
            Format::Ndjson => None,
            Format::Csv => Some(header(&mut lines, &mut fields)?),
        };
        Ok(ConsentReader { lines, taken, header, fields })
    }

    /// Bytes of the input taken so far, to look at while lines are read.
    pub fn progress(&self) -> Progress {
        self.taken.clone()
    }

    /// Hands every line to `take` with its number, the first of the file being 1, until it fails; blank lines are passed over.
    ///
    /// # Errors
    /// The source's, or what `take` gave.
    pub fn drain<E>(
        mut self,
        mut take: impl FnMut(u64, Result<Said, Wrong>) -> Result<(), E>,
    ) -> Result<(), Stopped<E>> {
        let proven = self.lines.source().end_is_proof();
        while let Some((number, line)) = self.lines.next().map_err(|e| Stopped::Feed(e.into()))? {
            let one = match line {
                Line::Whole(bytes) | Line::Unended(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => {
                    continue;
                }
                Line::TooLong => Err(whole(Reject::TooLong.sentence())),
                Line::Torn => Err(whole(Reject::Torn.sentence())),
                // Nothing tells a whole last field from half of one.
                Line::Unended(_) if self.header.is_some() && !proven => Err(whole(Reject::Torn.sentence())),
                Line::Whole(bytes) | Line::Unended(bytes) => {
                    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
                    match &self.header {
                        Some(header) => header.read(&mut self.fields, bytes),
                        None => object(bytes),
                    }
                }
            };
            take(number, one).map_err(Stopped::By)?;
        }
        Ok(())
    }
}

fn whole(cure: &'static str) -> Wrong {
    Wrong { field: "", cure }
}

fn header<R: Read>(lines: &mut Lines<Source<R>>, fields: &mut Fields) -> Result<Header, FeedError> {
    loop {
        let bytes = match lines.next()? {
            Some((_, Line::Whole(bytes) | Line::Unended(bytes))) => bytes,
            Some((_, Line::TooLong | Line::Torn)) => return Err(FeedError::Header),
            None => return Err(FeedError::Empty),
        };
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let split = fields.split(bytes, usize::from(u8::MAX)).map_err(|_| FeedError::Header)?;
        return Header::new(&split);
    }
}

impl Header {
    fn new(split: &Split<'_>) -> Result<Header, FeedError> {
        let count = split.len();
        let mut at = [None; COLUMNS.len()];
        for i in 0..count {
            let name = split.field(i);
            // A column that is not known could be a limit that is then not kept.
            let known = COLUMNS
                .iter()
                .position(|c| c.eq_ignore_ascii_case(name))
                .and_then(|n| at.get_mut(n).zip(COLUMNS.get(n)));
            let (place, column) = known.ok_or(FeedError::Header)?;
            if place.replace(i).is_some() {
                return Err(FeedError::Twice { column });
            }
        }
        let missing = COLUMNS.iter().zip(&at).find(|(c, i)| i.is_none() && NEEDED.contains(c));
        if let Some((column, _)) = missing {
            let there: Vec<String> =
                COLUMNS.iter().zip(&at).filter(|(_, i)| i.is_some()).map(|(c, _)| format!("`{c}`")).collect();
            return Err(FeedError::Column { column, found: there.join(", ") });
        }
        Ok(Header { at, count })
    }

    fn read(&self, fields: &mut Fields, line: &[u8]) -> Result<Said, Wrong> {
        let split = fields.split(line, self.count).map_err(|r| whole(r.sentence()))?;
        if split.len() != self.count {
            return Err(whole(Reject::FieldCount.sentence()));
        }
        let mut words: Words<'_> = self.at.map(|i| i.map_or("", |i| split.field(i)));
        let text = unescaped(words.get(TEXT).copied().unwrap_or_default());
        if let Some(word) = words.get_mut(TEXT) {
            *word = &text;
        }
        Said::read(&words)
    }
}

/// Columns without which no line says anything.
const NEEDED: [&str; 7] = ["subscriber", "recipient", "purpose", "category", "act", "valid_at", "provenance"];
/// Where `text` stands among the columns.
pub(super) const TEXT: usize = 11;

/// In CSV a line break inside `text` is written `\n`, and a backslash twice.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let (mut out, mut chars) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = chars.next() {
        out.push(match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            },
            (c, _) => c,
        });
    }
    Cow::Owned(out)
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Object<'l> {
    #[serde(borrow)]
    subscriber: Cow<'l, str>,
    #[serde(borrow)]
    recipient: Cow<'l, str>,
    #[serde(borrow)]
    purpose: Cow<'l, str>,
    #[serde(borrow)]
    category: Cow<'l, str>,
    #[serde(borrow)]
    act: Cow<'l, str>,
    #[serde(borrow)]
    precision: Cow<'l, str>,
    #[serde(borrow)]
    until: Cow<'l, str>,
    #[serde(borrow)]
    hours: Cow<'l, str>,
    #[serde(borrow)]
    quota: Cow<'l, str>,
    #[serde(borrow)]
    notice: Cow<'l, str>,
    #[serde(borrow)]
    locale: Cow<'l, str>,
    #[serde(borrow)]
    text: Cow<'l, str>,
    edition: u32,
    #[serde(borrow)]
    actor: Cow<'l, str>,
    #[serde(borrow)]
    channel: Cow<'l, str>,
    #[serde(borrow)]
    valid_at: Cow<'l, str>,
    #[serde(borrow)]
    provenance: Cow<'l, str>,
    #[serde(borrow)]
    grant: Cow<'l, str>,
    #[serde(borrow)]
    relation: Cow<'l, str>,
    #[serde(borrow)]
    event: Cow<'l, str>,
    #[serde(borrow)]
    holder: Cow<'l, str>,
    #[serde(borrow)]
    outsider: Cow<'l, str>,
    #[serde(borrow)]
    kind: Cow<'l, str>,
    #[serde(borrow)]
    verified: Cow<'l, str>,
    #[serde(borrow)]
    scope: Cow<'l, str>,
    #[serde(borrow)]
    ended: Cow<'l, str>,
}

fn object(line: &[u8]) -> Result<Said, Wrong> {
    let line = std::str::from_utf8(line).map_err(|_| whole(Reject::Encoding.sentence()))?;
    let o: Object<'_> = serde_json::from_str(line).map_err(|_| {
        whole(
            "the line is not a JSON object with the columns of a consent event, each a string but `edition`",
        )
    })?;
    let edition = if o.edition == 0 { String::new() } else { o.edition.to_string() };
    Said::read(&[
        &o.subscriber,
        &o.recipient,
        &o.purpose,
        &o.category,
        &o.act,
        &o.precision,
        &o.until,
        &o.hours,
        &o.quota,
        &o.notice,
        &o.locale,
        &o.text,
        &edition,
        &o.actor,
        &o.channel,
        &o.valid_at,
        &o.provenance,
        &o.grant,
        &o.relation,
        &o.event,
        &o.holder,
        &o.outsider,
        &o.kind,
        &o.verified,
        &o.scope,
        &o.ended,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "subscriber,recipient,purpose,category,act,precision,until,notice,valid_at,provenance";

    fn line(subscriber: &str) -> String {
        format!(
            "{subscriber},rcp_{},dpv:ServicePersonalisation,location.zone,grant,city,2026-12-01T00:00:00Z,{},2026-01-02T03:04:05.000006Z,explicit",
            "0".repeat(32),
            "ab".repeat(32)
        )
    }

    fn read(text: &str, format: Option<Format>) -> Vec<(u64, Result<Said, Wrong>)> {
        let mut out = Vec::new();
        let reader = ConsentReader::new(text.as_bytes(), format).unwrap();
        reader
            .drain(|n, one| -> Result<(), ()> {
                out.push((n, one));
                Ok(())
            })
            .unwrap();
        out
    }

    #[test]
    fn a_bad_line_costs_itself_only_and_is_told_without_its_words() {
        let text = format!("{HEAD}\n{}\n\n{}x\n{}", line("+4915550100000"), line("Mina Kim"), line("acct-1"));
        let got = read(&text, None);
        assert_eq!(
            got.iter().map(|(n, one)| (*n, one.is_ok())).collect::<Vec<_>>(),
            [(2, true), (4, false), (5, false)]
        );
        let said: Vec<String> =
            got.iter().filter_map(|(_, one)| one.as_ref().err()).map(|w| w.sentence()).collect();
        assert_eq!(
            said,
            ["`subscriber`: a phone number in E.164 form or an account reference", Reject::Torn.sentence()]
        );
        let got = read("{\"subscriber\":\"+4915550100000\",\"quoat\":\"once\"}\n{}\n", None);
        assert!(got[0].1.as_ref().unwrap_err().sentence().contains("not a JSON object"));
        assert_eq!(got[1].1.as_ref().unwrap_err().field, "subscriber");
    }

    #[test]
    fn a_header_with_an_unknown_or_without_a_needed_column_is_refused() {
        let error = |head: &str| ConsentReader::new(head.as_bytes(), None).unwrap_err().to_string();
        assert!(error("subscriber,limits\n").contains("not a CSV header"));
        assert!(error(&format!("{HEAD},act\n")).contains("twice"));
        assert!(error("subscriber,recipient\n").contains("no column `purpose`"));
        assert!(matches!(ConsentReader::new(&b""[..], None), Err(FeedError::Empty)));
    }
}
