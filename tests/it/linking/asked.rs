//! Asking a subscriber out of band: he finds it on his pages, answers the questions of every page, and the client polls. What a name leads to is not
//! told, and neither is that it leads nowhere.
use super::super::screens::visitor::{Visitor, bare, forms, question};
use super::super::support::door::Reply;
use super::super::support::house::House;
use super::super::support::linker::{Fields, Linker, but};
use super::super::support::world::{ISSUER, Opening};
use super::super::support::{ASSISTANT, CITY, MUNICH, Subscriber, World, ZONE};
use super::{refused, text, told};
use dongui::ambient::SystemRng;
use dongui::broker::authenticate::Caller;
use dongui::broker::backchannel::{ASKS, ASKS_BY_NAME, QUIET_US};
use dongui::domain::courier::{Courier, Letter, Says};
use dongui::domain::time::{HOUR_US, SECOND_US};
use dongui::oauth::client::ClientKey;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const GRANT: &str = "urn:openid:params:grant-type:ciba";
const PATH: &str = "/oauth/backchannel";

fn more(fields: Fields, more: &[(&str, &str)]) -> Fields {
    fields.into_iter().chain(more.iter().map(|(n, v)| (n.to_string(), v.to_string()))).collect()
}

/// What a client asks of whom `hint` names.
fn wants(linker: &Linker<'_>, hint: &str) -> Fields {
    let scope = format!("openid {} location.zone", ASSISTANT.as_str());
    more(linker.proves(), &[("login_hint", hint), ("scope", &scope), ("binding_message", "TV 4711")])
}

/// Asks well, and gives the answer.
pub fn asks(linker: &Linker<'_>, hint: &str) -> Value {
    let reply = linker.sends(PATH, &wants(linker, hint), None);
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!((&reply.json()["expires_in"], &reply.json()["interval"]), (&json!(300), &json!(5)));
    reply.json()
}

/// The fields of a poll.
pub fn polling(linker: &Linker<'_>, asked: &Value) -> Fields {
    let id = text(asked, "auth_req_id");
    more(linker.proves(), &[("grant_type", GRANT), ("auth_req_id", &id)])
}

fn polls(linker: &Linker<'_>, asked: &Value) -> Reply {
    linker.token(&polling(linker, asked))
}

/// The address of the request that waits first on his page.
pub fn waits(visitor: &mut Visitor<'_>) -> Option<String> {
    let page = visitor.page();
    let start = page.find("/me/requests/")?;
    Some(page[start..].split('"').next().unwrap().to_owned())
}

pub fn presses(visitor: &mut Visitor<'_>, path: &str, answer: &str) -> Reply {
    let page = visitor.sees(path);
    let form = forms(&page).into_iter().find(|f| f.action == path).unwrap();
    assert!(form.buttons.contains(&("answer".to_owned(), answer.to_owned())), "{form:?}");
    visitor.sends(&form, ("answer", answer), &[])
}

#[test]
fn a_subscriber_answers_on_his_pages_and_the_assistant_that_waits_gets_tokens_once() {
    World::each(|w| {
        let (linker, other) = (Linker::new(w, "assistant"), Linker::new(w, "other"));
        let mina = w.subscriber("mina");
        w.neighbours_are_at(MUNICH);
        let asked = asks(&linker, &linker.provider.knows(&mina));
        // Who does not wait has to wait longer.
        refused(&polls(&linker, &asked), "slow_down");
        w.clock.advance(5 * SECOND_US);
        refused(&polls(&linker, &asked), "slow_down");
        w.clock.advance(15 * SECOND_US);
        refused(&polls(&linker, &asked), "authorization_pending");
        w.clock.advance(15 * SECOND_US);
        refused(&polls(&linker, &asked), "authorization_pending");
        // He finds it, with the words that the assistant shows too, and asks himself what is asked.
        let mut visitor = Visitor::enters(w, &mina);
        assert!(bare(&visitor.page()).contains("assistant asks to be linked with you"));
        let path = waits(&mut visitor).unwrap();
        let page = visitor.sees(&path);
        assert!(page.contains("<bdi>TV 4711</bdi>") && !page.contains(" checked"), "{page}");
        let nothing = presses(&mut visitor, &path, "allow");
        assert_eq!(nothing.status, 422);
        assert!(bare(&nothing.text()).contains("You allow none of this yet"));
        let form = question(&page, &linker.provider.id.to_string(), "location.zone");
        let form = form.with(
            "presentation",
            question(&visitor.sees(&path), &linker.provider.id.to_string(), "location.zone")
                .field("presentation"),
        );
        let reply = visitor.sends(&form, ("answer", "allow"), &[("precision", "city"), ("term", "30")]);
        assert_eq!((reply.status, reply.header("location")), (303, Some(path.as_str())));
        w.clock.advance(15 * SECOND_US);
        refused(&polls(&linker, &asked), "authorization_pending");
        let linked = presses(&mut visitor, &path, "allow");
        assert_eq!((linked.status, linked.header("location")), (303, Some("/me/linked")));
        assert_eq!((visitor.get(&path).status, waits(&mut visitor)), (410, None), "it was answered");
        mina.is_at(MUNICH);
        w.clock.advance(15 * SECOND_US);
        refused(&polls(&other, &asked), "invalid_grant");
        let reply = polls(&linker, &asked);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let answer = reply.json();
        assert_eq!(text(&answer, "token_type"), "DPoP");
        assert_eq!(told(&linker.asks(&text(&answer, "access_token"), None, &["location.zone"])), (1, vec![]));
        let next = linker.token(&linker.refreshes(&text(&answer, "refresh_token"))).json();
        assert_eq!(linker.worth(&text(&next, "access_token"))["sub"], json!(linker.provider.knows(&mina)));
        // The reference is good once, and coming with it again ends nothing.
        w.clock.advance(15 * SECOND_US);
        refused(&polls(&linker, &asked), "invalid_grant");
        assert_eq!(linker.worth(&text(&next, "access_token"))["active"], true);
        let recorded: Vec<String> = mina.records().iter().map(|r| format!("{:?}", r.event)).collect();
        for what in ["subscriber.ask", "subscriber.link"] {
            assert!(recorded.iter().any(|r| r.contains(what)), "{what}: {recorded:?}");
        }
    });
}

#[test]
fn of_requests_that_a_client_sends_again_he_sees_the_last_and_answers_all_with_it() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        mina.allows(&linker.provider, ASSISTANT, ZONE, CITY);
        let name = linker.provider.knows(&mina);
        let first = asks(&linker, &name);
        w.clock.advance(5 * SECOND_US);
        let last = asks(&linker, &name);
        let mut visitor = Visitor::enters(w, &mina);
        assert_eq!(visitor.page().matches("/me/requests/").count(), 1);
        let path = waits(&mut visitor).unwrap();
        assert_eq!(presses(&mut visitor, &path, "allow").status, 303);
        assert_eq!(waits(&mut visitor), None);
        w.clock.advance(5 * SECOND_US);
        refused(&polls(&linker, &first), "invalid_grant");
        assert_eq!(polls(&linker, &last).status, 200);
    });
}

#[test]
fn whoever_says_no_is_left_alone_by_that_client_for_a_week() {
    World::each(|w| {
        let (linker, other) = (Linker::new(w, "assistant"), Linker::new(w, "other"));
        let mina = w.subscriber("mina");
        let asked = asks(&linker, &linker.provider.knows(&mina));
        let mut visitor = Visitor::enters(w, &mina);
        let path = waits(&mut visitor).unwrap();
        assert_eq!(presses(&mut visitor, &path, "refuse").header("location"), Some("/me"));
        assert_eq!(waits(&mut visitor), None);
        for _ in 0..2 {
            w.clock.advance(5 * SECOND_US);
            refused(&polls(&linker, &asked), "access_denied");
        }
        let again = asks(&linker, &linker.provider.knows(&mina));
        assert_eq!(waits(&mut visitor), None, "it does not reach him");
        w.clock.advance(5 * SECOND_US);
        refused(&polls(&linker, &again), "authorization_pending");
        asks(&other, &other.provider.knows(&mina));
        assert!(waits(&mut visitor).is_some(), "another's does");
        w.clock.advance(301 * SECOND_US);
        for late in [&asked, &again] {
            refused(&polls(&linker, late), "expired_token");
        }
        w.broker().sweep().unwrap();
        w.clock.advance(QUIET_US);
        w.broker().sweep().unwrap();
        asks(&linker, &linker.provider.knows(&mina));
        assert!(waits(&mut Visitor::enters(w, &mina)).is_some());
    });
}

/// How many rows each table has but the log's, which numbers entries meanwhile.
pub fn rows(w: &World) -> BTreeMap<String, usize> {
    let of_log = ["entries", "records", "ordinals", "counters"];
    let kept = w.dump().into_iter().filter(|(table, _)| !of_log.contains(&table.as_str()));
    kept.fold(BTreeMap::new(), |mut all, (table, _)| {
        *all.entry(table).or_default() += 1;
        all
    })
}

#[test]
fn a_name_that_leads_to_nobody_is_asked_and_kept_and_never_answered_like_somebody_who_does_not_look() {
    World::each(|w| {
        let (linker, other) = (Linker::new(w, "assistant"), Linker::new(w, "other"));
        let [silent, gone, away, shut, foreign] =
            ["silent", "gone", "away", "shut", "foreign"].map(|name| w.subscriber(name));
        let name = |who: &Subscriber<'_>| linker.provider.knows(who);
        let names = [name(&silent), name(&gone), name(&away), name(&shut)];
        let why = dongui::broker::depart::Departure::Recycled;
        w.broker().depart(&Caller::console(), &gone.reference(), why).unwrap();
        w.broker().forget(away.id, true).unwrap();
        // One who ended his link with this client.
        shut.allows(&linker.provider, ASSISTANT, ZONE, CITY);
        let asked = asks(&linker, &names[3]);
        let mut visitor = Visitor::enters(w, &shut);
        let path = waits(&mut visitor).unwrap();
        assert_eq!(presses(&mut visitor, &path, "allow").status, 303);
        w.clock.advance(5 * SECOND_US);
        assert_eq!(polls(&linker, &asked).status, 200);
        let link = w.broker().linked_with(shut.id).unwrap()[0].id;
        assert!(w.broker().unlink(shut.id, "screen".into(), link).unwrap());
        let unknown = "q83vEjRWeJCrze8SNFZ4kA".to_owned();
        let [silent_is, gone_is, away_is, shut_is] = names;
        let all = [silent_is, gone_is, away_is, shut_is, other.provider.knows(&foreign), unknown];
        let mut seen = Vec::new();
        for hint in &all {
            let before = rows(w);
            let asked = asks(&linker, hint);
            let length = text(&asked, "auth_req_id").len();
            let after = rows(w);
            let grown: Vec<_> = after
                .iter()
                .filter_map(|(table, n)| {
                    let more = n - before.get(table).copied().unwrap_or_default();
                    // Names are counted as they are said, once for all that are said again.
                    (more > 0 && table != "ask_counts").then(|| (table.clone(), more))
                })
                .collect();
            w.clock.advance(5 * SECOND_US);
            let first = polls(&linker, &asked);
            let second = polls(&linker, &asked);
            seen.push((length, grown, first.status, first.text(), second.text(), asked));
        }
        for one in &seen {
            let of = |s: &(usize, Vec<(String, usize)>, u16, String, String, Value)| {
                (s.0, s.1.clone(), s.2, s.3.clone(), s.4.clone())
            };
            assert_eq!(of(one), of(&seen[0]));
            assert!(one.3.contains("authorization_pending") && one.4.contains("slow_down"), "{one:?}");
        }
        assert!(waits(&mut Visitor::enters(w, &silent)).is_some());
        for who in [&away, &shut, &foreign] {
            assert_eq!(waits(&mut Visitor::enters(w, who)), None, "{}", who.number);
        }
        w.clock.advance(300 * SECOND_US);
        for (.., asked) in &seen {
            refused(&polls(&linker, asked), "expired_token");
        }
        w.broker().sweep().unwrap();
        assert_eq!(rows(w).get("link_asks"), None);
    });
}

#[test]
fn a_phone_number_is_no_name_here_unless_the_operator_lets_it_be() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let tel = format!("tel:{}", mina.number);
        for hint in
            [tel.as_str(), "tel:+491550000000", "operatortoken:abc", "ipport:80.90.34.2:16790", "mina"]
        {
            let reply = linker.sends(PATH, &wants(&linker, hint), None);
            refused(&reply, "invalid_request");
            assert!(!reply.text().contains(hint.split(':').next_back().unwrap()), "{}", reply.text());
        }
        w.restart(Opening { number_hints: true, seed: 7, ..Opening::default() });
        let (known, unknown) = (asks(&linker, &tel), asks(&linker, "tel:+491550000000"));
        w.clock.advance(5 * SECOND_US);
        assert_eq!(polls(&linker, &known).text(), polls(&linker, &unknown).text());
        assert!(waits(&mut Visitor::enters(w, &mina)).is_some());
        refused(&linker.sends(PATH, &wants(&linker, "operatortoken:abc"), None), "invalid_request");
    });
}

#[test]
fn what_is_asked_is_within_the_contract_by_a_key_and_in_words_that_can_be_shown() {
    let w = World::new(House::sqlite());
    let (linker, mina) =
        (Linker::with(&w, "assistant", |r| r.ceiling = vec![(ZONE, CITY)]), w.subscriber("mina"));
    let name = linker.provider.knows(&mina);
    let sends = |fields: &Fields| linker.sends(PATH, fields, None);
    let beyond = format!("{} web.interest", ASSISTANT.as_str());
    refused(&sends(&but(&wants(&linker, &name), "scope", &beyond)), "invalid_authorization_details");
    for message in ["<script>alert(1)</script>", "https://evil.example", "\u{202e}gnol", &"x".repeat(41)] {
        refused(&sends(&but(&wants(&linker, &name), "binding_message", message)), "invalid_binding_message");
    }
    let again = wants(&linker, &name);
    assert_eq!(sends(&again).status, 200);
    refused(&sends(&again), "invalid_dpop_proof");
    let feed = w.client(dongui::domain::client::Role::Feed);
    let scope = format!("{} location.zone", ASSISTANT.as_str());
    let fields = more(
        super::super::support::linker::proves(&w, &feed.key),
        &[("login_hint", &name), ("scope", &scope)],
    );
    refused(&linker.sends(PATH, &fields, None), "unauthorized_client");
    let id = super::hosted(&w, &linker);
    let fields = more(Fields::new(), &[("client_id", &id), ("login_hint", &name), ("scope", &scope)]);
    refused(&linker.sends(PATH, &fields, None), "unauthorized_client");
    let server = w.http().get("/.well-known/oauth-authorization-server").json();
    assert_eq!(server["backchannel_authentication_endpoint"], format!("{ISSUER}{PATH}"));
    assert_eq!(server["backchannel_token_delivery_modes_supported"], json!(["poll"]));
    assert_eq!(server["backchannel_user_code_parameter_supported"], false);
}

#[test]
fn tokens_are_for_the_key_that_was_shown_with_the_request_and_of_many_polls_one_gets_them() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        mina.allows(&linker.provider, ASSISTANT, ZONE, CITY);
        let key = &linker.client().key;
        let reply = linker.sends(PATH, &wants(&linker, &linker.provider.knows(&mina)), Some(key));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let asked = reply.json();
        let mut visitor = Visitor::enters(w, &mina);
        let path = waits(&mut visitor).unwrap();
        assert_eq!(presses(&mut visitor, &path, "allow").status, 303);
        w.clock.advance(5 * SECOND_US);
        let id = text(&asked, "auth_req_id");
        let fields = || more(linker.proves(), &[("grant_type", GRANT), ("auth_req_id", &id)]);
        let stranger = ClientKey::generate("assistant", SystemRng::new().ring()).unwrap();
        refused(&linker.sends("/oauth/token", &fields(), Some(&stranger)), "invalid_grant");
        w.clock.advance(10 * SECOND_US);
        let url = format!("{ISSUER}/oauth/token");
        let all: Vec<(Fields, String)> = (0..4)
            .map(|_| {
                let proof = key.proof(SystemRng::new().ring(), "POST", &url, None, w.clock.now()).unwrap();
                (fields(), proof)
            })
            .collect();
        let answers = super::at_once(w, &all, &url);
        let well: Vec<_> = answers.iter().filter_map(|a| a.as_ref().ok()).collect();
        assert_eq!(well.len(), 1, "{answers:?}");
        assert_eq!(linker.worth(&well[0].access_token)["active"], true);
    });
}

/// Carries what is asked into a list.
#[derive(Default)]
struct Letterbox(Mutex<Vec<(String, String, String)>>);

impl Courier for Letterbox {
    fn carry(&self, letter: &Letter<'_>) -> Result<(), &'static str> {
        let Says::Asked { recipient, address, .. } = letter.says else { return Ok(()) };
        self.0.lock().unwrap().push((letter.to.text().to_owned(), recipient.to_owned(), address.to_owned()));
        Ok(())
    }
}

#[test]
fn messaging_takes_one_word_of_it_and_never_while_a_client_waits_for_its_answer() {
    World::each(|w| {
        let letters = Arc::new(Letterbox::default());
        w.restart(Opening { courier: Some(letters.clone()), seed: 8, ..Opening::default() });
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let name = linker.provider.knows(&mina);
        asks(&linker, &name);
        asks(&linker, &name);
        asks(&linker, "q83vEjRWeJCrze8SNFZ4kA");
        assert!(letters.0.lock().unwrap().is_empty(), "a message would tell that there is somebody");
        for _ in 0..2 {
            w.broker().tell(&|| false).unwrap();
        }
        let told = std::mem::take(&mut *letters.0.lock().unwrap());
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].0.as_str(), told[0].1.as_str()), (&mina.number[1..], "assistant"));
        assert!(told[0].2.starts_with(&format!("{ISSUER}/me/requests/ask_")), "{told:?}");
    });
}

#[test]
fn a_client_that_asks_too_often_is_told_so_alike_by_a_name_of_somebody_and_of_nobody() {
    World::each(|w| {
        let (linker, other) = (Linker::new(w, "assistant"), Linker::new(w, "other"));
        let mina = w.subscriber("mina");
        let names = [linker.provider.knows(&mina), "q83vEjRWeJCrze8SNFZ4kA".to_owned()];
        let sends = |name: &str| linker.sends(PATH, &wants(&linker, name), None);
        let answers = names.clone().map(|name| (0..13).map(|_| sends(&name).status).collect::<Vec<u16>>());
        assert_eq!(answers[0], [vec![200; ASKS_BY_NAME as usize], vec![429; 3]].concat());
        assert_eq!(answers[0], answers[1]);
        let [of_mina, of_nobody] = names.clone().map(|name| sends(&name));
        assert_eq!(
            (of_mina.json()["error"].as_str(), of_mina.header("retry-after")),
            (Some("slow_down"), Some("600"))
        );
        assert_eq!(of_mina.body, of_nobody.body);
        assert!(waits(&mut Visitor::enters(w, &mina)).is_some(), "what was asked before still waits");
        // Another client is counted by itself, and an hour later all begins anew.
        assert_eq!(other.sends(PATH, &wants(&other, &other.provider.knows(&mina)), None).status, 200);
        w.clock.advance(HOUR_US);
        assert_eq!(sends(&names[0]).status, 200);
        w.sql(&format!("UPDATE ask_counts SET asks = {ASKS} WHERE client_id = 'assistant'"));
        assert_eq!(sends(&linker.provider.knows(&w.subscriber("new"))).status, 429, "of all names together");
        w.clock.advance(2 * HOUR_US);
        w.broker().sweep().unwrap();
        assert!(!w.dump().iter().any(|(table, _)| table == "ask_counts"), "swept");
    });
}
