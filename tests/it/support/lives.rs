//! Lives at random, the same for the same seed: who decides what about whom, and when. Deliberately absent: what must hold of them.
use super::world::{SeededRng, World, notice};
use super::{ASSISTANT, Provider, Subscriber};
use dongui::broker::Failure;
use dongui::broker::consent::{Shown, Wish};
use dongui::domain::category::Category;
use dongui::domain::consent::{Act, Actor, Capture, Hours, Limits, Quota};
use dongui::domain::notice::Notice;
use dongui::domain::purpose::Purpose;
use dongui::domain::rng::{Rng, bytes};
use dongui::domain::time::{DAY_US, HOUR_US};

/// Dice from a seed.
#[derive(Debug)]
pub struct Dice(SeededRng);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(SeededRng::new(seed ^ 0x6469_6365))
    }
    /// A number below `n`.
    pub fn below(&self, n: u64) -> u64 {
        u64::from_be_bytes(bytes::<8>(&self.0 as &dyn Rng)) % n
    }
    pub fn one<'t, T>(&self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len() as u64) as usize]
    }
}

/// Who may do what the dice say.
fn actor(dice: &Dice, act: Act) -> Actor {
    let may: Vec<Actor> = Actor::ALL.into_iter().filter(|a| a.may(act)).collect();
    *dice.one(&may)
}

/// Lets so many acts happen, each some time after the one before; what the state does not know does not happen.
pub fn lived(w: &World, whose: &[Subscriber<'_>], to: &[Provider<'_>], seed: u64, acts: usize) {
    let dice = Dice::new(seed);
    let categories = [Category::LocationZone, Category::NextPlace, Category::UsageInterest];
    let mut done = 0;
    for _ in 0..acts * 40 {
        if done == acts {
            return;
        }
        w.clock.advance(1 + dice.below(2 * HOUR_US as u64) as i64);
        if dice.below(12) == 0 {
            w.clock.advance(dice.below(20 * DAY_US as u64) as i64);
        }
        let (who, recipient) = (dice.one(whose), dice.one(to).id);
        let purpose = *dice.one(&[ASSISTANT, Purpose::ServicePersonalisation]);
        let category = *dice.one(&categories);
        let told = || match dice.below(3) {
            0 => Shown::Told(notice()),
            n => Shown::Told(Notice {
                locale: "en".to_owned(),
                text: format!("May it, \"{n}\"?\nYes or no\\"),
            }),
        };
        let until = w.clock.now().plus(1 + dice.below(40 * DAY_US as u64) as i64);
        // Yeses more often than the rest, or most lives would be about nothing.
        let act = if dice.below(3) == 0 { Act::Grant } else { *dice.one(&Act::ALL) };
        let (wish, by) = match act {
            Act::Supersede => continue,
            Act::Grant | Act::Capture => {
                let hours = (dice.below(3) == 0).then(|| Hours::parse("09:00-17:30").unwrap());
                let quota = (dice.below(3) == 0).then(|| Quota::parse("2/day").unwrap());
                let (precision, limits) = (*dice.one(category.rungs()), Limits { hours, quota });
                let wish =
                    Wish::Allow { recipient, purpose, category, precision, until, limits, shown: told() };
                (wish, if act == Act::Grant { Actor::Subscriber } else { Actor::Staff })
            }
            Act::Refuse => (Wish::Refuse { recipient, purpose, category, shown: told() }, actor(&dice, act)),
            Act::Request => (Wish::Request { recipient, purpose, category, shown: told() }, Actor::Operator),
            Act::Defer => (Wish::Defer { recipient, purpose, category, shown: told() }, actor(&dice, act)),
            _ => {
                let until = (act == Act::Renew || act == Act::Pause && dice.below(2) == 0).then_some(until);
                let whole = dice.below(6) == 0;
                let (purpose, category) = ((!whole).then_some(purpose), (!whole).then_some(category));
                (
                    Wish::Change { act, until, recipient: Some(recipient), purpose, category },
                    actor(&dice, act),
                )
            }
        };
        let by =
            Capture { actor: by, channel: ["screen", "app", "desk"][dice.below(3) as usize], relation: None };
        match w.broker().show_and_decide(who.id, &wish, by) {
            Ok(decided) => done += usize::from(decided.entry.is_some()),
            Err(Failure::Conflict(_) | Failure::Invalid { .. }) => {}
            Err(e) => panic!("{wish:?} by {by:?}: {e}"),
        }
    }
    panic!("only {done} of {acts} acts happened");
}
