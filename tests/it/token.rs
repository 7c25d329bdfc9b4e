//! Promise 4 where the roots of the key file are wrapped by a token (PKCS#11): a copy of the file opens nothing, and without the token nothing goes on.
//! On SoftHSM, which has to be installed. Deliberately absent: what a real token does to who tries PINs.
use super::support::door::{Call, agent, send};
use super::support::served::Served;
use super::support::site::{Person, Site, each_engine, feed};
use super::support::world::{ISSUER, Opening, keys, open};
use dongui::ambient::SystemClock;
use dongui::broker::Broker;
use dongui::broker::authenticate::Caller;
use dongui::crypt::keyring::Keyring;
use dongui::domain::subscriber::Reference;
use dongui::domain::time::{Clock, MINUTE_US};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where Debian has it.
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// A drawer with a token in it.
struct Drawer {
    dir: tempfile::TempDir,
}

impl Drawer {
    fn new() -> Drawer {
        let dir = tempfile::tempdir().unwrap();
        let drawer = Drawer { dir };
        std::fs::create_dir(drawer.tokens()).unwrap();
        let conf =
            format!("directories.tokendir = {}\nobjectstore.backend = file\n", drawer.tokens().display());
        std::fs::write(drawer.conf(), conf).unwrap();
        let pin = drawer.dir.path().join("pin");
        std::fs::write(&pin, "1234\n").unwrap();
        std::fs::set_permissions(&pin, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let made = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", "roots", "--pin", "1234", "--so-pin", "4321"])
            .env("SOFTHSM2_CONF", drawer.conf())
            .output()
            .expect("softhsm2 is installed; tests/run does that");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        drawer
    }

    fn tokens(&self) -> PathBuf {
        self.dir.path().join("tokens")
    }

    fn conf(&self) -> PathBuf {
        self.dir.path().join("conf")
    }

    /// A command that finds the token.
    fn beside(&self, mut command: Command) -> Command {
        let pin = self.dir.path().join("pin");
        command.env("SOFTHSM2_CONF", self.conf()).env("DONGUI_PKCS11_MODULE", MODULE);
        command.env("DONGUI_PKCS11_TOKEN", "roots").env("DONGUI_PKCS11_PIN", pin);
        command
    }

    /// Somebody takes the token away, or brings it back.
    fn is_taken(&self, away: bool) {
        let (here, there) = (self.tokens(), self.dir.path().join("away"));
        if away {
            std::fs::rename(&here, &there).unwrap();
            std::fs::create_dir(&here).unwrap();
        } else {
            std::fs::remove_dir_all(&here).unwrap();
            std::fs::rename(&there, &here).unwrap();
        }
    }
}

fn said(out: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

fn runs(mut command: Command, arguments: &[&str]) -> Output {
    command.args(arguments).output().unwrap()
}

fn waits(served: &Served, status: u16) {
    let begun = Instant::now();
    while send(&agent(), &served.address, &Call::new("GET", "/readyz")).unwrap().status != status {
        assert!(begun.elapsed() < Duration::from_secs(30), "not {status} within 30 s");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn asks(site: &Site, broker: &Broker, served: &Served, person: &Person) -> u16 {
    let token = site.token(broker, SystemClock.now());
    served.send(&site.asking(broker, &token, &person.0)).status
}

fn roots(path: &Path) -> (usize, usize) {
    let text = std::fs::read_to_string(path).unwrap();
    let count = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
    (count("dongui-root-v1"), count("pkcs11-root-v1"))
}

#[test]
fn without_the_token_that_wraps_the_roots_nothing_opens_and_nothing_goes_on() {
    each_engine(|house| {
        let (site, drawer) = (Site::new(house, 2), Drawer::new());
        let opening = Opening { seed: 5, ..Opening::default() };
        let broker: Arc<Broker> =
            open(&site.house.url, site.house.dir.path(), Arc::new(SystemClock), &opening);
        let text = feed(&site.people, SystemClock.now().floor(MINUTE_US).plus(-MINUTE_US), 2);
        std::fs::write(site.house.dir.path().join("feed"), text).unwrap();
        site.loads(&site.house, "feed");
        let path = site.house.dir.path().join("keys");
        let with_token = || drawer.beside(site.dongui(&site.house));

        // A key file of before is wrapped with its next rotation, old roots and all.
        let rotated = runs(with_token(), &["keys", "rotate"]);
        assert!(rotated.status.success(), "{}", said(&rotated));
        assert_eq!(roots(&path), (0, 2));
        let wrapped = std::fs::read_to_string(&path).unwrap();
        assert!(Keyring::parse(&wrapped).is_err(), "the file alone opens nothing");
        let root = keys().lines().find_map(|l| l.strip_prefix("dongui-root-v1 ")).unwrap();
        assert!(!wrapped.contains(root), "the old root lies in it");
        let alone = runs(site.dongui(&site.house), &["keys", "show"]);
        assert!(!alone.status.success() && said(&alone).contains("--pkcs11-module"), "{}", said(&alone));

        let served = Served::start(|_| with_token());
        let [asking, leaving] = &site.people[..] else { panic!("two people") };
        assert_eq!(asks(&site, &broker, &served, asking), 200);
        let link = broker.invite(&Caller::console(), &Reference::parse(&leaving.0).unwrap()).unwrap();
        let enter = Call::new("POST", link.strip_prefix(ISSUER).unwrap());

        drawer.is_taken(true);
        waits(&served, 503);
        assert_eq!(asks(&site, &broker, &served, asking), 503);
        assert_eq!(served.send(&enter).status, 503, "not even in");
        let started = runs(with_token(), &["doctor"]);
        assert!(
            !started.status.success() && said(&started).contains("no token is labelled"),
            "{}",
            said(&started)
        );

        drawer.is_taken(false);
        waits(&served, 200);
        assert_eq!(asks(&site, &broker, &served, asking), 200);
        assert_eq!(served.send(&enter).status, 303);
        drop(served);

        // Another rotation, and everything of before still opens.
        assert!(runs(with_token(), &["keys", "rotate"]).status.success());
        assert_eq!(roots(&path), (0, 3));
        let rewrapped = runs(with_token(), &["keys", "rewrap", "--servers-restarted"]);
        assert!(rewrapped.status.success(), "{}", said(&rewrapped));
        let dropped = runs(with_token(), &["keys", "drop-roots", "--servers-restarted"]);
        assert!(dropped.status.success() || said(&dropped).contains("oldest root"), "{}", said(&dropped));
        let opened = runs(with_token(), &["audit", "fsck"]);
        assert!(opened.status.success(), "{}", said(&opened));
        drop(Served::start(|_| with_token()));

        // A file that somebody changed, or that another token wrapped, is told from a token that is away.
        let at = wrapped.find("pkcs11-root-v1 ").unwrap() + "pkcs11-root-v1 ".len();
        let other = if wrapped[at..].starts_with('0') { "1" } else { "0" };
        let torn = format!("{}{other}{}", &wrapped[..at], &wrapped[at + 1..]);
        std::fs::write(&path, torn).unwrap();
        let refused = runs(with_token(), &["keys", "show"]);
        assert!(!refused.status.success() && said(&refused).contains("line 1"), "{}", said(&refused));
    });
}

#[test]
fn a_new_key_file_is_wrapped_by_the_token_from_the_beginning() {
    let (dir, drawer) = (tempfile::tempdir().unwrap(), Drawer::new());
    let dongui = || {
        let mut command = drawer.beside(Command::new(env!("CARGO_BIN_EXE_dongui")));
        command.env("DONGUI_DATA", dir.path()).env_remove("DONGUI_KEYRING");
        command
    };
    let made = runs(dongui(), &["keys", "init"]);
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(roots(&dir.path().join("keys")), (0, 1));
    assert!(runs(dongui(), &["migrate"]).status.success());
    let shown = runs(dongui(), &["keys", "show"]);
    assert!(shown.status.success(), "{}", said(&shown));
    let half = runs(
        {
            let mut c = dongui();
            c.env_remove("DONGUI_PKCS11_PIN");
            c
        },
        &["keys", "show"],
    );
    assert!(said(&half).contains("--pkcs11-pin"), "{}", said(&half));
    std::fs::write(drawer.dir.path().join("pin"), "0000").unwrap();
    let wrong = runs(dongui(), &["keys", "show"]);
    assert!(!wrong.status.success() && !said(&wrong).contains("0000"), "{}", said(&wrong));
}
