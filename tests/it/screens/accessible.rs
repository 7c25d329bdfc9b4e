//! The pages before two examiners that are not ours: axe-core in the browser, html-validate on the markup. Both come by
//! `tests/npm/package-lock.json` into the directory that `DONGUI_TEST_NPM` names, as `tests/run` puts them there; neither is shipped.
use super::browser::WINDOWS;
use super::furnished::{Furnished, TAGS};
use super::visitor::between;
use crate::support::browser::Browser;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

/// Where the examiners are. What is skipped without them must be seen, past the capture of the test harness.
pub fn examiners() -> Option<PathBuf> {
    let found = std::env::var_os("DONGUI_TEST_NPM").map(PathBuf::from);
    if found.is_none() {
        let said =
            "screens: not examined, DONGUI_TEST_NPM names no directory with axe-core and html-validate\n";
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    found
}

/// Every rule that is not experimental, and the size of targets; the answer is one line for each violation.
pub const EXAMINE: &str = "axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }).then(r => \
    r.passes.length < 10 ? ['examined next to nothing'] : r.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.failureSummary}`)))";

/// Half of the languages each, so that two run side by side.
fn examined(tags: &[&str]) {
    let (Some(browser), Some(dir)) = (Browser::start(), examiners()) else { return };
    let axe = std::fs::read_to_string(dir.join("axe-core/axe.min.js")).unwrap();
    let house = Furnished::new();
    house.enters(&browser);
    let mut examined = 0;
    for tag in tags {
        for (name, path) in house.pages() {
            browser.goes(&house.in_language(&path, tag));
            browser.eval("document.querySelectorAll('details').forEach(e => e.open = true)");
            let beside = browser.beside(&axe);
            for scheme in ["light", "dark"] {
                browser.prefers(&[("prefers-color-scheme", scheme)]);
                for window in WINDOWS {
                    browser.sized(window);
                    let found: Vec<String> =
                        serde_json::from_value(browser.eval_at(&beside, EXAMINE)).unwrap();
                    assert!(found.is_empty(), "{name} {tag} {scheme} {window:?}: {found:#?}");
                    examined += 1;
                }
            }
        }
    }
    assert_eq!(examined, tags.len() * 2 * WINDOWS.len() * house.pages().len());
}

#[test]
fn axe_finds_nothing_in_english_german_and_korean() {
    examined(&TAGS[..3]);
}

#[test]
fn axe_finds_nothing_in_arabic_chinese_and_malay() {
    examined(&TAGS[3..]);
}

#[test]
fn the_markup_is_valid() {
    let (Some(browser), Some(npm)) = (Browser::start(), examiners()) else { return };
    let house = Furnished::new();
    house.enters(&browser);
    let dir = tempfile::tempdir().unwrap();
    let mut pages = Vec::new();
    for tag in TAGS {
        for (name, path) in house.pages() {
            // As it came, not as the browser mended it.
            browser.goes(&house.in_language(&path, tag));
            let html = browser.source();
            let file = dir.path().join(format!("{name}-{tag}.html"));
            assert_eq!(between(&html, "<html lang=\"", "\""), [tag], "{name}");
            std::fs::write(&file, html).unwrap();
            pages.push(file);
        }
    }
    let out = Command::new("node")
        .arg(npm.join("html-validate/bin/html-validate.mjs"))
        .args(["--preset", "recommended", "--formatter", "text"])
        .args(&pages)
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
}
