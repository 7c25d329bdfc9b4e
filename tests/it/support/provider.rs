//! A real identity provider: node-oidc-provider, run by node on the loopback. It comes by `tests/npm/package-lock.json` into the directory
//! that `DONGUI_TEST_NPM` names. Deliberately absent: its pages; who logs in says so in headers.
use super::door::agent;
use super::world::ISSUER;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A provider that ends with its test.
pub struct Provider {
    child: Child,
    pub issuer: String,
    agent: ureq::Agent,
    /// It ends when nobody can hear it.
    _said: BufReader<ChildStdout>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Provider {
    /// Starts one that knows these accounts, where there is one. What is skipped without it must be seen.
    pub fn start(accounts: &serde_json::Value) -> Option<Provider> {
        let modules = std::env::var_os("DONGUI_TEST_NPM").map(PathBuf::from);
        let Some(modules) = modules.filter(|m| m.join("oidc-provider").is_dir()) else {
            let said =
                "login: not tried at a provider, DONGUI_TEST_NPM names no directory with oidc-provider\n";
            std::io::stderr().write_all(said.as_bytes()).unwrap();
            return None;
        };
        let mut child = Command::new("node")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/npm/provider.mjs"))
            .arg(std::path::absolute(modules).unwrap())
            .arg(format!("{ISSUER}/me/login/back"))
            .arg(accounts.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut issuer = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut issuer).unwrap();
        Some(Provider { child, issuer: issuer.trim().to_owned(), agent: agent(), _said: said })
    }

    /// Follows a login from its first address to where the provider sends the browser back, as `who` by `acr`.
    pub fn logs_in(&self, address: &str, who: &str, acr: &str) -> String {
        let (mut at, mut cookies) = (address.to_owned(), BTreeMap::<String, String>::new());
        for _ in 0..8 {
            let jar: Vec<String> = cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            let request = self
                .agent
                .get(&at)
                .header("cookie", jar.join("; "))
                .header("x-who", who)
                .header("connection", "close");
            let answer = request.header("x-acr", acr).call().unwrap();
            for set in answer.headers().get_all("set-cookie") {
                let pair = set.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let to = answer.headers().get("location").map(|l| l.to_str().unwrap().to_owned());
            let to = to.unwrap_or_else(|| panic!("{} of {at}", answer.status()));
            if let Some(path) = to.strip_prefix(ISSUER) {
                return path.to_owned();
            }
            at = if to.starts_with('/') { format!("{}{to}", self.issuer) } else { to };
        }
        panic!("the login goes in circles");
    }
}
