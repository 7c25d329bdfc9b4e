//! The pages by keyboard alone and with scripts switched off: every control is reached and shows that it is, and the way to withdraw
//! is no longer than the way to allow, counted by what is pressed.
use super::MONTH;
use super::furnished::Furnished;
use crate::support::browser::Browser;
use crate::support::house::House;
use crate::support::{ASSISTANT, World};
use dongui::domain::purpose::Purpose;
use serde_json::json;

/// Marks what can be pressed and seen, a group of choices as one, and counts it.
const MARK: &str = r#"(() => {
  document.querySelectorAll('details').forEach(e => e.open = true);
  const groups = new Set(), found = [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden])')].filter(e => {
    if (e.type !== 'radio') return e.checkVisibility();
    const group = (e.form.dataset.n ??= String(Math.random())) + e.name;
    return !groups.has(group) && groups.add(group);
  });
  document.activeElement.blur();
  return found.length;
})()"#;

/// What has the focus, by its place in the document, and whether that can be seen.
const FOCUSED: &str = r#"(() => {
  const e = document.activeElement;
  if (e === document.body) return [-1, true];
  const shows = x => { const s = x && getComputedStyle(x); return s && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; };
  return [[...document.querySelectorAll('*')].indexOf(e), !!(shows(e) || shows(e.closest('label')) || shows(e.closest('.card')))];
})()"#;

#[test]
fn every_control_is_reached_by_keyboard_and_shows_that_it_is() {
    let Some(browser) = Browser::start() else { return };
    let house = Furnished::new();
    house.enters(&browser);
    browser.scripts(false);
    for tag in ["en", "ar"] {
        for (name, path) in house.pages() {
            browser.goes(&house.in_language(&path, tag));
            let controls = browser.eval(MARK).as_u64().unwrap();
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..controls {
                browser.presses("Tab");
                let (place, shown): (i64, bool) = serde_json::from_value(browser.eval(FOCUSED)).unwrap();
                assert!(shown, "{name} {tag}: the focus on {place} cannot be seen");
                seen.insert(place);
            }
            assert!(!seen.contains(&-1), "{name} {tag}: the focus leaves the page too early");
            assert_eq!(seen.len() as u64, controls, "{name} {tag}");
        }
    }
}

/// Moves on until something is in focus.
fn reaches(browser: &Browser, selector: &str) {
    for _ in 0..200 {
        browser.presses("Tab");
        if browser.eval(&format!("document.activeElement.matches({})", json!(selector))) == json!(true) {
            return;
        }
    }
    panic!("the keyboard does not reach {selector}");
}

/// From the first page to one that tells what was done; returns how often something was pressed.
fn steps(browser: &Browser, home: &str, recipient: &str, pressed: &[(String, &str)]) -> usize {
    browser.goes(home);
    reaches(browser, &format!("a[href=\"/me/with/{recipient}\"]"));
    browser.follows(|| browser.presses("Enter"));
    let mut steps = 1;
    for (i, (selector, key)) in pressed.iter().enumerate() {
        let there =
            browser.eval(&format!("!!document.querySelector({})?.checkVisibility()", json!(selector)));
        let opens = selector.ends_with("summary");
        let open = opens
            && browser.eval(&format!("document.querySelector({}).parentNode.open", json!(selector)))
                == json!(true);
        if there != json!(true) || open {
            // Nothing to choose from, or open already.
            continue;
        }
        reaches(browser, selector);
        steps += 1;
        if i + 1 == pressed.len() {
            browser.follows(|| browser.presses(key));
        } else {
            browser.presses(key);
        }
    }
    assert_eq!(browser.eval("location.pathname"), "/me/done");
    steps
}

#[test]
fn for_every_purpose_and_category_withdrawing_takes_no_more_steps_than_allowing() {
    let Some(browser) = Browser::start() else { return };
    let w = World::new(House::sqlite());
    let mina = w.subscriber("mina");
    let purposes = [ASSISTANT, Purpose::ProvideEventRecommendations];
    let provider = w.provider_with("assistant", |r| r.purposes = purposes.to_vec());
    let id = provider.id.to_string();
    let at = |path: &str| format!("http://{}{path}", w.http().address());
    browser.scripts(false);
    browser.goes(&at(&super::invitation(&w, &mina)));
    reaches(&browser, "main button");
    browser.follows(|| browser.presses("Enter"));
    let registered = w.broker().overview(mina.id).unwrap().recipients;
    let registered = registered.into_iter().find(|r| r.id == provider.id).unwrap();
    let cells: Vec<_> = dongui::broker::present::cells(&registered).collect();
    assert!(purposes.iter().all(|p| cells.iter().any(|(of, _)| of == p)));
    for (purpose, category) in cells.clone() {
        let anchor = format!("{id}_{}_{}", purpose.as_str(), category.as_str()).replace([':', '.'], "-");
        let inside = |what: &str| format!("[id=\"{anchor}\"] {what}");
        let opened = (inside("> summary"), "Enter");
        let answer = |word: &str| (inside(&format!("button[value={word}]")), "Enter");
        let chosen = [inside("input[name=precision]"), inside(&format!("input[value=\"{}\"]", MONTH.1))];
        let [precision, term] = chosen.map(|c| (c, " "));
        let refused = steps(&browser, &at("/me"), &id, &[opened.clone(), answer("refuse")]);
        let allowed = steps(&browser, &at("/me"), &id, &[opened, precision, term, answer("allow")]);
        let withdrawn = format!("button[aria-describedby=\"{anchor}\"][value=withdraw]");
        let withdrawn = steps(&browser, &at("/me"), &id, &[(withdrawn, "Enter")]);
        assert!(withdrawn <= allowed && refused <= allowed, "{anchor}: {withdrawn}, {refused}, {allowed}");
        assert_eq!(withdrawn, 2, "the card, and the button on it");
    }
    let live = w.broker().overview(mina.id).unwrap().grants;
    assert_eq!(
        live.iter().filter(|g| g.state == dongui::domain::consent::State::Withdrawn).count(),
        cells.len()
    );
}
