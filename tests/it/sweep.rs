//! What is forgotten in its time, and that nothing goes that still counts. Deliberately absent: what a subscriber erases (`aftermath`).
use super::limits::allows;
use super::outbox::listening;
use super::support::receiver::{Message, Receiver};
use super::support::rows::{rows_of, texts};
use super::support::{ASSISTANT, CITY, ISLAND, MUNICH, Provider, Subscriber, World, ZONE};
use dongui::broker::consent::{LONGEST_US, Wish};
use dongui::broker::sweep::{PROVED_US, TOLD_US};
use dongui::domain::category::Category;
use dongui::domain::consent::{Act, Limits, Quota};
use dongui::domain::feed::FeedKind;
use dongui::domain::purpose::Purpose;
use dongui::domain::reason::Reason;
use dongui::domain::time::DAY_US;
use dongui::domain::webhook::WebhookUrl;
use std::time::{Duration, Instant};

const LEFT: Category = Category::DataVolume;

fn count(w: &World, table: &str) -> usize {
    rows_of(&w.house.url, table).len()
}

#[test]
fn what_left_counts_for_its_week_and_is_forgotten_with_it() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let ads = Purpose::PersonalisedAdvertising;
        mina.allows(&assistant, ads, ZONE, CITY);
        let told_at = |place| {
            w.neighbours_are_at(place);
            mina.is_at(place);
            assistant.asks_for(&mina, ads, &[ZONE]).tells()
        };
        assert!(told_at(MUNICH));
        let learnt = || w.broker().learnt(mina.id, None).unwrap();
        let before = learnt();
        for day in 1..7 {
            w.clock.advance(DAY_US);
            w.broker().sweep().unwrap();
            assert_eq!((count(w, "releases"), learnt()), (1, before), "day {day}");
        }
        // Advertising hears one new thing in seven days: the old one is still counted.
        assert!(!told_at(ISLAND));
        assert_eq!(mina.last_reason(), Some(Reason::BudgetSpent));
        w.clock.advance(DAY_US);
        w.broker().sweep().unwrap();
        assert_eq!((count(w, "releases"), learnt()), (0, Default::default()));
        assert!(told_at(ISLAND));
    });
}

/// Waits until nothing is on its way to those who listen.
fn settled(w: &World, waiting: usize) {
    let begun = Instant::now();
    while texts(&w.house.url, "SELECT state AS value FROM outbox WHERE state = 'waiting'").len() > waiting {
        assert!(begun.elapsed() < Duration::from_secs(20), "messages stay on their way");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_recipients_were_told_is_forgotten_after_a_month_but_for_the_last_number_and_what_still_waits() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, _) = listening(w, "assistant", &receiver);
        // It has an address and no secret to sign with yet: what it is to be told waits.
        let deaf = w.provider_with("deaf", |r| r.webhook = WebhookUrl::parse(&receiver.url()));
        [&assistant, &deaf].into_iter().for_each(|who| {
            who.knows(&mina);
            mina.allows(who, ASSISTANT, ZONE, CITY);
        });
        mina.withdraws();
        w.http();
        receiver.waits_for(3);
        settled(w, 3);
        w.clock.advance(TOLD_US);
        w.broker().sweep().unwrap();
        assert_eq!(count(w, "outbox"), 6);
        w.clock.advance(1);
        w.broker().sweep().unwrap();
        let left = "SELECT state || ' ' || seq AS value FROM outbox ORDER BY state, seq";
        assert_eq!(texts(&w.house.url, left), ["delivered 3", "waiting 1", "waiting 2", "waiting 3"]);
        // The numbers go on, so that nothing looks as if it had been told before.
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        let got = receiver.waits_for(4);
        assert_eq!(got.last().map(Message::sequence), Some(4));
    });
}

fn asks(w: &World, by: &Provider<'_>, mina: &Subscriber<'_>) -> bool {
    let line = format!("subscriber,at,remaining_bytes\n{},{},1\n", mina.number, w.clock.now().rfc3339());
    w.load(FeedKind::Account, &line);
    by.asks_for(mina, ASSISTANT, &[LEFT]).tells()
}

#[test]
fn what_proves_a_consent_is_kept_while_it_lives_and_three_years_more() {
    World::each(|w| {
        let (mina, once, lasting) = (w.subscriber("mina"), w.provider("once"), w.provider("lasting"));
        let quota = |text| Limits { quota: Quota::parse(text), ..Limits::NONE };
        allows(w, &mina, &once, LEFT, quota("once"));
        allows(w, &mina, &lasting, LEFT, quota("3/life"));
        let over = w.clock.now().plus(30 * DAY_US);
        assert!(asks(w, &once, &mina) && asks(w, &lasting, &mina));
        let ended = w.broker().consents(mina.id).unwrap();
        let ended = ended.iter().find(|c| c.grant.cell.recipient == once.id).unwrap().grant.id;
        let signed = || w.broker().consent_receipt(mina.id, ended, None).unwrap();
        let shown = "SELECT substr(token, 1, 7) AS value FROM presentations WHERE token LIKE 'sha256:%'";
        let hashed = || texts(&w.house.url, shown).len();
        assert!(signed().presentation.is_some());
        // One ends after a month; the other is renewed every year.
        w.clock.set(over.plus(-DAY_US));
        while w.clock.now() < over.plus(PROVED_US) {
            let renews = Wish::Change {
                act: Act::Renew,
                until: Some(w.clock.now().plus(LONGEST_US)),
                recipient: Some(lasting.id),
                purpose: Some(ASSISTANT),
                category: Some(LEFT),
            };
            assert!(mina.decides(&renews).unwrap().entry.is_some());
            w.clock.set(w.clock.now().plus(LONGEST_US - DAY_US).min(over.plus(PROVED_US)));
        }
        w.broker().sweep().unwrap();
        assert_eq!((count(w, "uses"), hashed()), (2, 0), "to the last microsecond of its three years");
        w.clock.advance(1);
        w.broker().sweep().unwrap();
        assert_eq!((count(w, "uses"), hashed()), (1, 1), "what the living one rests on stays");
        let receipt = signed();
        assert!(receipt.presentation.is_none(), "the acts are told as ever, without what was shown");
        // Two answers of three are left, of all those years.
        assert_eq!([(); 3].map(|()| asks(w, &lasting, &mina)), [true, true, false]);
        assert_eq!(mina.last_reason(), Some(Reason::QuotaSpent));
        w.broker().sweep().unwrap();
        assert_eq!((count(w, "uses"), hashed()), (3, 1), "and nothing is forgotten twice");
    });
}
