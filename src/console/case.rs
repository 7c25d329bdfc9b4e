//! `/regulator/cases/{id}`: how an export stands, its reports as they were signed, and the bundle to take away.
use super::Shared;
use super::bars::Bars;
use super::calm::Calm;
use super::frame::Frame;
use super::home::Export;
use super::visit::Visit;
use crate::broker::Broker;
use crate::broker::approve_export::{Fetched, LIES_US, State};
use crate::broker::case::Case;
use crate::broker::console::Standing;
use crate::domain::time::MINUTE_US;
use crate::report::told::ToldTable;
use crate::web::exports;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Path};
use askama::Template;

/// Rows of one table at most; the rest is in the file.
const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "console_case.html")]
struct CasePage {
    frame: Frame,
    export: Export,
    /// Entries done, of how many, while it is made.
    making: Option<(u64, u64)>,
    /// Whether it can be made.
    makes: bool,
    /// Whether it lies there.
    lies: bool,
    lies_min: i64,
    form_token: String,
    reports: Option<Reports>,
}

struct Reports {
    title: String,
    entries: u64,
    tables: Vec<Shown>,
}

/// A table as it is shown.
struct Shown {
    name: String,
    title: String,
    citation: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    more: usize,
    bars: Option<Bars>,
}

impl From<ToldTable> for Shown {
    fn from(table: ToldTable) -> Shown {
        let bars = table.sums().and_then(|(column, sums)| {
            let first = table.head.first().map_or("", String::as_str);
            Bars::of(format!("{}: {column} by {first}", table.title), &sums)
        });
        let rows = table.rows.iter().take(ROWS);
        Shown {
            bars,
            rows: rows.map(|row| row.iter().map(|cell| cell.text()).collect()).collect(),
            more: table.rows.len().saturating_sub(ROWS),
            name: table.name,
            title: table.title,
            citation: table.citation,
            head: table.head,
        }
    }
}

fn gather(b: &Broker, at: Standing<'_>, id: &str) -> Result<CasePage, Calm> {
    let (looker, Case { asked, told }) = b.case(at, id)?;
    let state = asked.state;
    let ground = asked.wanted.ground.clone().unwrap_or_default();
    Ok(CasePage {
        frame: Frame::within(at.console, &looker, &format!("Case {ground}")),
        export: Export::new(asked, &b.recipients()?),
        making: match state {
            State::Making(done, of) => Some((done, of)),
            _ => None,
        },
        makes: state == State::Approved,
        lies: state == State::Made,
        lies_min: LIES_US / MINUTE_US,
        form_token: looker.form_token,
        reports: told.map(|told| Reports {
            title: told.title,
            entries: told.entries,
            tables: told.tables.into_iter().map(Shown::from).collect(),
        }),
    })
}

/// `GET /regulator/cases/{id}`.
pub(super) async fn show(broker: Shared, visit: Visit, id: Path<String>) -> HttpResponse {
    visit.answer(visit.run(&broker, move |b, at| gather(b, at, &id)).await)
}

/// `POST /regulator/cases/{id}/make`: has it made, beside everything else.
pub(super) async fn make(
    broker: Shared,
    visit: Visit,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let id = id.into_inner();
    let begun = async {
        let (form, which) = (visit.form(body)?, id.clone());
        visit
            .run(&broker, move |b, at| {
                let looker = b.in_console(at)?;
                form.sent_by(&looker)?;
                let fetched = b.fetch_export(looker.caller(), &which)?;
                Ok((fetched, looker.caller().clone()))
            })
            .await
    };
    match begun.await {
        Ok((fetched, caller)) => {
            if let Fetched::Begin(job) = fetched {
                exports::make(&broker, caller, id.clone(), job);
            }
            visit.to(&format!("/cases/{id}")).finish()
        }
        Err(calm) => calm.answer(&visit),
    }
}

/// `GET /regulator/cases/{id}/bundle.zip`.
pub(super) async fn bundle(broker: Shared, visit: Visit, id: Path<String>) -> HttpResponse {
    match visit.run(&broker, move |b, at| Ok(b.case_zip(at, &id)?)).await {
        Ok(path) => exports::file(&path, "application/zip", "dongui-bundle.zip")
            .unwrap_or_else(|_| Calm::Waits("the export was just cleared away".to_owned()).answer(&visit)),
        Err(calm) => calm.answer(&visit),
    }
}
