//! The entries of a case: looked for by index, kind and month, page by page; and one of them in full, with the proof that it is in the log.
use super::Shared;
use super::calm::Calm;
use super::frame::Frame;
use super::readable;
use super::visit::Visit;
use crate::broker::case::{Behind, Line, Lines, Proved, Search};
use crate::domain::entry::Kind;
use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;

/// The kinds to choose from.
pub(super) struct Choice {
    pub word: &'static str,
    pub chosen: bool,
}

pub(super) fn kinds(chosen: Option<Kind>) -> Vec<Choice> {
    Kind::ALL.map(|kind| Choice { word: kind.as_str(), chosen: Some(kind) == chosen }).into()
}

/// A row of a list of entries.
pub(super) struct Row {
    pub index: u64,
    pub hour: String,
    pub kind: &'static str,
    pub recipient: String,
    pub purpose: &'static str,
    pub said: String,
}

impl From<&Line> for Row {
    fn from(line: &Line) -> Row {
        Row {
            index: line.index,
            hour: line.leaf.hour.rfc3339(),
            kind: line.leaf.kind.as_str(),
            recipient: line.recipient.clone().unwrap_or_default(),
            purpose: line.leaf.purpose.map_or("", |purpose| purpose.as_str()),
            said: match &line.behind {
                Behind::Opened(_, record) => readable::line(record),
                Behind::Erased => "erased: its key was destroyed".to_owned(),
                Behind::Withheld => "withheld: about others than were asked about".to_owned(),
            },
        }
    }
}

#[derive(Template)]
#[template(path = "console_entries.html")]
struct EntriesPage {
    frame: Frame,
    id: String,
    first: u64,
    last: u64,
    count: u64,
    from: String,
    month: String,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    /// Where there are more.
    next: Option<String>,
}

/// A month as it is written in an address.
fn month(text: &str) -> Option<String> {
    let (year, month) = text.split_once('-')?;
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    (digits(year, 4) && digits(month, 2)).then(|| text.to_owned())
}

/// `GET /regulator/cases/{id}/entries?from=…&kind=…&month=…`.
pub(super) async fn list(broker: Shared, visit: Visit, id: Path<String>) -> HttpResponse {
    let listed = async {
        let query = visit.query.clone()?;
        let search = Search {
            from: query.read_as("from", |text| text.parse().ok())?,
            kind: query.read_as("kind", Kind::parse)?,
            month: query.read_as("month", month)?,
        };
        visit
            .run(&broker, move |b, at| {
                let (looker, found) = b.case_lines(at, &id, &search)?;
                let Lines { id, first, count, lines, next } = found;
                let next = next.map(|next| {
                    let mut address = form_urlencoded::Serializer::new(String::new());
                    address.append_pair("from", &next.to_string());
                    if let Some(kind) = search.kind {
                        address.append_pair("kind", kind.as_str());
                    }
                    if let Some(month) = &search.month {
                        address.append_pair("month", month);
                    }
                    address.finish()
                });
                Ok(EntriesPage {
                    frame: Frame::within(at.console, &looker, "Entries"),
                    id,
                    first,
                    last: (first + count).saturating_sub(1),
                    count,
                    from: search.from.map(|from| from.to_string()).unwrap_or_default(),
                    month: search.month.clone().unwrap_or_default(),
                    kinds: kinds(search.kind),
                    rows: lines.iter().map(Row::from).collect(),
                    next,
                })
            })
            .await
    };
    visit.answer(listed.await)
}

#[derive(Template)]
#[template(path = "console_entry.html")]
struct EntryPage {
    frame: Frame,
    id: String,
    index: u64,
    state: &'static str,
    leaf: Vec<(String, String)>,
    record: Vec<(String, String)>,
    text: String,
    /// Salt and record as they were committed to.
    opened: Option<(String, String)>,
    proof: String,
}

/// `GET /regulator/cases/{id}/entries/{index}`.
pub(super) async fn one(broker: Shared, visit: Visit, path: Path<(String, String)>) -> HttpResponse {
    let (id, index) = path.into_inner();
    let shown = async {
        let index: u64 = index.parse().map_err(|_| Calm::Missing)?;
        visit
            .run(&broker, move |b, at| {
                let (looker, Proved { line, proof }) = b.case_entry(at, &id, index)?;
                let mut leaf = readable::rows(&line.text);
                if let Some(name) = &line.recipient {
                    leaf.push(("recipient's name".to_owned(), name.clone()));
                }
                let (state, opened) = match line.behind {
                    Behind::Opened(salt, record) => ("opened", Some((salt, record))),
                    Behind::Erased => ("erased: its key was destroyed, the leaf stays", None),
                    Behind::Withheld => ("withheld: it is about others than were asked about", None),
                };
                Ok(EntryPage {
                    frame: Frame::within(at.console, &looker, &format!("Entry {index}")),
                    id,
                    index,
                    state,
                    leaf,
                    record: opened.as_ref().map(|(_, record)| readable::rows(record)).unwrap_or_default(),
                    text: line.text,
                    opened,
                    proof,
                })
            })
            .await
    };
    visit.answer(shown.await)
}
