//! "Does he live there?": a step of how much time is spent within a circle that a recipient names. A home stands still, so that questions of many days must
//! not add up to it. What no number of questions finds is shown in `minimise::often`.
use super::support::answers::Answer;
use super::support::world::neighbour;
use super::support::{ASSISTANT, MUNICH, Provider, Subscriber, World};
use dongui::broker::never::Change;
use dongui::domain::category::{Category, Precision};
use dongui::domain::circle::{Circle, Radius};
use dongui::domain::feed::FeedKind;
use dongui::domain::place::Label;
use dongui::domain::purpose::Purpose;
use dongui::domain::reason::Reason;
use dongui::domain::time::{DAY_US, HOUR_US};
use serde_json::json;

const OFTEN: Category = Category::FrequentArea;
const FRAUD: Purpose = Purpose::FraudPreventionAndDetection;
/// 125 km from Munich.
const ULM: (f64, f64) = (48.40, 9.99);
/// Enough of them, and no more.
const OTHERS: usize = 52;

fn circle((latitude, longitude): (f64, f64), radius: Radius) -> Circle {
    Circle { latitude, longitude, radius_km: radius.km() }
}

fn asks(by: &Provider<'_>, about: &Subscriber<'_>, circle: Circle) -> Answer {
    let mut request = by.request(about, FRAUD, &[OFTEN]);
    request.circle = Some(circle);
    by.asks_with(&by.client.token(), &request)
}

fn says(answer: &Answer) -> Option<String> {
    answer.told(OFTEN).map(|value| value["time_spent"].as_str().unwrap().to_owned())
}

fn allows<'w>(w: &'w World, name: &str, by: &Provider<'_>) -> Subscriber<'w> {
    let who = w.subscriber(name);
    who.allows(by, FRAUD, OFTEN, Precision::Label);
    who
}

/// These lived somewhere, every hour of some days up to now.
fn live(w: &World, numbers: &[String], days: i64, (lat, lon): (f64, f64)) {
    let mut lines = String::new();
    for number in numbers {
        for hour in (0..days * 24).rev() {
            let at = w.clock.now().plus(-hour * HOUR_US).rfc3339();
            lines += &format!("{number},{at},{lat},{lon}\n");
        }
    }
    let report = w.load(FeedKind::Location, &format!("subscriber,at,lat,lon\n{lines}"));
    assert_eq!(report.kept, numbers.len() as u64 * days as u64 * 24, "{report:?}");
}

fn numbers(all: &[Subscriber<'_>]) -> Vec<String> {
    all.iter().map(|who| who.number.clone()).collect()
}

/// Sixty live in Munich, fifty-two in Ulm.
pub fn two_towns<'w>(w: &'w World, by: &Provider<'_>) -> Vec<Subscriber<'w>> {
    let others: Vec<Subscriber<'_>> = (0..OTHERS).map(|n| allows(w, &format!("other {n}"), by)).collect();
    live(w, &(0..60).map(neighbour).collect::<Vec<_>>(), 7, MUNICH);
    live(w, &numbers(&others), 7, ULM);
    others
}

#[test]
fn a_step_is_told_about_a_circle_and_again_for_nothing_three_times_a_week_of_all_that_ask_together() {
    World::each(|w| {
        let [bank, shop] = ["bank", "shop"].map(|name| w.provider(name));
        let others = two_towns(w, &bank);
        let mina = allows(w, "mina", &bank);
        mina.allows(&shop, FRAUD, OFTEN, Precision::Label);
        live(w, std::slice::from_ref(&mina.number), 7, MUNICH);
        let home = asks(&bank, &mina, circle(MUNICH, Radius::Km5));
        assert_eq!(
            home.told(OFTEN).unwrap(),
            json!({ "time_spent": "nearly_all", "centre": "871f8d7a4ffffff", "radius_km": 5 })
        );
        assert!(home.text().contains("nearly all of the time within 5 km"), "{}", home.text());
        assert_eq!(says(&asks(&bank, &mina, circle(ULM, Radius::Km10))).as_deref(), Some("none"));
        // Two hundred metres beside is the same question, and so is it to somebody else.
        for by in [&bank, &shop] {
            let beside = asks(by, &mina, circle((MUNICH.0 + 0.001, MUNICH.1), Radius::Km5));
            assert_eq!(beside.bytes(), home.bytes());
        }
        assert_eq!(says(&asks(&shop, &mina, circle(ULM, Radius::Km20))).as_deref(), Some("none"));
        for by in [&shop, &bank] {
            assert_eq!(says(&asks(by, &mina, circle(MUNICH, Radius::Km10))), None);
            assert_eq!(mina.last_reason(), Some(Reason::BudgetSpent));
        }
        w.clock.advance(DAY_US);
        live(w, &(0..60).map(neighbour).collect::<Vec<_>>(), 1, MUNICH);
        live(w, &numbers(&others), 1, ULM);
        live(w, std::slice::from_ref(&mina.number), 1, MUNICH);
        assert_eq!(says(&asks(&bank, &mina, circle(MUNICH, Radius::Km5))).as_deref(), Some("nearly_all"));
        assert_eq!(says(&asks(&bank, &mina, circle(MUNICH, Radius::Km50))), None, "nor on the next day");
        assert_eq!(mina.last_reason(), Some(Reason::BudgetSpent));
        mina.withdraws();
        let after = asks(&bank, &mina, circle(MUNICH, Radius::Km5));
        assert_eq!(after.withheld(OFTEN).as_deref(), Some("not_granted"));
    });
}

#[test]
fn where_few_live_nobody_is_looked_for_and_whether_it_is_answered_does_not_tell_the_answer() {
    World::each(|w| {
        let bank = w.provider("bank");
        let [mina, jun] = ["mina", "jun"].map(|name| allows(w, name, &bank));
        live(w, &(0..60).map(neighbour).collect::<Vec<_>>(), 7, MUNICH);
        live(w, std::slice::from_ref(&mina.number), 7, MUNICH);
        live(w, std::slice::from_ref(&jun.number), 7, ULM);
        for about in [MUNICH, ULM] {
            for radius in [Radius::Km5, Radius::Km50] {
                let [here, there] = [&mina, &jun].map(|who| asks(&bank, who, circle(about, radius)));
                assert_eq!(here.bytes(), there.bytes());
                assert_eq!(here.withheld(OFTEN).as_deref(), Some("not_available"));
            }
        }
        assert_eq!(mina.last_reason(), Some(Reason::CrowdTooSmall));
    });
}

#[test]
fn a_home_that_is_never_shared_a_week_too_short_and_a_sensitive_place_are_one_silence() {
    World::each(|w| {
        let bank = w.provider("bank");
        two_towns(w, &bank);
        let [mina, new] = ["mina", "new"].map(|name| allows(w, name, &bank));
        live(w, std::slice::from_ref(&mina.number), 7, MUNICH);
        live(w, std::slice::from_ref(&new.number), 3, MUNICH);
        let unknown = asks(&bank, &new, circle(MUNICH, Radius::Km5));
        assert_eq!((says(&unknown), new.last_reason()), (None, Some(Reason::NoData)));
        let change = Change::Label(Label::Home, true);
        w.broker().keep_back(mina.id, "screen".into(), &change).unwrap();
        // Of the place itself, and of any other, which would tell of it.
        for about in [MUNICH, ULM] {
            let kept = asks(&bank, &mina, circle(about, Radius::Km5));
            assert_eq!(kept.bytes(), unknown.bytes());
            assert_eq!(mina.last_reason(), Some(Reason::NeverPlace));
        }
        // Another purpose is another grant, which nobody may ask for.
        let assistant = bank.asks_for(&mina, ASSISTANT, &[OFTEN]);
        assert_eq!(says(&assistant), None);
    });
}
