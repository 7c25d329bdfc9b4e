//! How many people were where: who counts, that a day is counted once whoever asks, however often and from however many servers, and what it costs.
//! Deliberately absent: the noise and the attacks on it, which are `minimise::count`'s and `dongui privacy attack`'s.
use super::support::door::Call;
use super::support::world::{Opening, World, neighbour, told};
use super::support::{MUNICH, PASING, Provider, R6, RESEARCH, rows};
use dongui::broker::authenticate::{Caller, Presented};
use dongui::broker::consent::{LONGEST_US, Wish};
use dongui::broker::never::Change;
use dongui::broker::population::Population;
use dongui::broker::{Broker, Failure};
use dongui::domain::category::{Category, Precision};
use dongui::domain::client::Role;
use dongui::domain::consent::{Act, Hours, Limits, Quota};
use dongui::domain::id::{RecipientId, SubscriberId};
use dongui::domain::recipient::Assurance;
use dongui::domain::subscriber::Reference;
use dongui::domain::time::{At, DAY_US, HOUR_US, SECOND_US};
use dongui::domain::zone::Zone;
use dongui::minimise::count::EPS_MILLI;
use dongui::minimise::population::{MOST_A_WEEK, heaviest_week};
use dongui::minimise::zone;
use dongui::oauth::scope::Scope;
use dongui::store::counts::{self, Draw};
use serde_json::json;
use std::sync::Barrier;

const POPULATION: Category = Category::Population;

fn district((lat, lon): (f64, f64), resolution: u8) -> Zone {
    zone::parent(zone::from_point(lat, lon).unwrap(), resolution).unwrap()
}

/// The UTC day of a world's present.
fn today(w: &World) -> At {
    w.clock.now().floor(DAY_US)
}

/// Goes on to the same hour of the next day, at which the day before is told of.
pub fn next_day(w: &World) -> At {
    let day = today(w);
    w.clock.advance(DAY_US);
    day
}

/// Somebody's client at the door of this broker.
fn caller(w: &World, broker: &Broker, who: &Provider<'_>) -> Caller {
    let token = who.client.token();
    let proof = who.client.proof("POST", "/v1/population", Some(&token));
    let presented = Presented {
        authorization: &format!("DPoP {token}"),
        proof: &proof,
        certificate: None,
        method: "POST",
        url: &format!("{}/v1/population", super::support::world::ISSUER),
    };
    let proven = broker.prove(dongui::oauth::audience::Audience::Api, &presented).unwrap();
    w.clock.advance(1);
    broker.admit(proven, Scope::PopulationRead).unwrap()
}

fn asks_about(w: &World, who: &Provider<'_>, day: At, place: Zone) -> Result<Population, Failure> {
    let broker = w.broker();
    broker.population(&caller(w, &broker, who), &day.date(), &zone::text(place))
}

/// What is told of Munich.
pub fn asks_munich(w: &World, who: &Provider<'_>, day: At) -> Result<Population, Failure> {
    asks_about(w, who, day, district(MUNICH, 6))
}

/// What is told of the district in which everybody is.
fn asks(w: &World, who: &Provider<'_>, day: At) -> Option<u64> {
    let told = asks_about(w, who, day, district(MUNICH, 6)).unwrap();
    assert_eq!(told.zones.len(), 1);
    told.zones[0].persons
}

fn neighbours(w: &World) -> Vec<SubscriberId> {
    let id = |n| w.broker().subscriber_id(&Reference::parse(&neighbour(n)).unwrap()).unwrap();
    (0..COUNTED).map(id).collect()
}

/// Neighbours who say yes: so many that noise leaves them enough to be told of.
pub const COUNTED: u32 = 90;

/// All of them are somewhere, now.
pub fn are_at(w: &World, place: (f64, f64)) {
    w.some_neighbours_are_at(COUNTED, place);
}

/// Tells a story in which all neighbours said yes to being counted.
pub fn each(story: impl Fn(&World)) {
    World::each(|w| {
        w.more_neighbours(COUNTED);
        all_allow(w, Limits::NONE);
        story(w);
    });
}

/// The recipient that the neighbours said yes to.
fn theirs(w: &World) -> RecipientId {
    w.broker().recipients().unwrap().into_iter().find(|r| r.name == "neighbourhood").unwrap().id
}

/// All neighbours do something about being counted, and about nothing else.
fn all(w: &World, act: Act) {
    let (recipient, purpose, category) = (Some(theirs(w)), Some(RESEARCH), Some(POPULATION));
    for id in neighbours(w) {
        let wish = Wish::Change { act, until: None, recipient, purpose, category };
        assert!(w.broker().show_and_decide(id, &wish, "screen").unwrap().entry.is_some());
    }
}

/// All neighbours say yes to being counted, anew and with limits.
fn all_allow(w: &World, limits: Limits) {
    let (recipient, until) = (theirs(w), w.clock.now().plus(LONGEST_US));
    for id in neighbours(w) {
        let (purpose, category, precision) = (RESEARCH, POPULATION, Precision::ZoneR6);
        let wish = Wish::Allow { recipient, purpose, category, precision, until, limits, shown: told() };
        assert!(w.broker().show_and_decide(id, &wish, "screen").unwrap().entry.is_some());
    }
    // Feeds tell time to the second.
    w.clock.advance(2 * SECOND_US);
}

/// How many counts and how many answers the ledger has.
fn recorded(w: &World) -> (usize, usize) {
    // PostgreSQL writes a quote in a row twice.
    let rows = rows::rows_of(&w.house.url, "entries");
    let entries: Vec<String> = rows.iter().map(|row| row.replace("\"\"", "\"")).collect();
    let of =
        |words: &str| entries.iter().filter(|e| e.contains(words) && e.contains(RESEARCH.as_str())).count();
    (of("\"kind\":\"count\""), of("\"kind\":\"request\""))
}

#[test]
fn ninety_who_said_yes_are_told_as_about_ninety_and_every_recipient_is_told_the_same() {
    each(|w| {
        let (survey, planner) = (w.provider("survey"), w.provider("planner"));
        are_at(w, MUNICH);
        let day = today(w);
        let early = asks_about(w, &survey, day, district(MUNICH, 6)).unwrap_err();
        assert!(early.to_string().contains("is told of from"), "{early}");
        next_day(w);
        let first = asks(w, &survey, day).unwrap();
        assert!((75..=105).contains(&first) && first.is_multiple_of(10), "{first}");
        // By itself and among those round it, to another recipient, after more was seen of the day, and after a restart.
        are_at(w, PASING);
        assert_eq!(asks(w, &planner, day), Some(first));
        w.restart(Opening::default());
        for resolution in [4, 5, 6] {
            let around = asks_about(w, &planner, day, district(MUNICH, resolution)).unwrap();
            assert_eq!(around.zones.len(), 7usize.pow(6 - u32::from(resolution)));
            let told: Vec<_> = around.zones.iter().filter(|z| z.persons.is_some()).collect();
            assert_eq!((told.len(), told[0].persons), (1, Some(first)), "everybody is in one zone");
        }
        assert_eq!(recorded(w), (1, 5));
    });
}

#[test]
fn who_takes_his_yes_back_before_the_count_is_not_in_it_and_who_does_so_later_changes_nothing() {
    each(|w| {
        let survey = w.provider("survey");
        are_at(w, MUNICH);
        let first = next_day(w);
        let told = asks(w, &survey, first);
        assert!(told.is_some());
        are_at(w, MUNICH);
        all(w, Act::Withdraw);
        assert_eq!(asks(w, &survey, first), told, "what was told before stays as it is");
        let second = next_day(w);
        assert_eq!(asks(w, &survey, second), None, "and nobody is left for a new count");
    });
}

#[test]
fn who_paused_set_a_quota_was_seen_at_other_hours_or_before_his_yes_or_where_he_never_tells_is_not_counted() {
    each(|w| {
        let survey = w.provider("survey");
        let counted = |while_seen: &dyn Fn(), before_counting: &dyn Fn()| {
            while_seen();
            are_at(w, MUNICH);
            let day = next_day(w);
            before_counting();
            asks(w, &survey, day).is_some()
        };
        let nothing = || {};
        assert!(counted(&nothing, &nothing));
        assert!(!counted(&nothing, &|| all(w, Act::Pause)));
        all(w, Act::Resume);
        let marks = |marked| {
            for id in neighbours(w) {
                let change = Change::Area(district(MUNICH, 6), marked);
                assert!(w.broker().keep_back(id, "screen".into(), &change).unwrap().is_some());
            }
        };
        assert!(!counted(&nothing, &|| marks(true)));
        marks(false);
        let quota = Quota::parse("24/day");
        assert!(!counted(&|| all_allow(w, Limits { quota, ..Limits::NONE }), &nothing));
        // It is past 15:20 in UTC, and an hour later in Munich.
        let (before, during) = (Hours::parse("01:00-05:00"), Hours::parse("16:00-17:00"));
        all_allow(w, Limits { hours: before, ..Limits::NONE });
        assert!(!counted(&nothing, &nothing));
        all_allow(w, Limits { hours: during, ..Limits::NONE });
        assert!(counted(&nothing, &|| w.clock.advance(5 * HOUR_US)), "a count is made at no hour of theirs");
        w.clock.advance(19 * HOUR_US);
        assert!(!counted(&nothing, &|| all_allow(w, Limits::NONE)), "a yes is none for what was seen before");
    });
}

#[test]
fn of_recipients_that_ask_first_at_the_same_time_all_are_told_what_one_drew() {
    each(|w| {
        let survey = w.provider("survey");
        are_at(w, MUNICH);
        let day = next_day(w);
        let brokers = [w.broker(), w.another(Opening::default()), w.another(Opening::default())];
        let callers: Vec<_> = (0..50).map(|n| caller(w, &brokers[n % 3], &survey)).collect();
        let gate = Barrier::new(callers.len());
        let place = zone::text(district(MUNICH, 5));
        let told: Vec<Population> = std::thread::scope(|scope| {
            let ask = |(n, caller): (usize, &Caller)| {
                gate.wait();
                brokers[n % 3].population(caller, &day.date(), &place).unwrap()
            };
            let asks: Vec<_> = callers.iter().enumerate().map(|c| scope.spawn(move || ask(c))).collect();
            asks.into_iter().map(|a| a.join().unwrap()).collect()
        });
        assert!(told.iter().all(|t| *t == told[0]), "{told:?}");
        assert!(told[0].zones.iter().any(|z| z.persons.is_some()));
        assert_eq!(recorded(w), (1, 50));
    });
}

#[test]
fn two_hundred_questions_at_once_charge_no_week_beyond_its_most() {
    each(|w| {
        let survey = w.provider("survey");
        are_at(w, MUNICH);
        let first = next_day(w);
        are_at(w, MUNICH);
        let second = next_day(w);
        // All but what one day more costs is spent.
        let spent = Draw { day: first.plus(-DAY_US), eps_milli: MOST_A_WEEK - EPS_MILLI, at: first };
        w.store().write("story", move |tx| counts::keep(tx, &spent, &[])).unwrap();
        let brokers = [w.broker(), w.another(Opening::default())];
        let callers: Vec<_> = (0..200).map(|n| caller(w, &brokers[n % 2], &survey)).collect();
        let place = zone::text(district(MUNICH, 6));
        let told: Vec<(At, bool)> = std::thread::scope(|scope| {
            let ask = |(n, caller): (usize, &Caller)| {
                let day = if n % 3 == 0 { first } else { second };
                match brokers[n % 2].population(caller, &day.date(), &place) {
                    Ok(_) => (day, true),
                    Err(Failure::Conflict(why)) => {
                        assert!(why.contains("may be charged in seven days"), "{why}");
                        (day, false)
                    }
                    Err(e) => panic!("{e}"),
                }
            };
            let asks: Vec<_> = callers.iter().enumerate().map(|c| scope.spawn(move || ask(c))).collect();
            asks.into_iter().map(|a| a.join().unwrap()).collect()
        });
        let answered: std::collections::BTreeSet<At> = told.iter().filter(|t| t.1).map(|t| t.0).collect();
        assert_eq!(answered.len(), 1, "one of the two days fits");
        let draws = w.broker().draws(At(0)).unwrap();
        let charged: Vec<_> = draws.iter().map(|d| (d.day, d.eps_milli)).collect();
        assert_eq!((draws.len(), heaviest_week(&charged)), (2, MOST_A_WEEK));
    });
}

#[test]
fn what_cannot_be_recorded_is_not_told_and_a_count_outlives_the_crash_after_it() {
    each(|w| {
        let survey = w.provider("survey");
        are_at(w, MUNICH);
        let day = next_day(w);
        let broken = |story: &dyn Fn()| {
            w.sql("ALTER TABLE records RENAME TO records_away");
            story();
            w.sql("ALTER TABLE records_away RENAME TO records");
        };
        let (broker, before) = (w.broker(), caller(w, &w.broker(), &survey));
        let place = zone::text(district(MUNICH, 6));
        let ask = |caller: &Caller| broker.population(caller, &day.date(), &place);
        broken(&|| assert!(matches!(ask(&before), Err(Failure::Fault(_)))));
        assert_eq!(broker.draws(At(0)).unwrap(), [], "no count without its record");
        // Counted, and then nothing more before the answer.
        // Yesterday, and the day before it, on which nobody was seen.
        assert_eq!(broker.count_due().unwrap(), 2);
        broken(&|| assert!(matches!(ask(&before), Err(Failure::Fault(_)))));
        assert_eq!(recorded(w), (2, 0));
        let kept = w.store().read("story", |tx| {
            let district = district(MUNICH, 6);
            counts::told(tx, day, district..=district)
        });
        w.restart(Opening::default());
        assert_eq!(asks(w, &survey, day), kept.unwrap().values().next().copied());
        assert_eq!(w.broker().count_due().unwrap(), 0);
    });
}

#[test]
fn nobody_is_counted_where_nobody_may_be_told_and_a_day_that_was_not_counted_in_time_never_is() {
    each(|w| {
        // The neighbours' own recipient might be told, so its contract ends.
        let survey = w.provider_with("survey", |r| r.purposes.retain(|p| *p != RESEARCH));
        let mut neighbourhood =
            w.broker().recipients().unwrap().into_iter().find(|r| r.id == theirs(w)).unwrap();
        neighbourhood.assurance = Assurance::Hosted;
        w.broker().register_recipient(&Caller::console(), neighbourhood).unwrap();
        are_at(w, MUNICH);
        let day = next_day(w);
        assert_eq!(w.broker().count_due().unwrap(), 0);
        assert!(matches!(asks_about(w, &survey, day, district(MUNICH, 6)), Err(Failure::Unregistered(_))));
        w.narrows(&survey, |r| r.purposes.push(RESEARCH));
        w.clock.advance(2 * DAY_US);
        assert!(matches!(asks_about(w, &survey, day, district(MUNICH, 6)), Err(Failure::NotFound(_))));
        assert_eq!(w.broker().draws(At(0)).unwrap(), []);
    });
}

#[test]
fn a_question_that_has_no_answer_is_refused_with_its_cure() {
    each(|w| {
        let survey = w.provider("survey");
        let hosted = w.provider_with("hosted", |r| r.assurance = Assurance::Hosted);
        let stranger = w.provider_with("stranger", |r| r.ceiling.retain(|(c, _)| *c != POPULATION));
        let operator = w.client(Role::Operator);
        are_at(w, MUNICH);
        let day = next_day(w).date();
        let (place, door) = (zone::text(district(MUNICH, 6)), w.http());
        let call = |body: serde_json::Value| Call::new("POST", "/v1/population").json(&body);
        let well = || call(json!({ "day": day, "zone": place }));
        let (fine, coarse) = (zone::text(district(MUNICH, 7)), zone::text(district(MUNICH, 3)));
        for (asked, status, says) in [
            (well().by(&hosted.client), 403, "is not registered for"),
            (well().by(&stranger.client), 403, "is not registered for"),
            (well().by(&operator), 403, "population:read"),
            (call(json!({ "day": "2026-11-30", "zone": place })).by(&survey.client), 409, "is told of from"),
            (call(json!({ "day": "2026-11-20", "zone": place })).by(&survey.client), 404, "not found"),
            (call(json!({ "day": "2026-11-24T00:00:00Z", "zone": place })).by(&survey.client), 422, "/day"),
            (call(json!({ "day": "2026-02-30", "zone": place })).by(&survey.client), 422, "/day"),
            (call(json!({ "day": day, "zone": fine })).by(&survey.client), 422, "/zone"),
            (call(json!({ "day": day, "zone": coarse })).by(&survey.client), 422, "/zone"),
            (call(json!({ "day": day, "zone": "munich" })).by(&survey.client), 422, "/zone"),
            (
                call(json!({ "day": day, "zone": place, "hour": 7 })).by(&survey.client),
                400,
                "a field is missing, unknown",
            ),
            (well(), 401, ""),
        ] {
            let reply = door.send(&asked);
            let text = reply.text();
            assert!(
                reply.status == status && text.contains(says),
                "{status} {says}: {} {text}",
                reply.status
            );
            assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        }
        let reply = door.send(&well().by(&survey.client));
        let told = reply.json();
        assert_eq!(
            (reply.status, &told["day"], &told["epsilon_milli"]),
            (200, &json!(day), &json!(EPS_MILLI))
        );
        assert_eq!(told["zones"].as_array().unwrap().len(), 1);
        assert!(told["zones"][0]["persons"].as_u64().unwrap() >= 50, "{told}");
        let context = json!({ "subject": "a".repeat(26), "purpose": RESEARCH, "categories": [POPULATION] });
        let reply = door.send(&Call::new("POST", "/v1/context").json(&context).by(&survey.client));
        assert!(reply.status == 422 && reply.text().contains("/v1/population"), "{}", reply.text());
    });
}

#[test]
fn a_subscriber_sees_on_how_many_days_he_was_counted_at_most() {
    each(|w| {
        let (survey, mina) = (w.provider("survey"), w.subscriber("mina"));
        let counted = || w.broker().learnt(mina.id, None).unwrap().counted;
        mina.allows(&survey, RESEARCH, POPULATION, R6);
        mina.is_at(MUNICH);
        are_at(w, MUNICH);
        let first = next_day(w);
        assert_eq!(counted(), 0);
        asks(w, &survey, first);
        assert_eq!(counted(), 1);
        asks(w, &survey, next_day(w));
        mina.withdraws();
        asks(w, &survey, next_day(w));
        assert_eq!(counted(), 2, "after his no he is not");
        let (stranger, none) =
            (w.subscriber("stranger"), w.broker().learnt(mina.id, Some(survey.id)).unwrap());
        assert_eq!(w.broker().learnt(stranger.id, None).unwrap().counted, 0);
        assert_eq!(none.counted, 0, "it is no one recipient's");
    });
}
