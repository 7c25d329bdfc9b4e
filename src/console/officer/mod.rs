//! Pages of the operator's data protection officer beyond the first: incidents and their clock, deletions, what is to be told, budgets, consents. Deliberately
//! absent: anybody's row; an officer who must see one takes an export.
mod budgets;
mod consents;
mod deletions;
pub(super) mod dues;
mod foresee;
mod incident;
mod incidents;
mod notices;

use super::{Shared, bars, calm, frame, home, visit};
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use actix_web::web::{self, ServiceConfig};

/// Adds them.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/incidents", web::get().to(incidents::show))
        .route("/incidents", web::post().to(incidents::declare))
        .route("/incidents/foresee", web::get().to(foresee::show))
        .route("/incidents/{id}", web::get().to(incident::show))
        .route("/incidents/{id}/acts", web::post().to(incident::act))
        .route("/deletions", web::get().to(deletions::show))
        .route("/notices", web::get().to(notices::show))
        .route("/budgets", web::get().to(budgets::show))
        .route("/consents", web::get().to(consents::show));
}

/// How far `by` is from `now`, in the largest unit that says something.
fn left(by: At, now: At) -> String {
    let us = by.since(now);
    let far = match us.abs() {
        us if us >= 2 * DAY_US => format!("{} days", us / DAY_US),
        us if us >= 2 * HOUR_US => format!("{} hours", us / HOUR_US),
        us => format!("{} minutes", us / MINUTE_US),
    };
    if us > 0 { format!("in {far}") } else { format!("{far} late") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_said_in_the_largest_unit_that_says_something() {
        let now = At(1_000 * DAY_US);
        for (us, said) in [
            (71 * HOUR_US, "in 2 days"),
            (47 * HOUR_US, "in 47 hours"),
            (90 * MINUTE_US, "in 90 minutes"),
            (0, "0 minutes late"),
            (-3 * DAY_US, "3 days late"),
        ] {
            assert_eq!(left(now.plus(us), now), said);
        }
    }
}
