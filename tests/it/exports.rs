//! An export leaves when two people stand for it, tells of whom it was asked about and of nobody else, and its reports are what its records say.
//! Deliberately absent: forged bundles (`ledger`), and the chains through whole ones (`chains`).
use super::audit::python;
use super::chains::reseal;
use super::support::door::{Call, Reply};
use super::support::rows::files;
use super::support::{ASSISTANT, CITY, Client, MUNICH, R6, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::broker::export::Wanted;
use dongui::domain::client::Role;
use dongui::domain::id::SubscriberId;
use dongui::domain::purpose::Purpose;
use dongui::domain::record::Ground;
use dongui::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use dongui::ledger::bundle;
use dongui::store::drafts::{self, Draft};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// An export of everything so far, as if a client of that id had asked for it.
pub fn asked(w: &World, by: &str) -> String {
    let now = w.clock.now();
    let wanted =
        Wanted { ground: Some("case 7".to_owned()), ..Wanted::whole(now.plus(-DAY_US), now.plus(MINUTE_US)) };
    let document = json!({ "at": now, "by": by, "wanted": wanted }).to_string();
    let draft = Draft { hash: "ab".repeat(32), kind: "export".to_owned(), document };
    w.store().write("story", move |tx| drafts::put(tx, &draft, now)).unwrap();
    "ab".repeat(32)
}

/// The console and a client of the operator stand for it.
pub fn stand(w: &World, id: &str) {
    w.broker().approve_export(&Caller::console(), id).unwrap();
    let second = Client::register(w, "second-of-two", Role::Operator, None);
    let call = Call::new("POST", "/v1/audit/exports/approvals").json(&json!({ "id": id })).by(&second);
    let stood = w.http().send(&call);
    assert_eq!((stood.status, &stood.json()["state"]), (200, &json!("approved")), "{}", stood.text());
}

/// Fetches until it is made.
fn fetched(w: &World, regulator: &Client<'_>, id: &str) -> Reply {
    loop {
        let reply = w.http().send(&Call::new("GET", &format!("/v1/audit/exports/{id}/bundle")).by(regulator));
        if reply.status != 202 {
            return reply;
        }
        assert_eq!(reply.header("retry-after"), Some("1"));
        assert!(
            ["making", "made", "approved"].contains(&reply.json()["state"].as_str().unwrap()),
            "{}",
            reply.text()
        );
    }
}

fn unpacked(reply: &Reply, dir: &Path) -> std::path::PathBuf {
    std::fs::write(dir.join("bundle.tar"), &reply.body).unwrap();
    let tar = Command::new("tar").arg("-xf").arg(dir.join("bundle.tar")).arg("-C").arg(dir).status().unwrap();
    assert!(tar.success());
    dir.join("bundle")
}

/// Two people, two recipients, answers, refusals, withdrawals.
pub fn lived(w: &World) -> (SubscriberId, SubscriberId) {
    let (mina, jan) = (w.subscriber("mina"), w.subscriber("jan"));
    let (assistant, shop) = (w.provider("assistant"), w.provider("=shop"));
    let ads = Purpose::PersonalisedAdvertising;
    for who in [&mina, &jan] {
        who.allows(&assistant, ASSISTANT, ZONE, R6);
        who.allows(&shop, ads, ZONE, CITY);
    }
    w.neighbours_are_at(MUNICH);
    mina.is_at(MUNICH);
    jan.is_at(MUNICH);
    for who in [&mina, &jan] {
        assert!(assistant.asks(who).tells() && shop.asks_for(who, ads, &[ZONE]).tells());
    }
    w.clock.advance(MINUTE_US);
    mina.withdraws();
    assert!(!assistant.asks(&mina).tells() && !shop.asks_for(&jan, ASSISTANT, &[ZONE]).tells());
    w.clock.advance(MINUTE_US);
    (mina.id, jan.id)
}

fn verdicts(
    w: &World,
    dir: &Path,
) -> (Result<dongui::ledger::report::Report, String>, (Option<i32>, String)) {
    let vkey = w.broker().log_verifier().unwrap().vkey();
    (bundle::verify(dir, &vkey).map_err(|b| b.to_string()), python(dir, &vkey))
}

fn tables(dir: &Path) -> Value {
    serde_json::from_slice::<Value>(&std::fs::read(dir.join("report.json")).unwrap()).unwrap()["tables"]
        .take()
}

fn rows<'t>(tables: &'t Value, name: &str) -> Vec<&'t Vec<Value>> {
    let table = tables.as_array().unwrap().iter().find(|t| t["name"] == name);
    table.unwrap_or_else(|| panic!("no table {name}"))["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_array)
        .collect()
}

#[test]
fn an_export_leaves_when_two_people_of_the_operator_stand_for_it_and_each_step_is_recorded() {
    World::each(|w| {
        lived(w);
        let regulator = w.client(Role::Regulator);
        let other = Client::register(w, "another-regulator", Role::Regulator, None);
        let (first, second) = (w.client(Role::Operator), Client::register(w, "second", Role::Operator, None));
        let now = w.clock.now();
        let body = json!({ "from": now.plus(-DAY_US).rfc3339(), "to": now.rfc3339(), "ground": "case 7" });
        let asked = w.http().send(&Call::new("POST", "/v1/audit/exports").json(&body).by(&regulator));
        let id = asked.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(
            (asked.status, asked.header("location")),
            (201, Some(format!("/v1/audit/exports/{id}").as_str()))
        );
        assert_eq!(
            (&asked.json()["state"], &asked.json()["asked_by"]),
            (&json!("waits"), &json!("regulator"))
        );

        let stands = |who: &Client<'_>| {
            w.http()
                .send(&Call::new("POST", "/v1/audit/exports/approvals").json(&json!({ "id": id })).by(who))
        };
        let fetches = |who: &Client<'_>| {
            w.http().send(&Call::new("GET", &format!("/v1/audit/exports/{id}/bundle")).by(who))
        };
        assert_eq!(fetches(&regulator).status, 409);
        assert_eq!(stands(&regulator).status, 403, "who asks does not approve");
        assert_eq!(
            (stands(&first).status, stands(&first).json()["state"].clone()),
            (200, json!("waits")),
            "one person twice is one"
        );
        assert_eq!(fetches(&regulator).status, 409);
        assert_eq!(stands(&second).json()["state"], "approved");
        assert_eq!(
            (fetches(&other).status, fetches(&first).status),
            (404, 403),
            "it is the regulator's who asked"
        );
        let listed = |who: &Client<'_>| {
            w.http().send(&Call::new("GET", "/v1/audit/exports").by(who)).json().as_array().unwrap().len()
        };
        assert_eq!([&regulator, &other, &first].map(listed), [1, 0, 1]);

        let dir = tempfile::tempdir().unwrap();
        let out = unpacked(&fetched(w, &regulator, &id), dir.path());
        let (rust, (code, said)) = verdicts(w, &out);
        assert!(rust.as_ref().is_ok_and(|r| r.withheld == 0 && r.opened == r.leaves), "{rust:?}");
        assert_eq!(code, Some(0), "{said}");
        let again = fetched(w, &regulator, &id);
        assert_eq!(again.body, std::fs::read(dir.path().join("bundle.tar")).unwrap(), "it lies there");

        // Its steps are in the next one.
        w.broker().sequence().unwrap();
        let next = dir.path().join("next");
        w.clock.advance(MINUTE_US);
        w.exports(now, w.clock.now(), &next).unwrap();
        let all = tables(&next);
        let steps: Vec<&str> = rows(&all, "approvals").iter().map(|row| row[2].as_str().unwrap()).collect();
        assert_eq!(steps, ["export.ask", "export.approve", "export.approve"]);
        assert_eq!((rows(&all, "exports").len(), &rows(&all, "exports")[0][2]), (1, &json!("regulator")));

        // What lies there is cleared away, and nothing is fetched a month later.
        w.clock.advance(400 * DAY_US);
        w.broker().sweep().unwrap();
        let spool = w.house.log_dir().with_file_name("exports");
        assert_eq!(std::fs::read_dir(spool).unwrap().count(), 0);
        assert_eq!((fetches(&regulator).status, stands(&first).status), (409, 409));
    });
}

#[test]
fn a_faulty_question_is_named_and_a_stranger_learns_nothing() {
    World::each(|w| {
        let (regulator, number) = (w.client(Role::Regulator), w.subscriber("mina").number.clone());
        let asks = |body: Value| {
            let reply = w.http().send(&Call::new("POST", "/v1/audit/exports").json(&body).by(&regulator));
            (reply.status, reply.text())
        };
        for (body, status, named) in [
            (json!({ "from": "x", "to": "9", "ground": "case 7" }), 422, "`from`"),
            (json!({ "from": "9", "to": "9", "ground": "case 7" }), 422, "`to`"),
            (json!({ "from": "1", "to": "9", "ground": " " }), 422, "`ground`"),
            (json!({ "from": "1", "to": "9" }), 400, "missing"),
            (json!({ "from": "1", "to": "9", "ground": "case 7", "subscriber": "12" }), 422, "`subscriber`"),
            (
                json!({ "from": "1", "to": "9", "ground": "case 7", "subscriber": "+4915112345678" }),
                404,
                "subscriber",
            ),
        ] {
            let (code, said) = asks(body);
            assert!(code == status && said.contains(named), "{code} {said}");
            assert!(!said.contains("15112345678") && !said.contains(&number), "{said}");
        }
        assert_eq!(asks(json!({ "from": "1", "to": "9", "ground": "case 7", "subscriber": number })).0, 201);
        // Nor does the console write somebody's number into a bundle.
        let (dir, ground) = (tempfile::tempdir().unwrap(), Some(format!("asked by {number}")));
        let wanted = Wanted { ground, ..Wanted::whole(At(0), w.clock.now()) };
        let refused = w.broker().export(&Caller::console(), &wanted, dir.path(), &mut |_, _| {});
        assert!(refused.is_err_and(|e| !e.to_string().contains(&number)));
        let get = Call::new("GET", "/v1/audit/exports/none/bundle").by(&regulator);
        assert_eq!(w.http().send(&get).status, 404);
    });
}

#[test]
fn a_bundle_about_one_subscriber_tells_of_nobody_else_and_leaves_nothing_about_him_out() {
    World::each(|w| {
        let start = w.clock.now();
        let (mina, jan) = lived(w);
        let dir = tempfile::tempdir().unwrap();
        let wanted = Wanted {
            subscriber: Some(mina),
            ground: Some("case 7".to_owned()),
            ..Wanted::whole(At(0), w.clock.now())
        };
        let out = dir.path().join("case");
        w.broker().export(&Caller::console(), &wanted, &out, &mut |_, _| {}).unwrap();
        let (rust, (code, said)) = verdicts(w, &out);
        let report = rust.unwrap();
        assert!(report.withheld > 5 && report.erased == 0 && report.followed.missing == 0, "{report:?}");
        assert!(code == Some(0) && said.contains("withheld"), "{said}");
        for (name, bytes) in files(&out) {
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains(&jan.to_string()), "{name} tells of somebody else");
        }
        let all = tables(&out);
        let mut outcomes: Vec<String> = Vec::new();
        outcomes.extend(
            rows(&all, "events")
                .iter()
                .map(|row| format!("{} {}", row[3].as_str().unwrap(), row[6].as_str().unwrap())),
        );
        let told = outcomes.iter().filter(|o| o.contains("told: ")).count();
        let withdrawn = outcomes.iter().filter(|o| o.contains(" withdraw ")).count();
        assert!(
            told == 2 && withdrawn == 2 && outcomes.iter().any(|o| o.contains("withheld: not-granted")),
            "{outcomes:#?}"
        );
        // The same through the registry's own eyes: every request that he is shown is there.
        assert_eq!(
            w.broker().requests(mina, None, 0, 100).unwrap().records.len(),
            rows(&all, "events").iter().filter(|r| r[2] == "request").count()
        );

        // An entry about him that is said to be about others is missed by its number, also by who signs anew.
        let lines: Vec<String> =
            std::fs::read_to_string(out.join("records.jsonl")).unwrap().lines().map(str::to_owned).collect();
        let his: Vec<usize> = (0..lines.len()).filter(|n| lines[*n].contains(&mina.to_string())).collect();
        let hidden = his[his.len() / 2];
        withhold(&out, hidden);
        let (rust, (code, said)) = verdicts(w, &out);
        assert!(rust.unwrap_err().contains("skips entries about its subscriber"));
        assert!(code == Some(1) && said.is_empty());

        // Erased, his entries are holes that are counted.
        w.broker().erase(mina, Ground::Operator).unwrap();
        w.broker().sequence().unwrap();
        let after = dir.path().join("after");
        w.broker().export(&Caller::console(), &wanted, &after, &mut |_, _| {}).unwrap();
        let report = verdicts(w, &after).0.unwrap();
        assert!(report.erased > 0 && report.followed.missing > 0, "{report:?}");
        assert!(start < w.clock.now());
    });
}

/// Says of an opened entry that it is about others, as who has the log's key could.
fn withhold(dir: &Path, line: usize) {
    let edit = |name: &str, at: usize, with: &dyn Fn(&str) -> String| {
        let text = std::fs::read_to_string(dir.join(name)).unwrap();
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        lines[at] = with(&lines[at]);
        std::fs::write(dir.join(name), lines.concat()).unwrap();
    };
    let index: Value = serde_json::from_str(
        std::fs::read_to_string(dir.join("records.jsonl")).unwrap().lines().nth(line).unwrap(),
    )
    .unwrap();
    edit("records.jsonl", line, &|_| format!("{{\"index\":{},\"withheld\":true}}\n", index["index"]));
    edit("records.csv", line + 1, &|row| {
        format!("{}\"withheld\",\"\"\r\n", row.split_once("\"opened\"").unwrap().0)
    });
    reseal(dir, |m| (m.opened, m.withheld) = (m.opened - 1, m.withheld + 1));
}

#[test]
fn a_bundle_with_one_recipient_names_everybody_a_breach_there_touches() {
    World::each(|w| {
        let (mina, jan) = lived(w);
        let shop = w.broker().recipients().unwrap().into_iter().find(|r| r.name == "=shop").unwrap();
        let wanted = Wanted {
            recipient: Some(shop.id),
            ground: Some("breach 3".to_owned()),
            ..Wanted::whole(At(0), w.clock.now())
        };
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("shop");
        w.broker().export(&Caller::console(), &wanted, &out, &mut |_, _| {}).unwrap();
        let (rust, (code, said)) = verdicts(w, &out);
        assert!(rust.unwrap().withheld > 0 && code == Some(0), "{said}");
        let all = tables(&out);
        let touched: BTreeSet<&str> =
            rows(&all, "touched").iter().map(|row| row[0].as_str().unwrap()).collect();
        assert_eq!(touched, BTreeSet::from([mina.to_string().as_str(), jan.to_string().as_str()]));
        assert!(rows(&all, "touched").iter().all(|row| row[4] == "location.zone city" && row[3] == 1));
        let provided: u64 = rows(&all, "provisions").iter().map(|row| row[6].as_u64().unwrap()).sum();
        assert_eq!(provided, 2);
        // A spreadsheet takes no name for a formula, and the tables say in every form the same.
        let csv = std::fs::read_to_string(out.join("report-provisions.csv")).unwrap();
        assert!(csv.contains("\"'=shop\"") && csv.starts_with('\u{feff}') && csv.ends_with("\r\n"), "{csv}");
        assert_eq!(csv.lines().count() - 1, rows(&all, "provisions").len());
        let pdf = std::fs::read(out.join("report.pdf")).unwrap();
        assert!(pdf.starts_with(b"%PDF-") && memchr::memmem::find(&pdf, b"page 1 of").is_some());
        // Who withholds an entry with the recipient is found by the leaf alone.
        let records = std::fs::read_to_string(out.join("records.jsonl")).unwrap();
        let with = records.lines().position(|l| l.contains("\"kind\":\"request\"")).unwrap();
        withhold(&out, with);
        assert!(verdicts(w, &out).0.unwrap_err().contains("withheld though it was asked for"));
        assert_eq!(verdicts(w, &out).1.0, Some(1));
    });
}

#[test]
fn the_reports_of_a_period_are_drawn_anew_from_the_bundle_alone_and_a_changed_one_is_named() {
    World::each(|w| {
        lived(w);
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("bundle");
        w.exports(At(0), w.clock.now().plus(HOUR_US), &out).unwrap();
        let all = tables(&out);
        let sum = |name: &str, column: usize| {
            rows(&all, name).iter().map(|row| row[column].as_u64().unwrap()).sum::<u64>()
        };
        assert_eq!((sum("provisions", 6), sum("refusals", 6)), (4, 2));
        let effect = rows(&all, "effect");
        assert_eq!(
            (&effect[0][1], &effect[1][1]),
            (&json!(2), &json!(0)),
            "nothing was provided after an end"
        );
        assert!(rows(&all, "register").len() >= 2 && rows(&all, "policies").len() == 1);
        let opened: u64 = sum("entries", 3);
        let manifest: Value =
            serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap();
        assert_eq!(manifest["opened"], opened);

        let vkey = w.broker().log_verifier().unwrap().vkey();
        let run = |arguments: &[&str]| {
            let out = Command::new(env!("CARGO_BIN_EXE_dongui"))
                .args(arguments)
                .current_dir(dir.path())
                .output()
                .unwrap();
            let said = [out.stdout, out.stderr].concat();
            (out.status.code(), String::from_utf8_lossy(&said).into_owned())
        };
        let (code, said) = run(&["audit", "verify", "bundle", "--key", &vkey]);
        assert!(code == Some(0) && said.contains("its reports say what its records say"), "{said}");
        let (code, said) = run(&["audit", "report", "bundle", "--key", &vkey, "--out", "anew"]);
        assert_eq!(code, Some(0), "{said}");
        let anew = files(&dir.path().join("anew"));
        assert!(anew.len() > 10, "{}", anew.len());
        for (name, bytes) in anew {
            assert_eq!(std::fs::read(out.join(&name)).unwrap(), bytes, "{name}");
        }
        // The operator signs a report that says less.
        let path = out.join("report-refusals.csv");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.lines().next().unwrap()).unwrap();
        let (code, said) = run(&["audit", "verify", "bundle", "--key", &vkey]);
        assert!(code == Some(1) && said.contains("report-refusals.csv"), "{said}");
        reseal(&out, |_| {});
        let (code, said) = run(&["audit", "verify", "bundle", "--key", &vkey]);
        assert!(code == Some(1) && said.contains("`report-refusals.csv` is not what the records"), "{said}");
    });
}
