//! The area that a recipient asks about: is the subscriber's phone within so many kilometres of a point. Deliberately absent: any other shape, and
//! any radius beyond the closed list. Small steps between two radii would measure a distance.
use serde::{Deserialize, Serialize};

/// A circle as it is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circle {
    /// Of its middle, degrees WGS 84.
    pub latitude: f64,
    /// Of its middle, degrees WGS 84.
    pub longitude: f64,
    /// How far it reaches; one of `Radius::ALL`.
    pub radius_km: u32,
}

/// How far a circle reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Radius {
    /// 5 km.
    Km5,
    /// 10 km.
    Km10,
    /// 20 km.
    Km20,
    /// 50 km.
    Km50,
}

impl Radius {
    /// All of them, smallest first.
    pub const ALL: [Radius; 4] = [Radius::Km5, Radius::Km10, Radius::Km20, Radius::Km50];

    /// In kilometres.
    pub fn km(self) -> u32 {
        match self {
            Radius::Km5 => 5,
            Radius::Km10 => 10,
            Radius::Km20 => 20,
            Radius::Km50 => 50,
        }
    }
    /// Reads the kilometres.
    pub fn parse(km: u32) -> Option<Radius> {
        Self::ALL.into_iter().find(|r| r.km() == km)
    }
}
