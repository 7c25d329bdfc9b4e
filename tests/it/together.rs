//! Promise 7: no two answers combine. What one recipient heard in one hour counts against what any other hears in the next.
use super::support::world::Opening;
use super::support::{ASSISTANT, MUNICH, Provider, R6, Subscriber, World, ZONE, rows};
use dongui::crypt::hex;
use dongui::domain::category::{Category, Precision};
use dongui::domain::feed::FeedKind;
use dongui::domain::reason::Reason;
use dongui::domain::time::{DAY_US, HOUR_US};
use dongui::minimise::crowd::{Crowd, CrowdBase};

const ULM: (f64, f64) = (48.40, 9.99);
/// Beside the neighbours, who are sixty.
const OTHERS: usize = 55;

fn all_allow<'w>(w: &'w World, by: &Provider<'_>, names: &[String]) -> Vec<Subscriber<'w>> {
    let allows = |name: &String| {
        let who = w.subscriber(name);
        who.allows(by, ASSISTANT, ZONE, R6);
        who
    };
    names.iter().map(allows).collect()
}

#[test]
fn two_recipients_who_pool_their_answers_of_two_hours_find_nobody_alone() {
    World::each(|w| {
        let [first, second] = ["first", "second"].map(|name| w.provider(name));
        let names: Vec<String> = (0..OTHERS).map(|n| format!("other {n}")).collect();
        let others = all_allow(w, &second, &names);
        let (mina, jun) = (w.subscriber("mina"), w.subscriber("jun"));
        mina.allows(&first, ASSISTANT, ZONE, R6);
        for who in [&mina, &jun] {
            who.allows(&second, ASSISTANT, ZONE, R6);
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(first.asks(&mina).tells(), "with sixty neighbours in Munich");
        w.clock.advance(HOUR_US);
        for who in &others {
            who.is_at(ULM);
        }
        for who in [&mina, &jun] {
            who.is_at(ULM);
        }
        assert!(second.asks(&jun).tells(), "with fifty others in Ulm");
        // Only she was in Munich, then in Ulm.
        assert!(!second.asks(&mina).tells(), "told together, both would name her");
        assert_eq!(mina.last_reason(), Some(Reason::CrowdTooSmall));
        assert!(!first.asks(&mina).tells(), "nor is it told to the one that heard the other half");
        // Whoever goes where many of them go is told about.
        w.clock.advance(HOUR_US);
        w.neighbours_are_at(ULM);
        mina.is_at(ULM);
        assert!(second.asks(&mina).tells());
        // And a broker that remembers nothing counts the same.
        w.restart(Default::default());
        assert!(second.asks(&mina).tells());
    });
}

#[test]
fn an_interest_counts_only_among_those_who_fit_the_place_that_was_told() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let mina = w.subscriber("mina");
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        mina.allows(&assistant, ASSISTANT, Category::UsageInterest, Precision::Label);
        let names: Vec<String> = (0..OTHERS).map(|n| format!("cook {n}")).collect();
        let cooks: Vec<Subscriber<'_>> = names.iter().map(|name| w.subscriber(name)).collect();
        for who in &cooks {
            who.allows(&assistant, ASSISTANT, Category::UsageInterest, Precision::Label);
        }
        w.load(FeedKind::Categories, "source,key,topic\napp,org.example.kitchen,food\n");
        // Two weeks are looked at before an interest is said.
        let times = [400, 25, 1].map(|hours: i64| w.clock.now().plus(-hours * HOUR_US).rfc3339());
        let line = |who: &Subscriber<'_>| {
            times.clone().map(|at| format!("{},{at},org.example.kitchen\n", who.number)).concat()
        };
        let lines: String = cooks.iter().chain([&mina]).map(line).collect();
        w.load(FeedKind::App, &format!("subscriber,at,app\n{lines}"));
        let told = |category| assistant.asks_for(&mina, ASSISTANT, &[category]).tells();
        let first = told(Category::UsageInterest);
        assert!(first, "with fifty others who like it: {:?}", mina.last_reason());
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(!told(ZONE), "none of the sixty in Munich is known to like it");
        assert!(told(Category::UsageInterest), "what was told stays told");
    });
}

#[test]
fn who_has_allowed_nothing_counts_in_crowds_only_where_the_operator_says_so_and_leaves_nothing_else() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let mina = w.subscriber("mina");
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let names: Vec<String> = (0..OTHERS).map(|n| format!("silent {n}")).collect();
        let silent: Vec<Subscriber<'_>> = names.iter().map(|name| w.subscriber(name)).collect();
        let all_in_ulm = || {
            for who in &silent {
                let report = who.is_at(ULM);
                assert_eq!((report.kept, report.dropped), (0, 1));
            }
            assert_eq!(mina.is_at(ULM).kept, 1);
        };
        all_in_ulm();
        assert!(!assistant.asks(&mina).tells(), "by default only who consented counts");
        w.restart(Opening { crowd_base: CrowdBase::All, ..Opening::default() });
        w.clock.advance(HOUR_US);
        all_in_ulm();
        assert!(assistant.asks(&mina).tells(), "among fifty-five who count, and of whom nothing is told");
        assert_eq!(rows::rows_of(&w.house.url, "profiles").len(), 1, "of them nothing is kept");
        assert!(!assistant.asks(&silent[0]).tells());
        assert_eq!(silent[0].last_reason(), Some(Reason::NotGranted));
    });
}

/// Every crowd as it lies in the database, by kind and bucket, with the numbers of persons that are in it.
fn stored(w: &World, kind: &str) -> Vec<(i64, Vec<u32>)> {
    let hex = if w.house.is_postgres() { "encode(persons, 'hex')" } else { "hex(persons)" };
    let query = format!("SELECT bucket || ' ' || {hex} AS value FROM crowd WHERE kind = '{kind}' ORDER BY 1");
    let read = |row: String| {
        let (bucket, persons) = row.split_once(' ').unwrap();
        let crowd = Crowd::from_bytes(&hex::decode(&persons.to_lowercase()).unwrap()).unwrap();
        (bucket.parse().unwrap(), crowd.iter().collect())
    };
    rows::texts(&w.house.url, &query).into_iter().map(read).collect()
}

#[test]
fn who_has_the_database_and_no_keys_cannot_tell_who_was_where_nor_follow_a_number_into_the_next_week() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let names: Vec<String> = (0..9).map(|n| format!("resident {n}")).collect();
        let residents = all_allow(w, &assistant, &names);
        let in_munich = || residents.iter().for_each(|who| assert_eq!(who.is_at(MUNICH).kept, 1));
        let numbers: Vec<u32> = {
            let query = "SELECT cast(person_number AS TEXT) AS value FROM subscribers ORDER BY person_number";
            rows::texts(&w.house.url, query).into_iter().map(|n| n.parse().unwrap()).collect()
        };
        assert!(
            numbers.len() >= residents.len() && numbers.iter().all(|n| *n < 200),
            "they are small and in order"
        );
        in_munich();
        let now = stored(w, "zone");
        assert!(now.iter().all(|(_, persons)| persons.len() == 9), "{now:?}");
        // The attack: a row of the crowds beside a row of the subscribers.
        assert!(now[0].1.iter().filter(|n| numbers.contains(n)).count() <= 1, "{now:?}");
        w.clock.advance(HOUR_US);
        in_munich();
        let later = stored(w, "zone");
        assert!(later.iter().all(|(_, persons)| *persons == now[0].1), "in a week they are comparable");
        w.clock.advance(7 * DAY_US);
        in_munich();
        let next = stored(w, "zone").into_iter().rfind(|(bucket, _)| *bucket > later[0].0 + DAY_US).unwrap();
        assert!(next.1.iter().filter(|n| now[0].1.contains(n)).count() <= 1, "{next:?}");
    });
}
