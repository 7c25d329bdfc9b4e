//! `/operator/dpo/consents`: how consents stand and what was decided lately. Deliberately absent: who decided; what happened in a period, which signed reports say.
use super::Shared;
use super::bars::Bars;
use super::frame::Frame;
use super::home::named;
use super::visit::Visit;
use crate::broker::console::Page;
use crate::broker::officer::{Acts, Posture, WEEKS};
use crate::domain::consent::{Act, State};
use crate::domain::time::SECOND_US;
use actix_web::HttpResponse;
use askama::Template;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Template)]
#[template(path = "officer_consents.html")]
struct ConsentsPage {
    frame: Frame,
    at: String,
    subscribers: u64,
    standing: Vec<Row>,
    /// Those in force, by purpose.
    purposes: Option<Bars>,
    weeks: i64,
    /// What was done, in the order of the columns.
    acts: Vec<&'static str>,
    by_week: Vec<(String, Vec<u64>)>,
    by_channel: Vec<(String, Vec<u64>)>,
    /// A chart for a yes, a no and an end.
    charts: Vec<Bars>,
    ends: u64,
    soon: u64,
    longest: String,
}

struct Row {
    recipient: String,
    purpose: &'static str,
    category: &'static str,
    state: &'static str,
    grants: u64,
}

/// Rows of counts by a name, one column for each act.
fn table(acts: &[Acts], columns: &[Act], name: impl Fn(&Acts) -> String) -> Vec<(String, Vec<u64>)> {
    let mut rows: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for one in acts {
        let row = rows.entry(name(one)).or_insert_with(|| vec![0; columns.len()]);
        let at = columns.iter().position(|act| *act == one.act);
        at.and_then(|at| row.get_mut(at)).into_iter().for_each(|cell| *cell += one.acts);
    }
    rows.into_iter().collect()
}

fn weekly(acts: &[Acts], wanted: &[Act], what: &str) -> Option<Bars> {
    let mut sums: BTreeMap<String, u64> = acts.iter().map(|one| (one.week.date(), 0)).collect();
    for one in acts.iter().filter(|one| wanted.contains(&one.act)) {
        *sums.entry(one.week.date()).or_default() += one.acts;
    }
    Bars::of(what.to_owned(), &sums)
}

/// `GET /operator/dpo/consents`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = visit.run(&broker, |b, at| {
        let looker = b.look(at, Page::Consents)?;
        let recipients = b.recipients()?;
        let Posture { at: counted, subscribers, standing, acts, effect } = b.posture(looker.caller())?;
        let mut purposes: BTreeMap<String, u64> = BTreeMap::new();
        for one in standing.iter().filter(|one| one.state == State::Active) {
            let name = one.purpose.as_str().trim_start_matches("dpv:").to_owned();
            *purposes.entry(name).or_default() += one.grants;
        }
        let done: BTreeSet<&str> = acts.iter().map(|one| one.act.as_str()).collect();
        let columns: Vec<Act> = Act::ALL.into_iter().filter(|act| done.contains(act.as_str())).collect();
        let charts = [
            weekly(&acts, &[Act::Grant, Act::Renew], "Yes, and yes again, by week"),
            weekly(&acts, &[Act::Refuse, Act::Defer], "No, and not now, by week"),
            weekly(&acts, &[Act::Withdraw, Act::Revoke, Act::Invalidate], "Ended, by week"),
        ];
        Ok(ConsentsPage {
            frame: Frame::within(at.console, &looker, "Consents"),
            at: counted.rfc3339(),
            subscribers,
            purposes: Bars::of("Consents in force, by purpose".to_owned(), &purposes),
            standing: standing
                .into_iter()
                .map(|one| Row {
                    recipient: named(&recipients, one.recipient),
                    purpose: one.purpose.as_str(),
                    category: one.category.as_str(),
                    state: one.state.as_str(),
                    grants: one.grants,
                })
                .collect(),
            weeks: WEEKS,
            acts: columns.iter().map(|act| act.as_str()).collect(),
            by_week: table(&acts, &columns, |one| one.week.date()),
            by_channel: table(&acts, &columns, |one| one.channel.clone()),
            charts: charts.into_iter().flatten().collect(),
            ends: effect.ends,
            soon: effect.soon,
            longest: format!(
                "{}.{:03} s",
                effect.longest_us / SECOND_US,
                effect.longest_us % SECOND_US / 1000
            ),
        })
    });
    visit.answer(shown.await)
}
