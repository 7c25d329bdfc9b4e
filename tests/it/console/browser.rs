//! The console in a real browser: axe-core and html-validate find nothing, every page fits every width, nobody else is asked for anything, and no script is
//! needed. Needs Chromium (`support::browser`). Where `DONGUI_TEST_SCREENS` names a directory, pictures are kept there.
use super::officer::foresees;
use super::{asks, enters, form, has_it_made, link, period, writes};
use crate::exports::lived;
use crate::screens::accessible::{EXAMINE, examiners};
use crate::screens::browser::WINDOWS;
use crate::support::browser::Browser;
use crate::support::house::House;
use crate::support::{ASSISTANT, Client, MUNICH, R6, World, ZONE};
use dongui::domain::client::Role;
use dongui::domain::time::{DAY_US, HOUR_US};
use serde_json::json;
use std::path::PathBuf;
use std::process::Command;

/// A world with something of everything for a regulator to see, and his pages by a name.
struct Furnished {
    w: World,
    /// A link of his that is not used yet, and those that are used to come in, by him and by the officer.
    links: [String; 3],
    case: String,
    waiting: String,
    /// Pages of the officer.
    foreseen: String,
    incident: String,
}

impl Furnished {
    fn new() -> Furnished {
        let w = World::new(House::sqlite());
        lived(&w);
        w.clock.advance(8 * DAY_US);
        let (authority, operator) =
            (Client::register(&w, "authority", Role::Regulator, None), w.client(Role::Operator));
        let stop = json!({ "country": "US", "ground": "PIPA Art. 28-9(1)" });
        let stopped = crate::support::door::Call::new("POST", "/v1/stops").json(&stop).by(&operator);
        assert_eq!(w.http().send(&stopped).status, 200);
        let mut visitor = enters(&w, &authority, "case 2026-17");
        let from = w.clock.now().plus(-30 * DAY_US).date();
        let [_, to] = period(&w);
        let days = [("from", from.as_str()), (to.0, to.1.as_str())];
        let case = asks(&mut visitor, &[[("ground", "case 2026-17")].as_slice(), &days].concat());
        has_it_made(&w, &mut visitor, &case);
        let recipient = w.broker().recipients().unwrap()[0].id.to_string();
        let waiting = asks(
            &mut visitor,
            &[[("ground", "breach 3"), ("recipient", &recipient)].as_slice(), &days].concat(),
        );
        // Something of the day.
        let (tim, guide) = (w.subscriber("tim"), w.provider("guide"));
        tim.allows(&guide, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        tim.is_at(MUNICH);
        assert!(guide.asks(&tim).tells());
        let officer = Client::register(&w, "officer", Role::Operator, None);
        let known = w.clock.now().plus(-20 * HOUR_US);
        let assistant = w.broker().recipients().unwrap().into_iter().find(|r| r.name == "assistant").unwrap();
        let foreseen = foresees(&assistant.id.to_string(), w.clock.now().plus(-30 * DAY_US), known);
        let declared = {
            let mut visitor = enters(&w, &officer, "GDPR Art. 39");
            let form = form(&visitor.sees(&foreseen), "/operator/dpo/incidents");
            writes(&mut visitor, &form, &[])
        };
        let incident = declared.header("location").unwrap().to_owned();
        let links = ["case 2026-17", "case 2026-17"].map(|ground| link(&w, &authority, ground));
        let [unused, his] = links;
        let links = [unused, his, link(&w, &officer, "GDPR Art. 39")];
        Furnished { w, links, case, waiting, foreseen, incident }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.w.http().address())
    }

    /// Comes in by a new link, scripts or none.
    fn enters(&self, browser: &Browser) {
        for (link, home) in [(&self.links[1], "/regulator/"), (&self.links[2], "/operator/dpo/")] {
            browser.goes(&self.url(link));
            browser.follows(|| {
                browser.eval("document.querySelector('main button').click()");
            });
            assert_eq!(browser.eval("location.pathname"), home);
        }
        browser.asked();
    }

    fn pages(&self) -> Vec<(&'static str, String)> {
        let below = |path: &str| format!("{}/{path}", self.case);
        vec![
            ("overview", "/regulator/".to_owned()),
            ("case", self.case.clone()),
            ("case-waiting", self.waiting.clone()),
            ("entries", below("entries")),
            ("entry", below("entries/70")),
            ("sample", below("sample?seed=hearing+3&size=8")),
            ("policies", "/regulator/policies".to_owned()),
            ("verify", "/regulator/verify".to_owned()),
            ("enter", self.links[0].clone()),
            ("missing", "/regulator/nowhere".to_owned()),
            ("officer", "/operator/dpo/".to_owned()),
            ("incidents", "/operator/dpo/incidents".to_owned()),
            ("foreseen", self.foreseen.clone()),
            ("incident", self.incident.clone()),
            ("deletions", "/operator/dpo/deletions".to_owned()),
            ("notices", "/operator/dpo/notices".to_owned()),
            ("budgets", "/operator/dpo/budgets".to_owned()),
            ("consents", "/operator/dpo/consents".to_owned()),
        ]
    }
}

#[test]
fn axe_finds_nothing_on_any_page_in_any_window_light_or_dark() {
    let (Some(browser), Some(npm)) = (Browser::start(), examiners()) else { return };
    let axe = std::fs::read_to_string(npm.join("axe-core/axe.min.js")).unwrap();
    let house = Furnished::new();
    house.enters(&browser);
    for (name, path) in house.pages() {
        browser.goes(&house.url(&path));
        let beside = browser.beside(&axe);
        for scheme in ["light", "dark"] {
            browser.prefers(&[("prefers-color-scheme", scheme)]);
            for window in WINDOWS {
                browser.sized(window);
                let found: Vec<String> = serde_json::from_value(browser.eval_at(&beside, EXAMINE)).unwrap();
                assert!(found.is_empty(), "{name} {scheme} {window:?}: {found:#?}");
            }
        }
    }
}

#[test]
fn the_markup_is_valid() {
    let (Some(browser), Some(npm)) = (Browser::start(), examiners()) else { return };
    let house = Furnished::new();
    house.enters(&browser);
    let dir = tempfile::tempdir().unwrap();
    let pages: Vec<PathBuf> = house
        .pages()
        .into_iter()
        .map(|(name, path)| {
            browser.goes(&house.url(&path));
            let file = dir.path().join(format!("{name}.html"));
            std::fs::write(&file, browser.source()).unwrap();
            file
        })
        .collect();
    let out = Command::new("node")
        .arg(npm.join("html-validate/bin/html-validate.mjs"))
        .args(["--preset", "recommended", "--formatter", "text"])
        .args(&pages)
        .current_dir(dir.path())
        .output()
        .unwrap();
    let said = [out.stdout, out.stderr].concat();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&said));
}

/// Tells the width of window and page, the smallest height of what is pressed, and the smallest side of a link.
const MEASURE: &str = "(() => { const all = q => [...document.querySelectorAll(q)].filter(e => !e.matches('.skip')).map(e => e.getBoundingClientRect()); \
    return [innerWidth, document.documentElement.scrollWidth, Math.min(99, ...all('button, .button, .to, .on, nav a').map(r => r.height)), \
    Math.min(99, ...all('td a, th a, dd a').map(r => Math.min(r.width, r.height)))].map(Math.floor); })()";

#[test]
fn every_page_fits_every_width_without_a_script_and_asks_nobody_else() {
    let Some(browser) = Browser::start() else { return };
    let house = Furnished::new();
    house.enters(&browser);
    browser.scripts(false);
    for (name, path) in house.pages() {
        browser.goes(&house.url(&path));
        for window in WINDOWS {
            browser.sized(window);
            let numbers: Vec<u32> = serde_json::from_value(browser.eval(MEASURE)).unwrap();
            let [width, page, pressed, link] = numbers[..] else { panic!("{name}: {numbers:?}") };
            assert_eq!(width, window.0);
            assert!(page <= width, "{name} {window:?}: {page} px wide");
            assert!(pressed >= 44 && link >= 24, "{name} {window:?}: {pressed} {link}");
        }
    }
    let ours = house.url("/");
    let elsewhere = browser.asked().into_iter().find(|a| !a.starts_with(&ours) && !a.starts_with("data:"));
    assert_eq!(elsewhere, None);
}

#[test]
fn the_pictures_of_the_console_in_the_documents_are_of_these_pages() {
    let Some(browser) = Browser::start() else { return };
    let kept = std::env::var_os("DONGUI_TEST_SCREENS").map(PathBuf::from);
    let house = Furnished::new();
    house.enters(&browser);
    let phone = (390, 1080);
    let regulator = ["overview", "case", "entries", "entry", "sample", "policies", "verify"];
    let officer =
        ["officer", "incidents", "foreseen", "incident", "deletions", "notices", "budgets", "consents"];
    for name in regulator.into_iter().chain(officer) {
        let (_, path) = house.pages().into_iter().find(|(n, _)| *n == name).unwrap();
        // Of a case the tables are to be seen, too.
        let desk = (1280, if ["case", "consents"].contains(&name) { 1600 } else { 800 });
        for (scheme, window, shape) in [
            ("light", desk, "-desk"),
            ("dark", desk, "-dark-desk"),
            ("light", phone, ""),
            ("dark", phone, "-dark"),
        ] {
            browser.prefers(&[("prefers-color-scheme", scheme)]);
            browser.sized(window);
            browser.goes(&house.url(&path));
            let bytes = browser.picture();
            assert!(bytes.len() > 10_000, "{name}{shape}: an empty picture");
            if let Some(kept) = &kept {
                std::fs::write(kept.join(format!("console-{name}{shape}.png")), &bytes).unwrap();
            }
        }
    }
}
