//! The pages in a real browser: they fit every width, yes and no are drawn alike, and nobody else is asked for anything. Needs
//! Chromium (`support::browser`). Where `DONGUI_TEST_SCREENS` names a directory, the pictures are kept there.
use super::furnished::{Furnished, TAGS};
use crate::support::browser::Browser;
use std::path::PathBuf;

/// Opens everything, and tells: the width of window and page, how many pairs of answers there are, how many looks the most varied of
/// them has, and the smallest side of what can be pressed.
const MEASURE: &str = r#"(() => {
  const all = q => [...document.querySelectorAll(q)];
  all('details').forEach(e => e.open = true);
  const look = b => { const r = b.getBoundingClientRect(), s = getComputedStyle(b); return [r.width, r.height, r.top,
    s.color, s.backgroundColor, s.borderColor, s.borderWidth, s.fontSize, s.fontWeight].map(v => +v ? Math.round(v) : v).join(); };
  const looks = all('.answers').map(a => new Set([...a.children].map(look)).size);
  const heights = all('button, summary, label, .tongues a, .filters a, .to, .on, .button').map(e => e.getBoundingClientRect().height);
  const small = all('a').map(e => e.getBoundingClientRect()).map(r => Math.min(r.width, r.height));
  return [innerWidth, document.documentElement.scrollWidth, looks.length, Math.max(1, ...looks), Math.min(...heights), Math.min(99, ...small)]
    .map(Math.floor);
})()"#;

/// Windows that the pages must fit, px: the narrowest that WCAG 2.2 asks for (1.4.10), a phone, a desk.
pub const WINDOWS: [(u32, u32); 3] = [(320, 640), (390, 844), (1280, 800)];

#[test]
fn every_page_fits_every_width_draws_yes_and_no_alike_and_asks_nobody_else() {
    let Some(browser) = Browser::start() else { return };
    let house = Furnished::new();
    house.enters(&browser);
    for tag in TAGS {
        for (name, path) in house.pages() {
            browser.goes(&house.in_language(&path, tag));
            for window in WINDOWS {
                browser.sized(window);
                let numbers: Vec<u32> = serde_json::from_value(browser.eval(MEASURE)).unwrap();
                let line = format!("{name} {tag} {window:?}");
                let [width, page, pairs, looks, height, link] = numbers[..] else {
                    panic!("{line}: {numbers:?}")
                };
                assert_eq!(width, window.0, "{line}: the window is not as wide as wanted");
                assert!(page <= width, "{line}: {page} px wide");
                assert_eq!(
                    (pairs > 0, looks),
                    (["recipient", "question", "before-code", "request", "capture"].contains(&name), 1),
                    "{line}: yes and no"
                );
                assert!(height >= 44, "{line}: something to press is {height} px high");
                assert!(link >= 24, "{line}: a link is {link} px small");
            }
        }
    }
    let asked = browser.asked();
    let elsewhere = asked.iter().find(|a| !a.starts_with(&house.url("/me")) && !a.starts_with("data:"));
    assert!(asked.len() >= TAGS.len() * 8 && elsewhere.is_none(), "{elsewhere:?}");
}

#[test]
fn in_colours_of_the_readers_own_every_control_and_state_can_still_be_told() {
    let Some(browser) = Browser::start() else { return };
    let house = Furnished::new();
    house.enters(&browser);
    browser.prefers(&[("forced-colors", "active")]);
    for (name, path) in house.pages() {
        browser.goes(&house.in_language(&path, "en"));
        assert_eq!(browser.eval("matchMedia('(forced-colors: active)').matches"), true);
        let without = browser.eval(
            "[...document.querySelectorAll('button:not(.plain), .button, .filters a, .mark')].filter(e => { \
             const s = getComputedStyle(e); return s.borderStyle === 'none' || s.borderTopColor === s.backgroundColor; }).length",
        );
        assert_eq!(without, 0, "{name}: a control has no edge");
        // A paused permission says so, whatever its colour.
        let silent = browser.eval("document.querySelectorAll('.paused:not(:has(.mark))').length");
        assert_eq!(silent, 0, "{name}");
    }
}

#[test]
fn the_pictures_in_the_documents_are_of_these_pages() {
    let Some(browser) = Browser::start() else { return };
    let kept = std::env::var_os("DONGUI_TEST_SCREENS").map(PathBuf::from);
    let house = Furnished::new();
    house.enters(&browser);
    let (phone, desk) = ((390, 1080), (1280, 800));
    let mut gallery =
        vec![("done", "en", "light", phone), ("never", "en", "light", phone), ("home", "de", "light", desk)];
    for (tag, scheme) in [("ko", "light"), ("ar", "light"), ("de", "dark")] {
        let kept = [
            "question",
            "receipts",
            "receipt",
            "data",
            "erase",
            "family",
            "help",
            "complaint",
            "elsewhere",
            "preview",
            "preview-of-one",
            "never",
            "notices",
            "linked",
            "before-code",
            "link-code",
            "request",
            "capture",
            "code",
            "pin",
        ];
        gallery.extend(kept.map(|name| (name, tag, scheme, phone)));
    }
    for (tag, scheme) in [("ko", "light"), ("ar", "light"), ("zh", "light"), ("en", "dark")] {
        gallery.extend(["home", "recipient", "timeline"].map(|name| (name, tag, scheme, phone)));
    }
    for (name, tag, scheme, window) in gallery {
        let (_, path) = house.pages().into_iter().find(|(n, _)| *n == name).unwrap();
        browser.prefers(&[("prefers-color-scheme", scheme)]);
        browser.sized(window);
        browser.goes(&house.in_language(&path, tag));
        // The neighbours of every world have a recipient of theirs, which a picture need not show.
        browser.eval(
            "document.querySelectorAll('.card, .filters a').forEach(e => e.textContent.includes('neighbourhood') && e.remove())",
        );
        let bytes = browser.picture();
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!((side(16), side(20)), window, "{name}");
        assert!(bytes.len() > 10_000, "{name} {tag}: an empty picture");
        if let Some(kept) = &kept {
            let shape = if window == desk { "-desk" } else { "" };
            let dark = if scheme == "dark" { "-dark" } else { "" };
            std::fs::write(kept.join(format!("{name}-{tag}{dark}{shape}.png")), &bytes).unwrap();
        }
    }
}
