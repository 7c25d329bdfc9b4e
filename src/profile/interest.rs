//! Interests: how often each topic came up, fading with a half-life of 14 days. Deliberately absent: app names, hosts; whatever maps
//! to no topic leaves nothing here.
use super::forget::{Day, Fade, ONE, bit, days_in, later};
use crate::domain::topic::Topic;
use serde::{Deserialize, Serialize};

/// Events that make a topic an interest.
const EVENTS: u8 = 3;
/// Days of the last 28 that make a topic an interest.
const DAYS: u32 = 2;
/// A weight stops here: four bytes in the stored form.
const FULL: u32 = (1 << 28) - 1;

/// One topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Tally {
    topic: u8,
    /// Events since the topic was last out of sight for a month, up to [`EVENTS`].
    events: u8,
    /// Events, fading.
    weight: u32,
    /// Days with an event.
    days: u32,
}

impl Tally {
    /// Enough of it, seen `days` after the latest event of the feed.
    fn is_supported(&self, days: u16) -> bool {
        self.events >= EVENTS && days_in(later(self.days, days)) >= DAYS
    }
}

/// What one source tells of interests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Interests {
    /// The latest date (UTC); masks count back from it.
    day: Day,
    /// The topic that is said; it stands for a day at least.
    said: Option<u8>,
    tallies: Vec<Tally>,
}

impl Interests {
    /// Counts one event about `topic`; days never go back.
    pub(super) fn count(&mut self, topic: Topic, day: Day) {
        let turned = day > self.day;
        if turned {
            self.turn(day - self.day);
            self.day = day;
        }
        let topic = topic as u8;
        let position = match self.tallies.iter().position(|t| t.topic == topic) {
            Some(position) => position,
            None => {
                self.tallies.push(Tally { topic, events: 0, weight: 0, days: 0 });
                self.tallies.len() - 1
            }
        };
        let Some(tally) = self.tallies.get_mut(position) else { return };
        tally.events = tally.events.saturating_add(1).min(EVENTS);
        tally.weight = tally.weight.saturating_add(u32::from(ONE)).min(FULL);
        tally.days |= bit(i32::from(self.day) - i32::from(day));
        if self.said.is_none() && tally.is_supported(0) {
            self.said = Some(topic);
        }
    }

    /// The topic to say on `day`: one that came up on two of the last 28 days, three times at least.
    pub(super) fn top(&self, day: Day) -> Option<Topic> {
        let ahead = day.saturating_sub(self.day);
        let said = self.said.and_then(|topic| self.tallies.iter().find(|t| t.topic == topic));
        let top = said.filter(|t| t.is_supported(ahead)).or_else(|| self.strongest(ahead))?;
        Topic::from_index(u16::from(top.topic))
    }

    /// `days` pass. A new day is when another topic may be said: the strongest, if the one said has gone or is weaker by a quarter.
    fn turn(&mut self, days: u16) {
        let fade = Fade::interests(days);
        self.tallies.retain_mut(|t| {
            t.weight = fade.of_long(t.weight);
            t.days = later(t.days, days);
            t.weight > 0 && days_in(t.days) > 0
        });
        let weight = |topic: u8| {
            self.tallies.iter().find(|t| t.topic == topic && t.is_supported(0)).map_or(0, |t| t.weight)
        };
        let stands = self.said.map_or(0, weight);
        let strongest = self.strongest(0);
        if stands == 0 || strongest.is_some_and(|t| t.weight > stands + stands / 4) {
            self.said = strongest.map(|t| t.topic);
        }
    }

    /// Forgets a topic; false when it is not remembered.
    pub(super) fn drop_topic(&mut self, topic: Topic) -> bool {
        let (topic, before) = (topic as u8, self.tallies.len());
        self.tallies.retain(|t| t.topic != topic);
        self.said = self.said.filter(|said| *said != topic);
        self.tallies.len() < before
    }

    /// All topics that are remembered, the strongest first.
    pub(super) fn topics(&self) -> Vec<Topic> {
        let mut tallies: Vec<&Tally> = self.tallies.iter().collect();
        tallies.sort_by_key(|t| (std::cmp::Reverse(t.weight), t.topic));
        tallies.into_iter().filter_map(|t| Topic::from_index(u16::from(t.topic))).collect()
    }

    fn strongest(&self, ahead: u16) -> Option<&Tally> {
        let supported = self.tallies.iter().filter(|t| t.is_supported(ahead));
        supported.max_by_key(|t| (t.weight, std::cmp::Reverse(t.topic)))
    }

    /// Whether counting can have made this: a tally per topic at most.
    pub(super) fn holds(&self) -> bool {
        let is_topic = |topic: u8| Topic::from_index(u16::from(topic)).is_some();
        let mut seen = 0u64;
        let one = |t: &Tally| {
            let bit = 1u64.checked_shl(u32::from(t.topic)).unwrap_or(0);
            let new = seen & bit == 0;
            seen |= bit;
            new && is_topic(t.topic) && t.weight <= FULL && t.events <= EVENTS
        };
        self.tallies.iter().all(one) && self.said.is_none_or(is_topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(events: &[(Day, Topic)]) -> Interests {
        let mut interests = Interests::default();
        events.iter().for_each(|(day, topic)| interests.count(*topic, *day));
        interests
    }

    #[test]
    fn an_interest_needs_three_events_on_two_days_of_the_last_28() {
        use Topic::{Food, Sports};
        assert_eq!(counted(&[(100, Food), (100, Food), (100, Food)]).top(100), None);
        assert_eq!(counted(&[(100, Food), (101, Food)]).top(101), None);
        let interests = counted(&[(100, Food), (100, Food), (101, Food), (101, Sports)]);
        assert_eq!(interests.top(101), Some(Food));
        assert_eq!(interests.top(127), Some(Food));
        assert_eq!(interests.top(128), None, "only one of its two days is left in the window");
    }

    #[test]
    fn what_is_said_stands_for_the_day_and_yields_to_a_clearly_stronger_topic_the_next() {
        use Topic::{Food, Sports};
        let mut interests = counted(&[(100, Food), (101, Food), (101, Food), (101, Sports)]);
        for _ in 0..100 {
            interests.count(Sports, 102);
            assert_eq!(interests.top(102), Some(Food));
        }
        interests.count(Sports, 103);
        assert_eq!(interests.top(103), Some(Sports));
    }

    #[test]
    fn two_topics_used_alike_do_not_take_turns() {
        use Topic::{Food, Sports};
        let mut interests = counted(&[(100, Food), (101, Food), (102, Food)]);
        let mut said = Vec::new();
        for day in 103..150 {
            let ahead = if day % 2 == 0 { Food } else { Sports };
            (0..5).for_each(|_| interests.count(ahead, day));
            (0..4).for_each(|_| interests.count(if ahead == Food { Sports } else { Food }, day));
            said.push(interests.top(day));
        }
        assert!(said.iter().all(|s| *s == Some(Food)), "{said:?}");
    }

    #[test]
    fn what_is_not_seen_for_a_month_is_forgotten() {
        let mut interests = counted(&[(100, Topic::Food), (101, Topic::Food), (101, Topic::Food)]);
        interests.count(Topic::Art, 140);
        assert_eq!(interests.tallies.len(), 1);
        assert_eq!(interests.top(140), None);
    }
}
