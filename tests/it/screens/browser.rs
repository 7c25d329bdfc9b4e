//! The page in a real browser: it fits every width without scrolling sideways, and yes and no are drawn alike. Needs Chromium:
//! `DONGUI_TEST_BROWSER` names it, else it is looked for. Where `DONGUI_TEST_SCREENS` names a directory, the pictures are kept there.
use super::visitor::{Visitor, between, control, question};
use super::{MONTH, YES, assistant};
use crate::support::house::House;
use crate::support::{CITY, MUNICH, R6, World, ZONE};
use dongui::domain::category::{Category, Precision};
use dongui::domain::purpose::Purpose;
use dongui::domain::time::{HOUR_US, MINUTE_US};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Says in the page's title what was measured: the width of the page and of the window, then whether each pair of answers is drawn
/// alike, then the smallest height of what can be pressed.
const MEASURE: &str = r#"<script>
for (const d of document.querySelectorAll('details')) d.open = true;
const look = b => { const r = b.getBoundingClientRect(), s = getComputedStyle(b);
  return [r.width, r.height, r.top, s.color, s.backgroundColor, s.borderColor, s.borderWidth, s.fontSize, s.fontWeight].join(); };
const pairs = [...document.querySelectorAll('.answers')].map(a => new Set([...a.children].map(look)).size);
const heights = [...document.querySelectorAll('button, summary, label, .tongues a')].map(e => e.getBoundingClientRect().height);
const root = document.documentElement;
document.title = ['measured', root.scrollWidth, innerWidth, pairs.length, Math.max(1, ...pairs), Math.floor(Math.min(...heights))].join(' ');
</script>"#;

/// The browser, if there is one.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("DONGUI_TEST_BROWSER").map(PathBuf::from);
    let found = named.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|dir| dir.join("chromium")).find(|file| file.is_file())
    });
    if found.is_none() {
        // Past the capture of the test harness: what is skipped must be seen.
        let said = "screens: not drawn, there is no Chromium; install it or set DONGUI_TEST_BROWSER\n";
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    found
}

/// Runs the browser on a page, a minute at most, and gives what it printed.
fn run(browser: &Path, dir: &Path, arguments: &[String], page: &Path) -> String {
    let out = std::fs::File::create(dir.join("printed")).unwrap();
    let mut child = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"])
        .args(["--disable-background-networking", "--force-device-scale-factor=1"])
        .arg(format!("--user-data-dir={}", dir.join("profile").display()))
        .args(arguments)
        .arg(format!("file://{}", page.display()))
        .stdout(out)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "the browser stopped with {status}");
            return std::fs::read_to_string(dir.join("printed")).unwrap();
        }
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the browser took more than a minute");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A visitor with something of everything on his page.
fn furnished(w: &World) -> (String, Visitor<'_>) {
    let mina = w.subscriber("mina");
    let provider = assistant(w, "ChatGPT");
    w.provider_with("events", |r| {
        r.name = "Tagesplan Berlin".to_owned();
        r.purposes = vec![Purpose::ProvideEventRecommendations];
        r.ceiling = vec![(ZONE, R6), (Category::UsageInterest, Precision::Label)];
    });
    let id = provider.id.to_string();
    let mut visitor = Visitor::enters(w, &mina);
    let say = |visitor: &mut Visitor<'_>, category: &str, answer, chosen: &[(&str, &str)]| {
        let page = visitor.page();
        visitor.presses(&question(&page, &id, category), answer, chosen);
    };
    provider.asks_for(&mina, crate::support::ASSISTANT, &[ZONE, Category::UsageInterest]);
    w.clock.advance(20 * MINUTE_US);
    say(&mut visitor, "location.zone", YES, &[("precision", "zone-r6"), MONTH]);
    say(&mut visitor, "usage.interest", YES, &[MONTH]);
    say(&mut visitor, "web.interest", super::NO, &[]);
    w.clock.advance(25 * HOUR_US);
    let mut visitor = Visitor::enters(w, &mina);
    w.neighbours_are_at(MUNICH);
    mina.is_at(MUNICH);
    for _ in 0..3 {
        w.clock.advance(7 * MINUTE_US);
        provider.asks_for(&mina, crate::support::ASSISTANT, &[ZONE, Category::NextPlace]);
    }
    let page = visitor.page();
    let interest = control(&page, Some(&id), Some("usage.interest"), "pause").unwrap();
    visitor.presses(&interest, ("act", "pause"), &[]);
    provider.asks_for(&mina, crate::support::ASSISTANT, &[Category::UsageInterest]);
    assert_eq!(provider.asks(&mina).precision(ZONE).map(|p| p >= CITY), Some(true));
    (id, visitor)
}

#[test]
fn the_page_fits_every_width_and_draws_yes_and_no_alike() {
    let Some(browser) = browser() else { return };
    let kept = std::env::var_os("DONGUI_TEST_SCREENS").map(PathBuf::from);
    let w = World::new(House::sqlite());
    let (_, mut visitor) = furnished(&w);
    let dir = tempfile::tempdir().unwrap();
    let style = between(&visitor.page(), "rel=\"stylesheet\" href=\"", "\"")[0].to_owned();
    std::fs::write(dir.path().join("style.css"), visitor.get(&style).body).unwrap();
    let link = super::invitation(&w, &w.subscriber("jan"));
    for tag in ["en", "de", "ko", "ar"] {
        for (name, path) in [("me", "/me"), ("enter", link.as_str()), ("dead", "/me/enter/x")] {
            let html = visitor.get(&format!("{path}?lang={tag}")).text().replace(&style, "style.css");
            let page = dir.path().join(format!("{name}-{tag}.html"));
            std::fs::write(&page, &html).unwrap();
            let measured = dir.path().join("measured.html");
            std::fs::write(&measured, html.replace("</body>", &format!("{MEASURE}</body>"))).unwrap();
            for width in [320, 390, 1280] {
                let size = format!("--window-size={width},900");
                let dom = run(&browser, dir.path(), &[size, "--dump-dom".to_owned()], &measured);
                let title = between(&dom, "<title>measured ", "</title>");
                let numbers: Vec<u32> = title[0].split(' ').map(|n| n.parse().unwrap()).collect();
                let [scroll, window, pairs, looks, smallest] = numbers[..] else { panic!("{title:?}") };
                assert_eq!(window, width, "{name} {tag}: the window is not as wide as wanted");
                assert!(scroll <= width, "{name} {tag}: {scroll} px wide in {width}");
                assert_eq!(
                    (pairs > 0, looks),
                    (name == "me", 1),
                    "{name} {tag} {width}: yes and no look alike"
                );
                assert!(smallest >= 44, "{name} {tag} {width}: something to press is {smallest} px high");
            }
        }
    }
    for (name, page, width, height, dark) in [
        ("phone-korean", "me-ko", 390, 1400, false),
        ("phone-arabic", "me-ar", 390, 1400, false),
        ("phone-dark", "me-en", 390, 1400, true),
        ("desk-german", "me-de", 1280, 1000, false),
    ] {
        let png = dir.path().join(format!("{name}.png"));
        let mut arguments =
            vec![format!("--window-size={width},{height}"), format!("--screenshot={}", png.display())];
        arguments.extend(dark.then(|| "--blink-settings=preferredColorScheme=0".to_owned()));
        run(&browser, dir.path(), &arguments, &dir.path().join(format!("{page}.html")));
        let bytes = std::fs::read(&png).unwrap();
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!((side(16), side(20)), (width, height), "{name}");
        assert!(bytes.len() > 15_000, "{name}: an empty picture");
        if let Some(kept) = &kept {
            std::fs::copy(&png, kept.join(format!("{name}.png"))).unwrap();
        }
    }
}
