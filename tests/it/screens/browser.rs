//! The page in a real browser: it fits every width without scrolling sideways, and yes and no are drawn alike. Needs Chromium:
//! `DONGUI_TEST_BROWSER` names it, else it is looked for. Where `DONGUI_TEST_SCREENS` names a directory, the pictures are kept there.
use super::visitor::{Visitor, between, control, question};
use super::{MONTH, YES, assistant};
use crate::support::house::House;
use crate::support::{CITY, MUNICH, R6, World, ZONE};
use dongui::domain::category::{Category, Precision};
use dongui::domain::id::RecipientId;
use dongui::domain::purpose::Purpose;
use dongui::domain::time::{HOUR_US, MINUTE_US};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Measures every frame once all are loaded, everything in them opened: the width of window and page, how many pairs of answers
/// there are and how many looks the most varied of them has, and the smallest height of what can be pressed.
const MEASURE: &str = r#"<script>
addEventListener('load', () => { for (const frame of document.querySelectorAll('iframe')) {
  const d = frame.contentDocument, all = q => [...d.querySelectorAll(q)];
  all('details').forEach(e => e.open = true);
  const look = b => { const r = b.getBoundingClientRect(), s = d.defaultView.getComputedStyle(b); return [r.width, r.height, r.top,
    s.color, s.backgroundColor, s.borderColor, s.borderWidth, s.fontSize, s.fontWeight].map(v => +v ? Math.round(v) : v).join(); };
  const looks = all('.answers').map(a => new Set([...a.children].map(look)).size);
  const heights = all('button, summary, label, .tongues a').map(e => e.getBoundingClientRect().height);
  const numbers = [d.defaultView.innerWidth, d.documentElement.scrollWidth, looks.length, Math.max(1, ...looks), Math.min(...heights)];
  document.body.append(`[${frame.name} ${numbers.map(Math.floor).join(' ')}]`);
} });
</script>"#;

/// Widths that the page must fit, px: the narrowest that WCAG 2.2 asks for (1.4.10), a phone, a desk.
const WIDTHS: [u32; 3] = [320, 390, 1280];

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

/// A visitor with something of everything on his page, and a recipient that he has decided nothing about.
fn furnished(w: &World) -> (RecipientId, Visitor<'_>) {
    let mina = w.subscriber("mina");
    let provider = assistant(w, "Almanac");
    let events = w.provider_with("events", |r| {
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
    (events.id, visitor)
}

/// A page with one recipient's card only: every world has neighbours with a recipient of theirs, which a picture need not show.
fn only(page: &str, recipient: RecipientId) -> String {
    let (start, end) = ("<section class=\"card\"", "</section>");
    let cards = between(page, start, end);
    let card = cards.iter().find(|card| card.contains(&recipient.to_string())).unwrap();
    let (before, _) = page.split_once(start).unwrap();
    let (_, after) = page.rsplit_once("</section>\n</div>\n<section class=\"asked\"").unwrap();
    format!("{before}{start}{card}</section>\n</div>\n<section class=\"asked\"{after}")
}

#[test]
fn the_page_fits_every_width_and_draws_yes_and_no_alike() {
    let Some(browser) = browser() else { return };
    let kept = std::env::var_os("DONGUI_TEST_SCREENS").map(PathBuf::from);
    let w = World::new(House::sqlite());
    let (asking, mut visitor) = furnished(&w);
    let dir = tempfile::tempdir().unwrap();
    let style = between(&visitor.page(), "rel=\"stylesheet\" href=\"", "\"")[0].to_owned();
    std::fs::write(dir.path().join("style.css"), visitor.get(&style).body).unwrap();
    let jan = w.subscriber("jan");
    let link = super::invitation(&w, &jan);
    let fresh = Visitor::enters(&w, &jan).get("/me?lang=ko").text().replace(&style, "style.css");
    std::fs::write(dir.path().join("question-ko.html"), only(&fresh, asking)).unwrap();
    let mut frames = String::from("<!DOCTYPE html><body>");
    for tag in ["en", "de", "ko", "ar", "zh", "ms"] {
        for (name, path) in [("me", "/me"), ("enter", link.as_str()), ("dead", "/me/enter/x")] {
            let html = visitor.get(&format!("{path}?lang={tag}")).text().replace(&style, "style.css");
            std::fs::write(dir.path().join(format!("{name}-{tag}.html")), &html).unwrap();
            let inside = html.replace('&', "&amp;").replace('"', "&quot;");
            for width in WIDTHS {
                frames.push_str(&format!(
                    "<iframe name=\"{name} {tag} {width}\" style=\"width:{width}px;height:900px;border:0\" srcdoc=\"{inside}\"></iframe>"
                ));
            }
        }
    }
    let measured = dir.path().join("measured.html");
    std::fs::write(&measured, frames + MEASURE).unwrap();
    let dom = run(&browser, dir.path(), &["--dump-dom".to_owned()], &measured);
    let after = dom.rsplit_once("</script>").unwrap().1;
    let lines = between(after, "[", "]");
    assert_eq!(lines.len(), 6 * 3 * WIDTHS.len(), "{after}");
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let numbers: Vec<u32> = words[2..].iter().map(|n| n.parse().unwrap()).collect();
        let [width, window, page, pairs, looks, smallest] = numbers[..] else { panic!("{line}") };
        assert_eq!(window, width, "{line}: the window is not as wide as wanted");
        assert!(page <= width, "{line}: {page} px wide in {width}");
        assert_eq!((pairs > 0, looks), (words[0] == "me", 1), "{line}: yes and no look alike");
        assert!(smallest >= 44, "{line}: something to press is {smallest} px high");
    }
    let shots = [
        ("question-korean", "question-ko.html", 390, 1080, false),
        ("phone-arabic", "me-ar.html", 390, 1080, false),
        ("phone-dark", "me-en.html", 390, 1080, true),
        ("desk-german", "me-de.html", 1280, 800, false),
    ];
    for (name, page, width, height, dark) in shots {
        let png = dir.path().join(format!("{name}.png"));
        let mut arguments =
            vec![format!("--window-size={width},{height}"), format!("--screenshot={}", png.display())];
        arguments.extend(dark.then(|| "--blink-settings=preferredColorScheme=0".to_owned()));
        run(&browser, dir.path(), &arguments, &dir.path().join(page));
        let bytes = std::fs::read(&png).unwrap();
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!((side(16), side(20)), (width, height), "{name}");
        assert!(bytes.len() > 15_000, "{name}: an empty picture");
        if let Some(kept) = &kept {
            std::fs::copy(&png, kept.join(format!("{name}.png"))).unwrap();
        }
    }
}
