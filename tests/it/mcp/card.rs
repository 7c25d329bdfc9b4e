//! The privacy card as a host shows it: the official bridge (`@modelcontextprotocol/ext-apps`, npm) in a real Chromium. It is skipped, and says so, where
//! one of the two is missing.
use super::host::Host;
use crate::support::browser::Browser;
use crate::support::house::House;
use crate::support::program::modules;
use crate::support::world::ISSUER;
use crate::support::{MUNICH, World};
use serde_json::json;
use std::path::PathBuf;
use std::process::Command;

#[test]
fn the_card_says_in_the_hosts_language_what_was_shared_and_what_was_not() {
    let Some(modules) = modules("@modelcontextprotocol/ext-apps") else { return };
    let Some(browser) = Browser::start() else { return };
    let w = World::new(House::sqlite());
    let (host, mina) = (Host::new(&w, "host"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    let token = host.bearer(&mina);
    mina.is_at(MUNICH);
    let mut result = host.calls(&token, "get_context", json!({}));
    // Something that is withheld stands there too, with a name that nobody should be able to give.
    let held = json!({ "category": "usage.interest", "reason": "<b>odd</b>", "can_request": true });
    result["structuredContent"]["withheld"] = json!([held]);
    result["structuredContent"]["summary"] = json!("<img src=x onerror=alert(1)> Munich");
    let read = host.says(&token, "resources/read", json!({ "uri": "ui://dongui/privacy-card" })).json();
    let card = read["result"]["contents"][0]["text"].as_str().unwrap();
    let dir = w.house.dir.path();
    std::os::unix::fs::symlink(&modules, dir.join("node_modules")).unwrap();
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/npm/host.mjs"), dir.join("host.mjs")).unwrap();
    let bundled = Command::new(dir.join("node_modules/.bin/esbuild"))
        .current_dir(dir)
        .args([
            "host.mjs",
            "--bundle",
            "--format=iife",
            "--platform=browser",
            "--outfile=host.js",
            "--log-level=error",
        ])
        .status();
    assert!(bundled.unwrap().success());
    std::fs::write(
        dir.join("host.html"),
        "<!doctype html><meta charset=utf-8><title>host</title><script src=host.js></script><body>",
    )
    .unwrap();
    browser.sized((400, 760));
    browser.goes(&format!("file://{}", dir.join("host.html").display()));
    for (locale, theme, heading, kept_back, until, direction) in [
        ("en-GB", "light", "What was shared", "you have not allowed it", "until ", "ltr"),
        ("ko-KR", "dark", "공유된 내용", "허용하지 않음", "까지", "ltr"),
        ("ar-AE", "light", "ما تمت مشاركته", "لم تسمح به", "حتى", "rtl"),
    ] {
        browser.asked();
        let mut told = result.clone();
        told["structuredContent"]["withheld"][0]["reason"] = json!("not_granted");
        let context = json!({ "locale": locale, "theme": theme });
        browser.eval(&format!("shows({}, {told}, {context})", json!(card)));
        let frame = "document.querySelector('iframe').contentDocument";
        let text = browser.eval(&format!("{frame}.body.innerText"));
        let text = text.as_str().unwrap();
        assert!(
            text.contains(heading) && text.contains(kept_back) && text.contains(until),
            "{locale}: {text}"
        );
        assert!(text.contains("<img src=x"), "text stays text: {text}");
        assert_eq!(browser.eval(&format!("{frame}.images.length")), 0);
        assert_eq!(browser.eval(&format!("{frame}.documentElement.dir")), direction, "{locale}");
        assert_eq!(browser.eval(&format!("{frame}.documentElement.dataset.theme")), theme);
        let wide = browser
            .eval(&format!("{frame}.documentElement.scrollWidth <= {frame}.documentElement.clientWidth"));
        assert_eq!(wide, true, "{locale} fits a phone");
        browser.eval(&format!(
            "{frame}.getElementById('manage').click(), new Promise((r) => setTimeout(r, 50))"
        ));
        assert_eq!(browser.eval("opened"), json!([format!("{ISSUER}/me/")]));
        let asked: Vec<String> = browser.asked().into_iter().filter(|url| url.starts_with("http")).collect();
        assert_eq!(asked, Vec::<String>::new(), "it loads nothing");
        if let Some(dir) = std::env::var_os("DONGUI_TEST_SCREENS") {
            std::fs::create_dir_all(&dir).unwrap();
            std::fs::write(PathBuf::from(dir).join(format!("card-{locale}.png")), browser.picture()).unwrap();
        }
    }
    // A word that is not on its list is said as the one that tells nothing.
    browser.eval(&format!("shows({}, {result}, {{}})", json!(card)));
    let text = browser.eval("document.querySelector('iframe').contentDocument.body.innerText");
    assert!(
        text.as_str().unwrap().contains("not available") && !text.as_str().unwrap().contains("odd"),
        "{text}"
    );
}
