//! The days behind the feeds, for whoever scores what the product finds. Deliberately absent: ways between places, which nobody
//! predicts.
use super::{Place, Residents};
use crate::domain::time::{At, DAY_US, MINUTE_US};

/// A resident was at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sojourn {
    /// Arrived.
    pub from: At,
    /// Left, not included.
    pub until: At,
    /// Where.
    pub place: Place,
}

impl Residents {
    /// Where resident `who` really stays, in order of time, from the first sojourn that ends after `from` to the last one that
    /// begins before `to`; one that goes on over midnight is one. Nothing for a resident there is not.
    pub fn sojourns(&self, who: usize, from: At, to: At) -> Vec<Sojourn> {
        let number = |at: At| at.plus(self.offset_us(at)).0.div_euclid(DAY_US);
        let mut out: Vec<Sojourn> = Vec::new();
        for day in number(from) - 1..=number(to) + 1 {
            for stop in self.day(who, day).stops() {
                let (begin, end) = (self.instant(day, stop.from), self.instant(day, stop.until));
                match out.last_mut() {
                    Some(last) if last.until == begin && last.place.tower == stop.place.tower => {
                        last.until = end
                    }
                    _ => out.push(Sojourn { from: begin, until: end, place: stop.place }),
                }
            }
        }
        out.retain(|s| s.until > from && s.from < to);
        out
    }

    /// A minute of a local day. Offsets of Berlin change at whole hours, so that of the hour before is off for one hour a year.
    fn instant(&self, day: i64, minute: i64) -> At {
        let local_us = day * DAY_US + minute * MINUTE_US;
        let guess = At(local_us - self.offset_us(At(local_us)));
        At(local_us - self.offset_us(guess))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::HOUR_US;
    use crate::feed::town::Town;

    #[test]
    fn sojourns_follow_each_other_cover_the_window_and_nights_are_one() {
        let residents = Residents::new(7, Town::munich().unwrap(), 20);
        let from = At::parse("2026-03-02T00:00:00Z").unwrap();
        let to = from.plus(14 * DAY_US);
        for who in 0..20 {
            let all = residents.sojourns(who, from, to);
            assert!(all.first().unwrap().from <= from && all.last().unwrap().until >= to);
            assert!(all.windows(2).all(|w| w[0].until < w[1].from && w[0].place.tower != w[1].place.tower));
            let home = residents.people()[who].home.tower;
            let nights = all.iter().filter(|s| s.place.tower == home && s.until.since(s.from) >= 5 * HOUR_US);
            assert!(nights.count() >= 10);
        }
        assert_eq!(residents.sojourns(20, from, to), []);
    }

    #[test]
    fn the_feed_shows_the_tower_of_the_sojourn_but_for_flicker() {
        let residents = Residents::new(3, Town::munich().unwrap(), 6);
        let from = At::parse("2026-05-04T00:00:00Z").unwrap();
        let to = from.plus(3 * DAY_US);
        let mut text = Vec::new();
        residents.location_csv(from, to, &mut text).unwrap();
        let truth: Vec<Vec<Sojourn>> = (0..6).map(|who| residents.sojourns(who, from, to)).collect();
        let (mut same, mut all) = (0, 0);
        for line in String::from_utf8(text).unwrap().lines().skip(1) {
            let mut fields = line.split(',');
            let (number, at, cell) = (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
            let who = residents.people().iter().position(|p| p.msisdn == number).unwrap();
            let at = At::parse(at).unwrap();
            // A minute of grace: feeds tell a phone's place by the minute.
            let sure = |s: &&Sojourn| s.from.plus(MINUTE_US) <= at && at < s.until.plus(-MINUTE_US);
            if let Some(stay) = truth[who].iter().find(sure) {
                all += 1;
                same += u32::from(residents.town().towers()[stay.place.tower].id == cell);
            }
        }
        assert!(all > 1_500 && same * 100 >= all * 88 && same < all, "{same} of {all}");
    }
}
