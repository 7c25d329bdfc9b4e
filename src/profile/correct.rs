//! What a subscriber says is wrong about him goes; what is seen from then on is learnt anew. Deliberately absent: writing in what is right,
//! which would be a claim of his that recipients take for an observation.
use super::Profile;
use super::interest::Interests;
use crate::domain::topic::Topic;
use crate::domain::zone::Zone;

impl Profile {
    /// Drops a topic of apps and sites; false when there is none such.
    pub fn drop_topic(&mut self, topic: Topic) -> bool {
        let sources: [&mut Interests; 2] = [&mut self.apps, &mut self.web];
        sources.map(|interests| interests.drop_topic(topic)).contains(&true)
    }

    /// Drops a place and every move over it; false when it is none.
    pub fn drop_place(&mut self, zone: Zone) -> bool {
        let before = self.mobility.places.len();
        self.mobility.forget_places(|_, place| place.zone == zone);
        self.mobility.firsts.drop_place(zone);
        self.mobility.places.len() < before
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::feed::{Event, Happening, Source};
    use crate::domain::time::{At, DAY_US, HOUR_US};
    use crate::domain::topic::Topic;
    use crate::profile::Profile;

    #[test]
    fn a_place_that_is_no_home_is_gone_and_the_rest_stays_whole() {
        let mut profile = super::super::tests::lived(1, 14);
        let anchors = profile.anchors().unwrap();
        let (home, work) = (anchors.home.unwrap(), anchors.work.unwrap());
        assert!(profile.drop_place(home) && !profile.drop_place(home));
        assert_ne!(profile.anchors().and_then(|a| a.home), Some(home));
        assert!(profile.holdings(At(i64::MAX)).places.iter().any(|p| p.zone == work));
        let decoded = Profile::decode(&profile.encode());
        assert!(decoded.is_ok_and(|p| p == profile), "what is left is a profile like any other");
    }

    #[test]
    fn a_topic_that_is_wrong_is_said_no_more_until_it_is_seen_anew() {
        let mut profile = Profile::default();
        let start = At(20_000 * DAY_US);
        let use_it = |profile: &mut Profile, day: i64| {
            for hour in 0..2 {
                let what = Happening::App { topic: Some(Topic::Pets), seconds: 60, bytes: 1 };
                profile.fold(&Event { at: start.plus(day * DAY_US + hour * HOUR_US), what }, 0);
            }
        };
        // Two weeks are looked at before an interest is said.
        [0, 13, 14].into_iter().for_each(|day| use_it(&mut profile, day));
        let now = start.plus(15 * DAY_US);
        assert_eq!(profile.interest(Source::App, now), Some(Topic::Pets));
        assert!(profile.drop_topic(Topic::Pets) && !profile.drop_topic(Topic::Pets));
        assert_eq!(profile.interest(Source::App, now), None);
        (15..18).for_each(|day| use_it(&mut profile, day));
        assert_eq!(profile.interest(Source::App, start.plus(18 * DAY_US)), Some(Topic::Pets));
    }
}
