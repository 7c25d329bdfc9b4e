//! What answers are good for: whether the next place comes true, inside the broker (U1) and as told over HTTP (U2). Deliberately absent: judging by the broker's own
//! stays; where people went is worked out of the input (`attack::stays`).
use super::campaign::Campaign;
use super::lives::{Case, Lives};
use super::population::{Population, each};
use crate::attack::stays::{moves, next};
use crate::attack::verdict::Figure;
use crate::cli::Trouble;
use crate::domain::category::Category;
use crate::domain::feed::{Event, FeedKind, Happening};
use crate::domain::place::Label;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, HOUR_US};
use crate::domain::zone::Zone;
use crate::minimise::zone;
use crate::profile::Profile;
use std::collections::HashMap;

/// Without cases of its own U1 asks about the moves in one over so much of each person's time, the last.
const LAST: i64 = 5;
/// Places that a ranking is looked through for.
const FIVE: usize = 5;
/// Least share of moves to one of the five.
const AMONG_FIVE: f64 = 0.80;
/// Least that the ranking has to be better than the most frequent place.
const BETTER: f64 = 0.05;
/// Least share of words, and of zones of 36 km², that come true.
const WORDS: f64 = 0.45;
const ZONES: f64 = 0.50;
/// Fewer answers of a kind say nothing of it.
const ENOUGH: usize = 30;
/// What zones are compared at, unless they are coarser.
const COMPARED: u8 = 6;

/// How often something came true.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Tally {
    right: usize,
    all: usize,
}

impl Tally {
    fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.all += 1;
    }
    fn share(self) -> f64 {
        self.right as f64 / self.all.max(1) as f64
    }
}

/// U1: what the profile takes for the next place, against where the person went. `None` where nobody moves.
pub fn next_places(population: &Population, lives: &Lives) -> Result<Option<Figure>, Trouble> {
    let given = population.cases.as_deref().map(|csv| cases(population, csv)).transpose()?;
    let (mut first, mut five, mut usual, mut all) = <(Tally, Tally, Tally, Tally)>::default();
    let (mut again, mut silent) = (0usize, 0usize);
    for who in 0..population.numbers.len() {
        let of = match &given {
            Some(given) => given.get(&who).cloned().unwrap_or_default(),
            None => last_moves(lives, who),
        };
        each_case(lives, who, &of, &mut |case, here, ranked, most| {
            all.add(ranked.first() == Some(&case.came));
            if here == Some(case.came) {
                // Going on where one is, or coming back, is no answer to where next.
                again += 1;
            } else if ranked.is_empty() {
                silent += 1;
            } else {
                first.add(ranked.first() == Some(&case.came));
                five.add(ranked.iter().take(FIVE).any(|zone| *zone == case.came));
                usual.add(most == Some(case.came));
            }
        });
    }
    if first.all == 0 {
        return Ok(None);
    }
    let (one, among, most) = (first.share(), five.share(), usual.share());
    let moved = first.all + silent;
    let mut broken = Vec::new();
    if among < AMONG_FIVE && !population.moves_of_its_own() {
        broken.push(format!("only {among:.3} are among the five likeliest"));
    }
    if one < most + BETTER {
        broken.push(format!("the most frequent other place is right in {most:.3}"));
    }
    let says = format!(
        "of {moved} moves {} are answered: the likeliest place is right in {one:.3} of them, one of the five likeliest in {among:.3}, the most frequent other place in {most:.3}; \
         with silence counted as wrong, {:.3}; of all {} cases, {again} that are of the same place again counted as wrong, too, {:.3}",
        first.all,
        first.right as f64 / moved as f64,
        all.all,
        all.share()
    );
    Ok(Some(Figure { value: one, broken, says }))
}

/// The cases of a file, by person, in order of time.
fn cases(population: &Population, csv: &[u8]) -> Result<HashMap<usize, Vec<Case>>, Trouble> {
    let mut all: HashMap<usize, Vec<Case>> = HashMap::new();
    each(FeedKind::Location, csv, &mut |_, number, at, spot| {
        let Some(((lat, lon), who)) = population.point(spot).zip(population.who(number)) else { return };
        let came = zone::from_point(lat, lon);
        all.entry(who).or_default().extend(came.map(|came| Case { who, at, known: at, came }));
    })?;
    all.values_mut().for_each(|of| of.sort_by_key(|case| case.at));
    Ok(all)
}

/// The moves of the last part of somebody's time, each asked about when the stay begins that it led to.
fn last_moves(lives: &Lives, who: usize) -> Vec<Case> {
    let seen = lives.seen(who);
    let (Some((first, _)), Some((last, _))) = (seen.first(), seen.last()) else { return Vec::new() };
    let cut = last.plus(-last.since(*first) / LAST);
    let all = lives.stays(who);
    let late = moves(&all).filter(|(_, came)| came.from >= cut);
    late.map(|(left, came)| Case { who, at: came.from, known: left.until.plus(1), came: came.zone }).collect()
}

/// Where somebody is, the places taken for his next, best first, and the one other than where he is that he stayed in most often.
type Asked<'f> = dyn FnMut(&Case, Option<Zone>, &[Zone], Option<Zone>) + 'f;

fn each_case(lives: &Lives, who: usize, cases: &[Case], take: &mut Asked<'_>) {
    let (seen, all) = (lives.seen(who), lives.stays(who));
    let (mut folded, mut counted) = (0, 0);
    let (mut folder, mut often) = (Folder::of(lives.home), HashMap::<Zone, u32>::new());
    for case in cases {
        while let Some((at, zone)) = seen.get(folded).filter(|(at, _)| *at < case.known) {
            folder.fold(*at, *zone);
            folded += 1;
        }
        while let Some(stay) = all.get(counted).filter(|stay| stay.from < case.known) {
            *often.entry(stay.zone).or_default() += 1;
            counted += 1;
        }
        let here = folded.checked_sub(1).and_then(|n| seen.get(n)).map(|(_, zone)| *zone);
        let others = often.iter().filter(|(zone, _)| here != Some(**zone));
        let most = others.max_by_key(|(zone, n)| (**n, zone.0)).map(|(zone, _)| *zone);
        let offset_s = folder.offset_s(case.at);
        take(case, here, &folder.profile.next_zones(case.at, offset_s), most);
    }
}

/// Folds as the broker does, every point taken for one that is not sensitive.
struct Folder {
    home: Jurisdiction,
    profile: Profile,
    hour: Option<i64>,
    offset_s: i32,
}

impl Folder {
    fn of(home: Jurisdiction) -> Folder {
        Folder { home, profile: Profile::default(), hour: None, offset_s: 0 }
    }

    fn offset_s(&mut self, at: At) -> i32 {
        let hour = Some(at.0.div_euclid(HOUR_US));
        if self.hour != hour {
            (self.hour, self.offset_s) = (hour, self.home.offset_s(at));
        }
        self.offset_s
    }

    fn fold(&mut self, at: At, zone: Zone) {
        let (offset_s, what) = (self.offset_s(at), Happening::Stay { zone, sensitive: false });
        self.profile.fold(&Event { at, what }, offset_s);
    }
}

impl Campaign<'_> {
    /// U2: every next place that was told, against where the person went; what a place is to him by all that is known of him in the end.
    pub fn cards(&self, lives: &Lives) -> Figure {
        let (mut words, mut zones, mut coarse) = <(Tally, Tally, Tally)>::default();
        for who in 0..self.plan.asked {
            let told = self.told.iter().filter(|t| t.who == who && t.category == Category::NextPlace);
            let (seen, all) = (lives.seen(who), lives.stays(who));
            let mut in_the_end = Folder::of(lives.home);
            seen.iter().for_each(|(at, zone)| in_the_end.fold(*at, *zone));
            for fact in told {
                let here = seen.partition_point(|(at, _)| *at <= fact.at).checked_sub(1);
                let Some((_, here)) = here.and_then(|n| seen.get(n)) else { continue };
                let Some(came) = next(&all, fact.at, *here) else { continue };
                match fact.zone {
                    None => {
                        let told: Option<Label> = serde_json::from_value(fact.word.as_str().into()).ok();
                        words.add(told.is_some() && told == in_the_end.profile.label(came.zone));
                    }
                    Some(told) if zone::resolution(told) >= Some(COMPARED) => {
                        zones.add(zone::parent(told, COMPARED) == zone::parent(came.zone, COMPARED));
                    }
                    Some(told) => coarse.add(zone::holds(told, came.zone)),
                }
            }
        }
        let mut broken = Vec::new();
        for (tally, what, least) in [(words, "words", WORDS), (zones, "zones of 36 km²", ZONES)] {
            if tally.all >= ENOUGH && tally.share() < least {
                broken.push(format!("only {:.3} of {what} came true", tally.share()));
            }
        }
        let [right, all] =
            [|t: Tally| t.right, |t: Tally| t.all].map(|of| of(words) + of(zones) + of(coarse));
        let part = |t: Tally| format!("{:.3} of {}", t.share(), t.all);
        let says = format!(
            "came true: {} words, {} zones compared at 36 km², {} coarser zones",
            part(words),
            part(zones),
            part(coarse)
        );
        Figure { value: Tally { right, all }.share(), broken, says }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::privacy::lives::Sight;
    use crate::domain::time::{DAY_US, MINUTE_US};

    /// Three weeks of one who goes from home to work and on to the gym and home, seen every quarter of an hour.
    fn steady() -> Lives {
        let place = |hour: i64| match hour {
            8..17 => 2,
            17..19 => 3,
            _ => 1,
        };
        let sight = |n: i64| {
            let zone = zone::from_point(48.0 + 0.1 * place(n / 4 % 24) as f64, 11.5).unwrap();
            Sight { at: At(20_402 * DAY_US + n * 15 * MINUTE_US), zone, spot: (0, 0) }
        };
        Lives { home: Jurisdiction::DE, all: vec![(0..21 * 96).map(sight).collect()] }
    }

    #[test]
    fn the_moves_of_the_last_fifth_are_asked_and_a_steady_life_is_foreseen() {
        let lives = steady();
        let cases = last_moves(&lives, 0);
        assert!((10..=14).contains(&cases.len()), "{}", cases.len());
        let (mut right, mut usual) = (Tally::default(), Tally::default());
        each_case(&lives, 0, &cases, &mut |case, here, ranked, most| {
            assert!(here.is_some() && here != Some(case.came) && !ranked.contains(&here.unwrap()));
            right.add(ranked.first() == Some(&case.came));
            usual.add(most == Some(case.came));
        });
        assert_eq!(right.share(), 1.0);
        assert!(usual.share() < 0.7, "{usual:?}");
    }

    #[test]
    fn what_is_seen_after_the_question_is_not_known_to_it() {
        let lives = steady();
        let early = Case { who: 0, at: At(20_403 * DAY_US), known: At(20_403 * DAY_US), came: Zone(1) };
        let mut asked = 0;
        each_case(&lives, 0, &[early], &mut |_, here, ranked, most| {
            asked += 1;
            assert!(here.is_some() && ranked.is_empty() && most.is_some());
        });
        assert_eq!(asked, 1);
    }
}
