//! `/operator/dpo/budgets`: what counts cost those who are counted, and what left today. Deliberately absent: about whom.
use super::Shared;
use super::bars::Bars;
use super::frame::Frame;
use super::home::named;
use super::visit::Visit;
use crate::broker::console::Page;
use crate::broker::officer::Budgets;
use crate::domain::time::DAY_US;
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "officer_budgets.html")]
struct BudgetsPage {
    frame: Frame,
    today: String,
    /// By how many facts, about how many subscribers.
    spent: Vec<(u64, u64)>,
    spent_bars: Option<Bars>,
    released: Vec<(String, u64, u64)>,
    caps: Vec<(&'static str, usize, i64)>,
    zones: usize,
    countries: usize,
    /// Day, and ε.
    days: Vec<(String, String)>,
    days_bars: Option<Bars>,
    heaviest_milli: u32,
    heaviest: String,
    most_milli: u32,
    most: String,
}

/// Thousandths as a number.
fn milli(thousandths: u32) -> String {
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

/// `GET /operator/dpo/budgets`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = visit.run(&broker, |b, at| {
        let looker = b.look(at, Page::Budgets)?;
        let recipients = b.recipients()?;
        let budgets = b.budgets(looker.caller())?;
        let Budgets { draws, heaviest_milli, most_milli, today, released, spent, caps, zones, countries } =
            budgets;
        let sums = spent.iter().map(|(facts, people)| (format!("{facts:>3}"), *people)).collect();
        let days = draws.iter().map(|d| (d.day.date(), u64::from(d.eps_milli))).collect();
        Ok(BudgetsPage {
            frame: Frame::within(at.console, &looker, "Budgets"),
            today: today.date(),
            spent_bars: Bars::of("Subscribers by how many facts left about them today".to_owned(), &sums),
            spent,
            released: released
                .into_iter()
                .map(|r| (named(&recipients, r.recipient), r.facts, r.subscribers))
                .collect(),
            caps: caps
                .into_iter()
                .map(|(purpose, cap)| (purpose.as_str(), cap.facts, cap.span_us / DAY_US))
                .collect(),
            zones,
            countries,
            days_bars: Bars::of("Thousandths of epsilon by day".to_owned(), &days),
            days: draws.iter().map(|d| (d.day.date(), milli(d.eps_milli))).collect(),
            heaviest_milli,
            heaviest: milli(heaviest_milli),
            most_milli,
            most: milli(most_milli),
        })
    });
    visit.answer(shown.await)
}
