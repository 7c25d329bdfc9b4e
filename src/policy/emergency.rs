//! Whether a country's law has rescue agencies told where somebody is without his consent, and until when telling him of it may wait. Deliberately absent: who asks and
//! what is told (`broker::emergency`); a permit, for none is given.
use super::pack::Checked;
use crate::domain::time::{At, HOUR_US};
use serde::Deserialize;
use std::num::NonZeroU16;

/// The rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// For how many hours at most telling the subscriber may wait, where telling him would put somebody in danger; absent: he is told at once, always.
    pub defer_h: Option<NonZeroU16>,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

impl Emergency {
    /// Until when telling him of what was asked at `at` may wait; `None` where it may not.
    pub fn deferred_until(&self, at: At) -> Option<At> {
        self.defer_h.map(|hours| at.plus(i64::from(hours.get()) * HOUR_US))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::subscriber::Jurisdiction;
    use crate::policy::pack::Pack;
    use crate::policy::sources::{Sources, pack_name};

    #[test]
    fn where_no_rule_is_known_there_is_none_and_waiting_has_an_end() {
        let pack = |home| {
            let name = pack_name(home);
            Pack::parse(&name, home, Sources::bundled().find(&name).unwrap()).unwrap()
        };
        assert_eq!(pack(Jurisdiction::AE).emergency, None);
        let waits = |home| pack(home).emergency.unwrap().deferred_until(At(0));
        assert_eq!(waits(Jurisdiction::KR), Some(At(72 * HOUR_US)));
        assert_eq!((waits(Jurisdiction::DE), waits(Jurisdiction::SG)), (None, None));
        let good = Sources::bundled().find("country/kr.toml").unwrap().to_owned();
        let bad = good.replace("defer_h = 72", "defer_h = 0");
        assert!(bad != good && Pack::parse("country/kr.toml", Jurisdiction::KR, &bad).is_err());
    }
}
