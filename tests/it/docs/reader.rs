//! Who reads the documents: a directory, the binary on the path, and what earlier commands have printed. Deliberately absent: which documents.
use super::{commands, written};
use crate::support::door::{Call, agent, send};
use crate::support::house::House;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dongui::ambient::{SystemClock, SystemRng};
use dongui::domain::time::{At, Clock, DAY_US, HOUR_US};
use dongui::oauth::client::ClientKey;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// Somebody with a phone.
const NUMBER: &str = "+4915550100000";
/// What is measured in a test: that it runs.
const SMALL: &str = "--connections 4 --seconds 1 --rounds 1";
/// What a command must print because its document says so: a part of the command, a part of what it prints.
const PRINTS: [(&str, &str); 18] = [
    ("dongui keys init", "keys made"),
    ("dongui doctor", "entries published"),
    ("dongui keys show", "log:"),
    ("keys rotate-signing", "a new key signs tokens and receipts from "),
    ("dongui policy check", "policy set"),
    ("register recipient", "rcp_"),
    ("register subscribers", " 0 lines are no reference"),
    ("register invitation", "/me/enter/"),
    ("feed load --kind", " 1 lines: "),
    ("feed load --kind", ", 0 rejected"),
    ("--own-time", " 1 kept,"),
    ("client register", "may ask about"),
    ("client token", "ey"),
    ("client ask", "curl -sS "),
    ("consent receipt", "proven to be in the log: "),
    ("audit sample", "  request  "),
    ("dongui console", "/regulator/enter/"),
    ("audit receipt", " verifies; acts in the log: "),
];

pub struct Reader {
    house: House,
    port: u16,
    /// What was exported so far.
    exports: String,
    /// Placeholders and what stands for them.
    known: BTreeMap<&'static str, String>,
    server: Option<Child>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ended = server.kill().and_then(|()| server.wait());
        }
    }
}

impl Reader {
    pub fn new(house: House) -> Reader {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let now = SystemClock.now();
        let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").display().to_string();
        let known = BTreeMap::from([
            ("/var/lib/dongui", "installation".to_owned()),
            ("https://context.operator.example", format!("http://127.0.0.1:{port}")),
            ("/etc/dongui/policies", policies),
            ("--subscriber …", format!("--subscriber {NUMBER}")),
            ("2026-11-01T00:00:00Z", now.plus(-DAY_US).rfc3339()),
            ("2026-12-01T00:00:00Z", now.plus(DAY_US).rfc3339()),
            (
                "bench context --subscribers 100000 --connections 32 --seconds 10",
                format!("bench context --subscribers 200 {SMALL}"),
            ),
            ("bench mcp", format!("bench mcp --subscribers 200 {SMALL}")),
            ("bench token", format!("bench token --subscribers 200 {SMALL}")),
            ("bench consent", format!("bench consent --subscribers 200 {SMALL}")),
            ("--persons 1000000", "--persons 2000 --asked 5".to_owned()),
            ("--rows 10000000 --subscribers 100000", "--rows 20000 --subscribers 200".to_owned()),
        ]);
        let mut reader = Reader { house, port, exports: String::new(), known, server: None };
        for name in ["numbers.txt", "references"] {
            std::fs::write(reader.path(name), format!("{NUMBER}\n")).unwrap();
        }
        let recipient = &written("docs/connect/server-to-server.md", "json")[0].text;
        std::fs::write(reader.path("assistant.json"), recipient).unwrap();
        for name in ["assistant", "crm", "probes", "supervisor", "fire-119"] {
            reader
                .does("the key of a client", &format!("dongui client keygen --out {name}.pem > {name}.jwks"));
        }
        reader
    }

    fn path(&self, name: &str) -> PathBuf {
        self.house.dir.path().join(name)
    }

    /// Carries out one command of a document, checks that it does what is said, and gives what it printed.
    pub fn does(&mut self, place: &str, command: &str) -> String {
        let text =
            self.known.iter().fold(command.to_owned(), |text, (name, value)| text.replace(name, value));
        let bare = text.split(" # ").next().unwrap().trim();
        if bare.ends_with("dongui serve") {
            self.serves(place, bare);
            return String::new();
        }
        self.prepares(command, bare);
        let output = self.shell(&text).output().unwrap();
        let said = well(place, &text, &output);
        for (_, wanted) in PRINTS.iter().filter(|(part, _)| command.contains(part)) {
            assert!(said.contains(wanted), "{place}: `{text}` does not print `{wanted}` but\n{said}");
        }
        if command.starts_with("export ") {
            self.exports.push_str(bare);
            self.exports.push('\n');
        }
        self.learns(command, &said);
        if command.contains("keys init") {
            let mode = std::fs::metadata(self.path("installation/keys")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{place}");
        }
        if place.contains("server-to-server.md") && !command.contains("client ask") {
            self.is_registered_anew();
        }
        said
    }

    fn shell(&self, text: &str) -> Command {
        let mut command = Command::new("bash");
        let binaries = Path::new(env!("CARGO_BIN_EXE_dongui")).parent().unwrap().display();
        let path = format!("{binaries}:{}", std::env::var("PATH").unwrap_or_default());
        command.args(["-euc", &format!("{}{text}", self.exports)]).current_dir(self.house.dir.path());
        let ours = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("DONGUI_"));
        ours.for_each(|name| {
            command.env_remove(name);
        });
        if self.house.is_postgres() {
            command.env("DONGUI_DATABASE", &self.house.url);
        }
        command.env("PATH", path).env("DONGUI_LISTEN", format!("127.0.0.1:{}", self.port));
        command.env("DONGUI_LOG", "error").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// What must be there, or must not, before a command.
    fn prepares(&self, command: &str, bare: &str) {
        let words: Vec<&str> = bare.split_whitespace().collect();
        if let Some([_, out]) = words.windows(2).find(|w| w[0] == "--out") {
            // Whoever reads a document to its end makes the same thing twice.
            let _absent = std::fs::remove_file(self.path(out));
        }
        if bare.contains("dongui feed load") {
            let (file, comment) = (words.last().unwrap(), command.split_once(" # ").map(|(_, c)| c));
            let columns =
                comment.map_or("subscriber,at,lat,lon", |c| c.trim().split([' ', ':', ';']).next().unwrap());
            std::fs::write(self.path(file), feed(file, &columns.replace(['[', ']'], ""))).unwrap();
        }
        if ["audit export", "dongui doctor", "consent receipt"].iter().any(|part| bare.contains(part)) {
            self.waits_for_the_log();
        }
    }

    /// Takes from what was printed what later commands are about.
    fn learns(&mut self, command: &str, said: &str) {
        let said = said.trim();
        if command.contains("register recipient") {
            self.known.insert("rcp_…", said.to_owned());
        } else if command.contains("client register") {
            self.known.insert("PSEUDONYM", said.lines().next().unwrap().to_owned());
        } else if command.contains("register link") {
            self.known.insert("PSEUDONYM", said.to_owned());
        } else if command.contains("dongui consent show") {
            self.known
                .insert("grn_…", said.split_whitespace().find(|w| w.starts_with("grn_")).unwrap().to_owned());
        } else if command.contains("dongui keys show") {
            let key = said.lines().find_map(|l| l.strip_prefix("log:")).unwrap().trim();
            self.known.insert("'KEY'", format!("'{key}'"));
        }
    }

    /// The operator takes the newest key of the assistant and hands out a pseudonym, as its own document says.
    fn is_registered_anew(&mut self) {
        let blocks = written("docs/operators.md", "sh");
        let all: Vec<String> = blocks.iter().flat_map(commands).map(|(_, c)| c).collect();
        for part in ["register client --id assistant", "register link"] {
            let command = all.iter().find(|c| c.contains(part)).unwrap();
            self.does("the operator meanwhile", command);
        }
    }

    /// A server in place of the one that runs, if one does.
    fn serves(&mut self, place: &str, text: &str) {
        self.stops();
        let server = self.shell(&text.replace("dongui serve", "exec dongui serve")).spawn().unwrap();
        self.server = Some(server);
        for _ in 0..600 {
            if self.gets("/readyz").is_some_and(|(status, _)| status == 200) {
                return;
            }
            let ended = self.server.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "{place}: the server ended");
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{place}: the server is never ready");
    }

    /// As systemd would stop it.
    pub fn stops(&mut self) {
        if let Some(mut server) = self.server.take() {
            let asked = self.shell(&format!("kill -TERM {}", server.id())).status().unwrap();
            assert!(asked.success() && server.wait().unwrap().success(), "the server does not stop well");
        }
    }

    fn gets(&self, path: &str) -> Option<(u16, String)> {
        let address = format!("127.0.0.1:{}", self.port);
        send(&agent(), &address, &Call::new("GET", path)).ok().map(|r| (r.status, r.text()))
    }

    /// Two processes that publish at once are in each other's way; the server has a second to be done.
    fn waits_for_the_log(&self) {
        for _ in 0..200 {
            match self.gets("/metrics") {
                Some((_, text)) if !text.lines().any(|l| l == "dongui_entries_waiting 0") => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                _ => return,
            }
        }
        panic!("the log is never published");
    }

    fn key(&self) -> ClientKey {
        let pem = std::fs::read_to_string(self.path("assistant.pem")).unwrap();
        let lines: String = pem.lines().filter(|l| !l.starts_with('-')).collect();
        ClientKey::from_pkcs8("assistant", &STANDARD.decode(lines).unwrap(), SystemRng::new().ring()).unwrap()
    }

    /// Sends a request as a document shows it: a line with method and path, and the body.
    pub fn asks_by_hand(&self, shown: &str) {
        let (issuer, system, now) =
            (&self.known["https://context.operator.example"], SystemRng::new(), SystemClock.now());
        let (head, body) = shown.split_once('\n').unwrap();
        let (method, path) = head.split_once(' ').unwrap();
        let body: Value = serde_json::from_str(&body.replace("PSEUDONYM", &self.known["PSEUDONYM"])).unwrap();
        let key = self.key();
        let url = |path: &str| format!("{issuer}{path}");
        let sends = |call: &Call| send(&agent(), &format!("127.0.0.1:{}", self.port), call).unwrap();
        let fields = key.token_request(system.ring(), issuer, "", now).unwrap();
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let proof = key.proof(system.ring(), "POST", &url("/oauth/token"), None, now).unwrap();
        let call = Call::new("POST", "/oauth/token").body("application/x-www-form-urlencoded", form);
        let token = sends(&call.header("dpop", proof)).json()["access_token"].as_str().unwrap().to_owned();
        let proof = key.proof(system.ring(), method, &url(path), Some(&token), now).unwrap();
        let call = Call::new(method, path).json(&body).header("authorization", format!("DPoP {token}"));
        let reply = sends(&call.header("dpop", proof));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let answer = reply.json();
        let withheld = answer["context"]["withheld"].as_array().unwrap();
        let withheld: Vec<&str> = withheld.iter().filter_map(|w| w["category"].as_str()).collect();
        assert_eq!(json!(withheld), body["categories"], "every category asked for is answered: {answer}");
    }

    /// Runs the client that a document shows whole, where there is a Node.
    pub fn asks_with_node(&self, program: &str) {
        if Command::new("node").arg("--version").output().is_err() {
            eprintln!("skipped: the client for Node, since there is no `node`");
            return;
        }
        std::fs::write(self.path("ask.mjs"), program).unwrap();
        let text = "node ask.mjs https://context.operator.example assistant assistant.pem PSEUDONYM";
        let text = self.known.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
        let said = well("ask.mjs", &text, &self.shell(&text).output().unwrap());
        assert!(said.contains("the receipt is good"), "{said}");
    }
}

/// What a command printed that went well.
fn well(place: &str, text: &str, output: &Output) -> String {
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{place}: `{text}` ended with {}\n{said}{error}", output.status);
    said.into_owned()
}

/// A feed of one line with these columns, as the name of the file wants it.
fn feed(file: &str, columns: &str) -> Vec<u8> {
    let old = file.starts_with("geolife");
    let at = if old { At(1_224_730_384_000_000) } else { SystemClock.now().plus(-HOUR_US) }.rfc3339();
    let value = |column: &str| match column {
        "subscriber" => NUMBER,
        "at" => &at,
        "id" | "cell" => "muc-1",
        "lat" => "48.137",
        "lon" => "11.575",
        "kind" => "health",
        "source" => "app",
        "key" | "app" => "org.example.kitchen",
        "topic" => "food",
        "host" => "news.example.org",
        "country" => "DE",
        "range_m" | "radius_m" | "seconds" | "bytes" | "bytes_up" | "bytes_down" | "remaining_bytes" => "300",
        other => panic!("a document names a column `{other}` of {file}"),
    };
    let columns: Vec<&str> = columns.split(',').collect();
    if file.ends_with(".ndjson") {
        let number = |v: &str| v.parse::<u32>().map_or_else(|_| json!(v), |n| json!(n));
        let line: serde_json::Map<String, Value> =
            columns.iter().map(|c| ((*c).to_owned(), number(value(c)))).collect();
        return format!("{}\n", Value::Object(line)).into_bytes();
    }
    let row: Vec<&str> = columns.iter().map(|c| value(c)).collect();
    let text = format!("{}\n{}\n", columns.join(","), row.join(","));
    if !file.ends_with(".gz") {
        return text.into_bytes();
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}
