//! What the operator's own systems say of a line, its country and what is left of its data: told in one word each, and with it nobody found.
use super::support::answers::Answer;
use super::support::world::{NEIGHBOURS, neighbour};
use super::support::{ASSISTANT, Provider, Subscriber, World};
use dongui::broker::ingest::Report;
use dongui::domain::category::{Category, Precision};
use dongui::domain::client::Role;
use dongui::domain::feed::{FeedKind, Reject};
use dongui::domain::purpose::Purpose;
use dongui::domain::reason::Reason;
use dongui::domain::time::{DAY_US, HOUR_US, MINUTE_US};
use dongui::domain::volume::Volume;
use serde_json::{Value, json};

const COUNTRY: Category = Category::RoamingCountry;
const LEFT: Category = Category::DataVolume;
const HEADER: &str = "subscriber,at,country,remaining_bytes\n";
const GIB: u64 = 1 << 30;

fn line(w: &World, number: &str, rest: &str) -> String {
    format!("{number},{},{rest}\n", w.clock.now().rfc3339())
}

fn loads(w: &World, lines: &str) -> Report {
    w.load(FeedKind::Account, &[HEADER, lines].concat())
}

/// These neighbours are registered there, now.
pub fn neighbours_are_in(w: &World, who: std::ops::Range<u32>, country: &str) {
    let n = u64::from(who.end - who.start);
    let report = loads(w, &who.map(|n| line(w, &neighbour(n), &format!("{country},"))).collect::<String>());
    assert_eq!(report.kept, n, "{report:?}");
}

/// The operator says of somebody's line, now, `country,remaining_bytes`.
pub fn says_of(w: &World, who: &Subscriber<'_>, rest: &str) {
    assert_eq!(loads(w, &line(w, &who.number, rest)).kept, 1);
}

fn is_in(w: &World, who: &Subscriber<'_>, country: &str) {
    says_of(w, who, &format!("{country},"));
}

fn has_left(w: &World, who: &Subscriber<'_>, bytes: u64) {
    says_of(w, who, &format!(",{bytes}"));
}

fn asks(by: &Provider<'_>, about: &Subscriber<'_>) -> Answer {
    by.asks_for(about, ASSISTANT, &[COUNTRY, LEFT])
}

/// The true reason, on her own page.
fn reason(of: &Subscriber<'_>, category: Category) -> Option<Reason> {
    of.last_outcomes().iter().find(|o| o.category == category).and_then(|o| o.reason)
}

/// Somebody who allows both.
fn open<'w>(w: &'w World, by: &Provider<'_>) -> Subscriber<'w> {
    let mina = w.subscriber("mina");
    allows(&mina, by);
    mina
}

fn allows(who: &Subscriber<'_>, by: &Provider<'_>) {
    who.allows(by, ASSISTANT, COUNTRY, Precision::Country);
    who.allows(by, ASSISTANT, LEFT, Precision::Label);
}

fn roaming_in(country: &str) -> Option<Value> {
    Some(json!({ "roaming": country != "DE", "country": country }))
}

#[test]
fn an_assistant_hears_in_which_country_a_line_is_and_which_step_of_its_data_is_left() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let mina = open(w, &assistant);
        neighbours_are_in(w, 0..NEIGHBOURS, "FR");
        let lines = line(w, &mina.number, &format!("FR,{}", 900 << 20));
        let report = loads(w, &lines);
        assert_eq!((report.lines, report.kept, report.rejected), (1, 1, 0));
        let answer = asks(&assistant, &mina);
        assert_eq!(answer.told(COUNTRY), roaming_in("FR"), "{}", answer.text());
        assert_eq!(answer.told(LEFT), Some(json!({ "data_left": "<1GiB" })));
        let text = answer.text();
        assert!(text.contains("with a network abroad, in France, within the last day"), "{text}");
        assert!(text.contains("200 MiB to 1 GiB of mobile data left"), "{text}");
        assert!(
            text.contains(r#""age":"<1d""#) && !text.contains("943718400"),
            "no finer than the day: {text}"
        );
        assert_eq!(asks(&assistant, &mina).bytes(), answer.bytes(), "asked again");
        // At home again the next day, and so are the others.
        w.clock.advance(DAY_US);
        neighbours_are_in(w, 0..NEIGHBOURS, "DE");
        is_in(w, &mina, "DE");
        let answer = asks(&assistant, &mina);
        assert_eq!(answer.told(COUNTRY), roaming_in("DE"));
        assert!(answer.text().contains("in the home country, Germany"), "{}", answer.text());
    });
}

#[test]
fn lines_that_come_again_late_ahead_or_from_no_country_are_answered_as_those_of_other_feeds() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let mina = open(w, &assistant);
        let at = |us: i64| w.clock.now().plus(us).rfc3339();
        let of = |at: String, rest: &str| format!("{},{at},{rest}\n", mina.number);
        let text = [
            of(at(-MINUTE_US), "FR,7"),
            of(at(-HOUR_US), "IT,"),
            of(at(0), "ZZ,"),
            of(at(0), ","),
            of(at(6 * MINUTE_US), "FR,"),
            of(at(0), "FR,-1"),
            "+4915500999999,0,FR,1\n".to_owned(),
        ]
        .concat();
        let first = loads(w, &text);
        // One chunk is folded in the order of time: of the two, the earlier one is not late.
        assert_eq!((first.lines, first.kept, first.dropped, first.rejected), (7, 2, 1, 4));
        let reasons: Vec<&str> = first.named.iter().map(|n| n.reason.as_str()).collect();
        let rejects = [Reject::UnknownCountry, Reject::Empty, Reject::Ahead, Reject::Number];
        assert_eq!(reasons, rejects.map(Reject::sentence));
        assert!(!serde_json::to_string(&first).unwrap().contains("ZZ"), "a line is never quoted");
        assert_eq!(loads(w, &text), Report { replayed_chunks: 1, ..first });
        let late = loads(w, &of(at(-2 * MINUTE_US), "IT,9"));
        assert_eq!((late.kept, late.repeated), (0, 1));
        let halves = [of(at(-90_000_000), "IT,"), of(at(0), ",8")].concat();
        let report = w.load_chunked(FeedKind::Account, &[HEADER, &halves].concat(), 1);
        assert_eq!(
            (report.kept, report.repeated),
            (1, 1),
            "one system running behind does not make the other late"
        );
        // The same over HTTP, from the feed's own client.
        let feed = w.client(Role::Feed);
        let post = |kind: &str, body: &str| {
            let path = format!("/v1/feeds/{kind}");
            w.http().send(&super::support::door::Call::new("POST", &path).body("text/csv", body).by(&feed))
        };
        let reply = post("account", &[HEADER, &of(at(1), "FR,6")].concat());
        assert_eq!((reply.status, &reply.json()["kept"]), (200, &json!(1)), "{}", reply.text());
        assert_eq!(post("account", "subscriber,at\n").status, 400);
        assert_eq!(post("accounts", HEADER).status, 404);
    });
}

#[test]
fn a_country_with_few_in_it_is_not_told_and_the_silence_is_that_of_any_refusal() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let mina = open(w, &assistant);
        let other = w.subscriber("other");
        allows(&other, &assistant);
        neighbours_are_in(w, 1..NEIGHBOURS, "DE");
        w.clock.advance(MINUTE_US);
        // The attack: a contact is known to be on Malta, where two of the operator's customers are.
        neighbours_are_in(w, 0..1, "MT");
        is_in(w, &mina, "MT");
        let told = asks(&assistant, &mina);
        assert_eq!(told.withheld(COUNTRY).as_deref(), Some("not_available"));
        assert_eq!(reason(&mina, COUNTRY), Some(Reason::CrowdTooSmall));
        assert!(!told.text().contains(r#""roaming""#) && !told.text().contains("MT"), "{}", told.text());
        let paused = {
            is_in(w, &other, "DE");
            other.pauses();
            asks(&assistant, &other)
        };
        assert_eq!(told.bytes(), paused.bytes(), "told from a pause by nothing");
        // Forty-eight more come: she is one of fifty.
        neighbours_are_in(w, 1..48, "MT");
        assert_eq!(asks(&assistant, &mina).told(COUNTRY), None, "forty-nine");
        neighbours_are_in(w, 48..49, "MT");
        assert_eq!(asks(&assistant, &mina).told(COUNTRY), roaming_in("MT"), "fifty");
    });
}

#[test]
fn two_countries_of_one_day_are_not_told_together_where_few_were_in_both_also_not_to_two_recipients() {
    World::each(|w| {
        let (one, two) = (w.provider("one"), w.provider("two"));
        let mina = w.subscriber("mina");
        [&one, &two].into_iter().for_each(|by| allows(&mina, by));
        neighbours_are_in(w, 0..55, "FR");
        is_in(w, &mina, "FR");
        assert_eq!(asks(&one, &mina).told(COUNTRY), roaming_in("FR"));
        w.clock.advance(HOUR_US);
        // The attack: fifty-five in France, fifty-three in Italy, and forty-eight of them in both.
        neighbours_are_in(w, 7..60, "IT");
        is_in(w, &mina, "IT");
        assert_eq!(asks(&two, &mina).told(COUNTRY), None);
        assert_eq!(reason(&mina, COUNTRY), Some(Reason::CrowdTooSmall));
        // With one more who made the same way it is fifty, and both may know.
        neighbours_are_in(w, 6..7, "IT");
        assert_eq!(asks(&two, &mina).told(COUNTRY), roaming_in("IT"));
    });
}

#[test]
fn a_fourth_country_of_a_day_is_told_to_nobody() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let mina = open(w, &assistant);
        for (country, told) in [("CZ", true), ("AT", true), ("SI", true), ("HR", false)] {
            neighbours_are_in(w, 0..NEIGHBOURS, country);
            is_in(w, &mina, country);
            let heard = asks(&assistant, &mina).told(COUNTRY);
            assert_eq!(heard, roaming_in(country).filter(|_| told), "{country}");
            w.clock.advance(MINUTE_US);
        }
        assert_eq!(reason(&mina, COUNTRY), Some(Reason::BudgetSpent));
    });
}

#[test]
fn the_minute_in_which_a_step_is_passed_is_heard_by_nobody() {
    World::each(|w| {
        let (one, two) = (w.provider("one"), w.provider("two"));
        let mina = w.subscriber("mina");
        [&one, &two].into_iter().for_each(|by| allows(&mina, by));
        has_left(w, &mina, 6 * GIB);
        let left = |by: &Provider<'_>| asks(by, &mina).told(LEFT).map(|v| v["data_left"].clone());
        assert_eq!(left(&one), Some(json!(">=5GiB")));
        // The attack: both ask every minute, and compare when the word changes.
        for minute in 0..5 {
            w.clock.advance(MINUTE_US);
            has_left(w, &mina, 6 * GIB - minute * GIB);
            assert_eq!((left(&one), left(&two)), (Some(json!(">=5GiB")), Some(json!(">=5GiB"))));
        }
        w.clock.set(w.clock.now().floor(DAY_US).plus(DAY_US));
        assert_eq!((left(&one), left(&two)), (Some(json!("<5GiB")), Some(json!("<5GiB"))));
    });
}

#[test]
fn without_a_yes_to_just_this_paused_or_out_of_date_nothing_is_told() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let mina = w.subscriber("mina");
        let why = |c| asks(&assistant, &mina).withheld(c);
        assert_eq!(
            (why(COUNTRY).as_deref(), why(LEFT).as_deref()),
            (Some("not_granted"), Some("not_granted"))
        );
        mina.allows(&assistant, ASSISTANT, LEFT, Precision::Label);
        assert_eq!(
            (why(COUNTRY).as_deref(), why(LEFT).as_deref()),
            (Some("not_granted"), Some("not_available"))
        );
        mina.allows(&assistant, ASSISTANT, COUNTRY, Precision::Country);
        neighbours_are_in(w, 0..NEIGHBOURS, "FR");
        is_in(w, &mina, "FR");
        has_left(w, &mina, GIB);
        for purpose in [Purpose::ServicePersonalisation, Purpose::PersonalisedAdvertising] {
            let heard = assistant.asks_for(&mina, purpose, &[COUNTRY, LEFT]);
            assert!(heard.told(COUNTRY).is_none() && heard.told(LEFT).is_none(), "{}", heard.text());
        }
        assert!(
            asks(&assistant, &mina).told(COUNTRY).is_some() && asks(&assistant, &mina).told(LEFT).is_some()
        );
        // A country is told on its own day, what is left also on the day after.
        w.clock.advance(DAY_US);
        let later = asks(&assistant, &mina);
        assert_eq!((later.told(COUNTRY), later.told(LEFT)), (None, Some(json!({ "data_left": "<5GiB" }))));
        assert_eq!(reason(&mina, COUNTRY), Some(Reason::NoData));
        w.clock.advance(DAY_US);
        assert_eq!(asks(&assistant, &mina).told(LEFT), None);
        assert_eq!(reason(&mina, LEFT), Some(Reason::NoData));
        neighbours_are_in(w, 0..NEIGHBOURS, "FR");
        is_in(w, &mina, "FR");
        assert!(asks(&assistant, &mina).told(COUNTRY).is_some());
        mina.pauses();
        assert_eq!(
            (why(COUNTRY).as_deref(), why(LEFT).as_deref()),
            (Some("not_available"), Some("not_available"))
        );
        mina.withdraws();
        assert!(asks(&assistant, &mina).told(COUNTRY).is_none());
    });
}

#[test]
fn of_a_line_only_the_part_is_kept_that_somebody_may_hear() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let mina = w.subscriber("mina");
        mina.allows(&assistant, ASSISTANT, LEFT, Precision::Label);
        let report = loads(w, &line(w, &mina.number, &format!("FR,{GIB}")));
        assert_eq!((report.kept, report.dropped), (1, 0));
        let known = w.broker().known(mina.id, "de").unwrap().unwrap();
        assert_eq!((known.country, known.left), (None, Some((Volume::Under5GiB, "1 bis 5 GiB"))));
        let crowd = |w: &World| w.dump().into_iter().filter(|(table, _)| table == "crowd").count();
        assert_eq!(crowd(w), 0, "nobody is counted by what nobody may hear");
        w.clock.advance(MINUTE_US);
        let report = loads(w, &line(w, &mina.number, "FR,"));
        assert_eq!((report.kept, report.dropped), (0, 1));
        mina.allows(&assistant, ASSISTANT, COUNTRY, Precision::Country);
        w.clock.advance(MINUTE_US);
        assert_eq!(loads(w, &line(w, &mina.number, "FR,")).kept, 1);
        let known = w.broker().known(mina.id, "de").unwrap().unwrap();
        assert_eq!((known.country.map(|(_, name)| name), crowd(w)), (Some("Frankreich"), 1));
        // In the file that she may take with her, and gone when she says so.
        let file = w.broker().everything(mina.id).unwrap();
        assert_eq!(file["profile"]["registered_in"], "FR");
        assert_eq!(file["profile"]["data_left"], "<5GiB");
        w.broker().forget(mina.id, false).unwrap();
        assert_eq!(w.broker().known(mina.id, "de").unwrap(), None);
    });
}
