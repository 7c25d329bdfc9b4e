//! A household in which everybody speaks for somebody, taken out of one house and brought into another. Deliberately absent: lines that somebody
//! made up (`carry`).
use super::bulk::{brings, like, taken_out};
use super::people::{by, change, held, says, yes};
use super::support::lives::Dice;
use super::support::{Provider, Subscriber, World};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::broker::depart::Departure;
use dongui::broker::import::Imported;
use dongui::broker::people::NewRelation;
use dongui::domain::age::Age;
use dongui::domain::consent::{Act, Actor, Capture, Status};
use dongui::domain::id::RelationId;
use dongui::domain::relation::{RelationKind, Verified};
use dongui::domain::scene::Standing;
use dongui::domain::subscriber::Reference;
use dongui::domain::time::{At, DAY_US, HOUR_US};
use dongui::feed::{ConsentReader, ConsentWriter, Format};

pub fn relate(
    w: &World,
    of: &Subscriber<'_>,
    by: &Subscriber<'_>,
    wanted: (RelationKind, Verified),
) -> RelationId {
    lasting(w, of, by, wanted, None)
}

fn lasting(
    w: &World,
    of: &Subscriber<'_>,
    by: &Subscriber<'_>,
    (kind, verified): (RelationKind, Verified),
    until: Option<At>,
) -> RelationId {
    let (subscriber, holder) = (&of.reference(), &by.reference());
    let wanted = NewRelation { subscriber, holder, kind, verified, may_allow: until.is_some(), until };
    w.broker().relate(&Caller::console(), &wanted).unwrap().id
}

/// Lives at random that are lived.
const SEEDS: u64 = 4;

/// Ages and numbers of a household.
const PEOPLE: [(&str, &str, &str); 6] = [
    ("ward", "+4915550070001", "2010-11-26"),
    ("kid", "+4915550070002", "minor"),
    ("parent", "+4915550070003", "adult"),
    ("mina", "+4915550070004", "adult"),
    ("jun", "+4915550070005", "adult"),
    ("uncle", "+4915550070006", "adult"),
];

pub fn enrolled(w: &World) -> [Subscriber<'_>; 6] {
    PEOPLE.map(|(name, number, age)| {
        let (reference, age) = (Reference::parse(number).unwrap(), Age::parse(age).unwrap());
        let id = w.broker().enrol(&Caller::console(), &reference, age, None).unwrap().id;
        Subscriber::known(w, name, number, id)
    })
}

/// Three weeks in which everybody speaks for somebody: relations that live, run out, were ended, or are over because a ward is of age. Gives
/// the one that a court made.
fn lived(w: &World, to: &[Provider<'_>; 2]) -> RelationId {
    use RelationKind::{Delegate, Guardian};
    let [ward, kid, parent, mina, jun, uncle] = &enrolled(w);
    let [a, b] = to;
    let guards = relate(w, ward, parent, (Guardian, Verified::Document));
    let ended = relate(w, kid, parent, (Guardian, Verified::Register));
    let until = Some(w.clock.now().plus(10 * DAY_US));
    let allows = lasting(w, mina, jun, (Delegate, Verified::InStore), until);
    let stops = relate(w, mina, parent, (Delegate, Verified::InStore));
    let court = relate(w, jun, mina, (Guardian, Verified::Court));
    let goes = lasting(w, jun, uncle, (Delegate, Verified::InStore), Some(w.clock.now().plus(40 * DAY_US)));
    let outside = super::people::guardian(w, kid, Verified::Document);
    // Of an owner nothing is carried.
    relate(w, jun, parent, (RelationKind::Owner, Verified::Contract));
    let said = |whose: &Subscriber<'_>, to: &Provider<'_>, actor, relation| {
        w.clock.advance(HOUR_US);
        assert!(says(w, whose, &yes(w, to, 30), by(actor, relation)).unwrap().entry.is_some());
    };
    let moved = |whose: &Subscriber<'_>, act, actor, relation| {
        w.clock.advance(HOUR_US);
        assert!(says(w, whose, &change(act), by(actor, relation)).unwrap().entry.is_some(), "{act:?}");
    };
    assert!(says(w, ward, &yes(w, a, 30), "screen").is_ok(), "waits for the guardian");
    said(ward, a, Actor::Guardian, guards);
    moved(ward, Act::Pause, Actor::Guardian, guards);
    moved(ward, Act::Resume, Actor::Guardian, guards);
    said(ward, b, Actor::Guardian, guards);
    said(ward, b, Actor::Guardian, guards);
    said(kid, a, Actor::Guardian, ended);
    said(mina, a, Actor::Delegate, allows);
    moved(mina, Act::Pause, Actor::Delegate, stops);
    assert!(says(w, mina, &change(Act::Resume), "screen").is_ok());
    said(mina, b, Actor::Delegate, allows);
    moved(mina, Act::Withdraw, Actor::Delegate, stops);
    said(mina, b, Actor::Delegate, allows);
    said(jun, a, Actor::Guardian, court);
    said(jun, b, Actor::Delegate, goes);
    said(kid, b, Actor::Guardian, outside);
    w.clock.advance(HOUR_US);
    w.broker().depart(&Caller::console(), &uncle.reference(), Departure::PortedOut).unwrap();
    w.clock.advance(HOUR_US);
    assert_eq!(w.broker().end_relation(&Caller::console(), ended).unwrap(), 1);
    w.clock.advance(4 * DAY_US);
    assert!(w.broker().end_lapsed().unwrap() > 1, "the ward is of age, and a delegate's number is gone");
    assert!(says(w, jun, &yes(w, b, 20), "app").unwrap().entry.is_some());
    w.clock.advance(HOUR_US);
    assert!(says(w, ward, &yes(w, a, 30), "screen").unwrap().entry.is_some());
    w.clock.advance(8 * DAY_US);
    assert!(w.broker().end_lapsed().unwrap() > 0, "a delegate's time is over");
    w.clock.advance(HOUR_US);
    court
}

fn overview(w: &World, number: &str) -> impl PartialEq + std::fmt::Debug + use<> {
    let id = w.broker().subscriber_id(&Reference::parse(number).unwrap()).unwrap();
    let overview = w.broker().overview(id).unwrap();
    let of = |g: &dongui::domain::consent::Grant| {
        let given = g.state.is_given();
        (g.id, g.state, given.then_some((g.precision, g.granted_at, g.until, g.terms)))
    };
    let mut grants: Vec<_> = overview.grants.iter().chain(&overview.asked).map(of).collect();
    grants.sort_by_key(|g| g.0);
    (grants, overview.last)
}

#[test]
fn a_house_with_guardians_is_taken_out_and_brought_in_the_same() {
    World::each(|w| {
        for (format, chunk) in [(Format::Ndjson, 1), (Format::Csv, 7), (Format::Ndjson, 4096)] {
            let w = &like(w, &[]);
            let to = [w.provider(&format!("assistant-{chunk}")), w.provider(&format!("shop-{chunk}"))];
            let court = lived(w, &to);
            let out = taken_out(&w.broker(), format);
            assert!(!out.contains("owner") && !out.contains("4915550070006"), "{out}");
            let other = like(w, &[]);
            enrolled(&other);
            let dry = brings(&other.broker(), &out, chunk, true);
            let report = brings(&other.broker(), &out, chunk, false);
            assert_eq!((report.rejected, report.relations, report.waiting), (0, 7, 1), "{report:?}");
            assert!(report.unbacked.is_empty(), "{report:?}");
            assert_eq!(Imported { dry_run: false, ..dry }, report);
            assert_eq!(taken_out(&other.broker(), format), out);
            for house in [w, &other] {
                let again = brings(&house.broker(), &out, 5, false);
                assert_eq!((again.taken, again.relations, again.rejected), (0, 0, 0), "{again:?}");
            }
            for (_, number, _) in &PEOPLE[..5] {
                assert_eq!(overview(&other, number), overview(w, number));
            }
            // It is he who speaks on there.
            let [_, _, _, _, jun, _] = &enrolled(&other);
            let answer = held(&other, jun, &to[0], None, None).answer;
            assert!(matches!(answer.standing, Standing::Live { .. }), "{answer:?}");
            assert!(
                says(&other, jun, &change(Act::Withdraw), by(Actor::Guardian, court))
                    .unwrap()
                    .entry
                    .is_some()
            );
            assert_eq!(held(&other, jun, &to[0], None, None).answer.status, Status::Withdrawn);
        }
    });
}

/// Lives at random: who speaks for whom, and says what, until when.
fn thrown(w: &World, to: &[Provider<'_>; 2], seed: u64) {
    use RelationKind::{Delegate, Guardian};
    let (dice, console, people) = (Dice::new(seed), Caller::console(), enrolled(w));
    let mut relations: Vec<(usize, Capture)> = Vec::new();
    for _ in 0..150 {
        w.clock.advance(1 + dice.below(3 * HOUR_US as u64) as i64);
        let (at, to) = (dice.below(5) as usize, dice.one(to));
        let who = &people[at];
        match dice.below(10) {
            0 => w.clock.advance(dice.below(2 * DAY_US as u64) as i64),
            1 => drop(w.broker().end_lapsed().unwrap()),
            2 if dice.below(3) == 0 && !relations.is_empty() => {
                w.broker().end_relation(&console, dice.one(&relations).1.relation.unwrap()).unwrap();
            }
            3 | 4 => {
                let (subscriber, kind) = (&who.reference(), *dice.one(&[Guardian, Delegate]));
                let outside = Reference::parse("an-aunt").unwrap();
                let holder = &[outside, dice.one(&people).reference()][dice.below(2) as usize];
                let until = (dice.below(2) == 0).then(|| w.clock.now().plus(5 * DAY_US));
                let (verified, may_allow) = (Verified::Court, dice.below(3) > 0 && kind == Delegate);
                let wanted = NewRelation { subscriber, holder, kind, verified, may_allow, until };
                let actor = if kind == Guardian { Actor::Guardian } else { Actor::Delegate };
                let made = w.broker().relate(&console, &wanted);
                relations.extend(made.map(|relation| (at, by(actor, relation.id))));
            }
            _ => {
                let own =
                    [Actor::Subscriber, Actor::Staff].map(|actor| Capture { actor, ..Capture::from("desk") });
                let theirs = relations.iter().filter(|(of, _)| *of == at).map(|(_, by)| *by);
                let all: Vec<Capture> = theirs.chain(own).collect();
                let act = *dice.one(&[
                    Act::Grant,
                    Act::Grant,
                    Act::Pause,
                    Act::Resume,
                    Act::Renew,
                    Act::Withdraw,
                    Act::Refuse,
                ]);
                let until = w.clock.now().plus((1 + dice.below(20) as i64) * DAY_US);
                let wish = match (act, yes(w, to, 1 + dice.below(30) as i64)) {
                    (Act::Grant, yes) => yes,
                    (Act::Refuse, Wish::Allow { recipient, purpose, category, shown, .. }) => {
                        Wish::Refuse { recipient, purpose, category, shown }
                    }
                    _ => {
                        let until = (act == Act::Renew || dice.below(2) == 0).then_some(until);
                        Wish::Change { act, until, recipient: Some(to.id), purpose: None, category: None }
                    }
                };
                match says(w, who, &wish, *dice.one(&all)) {
                    Ok(_) | Err(Failure::Conflict(_) | Failure::Invalid { .. }) => {}
                    Err(e) => panic!("{e}"),
                }
            }
        }
    }
    // What is over has been told.
    w.clock.advance(2 * DAY_US);
    w.broker().end_lapsed().unwrap();
}

#[test]
fn whoever_spoke_for_whom_it_is_taken_out_and_brought_in_the_same() {
    World::each(|w| {
        for seed in 0..SEEDS {
            let w = &like(w, &[]);
            let to = [w.provider(&format!("assistant-{seed}")), w.provider(&format!("shop-{seed}"))];
            thrown(w, &to, seed);
            let out = taken_out(&w.broker(), Format::Csv);
            let other = like(w, &[]);
            enrolled(&other);
            let dry = brings(&other.broker(), &out, 9, true);
            let report = brings(&other.broker(), &out, 6, false);
            assert_eq!((report.rejected, report.unbacked.len()), (0, 0), "seed {seed}: {report:?}");
            assert_eq!(Imported { dry_run: false, ..dry }, report);
            assert_eq!(taken_out(&other.broker(), Format::Csv), out, "seed {seed}");
            for (_, number, _) in &PEOPLE[..5] {
                assert_eq!(overview(&other, number), overview(w, number), "seed {seed}");
            }
        }
    });
}

#[test]
fn what_broke_off_and_is_brought_again_is_the_same() {
    World::each(|w| {
        let to = [w.provider("assistant"), w.provider("shop")];
        lived(w, &to);
        let out = taken_out(&w.broker(), Format::Ndjson);
        for (chunk, at) in [(2, 3), (3, 9), (4, 20)] {
            let other = like(w, &[]);
            enrolled(&other);
            let broker = other.broker();
            let mut import = broker.import(&Caller::console(), Actor::Operator, false).with_chunk(chunk);
            let broke_off = ConsentReader::new(out.as_bytes(), None)
                .unwrap()
                .drain(|n, one| if n > at { Err(None) } else { import.push(n, one).map_err(Some) });
            assert!(broke_off.is_err());
            drop(import);
            assert_eq!(brings(&broker, &out, 5, false).rejected, 0);
            assert_eq!(taken_out(&broker, Format::Ndjson), out);
        }
    });
}

#[test]
fn a_relation_that_is_made_while_others_are_taken_out_comes_before_the_yes_that_leans_on_it() {
    World::each(|w| {
        let to = w.provider("assistant");
        let [ward, kid, parent, ..] = &enrolled(w);
        relate(w, ward, parent, (RelationKind::Guardian, Verified::Document));
        let mut writer = ConsentWriter::new(Vec::new(), Format::Ndjson).unwrap();
        let mut meanwhile = Some(|| {
            let made = relate(w, kid, parent, (RelationKind::Guardian, Verified::Document));
            assert!(says(w, kid, &yes(w, &to, 30), by(Actor::Guardian, made)).is_ok());
        });
        let out = w.broker().carry_out(&Caller::console(), |one| {
            meanwhile.take().into_iter().for_each(|meanwhile| meanwhile());
            writer.write(one).unwrap();
            Ok::<(), Failure>(())
        });
        assert_eq!(out.unwrap().relations, 2);
        let text = String::from_utf8(writer.finish().unwrap()).unwrap();
        let other = like(w, &[]);
        enrolled(&other);
        let report = brings(&other.broker(), &text, 10, false);
        assert_eq!((report.relations, report.waiting, report.rejected), (2, 0, 0), "{report:?}");
        assert!(matches!(held(&other, kid, &to, None, None).answer.standing, Standing::Live { .. }));
    });
}
