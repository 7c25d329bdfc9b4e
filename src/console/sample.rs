//! `/regulator/cases/{id}/sample?seed=…&size=…`: entries drawn by lot, and how to draw them again elsewhere.
use super::Shared;
use super::calm::Calm;
use super::frame::Frame;
use super::lines::{Choice, Row, kinds};
use super::visit::Visit;
use crate::broker::case::Wager;
use crate::domain::entry::Kind;
use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;

/// How many where nothing is said.
const SIZE: usize = 50;
/// Most on one page.
const MOST: usize = 1000;
/// Longest seed, characters.
const LONGEST: usize = 100;

#[derive(Template)]
#[template(path = "console_sample.html")]
struct SamplePage {
    frame: Frame,
    id: String,
    first: u64,
    last: u64,
    /// Empty where nothing was drawn yet.
    seed: String,
    size: usize,
    most: usize,
    kinds: Vec<Choice>,
    kind: Option<&'static str>,
    rows: Vec<Row>,
}

/// `GET /regulator/cases/{id}/sample`.
pub(super) async fn draw(broker: Shared, visit: Visit, id: Path<String>) -> HttpResponse {
    let drawn = async {
        let query = visit.query.clone()?;
        let seed = query.one("seed").unwrap_or_default().to_owned();
        let size = query.read_as("size", |text| text.parse().ok())?.unwrap_or(SIZE);
        let kind = query.read_as("kind", Kind::parse)?;
        if seed.chars().count() > LONGEST || !(1..=MOST).contains(&size) {
            return Err(Calm::Odd);
        }
        visit
            .run(&broker, move |b, at| {
                // Without a seed there is nothing to draw by.
                let wanted = if seed.is_empty() { 0 } else { size };
                let (looker, found) = b.case_lot(at, &id, &Wager { seed: &seed, size: wanted, kind })?;
                Ok(SamplePage {
                    frame: Frame::within(at.console, &looker, "Sample"),
                    first: found.first,
                    last: (found.first + found.count).saturating_sub(1),
                    rows: found.lines.iter().map(Row::from).collect(),
                    id: found.id,
                    seed,
                    size,
                    most: MOST,
                    kinds: kinds(kind),
                    kind: kind.map(Kind::as_str),
                })
            })
            .await
    };
    visit.answer(drawn.await)
}
