//! Consent: acts of people on cells, the grants that they add up to, and what a grant is worth at an instant.
//!
//! Everything that time alone changes (expiry, the end of a pause, hours of the day, a quota) is computed at read. Deliberately absent:
//! rows, clocks, and a job that lets anything expire.
mod act;
mod carried;
mod carried_relation;
mod grant;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod laws_of_people;
mod limit;
pub mod line;
mod people;
mod registry;
mod state;
mod withdrawn;

pub use act::{Act, Actor, Capture, Provenance};
pub use carried::Carried;
pub use carried_relation::{CarriedRelation, Party};
pub use grant::{AskAgain, Grant, InForce, Terms, WrongState};
pub use limit::{Hours, Limits, Period, Quota};
pub use people::{Bar, Footing, Holds, People};
pub use registry::{Answer, Event, Question, Use, chains, decide, grown, held_by_another};
pub use state::{State, Status};
pub use withdrawn::withdrawn;

use super::category::Category;
use super::id::{RecipientId, SubscriberId};
use super::purpose::Purpose;
use serde::{Deserialize, Serialize};

/// Which cell of the registry a grant fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// Whose data.
    pub subscriber: SubscriberId,
    /// To whom.
    pub recipient: RecipientId,
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
}
