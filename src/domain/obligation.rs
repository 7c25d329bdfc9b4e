//! What a permit binds minimisation and the recipient to.
use super::category::Precision;
use serde::{Deserialize, Serialize};

/// Obligations of one category's permit. The strictest of each kind wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligations {
    /// Finest rung that may leave.
    pub precision: Precision,
    /// Least number of persons alike.
    pub crowd: u32,
    /// Longest retention by the recipient, s.
    pub retain_s: u32,
    /// Least age of a location fact, s.
    pub delay_s: u32,
}

impl Obligations {
    /// The strictest of both, kind by kind.
    #[must_use]
    pub fn meet(self, other: Obligations) -> Obligations {
        Obligations {
            precision: self.precision.meet(other.precision),
            crowd: self.crowd.max(other.crowd),
            retain_s: self.retain_s.min(other.retain_s),
            delay_s: self.delay_s.max(other.delay_s),
        }
    }
}
