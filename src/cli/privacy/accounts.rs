//! A16 and A17: in which country somebody's phone is and what is left of his data, heard by two every three hours of the days of questions and compared. Two in three travel, and
//! what is bought lasts a fortnight, so that there is more to compare than in most lives. Deliberately absent: where in a country somebody is, and how much was used.
use super::campaign::{Campaign, HANDS};
use crate::attack::link::{History, history, linked};
use crate::attack::told::Told;
use crate::attack::verdict::Figure;
use crate::cli::Trouble;
use crate::cli::demo::stage::by_hands;
use crate::domain::category::Category;
use crate::domain::feed::FeedKind;
use crate::domain::territory::Territory;
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use crate::feed::seeded::Seeded;

/// What is asked.
const BOTH: [Category; 2] = [Category::RoamingCountry, Category::DataVolume];
/// Hours between two questions, and how long after the operator's line each is asked.
const EVERY_H: i64 = 3;
const AFTER_US: i64 = 30 * MINUTE_US;
/// Who travels, of so many; how early a journey may have begun before the first question and how long it lasts at most, days.
const TRAVEL: (u64, u64) = (2, 3);
const BEFORE: u64 = 3;
const LONGEST: u64 = 5;
/// One country in so many is travelled to.
const COUNTRIES: usize = 4;
/// What is bought, in GB, and for how many hours; some use it up early, some leave a part: from this share of it to that.
const BOUGHT_GB: [u64; 3] = [2, 6, 10];
const LASTS_H: u64 = 14 * 24;
const USED: (u64, u64) = (70, 130);
const GB: u64 = 1 << 30;
/// Which of the named generators of a seed draws journeys, and which what is bought.
const JOURNEYS: u64 = 25;
const BOUGHT: u64 = 26;

impl Campaign<'_> {
    /// The days, from the next one on; A16 and A17.
    pub fn accounts(&mut self) -> Result<[Figure; 2], Trouble> {
        let begin = self.fed_until.plus(DAY_US - 1).floor(DAY_US);
        let all: Vec<(usize, usize)> = (0..self.plan.asked)
            .flat_map(|who| (0..self.house.recipients.len()).map(move |by| (who, by)))
            .collect();
        let times = self.plan.days * 24 / EVERY_H;
        let bar = self.progress.stage("days of accounts", usize::try_from(times).unwrap_or(0));
        let mut told: Vec<Told> = Vec::new();
        for hour in (0..times).map(|n| n * EVERY_H) {
            let said = begin.plus(hour * HOUR_US);
            let at = said.plus(AFTER_US);
            self.house.clock.go_to(at);
            self.house.feed(FeedKind::Account, self.lines(hour, said).as_bytes())?;
            let heard = by_hands(HANDS, &all, |(who, by)| {
                let subject = self.subject(*by, *who)?;
                Ok(self.hostile.ask(*by, (*who, subject), &BOTH, at)?.told)
            })?;
            told.extend(heard.into_iter().flatten());
            bar.step();
        }
        self.fed_until = begin.plus(self.plan.days * DAY_US);
        let share = |of: &[Category]| {
            let [one, two] = [0, 1].map(|by| self.rows(&told, by, of, (begin, times)));
            linked(&one, &two).unwrap_or(0.0)
        };
        let together = share(&BOTH);
        let asked = all.len() * usize::try_from(times).unwrap_or(0);
        let figure = |of: Category| {
            let answered = told.iter().filter(|t| t.category == of).count();
            let says = format!(
                "{answered} of {asked} questions on {} days answered; by both categories together {together:.3}",
                self.plan.days
            );
            Figure { value: share(&[of]), broken: Vec::new(), says }
        };
        Ok(BOTH.map(figure))
    }

    /// What one heard of each, time after time; silence is a word, too.
    fn rows(&self, told: &[Told], by: usize, of: &[Category], (begin, times): (At, i64)) -> Vec<History> {
        let length = usize::try_from(times).unwrap_or(0);
        let mut rows = vec![vec![String::new(); length]; self.plan.asked];
        for fact in told.iter().filter(|t| t.by == by && of.contains(&t.category)) {
            let time = usize::try_from(fact.at.since(begin) / (EVERY_H * HOUR_US)).ok();
            if let Some(word) = time.and_then(|time| rows.get_mut(fact.who)?.get_mut(time)) {
                word.push_str(&format!("{} ", fact.word));
            }
        }
        let timed =
            |row: Vec<String>| row.into_iter().enumerate().map(|(time, word)| format!("{time}={word}"));
        rows.into_iter().map(|row| history(timed(row))).collect()
    }

    /// The account feed of an hour since the first.
    fn lines(&self, hour: i64, at: At) -> String {
        let (mut csv, at) = ("subscriber,at,country,remaining_bytes\n".to_owned(), at.rfc3339());
        let abroad: Vec<Territory> = Territory::all()
            .step_by(COUNTRIES)
            .filter(|t| Some(*t) != Territory::of(self.population.home))
            .collect();
        let home = self.population.home.as_str();
        for (who, number) in self.population.numbers.iter().enumerate() {
            let away = away(self.plan.seed, who, self.plan.days, hour / 24, &abroad);
            let country = away.as_ref().map_or(home, Territory::as_str);
            csv.push_str(&format!("{number},{at},{country},{}\n", left(self.plan.seed, who, hour)));
        }
        csv
    }
}

/// The country that somebody travels through on a day, if he is on a journey; some countries are popular.
fn away(seed: u64, who: usize, days: i64, day: i64, countries: &[Territory]) -> Option<Territory> {
    let rng = Seeded::named(seed, &[JOURNEYS, who as u64]);
    let travels = rng.below(TRAVEL.1) < TRAVEL.0;
    let from = rng.below(days.cast_unsigned() + BEFORE).cast_signed() - BEFORE.cast_signed();
    let until = from + 1 + rng.below(LONGEST).cast_signed();
    let n = countries.len() as u64;
    let country = rng.below(n).min(rng.below(n));
    if travels && (from..until).contains(&day) { countries.get(country as usize).copied() } else { None }
}

/// The bytes that somebody has left in an hour: used evenly, and bought anew when its time is over.
fn left(seed: u64, who: usize, hour: i64) -> u64 {
    let rng = Seeded::named(seed, &[BOUGHT, who as u64]);
    let bought = BOUGHT_GB.get(rng.below(BOUGHT_GB.len() as u64) as usize).copied().unwrap_or(0) * GB;
    let share = USED.0 + rng.below(USED.1 - USED.0);
    let since_h = (hour.cast_unsigned() + rng.below(LASTS_H)) % LASTS_H;
    bought.saturating_sub(bought / LASTS_H * since_h / 100 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_are_used_up_within_a_fortnight_and_bought_anew() {
        for who in 0..50 {
            let all: Vec<u64> = (0..LASTS_H.cast_signed() + 1).map(|hour| left(1, who, hour)).collect();
            let bought_anew = all.windows(2).filter(|pair| pair[1] > pair[0]).count();
            assert_eq!((bought_anew, all.first()), (1, all.last()), "{who}");
        }
    }

    #[test]
    fn some_travel_and_all_come_home() {
        let countries: Vec<Territory> = Territory::all().collect();
        let ever = |days: std::ops::Range<i64>| {
            let on = |who: &usize| days.clone().any(|day| away(1, *who, 3, day, &countries).is_some());
            (0..300).filter(on).count()
        };
        assert!((100..250).contains(&ever(0..3)), "{}", ever(0..3));
        assert_eq!(ever(8..20), 0);
    }
}
