//! Who may speak for whom goes along with the consents that lean on it, and raises nothing: attacks first. Deliberately absent: consents that
//! people say for themselves (`bulk`), and a whole household (`household`).
use super::bulk::{brings, counts, like, line, status, taken_out};
use super::household::{enrolled, relate};
use super::people::{by, says, yes};
use super::support::world::{Interrupted, Opening};
use super::support::{Subscriber, World};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::depart::Departure;
use dongui::broker::import::Imported;
use dongui::broker::people::NewRelation;
use dongui::domain::consent::{Actor, Status};
use dongui::domain::id::RelationId;
use dongui::domain::relation::{RelationKind, Verified};
use dongui::domain::subscriber::{AgeBand, Reference};
use dongui::domain::time::{At, DAY_US, HOUR_US};
use dongui::feed::Format;
use std::sync::Arc;

/// A line about who may speak for whom, in JSON; later words replace earlier ones of the same name.
fn relation(who: &Subscriber<'_>, by: &Subscriber<'_>, id: u8, from: At, more: &[(&str, &str)]) -> String {
    let mut object = serde_json::json!({
        "event": "relation", "subscriber": who.number, "holder": by.number, "kind": "guardian", "verified": "document",
        "relation": RelationId([id; 16]), "valid_at": from.rfc3339(),
    });
    for (name, word) in more {
        object[name] = (*word).into();
    }
    object.to_string() + "\n"
}

const STOPS: [(&str, &str); 2] = [("kind", "delegate"), ("scope", "stop")];
const ALLOWS: [(&str, &str); 2] = [("kind", "delegate"), ("scope", "all")];

#[test]
fn a_yes_for_somebody_stands_by_a_relation_of_ones_own_that_lived_then_and_by_no_other() {
    World::each(|w| {
        let (ward, other) = (w.enrols("ward", AgeBand::Minor), w.enrols("other", AgeBand::Minor));
        let [parent, mina, jun] = ["parent", "mina", "jun"].map(|name| w.subscriber(name));
        let t = w.clock.now().plus(-50 * DAY_US);
        let day = |n: i64| t.plus(n * DAY_US);
        let ended = [("ended", &*day(20).rfc3339())];
        let text = relation(&ward, &parent, 1, t, &ended)
            + &relation(&other, &parent, 2, t, &[])
            + &relation(&mina, &jun, 3, t, &STOPS)
            + &relation(&mina, &jun, 4, t, &ALLOWS);
        let unknown = "`relation`: one to this subscriber";
        let guardian = "`actor`: a guardian whose relation";
        let delegate = "`actor`: a delegate whose relation";
        let (stands, waits, refused) = (Status::Given, Status::Requested, Status::Unknown);
        let cases = [
            (&ward, "guardian", Some(1), 0, stands, ""),
            (&ward, "guardian", Some(1), 5, stands, ""),
            (&mina, "delegate", Some(4), 5, stands, ""),
            (&ward, "guardian", Some(1), -1, waits, guardian),
            (&ward, "guardian", Some(1), 20, waits, guardian),
            (&ward, "guardian", Some(2), 5, refused, unknown),
            (&ward, "guardian", Some(9), 5, refused, unknown),
            (&ward, "guardian", None, 5, waits, guardian),
            (&ward, "delegate", Some(1), 5, waits, delegate),
            (&ward, "subscriber", Some(1), 5, waits, ""),
            (&ward, "staff", Some(1), 5, waits, ""),
            (&ward, "operator", Some(1), 5, waits, ""),
            (&mina, "guardian", Some(4), 5, waits, guardian),
            (&mina, "delegate", Some(3), 5, waits, "`actor`: one who was given the right to allow"),
            (&mina, "delegate", Some(1), 5, refused, unknown),
            (&mina, "delegate", Some(4), -1, waits, delegate),
        ];
        let to: Vec<_> = (0..=cases.len()).map(|n| w.provider(&format!("recipient-{n}"))).collect();
        let said = |n: usize, provenance: &str| {
            let (who, actor, id, at, ..) = &cases[n];
            let id = id.map(|id| RelationId([id; 16]).to_string()).unwrap_or_default();
            let more = [("actor", *actor), ("relation", id.as_str()), ("provenance", provenance)];
            line(who, &to[n], "grant", day(*at), &more)
        };
        let text = text + &(0..cases.len()).map(|n| said(n, "explicit")).collect::<String>();
        // Nothing is raised by what was only taken to be said.
        let inferred = [
            ("actor", "guardian"),
            ("relation", &*RelationId([1; 16]).to_string()),
            ("provenance", "inferred"),
        ];
        let text = text + &line(&ward, &to[cases.len()], "grant", day(5), &inferred);
        let dry = brings(&w.broker(), &text, 3, true);
        let report = brings(&w.broker(), &text, 4, false);
        assert_eq!(Imported { dry_run: false, ..dry }, report);
        for (n, (who, actor, id, at, then, why)) in cases.iter().enumerate() {
            let found = status(w, who, &to[n], Some(day(*at).plus(1)), None);
            assert_eq!(found, *then, "{actor} by {id:?} on day {at}");
            let number = n as u64 + 5;
            let named = report.named.iter().chain(&report.unbacked).find(|named| named.line == number);
            assert_eq!(named.is_some(), !why.is_empty(), "{named:?}");
            assert!(named.is_none_or(|named| named.reason.starts_with(why)), "{named:?} is not {why}");
        }
        assert_eq!(status(w, &ward, &to[cases.len()], None, None), waits);
        assert_eq!((report.relations, report.taken, report.rejected), (4, 14, 3));
        // Brought again nothing is raised, whatever it says of itself.
        assert_eq!(counts(&brings(&w.broker(), &text, 7, false)), [21, 0, 0, 18, 3]);
    });
}

#[test]
fn a_relation_is_held_against_the_rules_by_which_the_house_writes_one_down() {
    World::each(|w| {
        let (ward, other) = (w.enrols("ward", AgeBand::Minor), w.enrols("other", AgeBand::Minor));
        let [parent, mina] = ["parent", "mina"].map(|name| w.subscriber(name));
        let assistant = w.provider("assistant");
        let t = w.clock.now().plus(-50 * DAY_US);
        let day = |n: i64| t.plus(n * DAY_US).rfc3339();
        let id = |n: u8| RelationId([n; 16]).to_string();
        let good = relation(&ward, &parent, 1, t, &[("until", &day(100))]);
        let outside = |who: &str| relation(&ward, &parent, 2, t, &[("holder", ""), ("outsider", who)]);
        let (early, late, stranger) = (day(-100), day(60), "+4915559999999");
        let bad = [
            (relation(&ward, &parent, 2, t, &[("holder", stranger)]), "`holder`: not enrolled"),
            (relation(&ward, &parent, 2, t, &[("subscriber", stranger)]), "`subscriber`: not enrolled"),
            (relation(&ward, &ward, 2, t, &[]), "`holder`: somebody else"),
            (relation(&ward, &parent, 2, t, &[("holder", "")]), "`holder`: a phone number"),
            (relation(&ward, &parent, 2, t, &[("outsider", "an-aunt")]), "`outsider`: nothing beside"),
            (outside(&ward.number), "`holder`: somebody else"),
            (outside(&parent.number), "`outsider`: somebody who is no subscriber"),
            (relation(&mina, &parent, 2, t, &[]), "`verified`: `court` for the guardian of an adult"),
            (relation(&ward, &parent, 2, t, &ALLOWS), "`kind`: `guardian` for a minor"),
            (relation(&ward, &parent, 2, t, &[("kind", "owner")]), "`kind`: `guardian` or `delegate`"),
            (relation(&ward, &parent, 2, t, &[("scope", "all")]), "`scope`: of a delegate"),
            (relation(&ward, &parent, 2, t, &[("valid_at", &late)]), "`valid_at`: no later than now"),
            (relation(&ward, &parent, 2, t, &[("until", &early)]), "`until`: later than `valid_at`"),
            (relation(&ward, &parent, 2, t, &[("ended", &early)]), "`ended`: from `valid_at` to now"),
            (relation(&ward, &parent, 2, t, &[("ended", &late)]), "`ended`: from `valid_at` to now"),
            (relation(&ward, &parent, 2, t, &[("act", "grant")]), "`act`: nothing"),
            (relation(&ward, &parent, 2, t, &[("event", "relations")]), "`event`: `relation`"),
            // Of what is there nothing becomes other, earlier, longer or somebody else's.
            (relation(&other, &parent, 1, t, &[("until", &day(100))]), "`relation`: an id that no other"),
            (relation(&ward, &mina, 1, t, &[("until", &day(100))]), "`relation`: an id that no other"),
            (relation(&ward, &parent, 1, t, &[]), "`relation`: an id that no other"),
            (outside("an-aunt").replace(&id(2), &id(1)), "`relation`: an id that no other"),
            (
                relation(&ward, &parent, 1, t, &[("until", &day(100)), ("valid_at", &early)]),
                "`relation`: an id that no",
            ),
            (
                relation(&ward, &parent, 1, t, &[("until", &day(100)), ("verified", "court")]),
                "`relation`: an id that no",
            ),
        ];
        let text = good.clone() + &bad.iter().map(|(line, _)| line.as_str()).collect::<String>();
        for chunk in [1, 4096] {
            let before = w.dump();
            brings(&w.broker(), &text, chunk, true);
            assert_eq!(w.dump(), before, "a dry run wrote something");
        }
        let dry = brings(&w.broker(), &text, 5, true);
        let report = brings(&w.broker(), &text, 4096, false);
        assert_eq!(Imported { dry_run: false, ..dry }, report);
        assert_eq!((report.relations, report.rejected), (1, bad.len() as u64), "{report:?}");
        // The first twenty are named.
        for (n, (named, (_, why))) in report.named.iter().zip(&bad).enumerate() {
            assert_eq!(named.line, n as u64 + 2);
            assert!(named.reason.starts_with(why), "{named:?} is not {why}");
            assert!(!named.reason.contains("49155"), "{named:?}");
        }
        let relations = w.broker().relations(&Caller::console(), &ward.reference()).unwrap();
        assert_eq!((relations.len(), relations[0].from), (1, t));
        // An old yes does not stand by a beginning that was moved before it.
        let old = [("actor", "guardian"), ("relation", &*id(1))];
        let moved = relation(&ward, &parent, 1, t, &[("until", &day(100)), ("valid_at", &early)]);
        let text = moved + &line(&ward, &assistant, "grant", t.plus(-DAY_US), &old);
        let report = brings(&w.broker(), &text, 10, false);
        assert_eq!((report.rejected, report.waiting, report.unbacked.len()), (1, 1, 1), "{report:?}");
        assert_eq!(status(w, &ward, &assistant, None, None), Status::Requested);
    });
}

#[test]
fn a_yes_before_the_line_of_its_relation_is_told_the_cure_and_is_taken_once_that_is_there() {
    World::each(|w| {
        for chunk in [1, 10] {
            let (ward, parent) = (w.enrols("ward", AgeBand::Minor), w.subscriber("parent"));
            let assistant = w.provider(&format!("assistant-{chunk}"));
            let t = w.clock.now().plus(-5 * DAY_US);
            let id = RelationId([chunk as u8; 16]).to_string();
            let by = [("actor", "guardian"), ("relation", id.as_str())];
            let text =
                line(&ward, &assistant, "grant", t, &by) + &relation(&ward, &parent, chunk as u8, t, &[]);
            let dry = brings(&w.broker(), &text, chunk, true);
            let report = brings(&w.broker(), &text, chunk, false);
            assert_eq!(Imported { dry_run: false, ..dry }, report);
            assert_eq!((report.taken, report.relations, report.rejected), (0, 1, 1));
            let named = &report.named[0];
            assert_eq!(named.line, 1);
            assert!(named.reason.contains("whose own line comes before this one"), "{named:?}");
            assert_eq!(counts(&brings(&w.broker(), &text, chunk, false)), [2, 1, 0, 1, 0]);
            assert_eq!(status(w, &ward, &assistant, None, None), Status::Given);
            // What ends counts, whoever is said to have said it.
            let nobody = [("actor", "guardian"), ("relation", "rel_00000000000000000000000000000099")];
            let end = line(&ward, &assistant, "withdraw", t.plus(DAY_US), &nobody);
            assert_eq!(brings(&w.broker(), &end, chunk, false).taken, 1);
            assert_eq!(status(w, &ward, &assistant, None, None), Status::Withdrawn);
        }
    });
}

#[test]
fn the_end_of_a_relation_comes_along_and_nothing_brings_it_back() {
    World::each(|w| {
        let to = w.provider("assistant");
        let [_, kid, parent, ..] = &enrolled(w);
        let other = like(w, &[]);
        let [_, theirs, guardian, ..] = &enrolled(&other);
        let relation = relate(w, kid, parent, (RelationKind::Guardian, Verified::Document));
        w.clock.advance(HOUR_US);
        assert!(says(w, kid, &yes(w, &to, 30), by(Actor::Guardian, relation)).is_ok());
        let of_kid = || {
            let all = taken_out(&w.broker(), Format::Ndjson);
            all.lines()
                .filter(|l| l.contains(kid.reference().text()))
                .map(|l| l.to_owned() + "\n")
                .collect::<String>()
        };
        let before = of_kid();
        w.clock.advance(HOUR_US);
        other.clock.set(w.clock.now());
        assert_eq!(counts(&brings(&other.broker(), &before, 10, false)), [2, 1, 0, 0, 0]);
        let standing = || status(&other, theirs, &to, None, None);
        assert_eq!(standing(), Status::Given);
        w.broker().end_relation(&Caller::console(), relation).unwrap();
        let after = of_kid();
        // The line of the end alone is enough: what it bore is over, and the sweep ends it.
        let end = after.lines().next().unwrap().to_owned() + "\n";
        w.clock.advance(HOUR_US);
        other.clock.set(w.clock.now());
        let report = brings(&other.broker(), &end, 10, false);
        assert_eq!((report.relations, report.rejected), (1, 0), "{report:?}");
        assert_eq!(standing(), Status::Expired);
        // As it was known before, it lived.
        let known = other.clock.now().plus(-1);
        assert_eq!(status(&other, theirs, &to, Some(known), Some(known)), Status::Given);
        assert_eq!(counts(&brings(&other.broker(), &after, 10, false)), [3, 1, 0, 2, 0]);
        assert_eq!(standing(), Status::Revoked);
        for text in [&before, &after, &end] {
            let again = brings(&other.broker(), text, 10, false);
            assert_eq!((again.taken, again.relations, again.rejected), (0, 0, 0), "{again:?}");
        }
        let ended = |who: &Subscriber<'_>| {
            let relations = other.broker().relations(&Caller::console(), &who.reference()).unwrap();
            relations.iter().all(|r| r.ended.is_some())
        };
        assert!(ended(theirs));
        // Nor does it come back when its holder's number has gone to somebody else, in a house that knew it or not.
        other.broker().depart(&Caller::console(), &guardian.reference(), Departure::Recycled).unwrap();
        let gone = brings(&other.broker(), &before, 10, false);
        assert!(gone.named[0].reason.starts_with("`holder`: not enrolled"), "{gone:?}");
        other.clock.advance(HOUR_US);
        Subscriber::enrol(&other, "somebody else", &guardian.number, AgeBand::Adult);
        let somebody_else = brings(&other.broker(), &before, 10, false);
        assert!(somebody_else.named[0].reason.starts_with("`relation`: an id"), "{somebody_else:?}");
        // In a house that has only heard that its number is gone, it is over as well.
        let gone = end.replace(&format!("\"holder\":\"{}\",", parent.reference().text()), "");
        let gone = gone.replace(&relation.to_string(), "rel_00000000000000000000000000000008");
        let report = brings(&other.broker(), &gone.repeat(2), 10, false);
        assert_eq!((report.relations, report.duplicates), (1, 1), "{report:?}");
        let unknown = before.replace(&relation.to_string(), "rel_00000000000000000000000000000009");
        let unknown = brings(&other.broker(), &unknown, 10, false);
        assert!(unknown.named[0].reason.starts_with("`valid_at`: since both numbers"), "{unknown:?}");
        assert!(ended(theirs));
        assert_eq!(standing(), Status::Revoked);
    });
}

#[test]
fn a_holder_whose_number_goes_away_meanwhile_holds_nothing() {
    World::each(|w| {
        let (ward, parent) = (w.enrols("ward", AgeBand::Minor), w.subscriber("parent"));
        w.clock.advance(HOUR_US);
        let (rng, other, number) =
            (Arc::new(Interrupted::default()), w.another(Opening::default()), parent.reference());
        w.restart(Opening { rng: Some(rng.clone()), ..Opening::default() });
        rng.next_draw_after(move || {
            other.depart(&Caller::console(), &number, Departure::PortedOut).unwrap();
        });
        let report = brings(&w.broker(), &relation(&ward, &parent, 1, w.clock.now(), &[]), 10, false);
        assert!(rng.is_done());
        assert_eq!((report.relations, report.rejected), (0, 1), "{report:?}");
        assert!(w.broker().relations(&Caller::console(), &ward.reference()).unwrap().is_empty());
    });
}

#[test]
fn a_minor_does_not_take_back_his_guardians_pause_by_naming_his_relation() {
    World::each(|w| {
        let (ward, parent) = (w.enrols("ward", AgeBand::Minor), w.subscriber("parent"));
        let assistant = w.provider("assistant");
        let t = w.clock.now().plus(-5 * DAY_US);
        let id = RelationId([1; 16]).to_string();
        let says = |act, day, actor| {
            line(&ward, &assistant, act, t.plus(day * DAY_US), &[("actor", actor), ("relation", &id)])
        };
        let text = relation(&ward, &parent, 1, t, &[])
            + &says("grant", 1, "guardian")
            + &says("pause", 2, "guardian")
            + &says("resume", 3, "subscriber");
        let report = brings(&w.broker(), &text, 10, false);
        assert_eq!((report.taken, report.rejected), (2, 1), "{report:?}");
        assert!(report.named[0].reason.starts_with("`actor`: the guardian of the minor"), "{report:?}");
        assert_eq!(status(w, &ward, &assistant, None, None), Status::Paused);
        // The guardian does.
        assert_eq!(brings(&w.broker(), &says("resume", 3, "guardian"), 10, false).taken, 1);
        assert_eq!(status(w, &ward, &assistant, None, None), Status::Given);
    });
}

#[test]
fn nobody_speaks_for_himself_by_another_number_of_his() {
    World::each(|w| {
        let (ward, broker, console) = (w.enrols("ward", AgeBand::Minor), w.broker(), Caller::console());
        let known = broker.enrol(&console, &ward.reference(), AgeBand::Minor, None).unwrap();
        let second = Reference::parse("+4915550070009").unwrap();
        let id = broker.enrol(&console, &second, AgeBand::Adult, Some(known.person)).unwrap().id;
        let second = Subscriber::known(w, "the same", "+4915550070009", id);
        let (subscriber, holder) = (&ward.reference(), &second.reference());
        let (kind, verified) = (RelationKind::Guardian, Verified::Document);
        let wanted = NewRelation { subscriber, holder, kind, verified, may_allow: false, until: None };
        let refused = broker.relate(&console, &wanted);
        assert!(matches!(refused, Err(Failure::Invalid { field: "holder", .. })), "{refused:?}");
        let report =
            brings(&broker, &relation(&ward, &second, 1, w.clock.now().plus(-DAY_US), &[]), 10, false);
        assert_eq!((report.relations, report.rejected), (0, 1), "{report:?}");
        assert!(report.named[0].reason.starts_with("`holder`: somebody else"), "{report:?}");
    });
}

#[test]
fn a_yes_that_waits_and_was_taken_back_is_asked_for_no_more() {
    World::each(|w| {
        let (ward, assistant) = (w.enrols("ward", AgeBand::Minor), w.provider("assistant"));
        let t = w.clock.now().plus(-5 * DAY_US);
        let ends = [("withdraw", "guardian", Status::Withdrawn), ("revoke", "operator", Status::Revoked)];
        for (n, (act, actor, then)) in ends.into_iter().enumerate() {
            let at = t.plus(n as i64 * DAY_US);
            let text = line(&ward, &assistant, "grant", at, &[("actor", "guardian")])
                + &line(&ward, &assistant, act, at.plus(HOUR_US), &[("actor", actor)]);
            let report = brings(&w.broker(), &text, 10, false);
            assert_eq!(counts(&report), [2, 2, 1, 0, 0], "{report:?}");
            assert_eq!(status(w, &ward, &assistant, None, None), then);
            assert_eq!(counts(&brings(&w.broker(), &text, 1, false)), [2, 0, 0, 2, 0]);
        }
        // Nor is anything said to have begun by its end.
        let other = w.provider("other");
        let end = line(&ward, &other, "withdraw", t, &[]);
        assert_eq!(brings(&w.broker(), &end, 10, false).rejected, 1);
        let house = like(w, &[]);
        Subscriber::enrol(&house, "the same", &ward.number, AgeBand::Minor);
        let out = taken_out(&w.broker(), Format::Ndjson);
        let of_ward: String =
            out.split_inclusive('\n').filter(|l| l.contains(ward.reference().text())).collect();
        assert_eq!(brings(&house.broker(), &of_ward, 10, false).rejected, 0);
        assert_eq!(status(&house, &ward, &assistant, None, None), Status::Revoked);
    });
}
