//! Zones: H3 cells of resolution 7 or coarser, as numbers. Deliberately absent: geometry, which is `minimise::zone`'s.
use serde::{Deserialize, Serialize};

/// An H3 cell index. Inside profiles always resolution 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Zone(pub u64);
