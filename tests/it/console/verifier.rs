//! The page that checks bundles, in a real browser without a network: it takes what the other verifiers take, and names the file in which a byte was changed.
//! Deliberately absent: forged bundles that are signed anew (`ledger`), which this page leaves to them.
use crate::exports::lived;
use crate::support::World;
use crate::support::browser::Browser;
use crate::support::house::House;
use crate::support::rows::files;
use dongui::broker::authenticate::Caller;
use dongui::broker::export::Wanted;
use dongui::domain::time::{At, HOUR_US};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

type Files = BTreeMap<String, Vec<u8>>;

/// The page, open and cut off from every network.
struct Page {
    browser: Browser,
    dir: tempfile::TempDir,
}

impl Page {
    fn open(w: &World) -> Option<Page> {
        let browser = Browser::start()?;
        browser.goes(&format!("http://{}/regulator/verify", w.http().address()));
        let offline =
            json!({"offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        browser.call("Network.emulateNetworkConditions", offline);
        browser.asked();
        Some(Page { browser, dir: tempfile::tempdir().unwrap() })
    }

    /// Chooses a file, presses the button, and tells the verdict.
    fn says(&self, name: &str, bytes: &[u8], key: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let document = self.browser.call("DOM.getDocument", json!({}))["root"]["nodeId"].clone();
        let input =
            self.browser.call("DOM.querySelector", json!({"nodeId": document, "selector": "#bundle"}));
        let files = json!({"files": [path.display().to_string()], "nodeId": input["nodeId"]});
        self.browser.call("DOM.setFileInputFiles", files);
        let said = self.browser.eval(&format!(
            "new Promise(done => {{ const verdict = document.getElementById('verdict'); \
             document.getElementById('key').value = {}; \
             new MutationObserver(() => /^(Verified|Broken)/.test(verdict.textContent) && done(verdict.textContent)) \
             .observe(verdict, {{childList: true}}); document.querySelector('#check button').click(); }})",
            json!(key)
        ));
        said.as_str().unwrap().to_owned()
    }
}

fn zipped(files: &Files) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        out.start_file(format!("bundle/{name}"), options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn tarred(dir: &Path) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, bytes) in files(dir) {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        out.append_data(&mut header, format!("bundle/{name}"), bytes.as_slice()).unwrap();
    }
    out.into_inner().unwrap()
}

/// A world that lived, one record of it erased, and its bundle of everything.
fn bundle(dir: &Path) -> World {
    let w = World::new(House::sqlite());
    let (mina, _) = lived(&w);
    w.broker().sequence().unwrap();
    w.broker().erase(mina, dongui::domain::record::Ground::Operator).unwrap();
    w.exports(At(0), w.clock.now().plus(HOUR_US), dir).unwrap();
    w
}

#[test]
fn without_a_network_a_good_bundle_is_taken_and_a_changed_byte_in_each_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("bundle");
    let w = bundle(&out);
    let Some(page) = Page::open(&w) else { return };
    let (vkey, whole) =
        (w.broker().log_verifier().unwrap().vkey(), files(&out).into_iter().collect::<Files>());
    let good = page.says("good.zip", &zipped(&whole), &vkey);
    assert!(good.starts_with("Verified by the key that you gave") && good.contains(" erased"), "{good}");
    assert!(!good.contains(" 0 erased"), "{good}");
    let good = page.says("good.tar", &tarred(&out), "");
    assert!(good.starts_with("Verified by the key inside the bundle"), "{good}");
    for (i, name) in whole.keys().enumerate() {
        let mut changed = whole.clone();
        let bytes = changed.get_mut(name).unwrap();
        let at = bytes.len() * (i + 1) / (whole.len() + 2);
        bytes[at] ^= 1;
        let said = page.says("changed.zip", &zipped(&changed), &vkey);
        let blamed = if name == "manifest.json" { "manifest.sig" } else { name };
        assert!(said.starts_with(&format!("Broken: `{blamed}`")), "{name}: {said}");
        if ["leaves.jsonl", "records.jsonl", "records.csv"].contains(&name.as_str()) {
            assert!(said.contains("` line "), "{name}: {said}");
        }
        changed.remove(name);
        let said = page.says("missing.zip", &zipped(&changed), &vkey);
        assert_eq!(said, format!("Broken: `{name}` is missing."));
    }
    let mut more = whole.clone();
    more.insert("extra".to_owned(), b"x".to_vec());
    assert_eq!(page.says("more.zip", &zipped(&more), ""), "Broken: `extra` does not belong to the bundle.");
    let other = "log.example/other+75aa5a3a+AWdNHA0rfJD4b8pCxNc1RYOTMp9jzsyxWU0sQpl0j2Zz";
    for (name, bytes, key) in [
        ("no.zip", b"nothing".to_vec(), ""),
        ("half.zip", zipped(&whole)[..5000].to_vec(), ""),
        ("half.tar", tarred(&out)[..5000].to_vec(), ""),
        ("good.zip", zipped(&whole), other),
        ("good.zip", zipped(&whole), "none"),
    ] {
        let said = page.says(name, &bytes, key);
        assert!(said.starts_with("Broken: "), "{name} {key}: {said}");
    }
    assert_eq!(page.browser.asked(), Vec::<String>::new(), "nothing was asked for, or sent");
}

#[test]
fn a_part_of_the_log_about_one_person_is_taken_as_the_console_gives_it() {
    let w = World::new(House::sqlite());
    let (mina, _) = lived(&w);
    let Some(page) = Page::open(&w) else { return };
    let (from, to) = (w.clock.now().plus(-20 * dongui::domain::time::MINUTE_US), w.clock.now());
    let dir = tempfile::tempdir().unwrap();
    let wanted =
        Wanted { subscriber: Some(mina), ground: Some("case 7".to_owned()), ..Wanted::whole(from, to) };
    w.broker().export(&Caller::console(), &wanted, &dir.path().join("case"), &mut |_, _| {}).unwrap();
    let said = page.says("case.tar", &tarred(&dir.path().join("case")), "");
    assert!(said.starts_with("Verified") && said.contains(" about others"), "{said}");
}

#[test]
fn the_page_is_for_everybody_and_may_connect_to_nothing() {
    let w = World::new(House::sqlite());
    let page = w.http().get("/regulator/verify");
    let policy = page.header("content-security-policy").unwrap();
    assert_eq!(page.status, 200);
    for part in ["default-src 'none'", "script-src 'self'", "connect-src 'none'", "form-action 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"));
    let text = page.text();
    assert!(!text.contains("<script>") && !text.contains("onclick") && !text.contains("style="));
    let script = text.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap();
    let script = w.http().get(script);
    assert_eq!((script.status, script.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    assert!(script.header("cache-control").unwrap().contains("immutable"));
}
