//! A witness as its operator runs it: the real binary, on a directory and a key of its own. Deliberately absent: what it must refuse (`witness`).
use super::door::{Call, Reply, agent, send};
use dongui::broker::Broker;
use dongui::ledger::quorum::TrustPolicy;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub struct Watcher {
    pub dir: TempDir,
    name: String,
    child: Option<Child>,
    pub address: String,
    pub vkey: String,
}

impl Watcher {
    /// A witness of one log.
    pub fn start(name: &str, log: &str) -> Watcher {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("logs"), format!("log {log}\nquorum none\n")).unwrap();
        let mut watcher =
            Watcher { dir, name: name.to_owned(), child: None, address: String::new(), vkey: String::new() };
        assert!(watcher.command(&["keys", "init"]).status().unwrap().success());
        let shown = watcher.witness(&["--show"]).output().unwrap();
        watcher.vkey = String::from_utf8(shown.stdout).unwrap().trim().to_owned();
        watcher.wakes();
        watcher
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dongui"));
        command.env("DONGUI_DATA", self.dir.path()).env_remove("DONGUI_KEYRING").args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    }

    pub fn witness(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&["witness", "--name", &self.name, "--logs"]);
        command.arg(self.dir.path().join("logs")).args(arguments);
        command
    }

    /// Begins again on what it kept, where it was before if that is free.
    pub fn wakes(&mut self) {
        for _ in 0..10 {
            if self.address.is_empty() {
                let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
                self.address = format!("127.0.0.1:{port}");
            }
            let mut child = self.witness(&["--listen", &self.address]).spawn().unwrap();
            for _ in 0..400 {
                let alive = send(&agent(), &self.address, &Call::new("GET", "/healthz"));
                if alive.is_ok_and(|r| r.status == 200) {
                    self.child = Some(child);
                    return;
                }
                if child.try_wait().unwrap().is_some() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(25));
            }
            let _dead = child.kill();
            let _status = child.wait();
        }
        panic!("the witness does not start");
    }

    /// It is killed, not stopped.
    pub fn dies(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn is_asked(&self, body: &str) -> Reply {
        send(&agent(), &self.address, &Call::new("POST", "/add-checkpoint").body("text/plain", body)).unwrap()
    }

    pub fn get(&self, path: &str) -> Reply {
        send(&agent(), &self.address, &Call::new("GET", path)).unwrap()
    }

    /// Kept as evidence.
    pub fn evidence(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.dir.path().join("witness/evidence")).unwrap();
        files.map(|f| std::fs::read_to_string(f.unwrap().path()).unwrap()).collect()
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.dies();
    }
}

/// The policy that so many of these witnesses are enough for the log of this broker.
pub fn policy(broker: &Broker, enough: &str, watchers: &[&Watcher]) -> String {
    let log = broker.log_verifier().unwrap().vkey();
    let line = |(n, w): (usize, &&Watcher)| format!("witness w{n} {} http://{}\n", w.vkey, w.address);
    let witnesses: String = watchers.iter().enumerate().map(line).collect();
    let names: Vec<String> = (0..watchers.len()).map(|n| format!("w{n}")).collect();
    format!("log {log}\n{witnesses}group all-of-them {enough} {}\nquorum all-of-them\n", names.join(" "))
}

/// What a broker is told to ask.
pub fn outside(policy: &str) -> dongui::broker::outside::Outside {
    let policy = TrustPolicy::parse(policy).unwrap();
    let witnesses = dongui::broker::outside::Witnesses { policy, ask: dongui::cli::witness::ask() };
    dongui::broker::outside::Outside { witnesses: Some(witnesses), anchor: None }
}
