//! A yes rests on what was shown: attacks on showings, each of which would else make a consent that nobody gave. Deliberately absent: the
//! pages (`screens`).
use super::support::world::{notice, told};
use super::support::{ASSISTANT, CITY, MUNICH, Provider, R6, Subscriber, World, ZONE};
use dongui::broker::Failure;
use dongui::broker::consent::{Decided, Shown, Wish};
use dongui::broker::present::Put;
use dongui::crypt::document::{self, PRESENTATION};
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Act, Actor, Capture, Limits, Quota, State, Status};
use dongui::domain::notice::Notice;
use dongui::domain::presentation::{LIFE_US, Presentation, Preset};
use dongui::domain::purpose::Purpose;
use dongui::domain::time::{DAY_US, MINUTE_US};
use dongui::store::{consents, presentations};

fn put(purpose: Purpose, category: Category) -> Put {
    let (precisions, days, preset) = (vec![CITY, Precision::Label], vec![30], Preset::None);
    Put { purpose, category, notice: notice(), precisions, days, preset }
}

/// The showing of one question.
fn shown_to(w: &World, who: &Subscriber<'_>, by: &Provider<'_>, puts: &[Put]) -> Result<String, Failure> {
    let recipients = w.broker().recipients().unwrap();
    let recipient = recipients.iter().find(|r| r.id == by.id).unwrap();
    w.broker().present(who.id, recipient, puts)
}

fn yes(w: &World, by: &Provider<'_>, category: Category, shown: Shown) -> Wish {
    let until = w.clock.now().plus(30 * DAY_US);
    let (purpose, limits) = (ASSISTANT, Limits::NONE);
    let precision = if category == ZONE { CITY } else { Precision::Label };
    Wish::Allow { recipient: by.id, purpose, category, precision, until, limits, shown }
}

fn as_shown(token: &str) -> Shown {
    Shown::Presented { token: token.to_owned(), notice: notice() }
}

fn refused(decided: Result<Decided, Failure>) -> bool {
    matches!(decided, Err(Failure::Invalid { field: "presentation", .. }))
}

#[test]
fn a_yes_to_nothing_shown_is_none_and_a_no_needs_no_proof() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        for actor in [Actor::Subscriber, Actor::Guardian] {
            let by = Capture { actor, channel: "app", relation: None };
            assert!(refused(w.broker().decide(mina.id, &yes(w, &assistant, ZONE, told()), by)), "{actor:?}");
        }
        let (recipient, purpose) = (assistant.id, ASSISTANT);
        let no = Wish::Refuse { recipient, purpose, category: ZONE, shown: told() };
        assert!(w.broker().decide(mina.id, &no, "app").unwrap().entry.is_some());
    });
}

#[test]
fn a_showing_is_answered_once_by_whom_it_was_shown_to_and_only_as_it_was_shown() {
    World::each(|w| {
        let (mina, jan) = (w.subscriber("mina"), w.subscriber("jan"));
        let (assistant, other) = (w.provider("assistant"), w.provider("other"));
        let puts = [put(ASSISTANT, ZONE), put(ASSISTANT, Category::WebInterest)];
        let token = shown_to(w, &mina, &assistant, &puts).unwrap();
        let tries = |who: &Subscriber<'_>, wish: &Wish| w.broker().decide(who.id, wish, "app");
        let good = yes(w, &assistant, ZONE, as_shown(&token));
        // Another subscriber, another recipient, another question, other words, another choice, a changed letter.
        assert!(refused(tries(&jan, &good)));
        assert!(refused(tries(&mina, &yes(w, &other, ZONE, as_shown(&token)))));
        assert!(refused(tries(&mina, &yes(w, &assistant, Category::LocationLabel, as_shown(&token)))));
        let words = Notice { locale: "en".to_owned(), text: "May it know nothing?".to_owned() };
        let elsewise = Shown::Presented { token: token.clone(), notice: words };
        assert!(refused(tries(&mina, &yes(w, &assistant, ZONE, elsewise))));
        for (finer, days) in [(R6, 30), (CITY, 40)] {
            let mut wish = good.clone();
            if let Wish::Allow { precision, until, .. } = &mut wish {
                (*precision, *until) = (finer, w.clock.now().plus(days * DAY_US));
            }
            assert!(refused(tries(&mina, &wish)), "{finer:?} {days}");
        }
        let mut changed = token.clone().into_bytes();
        let at = changed.len() / 2;
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(refused(tries(&mina, &yes(w, &assistant, ZONE, as_shown(&changed)))));
        assert!(w.broker().overview(mina.id).unwrap().grants.is_empty());
        // Sent twice it counts once; the other question of the same showing is still open.
        assert!(tries(&mina, &good).unwrap().entry.is_some());
        mina.withdraws();
        assert!(matches!(tries(&mina, &good), Err(Failure::Conflict(_))), "an old yes does not come back");
        assert_eq!(w.broker().overview(mina.id).unwrap().grants[0].state, State::Withdrawn);
        let interest = yes(w, &assistant, Category::WebInterest, as_shown(&token));
        assert!(tries(&mina, &interest).unwrap().entry.is_some());
        // Left open too long it is shown again.
        let late = shown_to(w, &mina, &assistant, &puts).unwrap();
        w.clock.advance(LIFE_US);
        assert!(refused(tries(&mina, &yes(w, &assistant, ZONE, as_shown(&late)))));
    });
}

#[test]
fn of_many_who_send_one_answer_at_once_one_is_taken() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let token = shown_to(w, &mina, &assistant, &[put(ASSISTANT, ZONE)]).unwrap();
        let wish = yes(w, &assistant, ZONE, as_shown(&token));
        let taken: usize = std::thread::scope(|scope| {
            let send = || usize::from(w.broker().decide(mina.id, &wish, "app").is_ok());
            let all: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
            all.into_iter().map(|t| t.join().unwrap()).sum()
        });
        let events = w.store().read("story", |tx| consents::events(tx, mina.id, assistant.id)).unwrap();
        assert_eq!((taken, events.len()), (1, 1));
    });
}

#[test]
fn a_yes_that_stood_there_beforehand_is_never_shown() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let ticked = Put { preset: Preset::Allow, ..put(ASSISTANT, ZONE) };
        let shown = shown_to(w, &mina, &assistant, &[put(ASSISTANT, Category::WebInterest), ticked]);
        assert!(matches!(shown, Err(Failure::Invalid { field: "preset", .. })));
    });
}

#[test]
fn what_was_shown_is_kept_with_the_answer_and_names_nobody() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let token = shown_to(w, &mina, &assistant, &[put(ASSISTANT, ZONE)]).unwrap();
        let wish = yes(w, &assistant, ZONE, as_shown(&token));
        let grant = w.broker().decide(mina.id, &wish, "app").unwrap().grants.remove(0);
        let events = w.store().read("story", |tx| consents::events(tx, mina.id, assistant.id)).unwrap();
        let id = events[0].presentation.unwrap();
        let kept = w.store().read("story", |tx| presentations::find(tx, mina.id, id)).unwrap().unwrap();
        assert_eq!(kept, token);
        let public = w.broker().log_verifier().unwrap();
        let document = document::verify(PRESENTATION, &kept, public.public()).unwrap();
        let shown: Presentation = serde_json::from_value(document.clone()).unwrap();
        assert_eq!((shown.id, shown.questions[0].notice.as_str()), (id, grant.notice.as_str()));
        for secret in [mina.number.as_str(), mina.number.trim_start_matches('+'), &mina.id.to_string()] {
            assert!(!document.to_string().contains(secret), "{secret}");
        }
        let receipt = w.broker().consent_receipt(mina.id, grant.id, None).unwrap();
        assert_eq!(receipt.presentation.as_deref(), Some(token.as_str()));
        let named = &receipt.document["dpv:hasRecordOfActivity"]["dpv:hasNotice"]["dongui:presentation"];
        assert_eq!(*named, id.to_string());
    });
}

#[test]
fn what_staff_writes_down_waits_for_his_own_word() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        w.neighbours_are_at(MUNICH);
        let by = Capture { actor: Actor::Staff, channel: "shop", relation: None };
        let captured =
            w.broker().decide(mina.id, &yes(w, &assistant, ZONE, told()), by).unwrap().grants.remove(0);
        assert_eq!(captured.status(w.clock.now()), Status::Requested);
        assert_eq!(mina.is_at(MUNICH).kept, 0, "nothing is taken in under it");
        assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("not_granted"));
        let overview = w.broker().overview(mina.id).unwrap();
        assert!(overview.grants.is_empty());
        assert_eq!(
            (overview.asked.len(), overview.asked[0].until),
            (1, captured.until),
            "he sees what was written"
        );
        // Nor may staff allow more by any other word.
        for act in [Act::Resume, Act::Renew] {
            let until = Some(w.clock.now().plus(DAY_US));
            let wish = Wish::Change { act, until, recipient: None, purpose: None, category: None };
            let failed = w.broker().decide(mina.id, &wish, by);
            assert!(matches!(failed, Err(Failure::Invalid { field: "actor", .. })), "{act:?}");
        }
        w.clock.advance(MINUTE_US);
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        assert!(mina.is_at(MUNICH).kept > 0);
        assert!(assistant.asks(&mina).told(ZONE).is_some());
        // What lives is not displaced by what staff writes down.
        let again = w.broker().decide(mina.id, &yes(w, &assistant, ZONE, told()), by);
        assert!(matches!(again, Err(Failure::Conflict(_))));
        assert!(assistant.asks(&mina).told(ZONE).is_some());
    });
}

#[test]
fn nobody_is_asked_again_before_its_time() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let (recipient, purpose, category) = (assistant.id, ASSISTANT, ZONE);
        let asks = |actor| {
            let wish = match actor {
                Actor::Staff => yes(w, &assistant, ZONE, told()),
                _ => Wish::Request { recipient, purpose, category, shown: told() },
            };
            w.broker().decide(mina.id, &wish, Capture { actor, channel: "console", relation: None })
        };
        let both_conflict =
            || [Actor::Operator, Actor::Staff].map(|a| matches!(asks(a), Err(Failure::Conflict(_))));
        mina.refuses(&assistant, ASSISTANT, ZONE);
        for days in [0, 100, 79] {
            w.clock.advance(days * DAY_US);
            assert_eq!(both_conflict(), [true, true]);
        }
        w.clock.advance(DAY_US);
        assert!(asks(Actor::Operator).is_ok(), "half a year later");
        let later = Wish::Defer { recipient, purpose, category, shown: told() };
        mina.decides(&later).unwrap();
        w.clock.advance(6 * DAY_US);
        assert_eq!(both_conflict(), [true, true]);
        w.clock.advance(DAY_US);
        assert!(asks(Actor::Operator).is_ok(), "a week later");
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        mina.withdraws();
        assert_eq!(both_conflict(), [true, true], "a stop is a no");
        // He himself answers whenever he likes.
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
    });
}

#[test]
fn the_template_of_the_country_caps_what_is_agreed() {
    World::each(|w| {
        let ads = Purpose::PersonalisedAdvertising;
        let mina = w.subscriber("mina");
        let shop = w.provider_with("shop", |r| r.purposes = vec![ads]);
        let wish = |days: i64, quota: Option<&str>| {
            let (recipient, until) = (shop.id, w.clock.now().plus(days * DAY_US));
            let limits = Limits { quota: quota.map(|q| Quota::parse(q).unwrap()), ..Limits::NONE };
            let (precision, category) = (Precision::Label, Category::WebInterest);
            Wish::Allow { recipient, purpose: ads, category, precision, until, limits, shown: told() }
        };
        let tries = |days, quota| mina.decides(&wish(days, quota));
        assert!(matches!(tries(91, None), Err(Failure::Invalid { field: "until", .. })));
        assert!(matches!(tries(90, Some("25/day")), Err(Failure::Invalid { field: "limits", .. })));
        let kept = tries(90, Some("2/day")).unwrap().grants.remove(0);
        assert_eq!(kept.terms.limits.quota, Quota::parse("2/day"), "what he chose is less");
        let capped = tries(90, None).unwrap().grants.remove(0);
        assert_eq!(capped.terms.limits.quota, Quota::parse("24/day"));
    });
}
