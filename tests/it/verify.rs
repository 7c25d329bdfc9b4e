//! "Is he there?": a yes or no about a circle that a recipient names, which must not become a way to find anybody.
use super::support::answers::Answer;
use super::support::door::Call;
use super::support::{MUNICH, Provider, Subscriber, World, ZONE};
use dongui::broker::never::Change;
use dongui::domain::category::{Category, Precision};
use dongui::domain::circle::{Circle, Radius};
use dongui::domain::place::Label;
use dongui::domain::purpose::Purpose;
use dongui::domain::reason::Reason;
use dongui::domain::time::{DAY_US, HOUR_US};
use serde_json::{Value, json};

const VERIFY: Category = Category::LocationVerify;
const FRAUD: Purpose = Purpose::FraudPreventionAndDetection;
/// 125 km from Munich.
const ULM: (f64, f64) = (48.40, 9.99);
/// In Ulm; the neighbours, who are sixty, are in Munich.
const OTHERS: usize = 55;

fn circle((latitude, longitude): (f64, f64), radius: Radius) -> Circle {
    Circle { latitude, longitude, radius_km: radius.km() }
}

fn asks(by: &Provider<'_>, about: &Subscriber<'_>, circle: Circle) -> Answer {
    let mut request = by.request(about, FRAUD, &[VERIFY]);
    request.circle = Some(circle);
    by.asks_with(&by.client.token(), &request)
}

fn says(answer: &Answer) -> Option<bool> {
    answer.told(VERIFY).map(|value| value["within"].as_bool().unwrap())
}

fn allows<'w>(w: &'w World, name: &str, by: &Provider<'_>) -> Subscriber<'w> {
    let who = w.subscriber(name);
    who.allows(by, FRAUD, VERIFY, Precision::Label);
    who
}

/// Sixty in Munich, fifty-five in Ulm, in this hour.
fn two_towns(w: &World, others: &[Subscriber<'_>]) {
    w.neighbours_are_at(MUNICH);
    others.iter().for_each(|who| assert_eq!(who.is_at(ULM).kept, 1));
}

fn others<'w>(w: &'w World, by: &Provider<'_>) -> Vec<Subscriber<'w>> {
    (0..OTHERS).map(|n| allows(w, &format!("other {n}"), by)).collect()
}

#[test]
fn a_yes_or_no_is_told_about_a_circle_and_nothing_else() {
    World::each(|w| {
        let bank = w.provider("bank");
        let others = others(w, &bank);
        let mina = allows(w, "mina", &bank);
        two_towns(w, &others);
        mina.is_at(MUNICH);
        let yes = asks(&bank, &mina, circle(MUNICH, Radius::Km5));
        assert_eq!(
            yes.told(VERIFY).unwrap(),
            json!({ "within": true, "centre": "871f8d7a4ffffff", "radius_km": 5 })
        );
        assert!(yes.text().contains("within 5 km of the place asked about"), "{}", yes.text());
        assert_eq!(says(&asks(&bank, &mina, circle(ULM, Radius::Km50))), Some(false));
        assert_eq!(asks(&bank, &mina, circle(MUNICH, Radius::Km5)).bytes(), yes.bytes(), "asked again");
        // Two hundred metres beside is the same question.
        let beside = asks(&bank, &mina, circle((MUNICH.0 + 0.001, MUNICH.1), Radius::Km5));
        assert_eq!(beside.bytes(), yes.bytes());
        let restarted = {
            w.restart(Default::default());
            asks(&bank, &mina, circle(MUNICH, Radius::Km5))
        };
        assert_eq!(restarted.bytes(), yes.bytes());
    });
}

#[test]
fn whether_it_is_answered_does_not_tell_the_answer() {
    World::each(|w| {
        let bank = w.provider("bank");
        let [mina, jun] = ["mina", "jun"].map(|name| allows(w, name, &bank));
        // Nobody but jun is in Ulm: a no about Munich would point at him, a yes about Ulm too.
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        jun.is_at(ULM);
        for about in [MUNICH, ULM] {
            let [here, there] = [&mina, &jun].map(|who| asks(&bank, who, circle(about, Radius::Km5)));
            assert_eq!(here.bytes(), there.bytes());
            assert_eq!(here.withheld(VERIFY).as_deref(), Some("not_available"));
        }
        assert_eq!(mina.last_reason(), Some(Reason::CrowdTooSmall));
    });
}

#[test]
fn five_questions_a_day_are_answered_of_all_that_ask_together() {
    World::each(|w| {
        let [bank, shop] = ["bank", "shop"].map(|name| w.provider(name));
        let others = others(w, &bank);
        let mina = allows(w, "mina", &bank);
        mina.allows(&shop, FRAUD, VERIFY, Precision::Label);
        two_towns(w, &others);
        mina.is_at(MUNICH);
        // Circles that move on a little each time would find the edge that she is at.
        let answers = (0..40).filter(|n| {
            let by = if n % 2 == 0 { &bank } else { &shop };
            let middle = (MUNICH.0, MUNICH.1 - 0.6 + 0.05 * f64::from(*n));
            says(&asks(by, &mina, circle(middle, Radius::Km50))).is_some()
        });
        assert_eq!(answers.count(), 5);
        assert_eq!(mina.last_reason(), Some(Reason::BudgetSpent));
        w.clock.advance(DAY_US);
        two_towns(w, &others);
        mina.is_at(MUNICH);
        assert!(
            says(&asks(&shop, &mina, circle(MUNICH, Radius::Km10))).is_some(),
            "the next day begins anew"
        );
    });
}

#[test]
fn what_was_heard_of_a_circle_counts_in_every_later_answer() {
    World::each(|w| {
        let bank = w.provider("bank");
        let others = others(w, &bank);
        let mina = allows(w, "mina", &bank);
        two_towns(w, &others);
        mina.is_at(MUNICH);
        assert_eq!(says(&asks(&bank, &mina, circle(MUNICH, Radius::Km5))), Some(true));
        // An hour later those of Munich are in Ulm and the other way round; only she has not moved.
        w.clock.advance(HOUR_US);
        w.neighbours_are_at(ULM);
        others.iter().for_each(|who| assert_eq!(who.is_at(MUNICH).kept, 1));
        mina.is_at(MUNICH);
        assert_eq!(
            says(&asks(&bank, &mina, circle(MUNICH, Radius::Km5))),
            None,
            "both together would name her"
        );
        assert_eq!(mina.last_reason(), Some(Reason::CrowdTooSmall));
    });
}

#[test]
fn home_is_looked_for_no_finer_than_it_is_told_and_not_at_all_where_it_is_never_shared() {
    World::each(|w| {
        let bank = w.provider("bank");
        let others = others(w, &bank);
        let mina = allows(w, "mina", &bank);
        mina.lived(14, MUNICH, (48.20, 11.60));
        two_towns(w, &others);
        mina.is_at(MUNICH);
        assert_eq!(says(&asks(&bank, &mina, circle(MUNICH, Radius::Km10))), Some(true));
        let change = Change::Label(Label::Home, true);
        w.broker().keep_back(mina.id, "screen".into(), &change).unwrap();
        let answer = asks(&bank, &mina, circle(MUNICH, Radius::Km10));
        assert_eq!(answer.withheld(VERIFY).as_deref(), Some("not_available"));
        assert_eq!(mina.last_reason(), Some(Reason::NeverPlace));
    });
}

#[test]
fn no_circle_no_answer_and_no_radius_beyond_the_list() {
    World::each(|w| {
        let bank = w.provider("bank");
        let mina = allows(w, "mina", &bank);
        let (subject, door) = (bank.knows(&mina), w.http());
        let token = bank.client.token();
        let send = |categories: &[Category], circle: Value| {
            let body =
                json!({ "subject": subject, "purpose": FRAUD, "categories": categories, "circle": circle });
            door.send(&Call::new("POST", "/v1/context").json(&body).with(&bank.client, &token))
        };
        let at = |lat: f64, km: Value| json!({ "latitude": lat, "longitude": 11.575, "radius_km": km });
        let cases = [
            (&[VERIFY][..], Value::Null, 422, "/circle"),
            (&[ZONE], at(48.137, json!(5)), 422, "/circle"),
            (&[VERIFY], at(95.0, json!(5)), 422, "/circle"),
            (&[VERIFY], at(48.137, json!(7)), 422, "5, 10, 20 or 50"),
            (&[VERIFY], at(48.137, json!(0.5)), 400, "openapi.json"),
        ];
        for (categories, circle, status, names) in cases {
            let reply = send(categories, circle.clone());
            assert_eq!(reply.status, status, "{circle}: {}", reply.text());
            assert!(reply.text().contains(names), "{}", reply.text());
            assert!(!reply.text().contains("11.575"), "the place comes back: {}", reply.text());
        }
        assert!(mina.timeline().is_empty(), "nothing was asked");
    });
}
