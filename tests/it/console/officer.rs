//! The operator's data protection officer in his console, on both engines: whom an incident would touch, and acting by the clock. Deliberately absent: the law of
//! incidents (`breach`), what pages sum up (`sums`), how they are drawn (`browser`).
use super::{enters, form, looks, writes};
use crate::breach::{Letterbox, answered, home, stands};
use crate::screens::visitor::{Visitor, forms, plain};
use crate::support::door::{Call, Reply};
use crate::support::{Client, World};
use dongui::broker::authenticate::Caller;
use dongui::broker::due::Duty;
use dongui::domain::breach::Word;
use dongui::domain::client::Role;
use dongui::domain::id::BreachId;
use dongui::domain::record::{Event, Record};
use dongui::domain::time::{At, HOUR_US, MINUTE_US};
use serde_json::json;

const INCIDENTS: &str = "/operator/dpo/incidents";
pub fn officer<'w>(w: &'w World, id: &str) -> (Client<'w>, Visitor<'w>) {
    let client = Client::register(w, id, Role::Operator, None);
    let visitor = enters(w, &client, "GDPR Art. 39");
    (client, visitor)
}

/// An instant as the form of a browser sends it.
fn minute(at: At) -> String {
    at.rfc3339().chars().take(16).collect()
}

/// The address that the form of the wizard leads to.
pub fn foresees(recipient: &str, from: At, known: At) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("recipient", recipient.to_owned()),
        ("from", minute(from)),
        ("to", String::new()),
        ("known", minute(known)),
        ("ground", "incident 2026-17".to_owned()),
    ] {
        query.append_pair(name, &value);
    }
    format!("{INCIDENTS}/foresee?{}", query.finish())
}

/// Takes a step of an incident by the form on its page.
fn acts(visitor: &mut Visitor<'_>, page: &str, act: &str, written: &[(&str, &str)]) -> Reply {
    let sent = forms(&visitor.sees(page)).into_iter().find(|f| f.field("act") == act);
    let form = sent.unwrap_or_else(|| panic!("no form for {act}"));
    writes(visitor, &form, written)
}

fn breach(page: &str) -> BreachId {
    BreachId::parse(page.rsplit('/').next().unwrap()).unwrap()
}

/// The records of the log as an export has them.
pub fn log(w: &World) -> Vec<Record> {
    let dir = tempfile::tempdir().unwrap();
    super::log(w, &dir.path().join("bundle"))
}

/// Not even numbers are given for him.
fn has_nothing_worked_out_for_a_stranger(w: &World, way: &str) {
    let size = || w.broker().published_head().unwrap().map(|head| head.size);
    let mut stranger = Visitor::new(w);
    stranger.cookies.insert("__Secure-dongui-console".to_owned(), "made.up".to_owned());
    let head = size();
    assert_eq!((stranger.get(way).status, size()), (403, head));
}

#[test]
fn an_officer_works_out_whom_an_incident_touches_declares_it_and_acts_before_the_clock_runs_out() {
    World::each(|w| {
        let (assistant, other) = (w.provider("assistant"), w.provider("other"));
        let start = w.clock.now();
        ["mina", "jan"].iter().for_each(|name| drop(answered(w, name, &assistant)));
        answered(w, "tim", &other);
        w.clock.advance(2 * MINUTE_US);
        let letters = Letterbox::opens(w);
        let (_, mut visitor) = officer(w, "officer");

        let known = w.clock.now();
        let way = foresees(&assistant.id.to_string(), start, known);
        has_nothing_worked_out_for_a_stranger(w, &way);
        // Looking does nothing but be recorded.
        let page = plain(&visitor.sees(&way));
        assert!(page.contains("<dd><strong>2</strong></dd>"), "{page}");
        assert!(page.contains("GDPR Art. 33") && page.contains("in 2 days"), "{page}");
        assert!(page.contains("<th scope=\"row\">location.zone</th><td>2</td>"), "{page}");
        assert!(w.broker().breaches().unwrap().is_empty());

        let declare = form(&page, INCIDENTS);
        let declared = writes(&mut visitor, &declare, &[]);
        assert_eq!(declared.status, 303, "{}", declared.text());
        let incident = declared.header("location").unwrap().to_owned();
        let id = breach(&incident);
        assert_eq!((home(&stands(w, id)).touched, stands(w, id).breach.possible), (2, None));
        let due = |w: &World| -> Vec<Duty> {
            w.broker().dues(&Caller::console()).unwrap().into_iter().map(|due| due.duty).collect()
        };
        let here = w.broker().settings().home;
        assert_eq!(due(w), [Duty::Subscribers(id, here), Duty::Authority(id, here)]);
        assert!(visitor.sees("/operator/dpo/").contains("Tell 2 subscribers of"));

        // What was told cannot be untold: nothing goes without the tick.
        assert_eq!(acts(&mut visitor, &incident, "possible", &[]).status, 422);
        assert_eq!(stands(w, id).breach.possible, None);
        assert_eq!(acts(&mut visitor, &incident, "possible", &[("sure", "yes")]).status, 303);
        w.broker().tell(&|| false).unwrap();
        assert_eq!(letters.taken().len(), 2);
        assert_eq!(due(w), [Duty::Authority(id, here)]);
        let reported = acts(&mut visitor, &incident, "reported", &[("sure", "yes"), ("home", here.as_str())]);
        assert_eq!(reported.status, 303, "{}", reported.text());
        assert_eq!(due(w), []);

        // It has happened to one of them.
        w.clock.advance(MINUTE_US);
        let page = visitor.sees(&incident);
        assert!(page.contains("2 possible") && !page.contains("value=\"reported\""), "{page}");
        let confirmed = stands(w, id).breach;
        let written = [("sure", "yes"), ("from", &minute(confirmed.from)), ("to", &minute(confirmed.to))];
        assert_eq!(acts(&mut visitor, &incident, "confirmed", &written).status, 303);
        let found = stands(w, id).breach.confirmed.unwrap();
        assert_eq!((found.from, found.to), (confirmed.from, confirmed.to), "the whole period");
        w.broker().tell(&|| false).unwrap();
        let mut told: Vec<Word> = letters.taken().into_iter().map(|(_, word)| word).collect();
        told.dedup();
        assert_eq!(told, [Word::Confirmed]);

        // That the rest has not wants two people.
        let (_, mut second) = officer(w, "second");
        assert_eq!(acts(&mut visitor, &incident, "cleared", &[("sure", "yes")]).status, 303);
        assert_eq!(acts(&mut visitor, &incident, "cleared", &[("sure", "yes")]).status, 303);
        assert_eq!(stands(w, id).breach.cleared, None, "who says it twice is one");
        assert!(visitor.sees(INCIDENTS).contains("one person wants it cleared"));
        assert_eq!(acts(&mut second, &incident, "cleared", &[("sure", "yes")]).status, 303);
        assert!(stands(w, id).breach.cleared.is_some());
        assert!(!visitor.sees(&incident).contains("name=\"sure\""), "nothing is left to do");
        let steps = |record: &Record| match &record.event {
            Event::Breach { step, client, .. } => Some((step.words(), client.clone())),
            _ => None,
        };
        let mut steps: Vec<_> = log(w).iter().filter_map(steps).collect();
        steps.sort();
        let of = |client: &str, steps: &[&'static str]| -> Vec<(&'static str, String)> {
            steps.iter().map(|step| (*step, client.to_owned())).collect()
        };
        let mut all = of(
            "officer",
            &[
                "declared",
                "subscribers are told that it may be",
                "authority told",
                "confirmed",
                "clearing wanted",
            ],
        );
        all.extend(of("second", &["clearing wanted", "cleared"]));
        all.sort();
        assert_eq!(steps, all);
    });
}

#[test]
fn what_is_foreseen_is_what_is_counted_once_it_is_declared_and_foreseeing_writes_a_look_alone() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let start = w.clock.now();
        answered(w, "mina", &assistant);
        let gone = answered(w, "gone", &assistant);
        w.broker().erase(gone.id, dongui::domain::record::Ground::Subscriber).unwrap();
        w.clock.advance(MINUTE_US);
        let (_, mut visitor) = officer(w, "officer");
        w.broker().sequence().unwrap();
        let rest = |w: &World| -> Vec<(String, String)> {
            let quiet = ["entries", "records", "counters", "ordinals", "console_visits", "replay"];
            w.dump().into_iter().filter(|(table, _)| !quiet.contains(&table.as_str())).collect()
        };
        let (before, entries) = (rest(w), w.broker().sequence().unwrap().size);
        let page = visitor.sees(&foresees(&assistant.id.to_string(), start, w.clock.now()));
        let after = w.broker().sequence().unwrap().size;
        assert_eq!(rest(w), before);
        // One entry is the look, another may be the tally of those before.
        assert!((entries + 1..=entries + 2).contains(&after), "{entries} {after}");
        let told = looks(&log(w));
        assert_eq!(
            told.last().map(|(_, page, which, _)| (*page, which.clone())),
            Some(("scope", assistant.id.to_string()))
        );
        writes(&mut visitor, &form(&page, INCIDENTS), &[]);
        let incident = &w.broker().breaches().unwrap()[0];
        assert_eq!((home(incident).touched, incident.unnamed), (1, 1));
        assert!(page.contains("<dd><strong>1</strong></dd>") && page.contains("<dd>1</dd>"), "{page}");
    });
}

#[test]
fn a_question_that_says_nothing_comes_back_with_why_and_without_what_could_be_somebodys_number() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let (_, mut visitor) = officer(w, "officer");
        let now = w.clock.now();
        let good = foresees(&assistant.id.to_string(), now.plus(-HOUR_US), now);
        for (from, to, why) in [
            ("ground=incident+2026-17", "ground=%2B4915598765432", "`ground`"),
            ("ground=incident+2026-17", "ground=", "`ground`"),
            (assistant.id.to_string().as_str(), "rcp_none", "`recipient`"),
            (assistant.id.to_string().as_str(), "rcp_01890000000070008000000000000000", "recipient"),
            ("&from=", "&from=x", "`from`"),
            ("&to=", "&to=2020-01-01T00%3A00", "`to`"),
        ] {
            let reply = visitor.get(&good.replacen(from, to, 1));
            assert_eq!(reply.status, 422, "{to}: {}", reply.text());
            let page = plain(&reply.text());
            assert!(page.contains("role=\"alert\"") && page.contains(why), "{to}: {page}");
            assert!(!page.contains("4915598765432"), "{page}");
        }
        assert_eq!(visitor.get(&format!("{INCIDENTS}/brc_none")).status, 404);
        assert!(w.broker().breaches().unwrap().is_empty());
    });
}

#[test]
fn a_session_whose_token_could_not_act_only_looks_and_no_other_site_acts_for_one() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let start = w.clock.now();
        answered(w, "mina", &assistant);
        w.clock.advance(MINUTE_US);
        let (client, mut visitor) = officer(w, "officer");
        // A token that may look and no more.
        let mut fields = client.token_fields();
        fields.retain(|(name, _)| name != "scope");
        fields.push(("scope".to_owned(), "officer:look".to_owned()));
        let proof = client.proof("POST", "/oauth/token", None);
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(&fields);
        let asks = Call::new("POST", "/oauth/token").header("dpop", proof);
        let reply = w.http().send(&asks.body("application/x-www-form-urlencoded", body.finish()));
        let token =
            reply.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", reply.text())).to_owned();
        let visit = Call::new("POST", "/v1/console/visits").json(&json!({ "ground": "GDPR Art. 39" }));
        let link = w.http().send(&visit.with(&client, &token));
        let url = link.json()["url"].as_str().unwrap().to_owned();
        let mut looker = Visitor::new(w);
        let path = url.strip_prefix(crate::support::world::ISSUER).unwrap();
        assert_eq!(looker.post(path, &[]).status, 303);

        let way = foresees(&assistant.id.to_string(), start, w.clock.now());
        let own = form(&looker.sees("/operator/dpo/"), "/operator/dpo/leave").field("form_token").to_owned();
        assert!(forms(&looker.sees(&way)).iter().all(|f| f.action != INCIDENTS));
        let declare = form(&visitor.sees(&way), INCIDENTS);
        let theirs = declare.with("form_token", &own);
        let refused = writes(&mut looker, &theirs, &[]);
        assert!(refused.status == 403 && refused.text().contains("breaches:write"), "{}", refused.text());
        assert_eq!(writes(&mut looker, &declare, &[]).status, 403, "another session's form");
        assert_eq!(writes(&mut visitor, &declare.without("form_token"), &[]).status, 403);
        visitor.headers.push(("sec-fetch-site".to_owned(), "cross-site".to_owned()));
        assert_eq!(writes(&mut visitor, &declare, &[]).status, 403, "another site's");
        visitor.headers.pop();
        assert!(w.broker().breaches().unwrap().is_empty());

        let incident = writes(&mut visitor, &declare, &[]).header("location").unwrap().to_owned();
        assert!(forms(&looker.sees(&incident)).iter().all(|f| f.field("act").is_empty()));
        for act in ["possible", "cleared", "confirmed", "reported"] {
            let fields = [("form_token", own.as_str()), ("act", act), ("sure", "yes"), ("home", "DE")];
            let fields = fields.map(|(n, v)| (n.to_owned(), v.to_owned()));
            assert_eq!(looker.post(&format!("{incident}/acts"), &fields).status, 403, "{act}");
        }
        // A regulator has no such pages.
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut engineer = enters(w, &authority, "case 7");
        assert_eq!(engineer.get(&incident).status, 403);
        assert_eq!(engineer.get("/regulator/incidents").status, 404);
        let breach = stands(w, breach(&incident)).breach;
        assert_eq!((breach.possible, breach.confirmed, breach.cleared), (None, None, None));
    });
}
