//! Attacks on a console: strangers, old links, sessions of others, forms of other sites, bent addresses. Deliberately absent: what whoever is let in sees.
use super::{asks, enters, form, link, looks, period, writes};
use crate::screens::visitor::{Visitor, forms};
use crate::support::door::Call;
use crate::support::{Client, World};
use dongui::broker::console::{LINK_US, SESSION_US};
use dongui::domain::client::Role;
use serde_json::json;

/// Every page that wants a session.
const PAGES: [&str; 7] = [
    "/regulator/",
    "/regulator/policies",
    "/regulator/cases/none",
    "/regulator/cases/none/entries",
    "/regulator/cases/none/entries/0",
    "/regulator/cases/none/sample?seed=a",
    "/regulator/cases/none/bundle.zip",
];

fn session(visitor: &Visitor<'_>) -> String {
    visitor.cookies["__Secure-dongui-console"].clone()
}

#[test]
fn a_stranger_an_old_link_and_a_bent_one_open_nothing() {
    World::each(|w| {
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut stranger = Visitor::new(w);
        for page in PAGES {
            assert_eq!(stranger.get(page).status, 403, "{page}");
        }
        let (good, late) = (link(w, &authority, "case 7"), link(w, &authority, "case 7"));
        let mut bent = good.clone();
        let last = bent.pop().unwrap();
        bent.push(if last == 'A' { 'B' } else { 'A' });
        let elsewhere = good.replace("/regulator/", "/operator/dpo/");
        for path in [bent.as_str(), "/regulator/enter/x", elsewhere.as_str()] {
            assert_eq!((stranger.get(path).status, stranger.post(path, &[]).status), (410, 410), "{path}");
        }
        // A link is no session, and a session no link.
        let token = good.rsplit('/').next().unwrap().to_owned();
        stranger.cookies.insert("__Secure-dongui-console".to_owned(), token);
        assert_eq!(stranger.get("/regulator/").status, 403);
        let mut visitor = enters(w, &authority, "case 7");
        let path = format!("/regulator/enter/{}", session(&visitor));
        assert_eq!(Visitor::new(w).post(&path, &[]).status, 410);
        w.clock.advance(LINK_US);
        assert_eq!(Visitor::new(w).post(&late, &[]).status, 410, "its time has come");
        // The hour ends at its instant, however often he looks.
        w.clock.advance(SESSION_US - LINK_US - 1);
        assert_eq!(visitor.get("/regulator/").status, 200);
        w.clock.advance(1);
        for page in PAGES {
            assert_eq!(visitor.get(page).status, 403, "{page}");
        }
        w.clock.advance(1);
        w.broker().sweep().unwrap();
        let left: Vec<String> =
            w.dump().into_iter().filter(|(t, _)| t == "console_visits").map(|(_, r)| r).collect();
        assert!(left.iter().all(String::is_empty), "{left:?}");
    });
}

#[test]
fn of_a_link_followed_many_times_at_once_one_session_begins() {
    World::each(|w| {
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let path = link(w, &authority, "case 7");
        let _open = w.http();
        let entered: Vec<u16> = std::thread::scope(|scope| {
            let enter = || Visitor::new(w).post(&path, &[]).status;
            let threads: Vec<_> = (0..6).map(|_| scope.spawn(enter)).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(entered.iter().filter(|status| **status == 303).count(), 1, "{entered:?}");
    });
}

#[test]
fn a_subscribers_session_opens_no_console_and_a_consoles_opens_nothing_else() {
    World::each(|w| {
        let (mina, authority) =
            (w.subscriber("mina"), Client::register(w, "authority", Role::Regulator, None));
        let own = Visitor::enters(w, &mina).cookies["__Host-dongui"].clone();
        let mut visitor = enters(w, &authority, "case 7");
        let token = session(&visitor);
        let mut crossed = Visitor::new(w);
        crossed.cookies.insert("__Secure-dongui-console".to_owned(), own);
        crossed.cookies.insert("__Host-dongui".to_owned(), token.clone());
        assert_eq!((crossed.get("/regulator/").status, crossed.get("/me").status), (403, 403));
        assert_eq!((crossed.get("/operator/dpo/").status, visitor.get("/operator/dpo/").status), (403, 403));
        // A subscriber's link is none of the console, and the other way round.
        let invited = crate::screens::visitor::invitation(w, &mina);
        let path = format!("/regulator/enter/{}", invited.rsplit('/').next().unwrap());
        assert_eq!(Visitor::new(w).post(&path, &[]).status, 410);
        let links = link(w, &authority, "case 7");
        let path = format!("/me/enter/{}", links.rsplit('/').next().unwrap());
        assert_eq!(Visitor::new(w).post(&path, &[]).status, 410);
        for path in ["/v1/audit/exports", "/v1/audit/stops", "/v1/purges?state=overdue"] {
            let bearer = Call::new("GET", path)
                .header("cookie", format!("__Secure-dongui-console={token}"))
                .header("authorization", format!("DPoP {token}"));
            assert_eq!((w.http().send(&bearer).status, visitor.get(path).status), (401, 401), "{path}");
        }
    });
}

#[test]
fn clients_of_other_roles_and_grounds_that_name_somebody_get_no_link() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let feed = w.client(Role::Feed);
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let asks = |body: serde_json::Value, client: &Client<'_>| {
            let reply = w.http().send(&Call::new("POST", "/v1/console/visits").json(&body).by(client));
            (reply.status, reply.text())
        };
        for other in [&assistant.client, &feed] {
            assert_eq!(asks(json!({ "ground": "case 7" }), other).0, 403);
        }
        for ground in ["", "asked by +49 155 5010 0000", "01012345678", "mina@example.org"] {
            let (status, said) = asks(json!({ "ground": ground }), &authority);
            assert!(status == 422 && said.contains("`ground`"), "{said}");
            assert!(ground.is_empty() || !said.contains(ground), "{said}");
        }
    });
}

#[test]
fn another_regulators_export_is_not_seen_and_the_look_is_not_told_as_one() {
    World::each(|w| {
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let other = Client::register(w, "another", Role::Regulator, None);
        let (mut visitor, mut stranger) = (enters(w, &authority, "case 7"), enters(w, &other, "case 8"));
        let [from, to] = period(w);
        let case = asks(&mut visitor, &[("ground", "case 7"), (from.0, &from.1), (to.0, &to.1)]);
        super::has_it_made(w, &mut visitor, &case);
        let id = case.rsplit('/').next().unwrap();
        assert!(!stranger.sees("/regulator/").contains(id));
        for page in PAGES.iter().filter(|page| page.contains("none")) {
            assert_eq!(stranger.get(&page.replace("none", id)).status, 404, "{page}");
            assert_eq!(visitor.get(&page.replace("none", id)).status, 200, "{page}");
        }
        let leave = form(&stranger.sees("/regulator/"), "/regulator/leave");
        let token = leave.field("form_token").to_owned();
        let made = stranger.post(&format!("{case}/make"), &[("form_token".to_owned(), token)]);
        assert_eq!(made.status, 404);
        let dir = tempfile::tempdir().unwrap();
        let all = looks(&super::log(w, &dir.path().join("bundle")));
        assert!(all.iter().all(|(client, page, ..)| client != "another" || ["enter", "home"].contains(page)));
    });
}

#[test]
fn a_look_that_cannot_be_recorded_is_not_shown() {
    World::each(|w| {
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut visitor = enters(w, &authority, "case 7");
        let (home, entering) = (visitor.sees("/regulator/"), link(w, &authority, "case 7"));
        assert!(home.contains("Stop orders in force"));
        w.sql("ALTER TABLE records RENAME TO away");
        for page in ["/regulator/", "/regulator/policies"] {
            let reply = visitor.get(page);
            assert!(reply.status == 503 && !reply.text().contains("Stop orders"), "{page}: {}", reply.text());
        }
        assert_eq!(Visitor::new(w).post(&entering, &[]).status, 503);
        w.sql("ALTER TABLE away RENAME TO records");
        visitor.sees("/regulator/");
        assert_eq!(Visitor::new(w).post(&entering, &[]).status, 303, "the link was not used up");
    });
}

#[test]
fn a_form_that_the_sessions_page_did_not_make_does_nothing() {
    World::each(|w| {
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut visitor = enters(w, &authority, "case 7");
        let page = visitor.sees("/regulator/");
        let mut foreign = enters(w, &authority, "case 7");
        let theirs = form(&foreign.sees("/regulator/"), "/regulator/exports").field("form_token").to_owned();
        let [from, to] = period(w);
        let written = [("ground", "case 7"), (from.0, from.1.as_str()), (to.0, to.1.as_str())];
        let ask = form(&page, "/regulator/exports");
        for bent in [ask.without("form_token"), ask.with("form_token", &theirs), ask.with("form_token", "")] {
            assert_eq!(writes(&mut visitor, &bent, &written).status, 403);
        }
        let twice = [written.as_slice(), &[("ground", "case 9")]].concat();
        assert_eq!(writes(&mut visitor, &ask, &twice).status, 400, "two answers to one question");
        for (name, value) in [
            ("origin", "https://elsewhere.example"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            visitor.headers.push((name.to_owned(), value.to_owned()));
            assert_eq!(writes(&mut visitor, &ask, &written).status, 403, "{name}: {value}");
            let leave = form(&page, "/regulator/leave");
            assert_eq!(writes(&mut visitor, &leave, &[]).status, 403);
            visitor.headers.pop();
        }
        assert!(visitor.sees("/regulator/").contains("None yet."), "nothing was asked");
        assert!(forms(&visitor.sees("/regulator/")).iter().all(|f| !f.field("form_token").is_empty()));
    });
}

#[test]
fn a_faulty_question_is_named_and_no_number_comes_back() {
    World::each(|w| {
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut visitor = enters(w, &authority, "case 7");
        let number = w.subscriber("mina").number.clone();
        let ask = form(&visitor.sees("/regulator/"), "/regulator/exports");
        let [from, to] = period(w);
        let days = [(from.0, from.1.as_str()), (to.0, to.1.as_str())];
        for (written, named) in [
            (vec![("ground", "case 7"), ("from", "x"), days[1]], "`from`"),
            (vec![("ground", "case 7"), days[0], ("to", from.1.as_str())], "`to`"),
            (vec![days[0], days[1]], "`ground`"),
            (vec![("ground", "case 7"), days[0], days[1], ("subscriber", "12")], "`subscriber`"),
            (
                vec![("ground", "case 7"), days[0], days[1], ("subscriber", "+4915112345678")],
                "subscriber not found",
            ),
            (vec![("ground", "case 7"), days[0], days[1], ("recipient", "x")], "`recipient`"),
            (vec![("ground", number.as_str()), days[0], days[1]], "`ground`"),
        ] {
            let reply = writes(&mut visitor, &ask, &written);
            let text = crate::screens::visitor::plain(&reply.text());
            assert!(reply.status == 422 && text.contains(named), "{named}: {} {text}", reply.status);
            assert!(!text.contains("4915112345678") && !text.contains(&number[1..]), "{text}");
        }
    });
}
