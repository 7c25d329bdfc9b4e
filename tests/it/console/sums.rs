//! What the officer's pages sum up, on both engines: what is due, how consents stand, what was spent. Deliberately absent: incidents (`officer`), how pages are drawn
//! (`browser`).
use super::officer::{log, officer};
use super::{enters, looks};
use crate::purge::asked;
use crate::screens::visitor::{between, plain};
use crate::support::door::Call;
use crate::support::world::Opening;
use crate::support::{ASSISTANT, CITY, MUNICH, R6, World, ZONE};
use dongui::domain::category::{Category, Precision};
use dongui::domain::telling::{Manner, Rhythm};
use dongui::domain::time::{DAY_US, MINUTE_US};
use serde_json::{Value, json};
use std::sync::Arc;

/// Every page without a number in its address.
const PAGES: [&str; 6] = ["", "incidents", "deletions", "notices", "budgets", "consents"];

#[test]
fn what_is_due_stands_the_earliest_first_says_what_is_late_and_goes_once_it_is_done() {
    World::each(|w| {
        let (mina, jan, assistant) = (w.subscriber("mina"), w.subscriber("jan"), w.provider("assistant"));
        let (client, mut visitor) = officer(w, "officer");
        let dues = || w.http().send(&Call::new("GET", "/v1/dues").by(&client)).json();
        assert_eq!(dues(), json!([]));
        assert!(visitor.sees("/operator/dpo/").contains("<p class=\"soft\">Nothing.</p>"));
        let purge = asked(w, &assistant, &mina);
        let export = crate::exports::asked(w, "regulator");
        let told = dues();
        let words = |told: &Value| -> Vec<(String, bool)> {
            let one = |due: &Value| (due["duty"].as_str().unwrap().to_owned(), due["late"] == true);
            told.as_array().unwrap().iter().map(one).collect()
        };
        let list = |all: &[(&str, bool)]| -> Vec<(String, bool)> {
            all.iter().map(|(word, late)| ((*word).to_owned(), *late)).collect()
        };
        assert_eq!(words(&told), list(&[("deletion", false), ("export", false)]));
        assert_eq!(
            (&told[0]["recipient"], &told[1]["export"]),
            (&json!(assistant.id.to_string()), &json!(export))
        );
        w.clock.advance(7 * DAY_US);
        let mut visitor = enters(w, &client, "GDPR Art. 39");
        assert_eq!(words(&dues()), list(&[("deletion", true), ("export", false)]), "to the microsecond");
        let page = visitor.sees("/operator/dpo/");
        assert!(
            page.contains("assistant answers 1 request to delete") && page.contains("class=\"late\""),
            "{page}"
        );
        let page = visitor.sees("/operator/dpo/deletions");
        assert!(page.contains(&purge) && page.contains("<strong class=\"late\">1</strong>"), "{page}");

        // Who wants to be told is, and a letter that nothing carries is late.
        let letters = Arc::new(Deaf);
        w.restart(Opening { courier: Some(letters), ..Opening::default() });
        let every = Manner { rhythm: Rhythm::Every, quiet: None };
        w.broker().choose_notices(jan.id, "screen".into(), every).unwrap();
        jan.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        jan.is_at(MUNICH);
        assert!(assistant.asks(&jan).tells());
        w.broker().sequence().unwrap();
        assert!(w.broker().tell(&|| false).is_err());
        w.clock.advance(DAY_US);
        let told = dues();
        assert!(words(&told).contains(&("letters".to_owned(), true)), "{told}");
        let page = enters(w, &client, "GDPR Art. 39").sees("/operator/dpo/notices");
        assert!(page.contains("<th scope=\"row\">What left about them</th><td>1</td>"), "{page}");
        crate::exports::stand(w, &export);
        let done = json!({ "statement": "done" });
        let stated = Call::new("POST", &format!("/v1/purges/{purge}/acknowledgement"))
            .json(&done)
            .by(&assistant.client);
        assert_eq!(w.http().send(&stated).status, 204);
        assert_eq!(words(&dues()), list(&[("letters", true)]));
    });
}

/// Messaging that takes nothing.
struct Deaf;

impl dongui::domain::courier::Courier for Deaf {
    fn carry(&self, _: &dongui::domain::courier::Letter<'_>) -> Result<(), &'static str> {
        Err("nobody there")
    }
}

/// The first row of a table with this name in its first column, cell by cell.
fn row(page: &str, name: &str) -> Vec<String> {
    let rows = between(page, "<tr><th scope=\"row\">", "</tr>");
    let found = rows.iter().find(|row| row.starts_with(name)).unwrap_or_else(|| panic!("{name}: {page}"));
    between(found, "<td>", "</td>").into_iter().map(str::to_owned).collect()
}

/// How often an act stands in this week's row.
fn counted(w: &World, page: &str, act: &str) -> usize {
    let columns = between(page, "<th scope=\"col\">Week of</th>", "</tr>");
    let columns = columns.first().map(|c| between(c, "<th scope=\"col\">", "</th>")).unwrap_or_default();
    let week = row(page, &dongui::store::sums::monday(w.clock.now()).date());
    columns.iter().position(|c| *c == act).map_or(0, |at| week[at].parse().unwrap())
}

#[test]
fn the_pages_count_what_is_in_the_tables_and_name_nobody() {
    World::each(|w| {
        let all: Vec<_> = ["mina", "jan", "tim"].map(|name| w.subscriber(name)).into();
        let [mina, jan, tim] = &all[..] else { panic!() };
        let (assistant, shop) = (w.provider("assistant"), w.provider("shop"));
        let (client, mut visitor) = officer(w, "officer");
        let before = visitor.sees("/operator/dpo/consents");
        for who in [mina, jan] {
            who.allows(&assistant, ASSISTANT, ZONE, R6);
            who.allows(&assistant, ASSISTANT, Category::LocationLabel, Precision::Label);
        }
        tim.allows(&shop, ASSISTANT, ZONE, CITY);
        tim.refuses(&assistant, ASSISTANT, ZONE);
        w.neighbours_are_at(MUNICH);
        all.iter().for_each(|who| drop(who.is_at(MUNICH)));
        assert!(assistant.asks(mina).tells() && assistant.asks(jan).tells() && assistant.asks(jan).tells());
        assert!(shop.asks(tim).tells());
        w.clock.advance(MINUTE_US);
        jan.withdraws();
        mina.pauses();

        let page = plain(&visitor.sees("/operator/dpo/consents"));
        let stands = |page: &str, category: &str, state: &str, n: usize| {
            let cells = format!(
                "<th scope=\"row\">assistant</th><td>{}</td><td>{category}</td><td>{state}</td><td>{n}</td>",
                ASSISTANT.as_str()
            );
            assert!(page.contains(&cells), "{cells}: {page}");
        };
        stands(&page, "location.zone", "paused", 1);
        stands(&page, "location.zone", "withdrawn", 1);
        stands(&page, "location.zone", "refused", 1);
        stands(&page, "location.label", "paused", 1);
        let more = |act| counted(w, &page, act) - counted(w, &before, act);
        assert_eq!((more("grant"), more("refuse"), more("withdraw"), more("pause")), (5, 1, 2, 2));
        assert!(page.contains("<div><dt>Ends and pauses in these weeks</dt><dd>4</dd></div>"), "{page}");

        // Of two answers about him the second said nothing new.
        let page = plain(&visitor.sees("/operator/dpo/budgets"));
        assert_eq!(
            (row(&page, "assistant"), row(&page, "shop")),
            (vec!["2".to_owned(); 2], vec!["1".to_owned(); 2])
        );
        assert_eq!(row(&page, "1</th>"), ["3"], "one fact about each of three");

        // A pause that is over is none.
        mina.resumes();
        crate::limits::pauses_until(mina, w.clock.now().plus(10 * MINUTE_US));
        stands(&visitor.sees("/operator/dpo/consents"), "location.zone", "paused", 1);
        w.clock.advance(10 * MINUTE_US);
        stands(&visitor.sees("/operator/dpo/consents"), "location.zone", "active", 1);

        let names: Vec<String> = all
            .iter()
            .flat_map(|who| {
                [who.number[1..].to_owned(), who.id.to_string(), assistant.knows(who), shop.knows(who)]
            })
            .collect();
        let mut visitor = enters(w, &client, "GDPR Art. 39");
        for page in PAGES {
            let page = visitor.sees(&format!("/operator/dpo/{page}"));
            assert!(names.iter().all(|name| !page.contains(name.as_str())), "{page}");
        }
        let seen: Vec<&str> = looks(&log(w)).into_iter().map(|(_, page, _, _)| page).collect();
        for page in ["home", "incidents", "deletions", "notices", "budgets", "consents"] {
            assert!(seen.contains(&page), "{page}: {seen:?}");
        }
    });
}
