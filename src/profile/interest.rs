//! Interests: how often each topic came up, fading with a half-life of 14 days, and the one of them that is said. That one stands for very long: whoever
//! hears another interest whenever there is another hears in a few months what is nobody else's, however many share each of them; two recipients that
//! heard the latest one of each week for thirty weeks knew everybody again (`dongui privacy attack --only A14`).
//!
//! Deliberately absent: app names, hosts; whatever maps to no topic leaves nothing here.
use super::Profile;
use super::forget::{Day, Fade, ONE, bit, day_of, days_in, later};
use crate::domain::feed::Source;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use serde::{Deserialize, Serialize};

/// Events that make a topic an interest.
const EVENTS: u8 = 3;
/// Days of the last 28 that make a topic an interest.
const DAYS: u32 = 2;
/// Days of events before one is said, so that it is not the first that comes along.
pub const WATCHED: Day = 14;
/// Days for which it stands after its latest event: a year, so that hardly anybody is heard to change.
const STANDS: Day = 364;
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
    /// The topic that is said.
    said: Option<u8>,
    tallies: Vec<Tally>,
    /// Stored apart, since it was added later.
    #[serde(skip)]
    pub(super) span: Span,
}

/// What the choice of an interest rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Span {
    /// The date of the first event; 0 once it is long ago.
    first: Day,
    /// Days from the latest event of the topic that is said, or from its choice, to the latest date.
    ago: Day,
}

impl Interests {
    /// Counts one event about `topic`; days never go back.
    pub(super) fn count(&mut self, topic: Topic, day: Day) {
        if self.tallies.is_empty() && self.day == 0 {
            self.span.first = day;
        }
        if day > self.day {
            self.turn(day);
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
        match self.said {
            None => self.choose(self.day),
            Some(said) if said == topic => self.span.ago = self.span.ago.min(self.day.saturating_sub(day)),
            Some(_) => {}
        }
    }

    /// The topic to say on `day`: the strongest on the day on which enough had been seen, until a year has passed without it.
    pub(super) fn lasting(&self, day: Day) -> Option<Topic> {
        let said = self.said.filter(|_| self.stands(day)).or_else(|| self.choice(day));
        said.and_then(|topic| Topic::from_index(u16::from(topic)))
    }

    /// The strongest topic on `day`: of those that came up on two of the last 28 days, three times at least.
    pub(super) fn latest(&self, day: Day) -> Option<Topic> {
        let strongest = self.strongest(day.saturating_sub(self.day))?;
        Topic::from_index(u16::from(strongest.topic))
    }

    fn stands(&self, day: Day) -> bool {
        day.saturating_sub(self.day).saturating_add(self.span.ago) <= STANDS
    }

    /// What would be said on `day` if nothing was.
    fn choice(&self, day: Day) -> Option<u8> {
        let ahead = day.saturating_sub(self.day);
        let watched = day.saturating_sub(self.span.first) >= WATCHED;
        self.strongest(ahead).filter(|_| watched).map(|t| t.topic)
    }

    /// It is another `day`, on which another topic may be said, if none stands.
    fn turn(&mut self, day: Day) {
        let days = day - self.day;
        self.day = day;
        self.span.ago = self.span.ago.saturating_add(days);
        let fade = Fade::interests(days);
        self.tallies.retain_mut(|t| {
            t.weight = fade.of_long(t.weight);
            t.days = later(t.days, days);
            t.weight > 0 && days_in(t.days) > 0
        });
        if self.said.is_none() || !self.stands(day) {
            self.choose(day);
        }
    }

    fn choose(&mut self, day: Day) {
        self.said = self.choice(day);
        if self.said.is_some() {
            self.span = Span::default();
        }
    }

    /// Forgets a topic; false when it is not remembered.
    pub(super) fn drop_topic(&mut self, topic: Topic) -> bool {
        let (topic, before) = (topic as u8, self.tallies.len());
        self.tallies.retain(|t| t.topic != topic);
        let was_said = self.said == Some(topic);
        self.said = self.said.filter(|said| *said != topic);
        was_said || self.tallies.len() < before
    }

    /// All topics that are remembered, the strongest first.
    pub(super) fn topics(&self) -> Vec<Topic> {
        let mut tallies: Vec<&Tally> = self.tallies.iter().collect();
        tallies.sort_by_key(|t| (std::cmp::Reverse(t.weight), t.topic));
        let mut topics: Vec<u8> = tallies.into_iter().map(|t| t.topic).collect();
        topics.extend(self.said.filter(|said| !topics.contains(said)));
        topics.into_iter().filter_map(|topic| Topic::from_index(u16::from(topic))).collect()
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

impl Profile {
    /// The interest to say, which stands until a year has passed without it.
    pub fn interest(&self, source: Source, now: At) -> Option<Topic> {
        self.interests(source).lasting(day_of(now))
    }

    /// The strongest interest of the last 28 days.
    pub fn latest_interest(&self, source: Source, now: At) -> Option<Topic> {
        self.interests(source).latest(day_of(now))
    }

    fn interests(&self, source: Source) -> &Interests {
        match source {
            Source::App => &self.apps,
            Source::Web => &self.web,
        }
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

    /// The same, after two weeks of something else that is forgotten again.
    fn watched(events: &[(Day, Topic)]) -> Interests {
        let mut interests = counted(&[(60, Topic::Art)]);
        events.iter().for_each(|(day, topic)| interests.count(*topic, *day));
        interests
    }

    #[test]
    fn an_interest_needs_three_events_on_two_days_of_the_last_28() {
        use Topic::{Food, Sports};
        assert_eq!(watched(&[(100, Food), (100, Food), (100, Food)]).lasting(100), None);
        assert_eq!(watched(&[(100, Food), (101, Food)]).lasting(101), None);
        let interests = watched(&[(100, Food), (100, Food), (101, Food), (101, Sports)]);
        let both = |day| (interests.lasting(day), interests.latest(day));
        assert_eq!(both(101), (Some(Food), Some(Food)));
        assert_eq!(both(127), (Some(Food), Some(Food)));
        assert_eq!(both(128), (Some(Food), None), "only one of its two days is left in the window");
    }

    #[test]
    fn nothing_is_said_before_two_weeks_were_seen_and_then_the_strongest() {
        use Topic::{Food, Sports};
        let mut interests = counted(&[(100, Sports), (100, Sports), (101, Sports)]);
        (101..113).for_each(|day| (0..2).for_each(|_| interests.count(Food, day)));
        assert_eq!((interests.lasting(113), interests.latest(113)), (None, Some(Food)));
        assert_eq!(interests.lasting(114), Some(Food));
    }

    #[test]
    fn what_is_said_stands_whatever_is_stronger_until_a_year_has_passed_without_it() {
        use Topic::{Food, Sports};
        let mut interests = watched(&[(100, Food), (101, Food), (101, Food), (102, Sports)]);
        assert_eq!(interests.lasting(102), Some(Food));
        for day in 103..=101 + STANDS {
            (0..9).for_each(|_| interests.count(Sports, day));
            assert_eq!((interests.lasting(day), interests.latest(day)), (Some(Food), Some(Sports)), "{day}");
        }
        assert_eq!(interests.topics(), [Sports, Food], "whose it is sees it");
        interests.count(Sports, 102 + STANDS);
        assert_eq!(interests.lasting(102 + STANDS), Some(Sports));
    }

    #[test]
    fn what_its_owner_says_is_wrong_is_not_said_however_long_ago_it_came_up() {
        use Topic::{Food, Sports};
        let mut interests = watched(&[(100, Food), (101, Food), (101, Food), (102, Sports)]);
        (140..142).for_each(|day| (0..9).for_each(|_| interests.count(Sports, day)));
        assert_eq!(interests.lasting(141), Some(Food));
        assert!(interests.drop_topic(Food) && !interests.drop_topic(Food));
        assert_eq!((interests.lasting(141), interests.topics()), (Some(Sports), vec![Sports]));
        (142..150).for_each(|day| interests.count(Food, day));
        assert_eq!(interests.lasting(150), Some(Sports), "what took its place stands, too");
    }

    #[test]
    fn what_is_not_seen_for_a_month_is_forgotten_but_for_what_is_said() {
        let mut interests = counted(&[(100, Topic::Food), (101, Topic::Food), (101, Topic::Food)]);
        interests.count(Topic::Art, 140);
        assert_eq!(interests.tallies.len(), 1);
        assert_eq!((interests.lasting(140), interests.latest(140)), (None, None));
    }
}
