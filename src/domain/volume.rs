//! How much data a line has left: four words, so that no number of bytes is ever kept. Deliberately absent: how much it had, and what it cost.
use serde::{Deserialize, Serialize};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// What is left until the line's period ends. The steps are those of CAMARA's Device Data Volume 0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Volume {
    /// Under 200 MiB.
    #[serde(rename = "<200MiB")]
    Under200MiB,
    /// 200 MiB to under 1 GiB.
    #[serde(rename = "<1GiB")]
    Under1GiB,
    /// 1 GiB to under 5 GiB.
    #[serde(rename = "<5GiB")]
    Under5GiB,
    /// 5 GiB and more, and where there is no end to it.
    #[serde(rename = ">=5GiB")]
    From5GiB,
}

impl Volume {
    /// All of them, least first.
    pub const ALL: [Volume; 4] =
        [Volume::Under200MiB, Volume::Under1GiB, Volume::Under5GiB, Volume::From5GiB];

    /// The step that so many bytes are of.
    pub fn of(bytes: u64) -> Volume {
        match bytes {
            _ if bytes < 200 * MIB => Volume::Under200MiB,
            _ if bytes < GIB => Volume::Under1GiB,
            _ if bytes < 5 * GIB => Volume::Under5GiB,
            _ => Volume::From5GiB,
        }
    }
    /// The word used everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Volume::Under200MiB => "<200MiB",
            Volume::Under1GiB => "<1GiB",
            Volume::Under5GiB => "<5GiB",
            Volume::From5GiB => ">=5GiB",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_begins_where_the_one_below_ends() {
        let (mib, gib) = (MIB, GIB);
        for (bytes, volume) in [
            (0, Volume::Under200MiB),
            (200 * mib - 1, Volume::Under200MiB),
            (200 * mib, Volume::Under1GiB),
            (gib - 1, Volume::Under1GiB),
            (gib, Volume::Under5GiB),
            (5 * gib - 1, Volume::Under5GiB),
            (5 * gib, Volume::From5GiB),
            (u64::MAX, Volume::From5GiB),
        ] {
            assert_eq!(Volume::of(bytes), volume, "{bytes}");
        }
        assert!(Volume::ALL.iter().enumerate().all(|(i, v)| *v as usize == i));
        for volume in Volume::ALL {
            assert_eq!(serde_json::to_value(volume).unwrap(), volume.as_str());
        }
    }
}
