//! A real Chromium, told what to do over DevTools through a pipe: no port is opened and no driver is needed. Deliberately absent:
//! waiting for time to pass; what is waited for is a page that has loaded.
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest that a page may take to load, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one tab. It dies with the test.
pub struct Browser {
    child: Child,
    pipe: RefCell<Pipe>,
    session: String,
    _profile: tempfile::TempDir,
}

struct Pipe {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    last: u64,
    /// Addresses that were asked for since the last look.
    asked: Vec<String>,
    /// The request of the page that is shown.
    document: Value,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The browser's program, if there is one. What is skipped without it must be seen, past the capture of the test harness.
fn program() -> Option<PathBuf> {
    let named = std::env::var_os("DONGUI_TEST_BROWSER").map(PathBuf::from);
    let found = named.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|dir| dir.join("chromium")).find(|file| file.is_file())
    });
    if found.is_none() {
        let said = "screens: not drawn, there is no Chromium; install it or set DONGUI_TEST_BROWSER\n";
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    found
}

impl Browser {
    /// Starts one, where there is one.
    pub fn start() -> Option<Browser> {
        let profile = tempfile::tempdir().unwrap();
        // The browser talks on descriptors 3 and 4; a shell makes them of the two that a child can be given.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"])
            .arg(program()?)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"])
            .args(["--remote-debugging-pipe", "--disable-background-networking", "--disable-dev-shm-usage"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let pipe = RefCell::new(Pipe { to, from, last: 0, asked: Vec::new(), document: Value::Null });
        let mut browser = Browser { child, pipe, session: String::new(), _profile: profile };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        browser.session =
            browser.call("Target.attachToTarget", attach)["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page.enable", "Network.enable"] {
            browser.call(domain, json!({}));
        }
        Some(browser)
    }

    /// One command of the DevTools protocol, and its answer.
    pub fn call(&self, method: &str, params: Value) -> Value {
        self.tries(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The same, or what the browser says is wrong with it.
    fn tries(&self, method: &str, params: Value) -> Result<Value, Value> {
        let mut pipe = self.pipe.borrow_mut();
        pipe.last += 1;
        let id = pipe.last;
        let mut message = json!({"id": id, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        pipe.to.write_all(&bytes).unwrap();
        loop {
            let mut line = Vec::new();
            pipe.from.read_until(0, &mut line).unwrap();
            assert_eq!(line.pop(), Some(0), "the browser is gone");
            let told: Value = serde_json::from_slice(&line).unwrap();
            if told["method"] == "Network.requestWillBeSent" {
                if told["params"]["type"] == "Document" {
                    pipe.document = told["params"]["requestId"].clone();
                }
                pipe.asked.push(told["params"]["request"]["url"].as_str().unwrap().to_owned());
            }
            if told["id"] == json!(id) {
                return told
                    .get("error")
                    .map_or_else(|| Ok(told["result"].clone()), |error| Err(error.clone()));
            }
        }
    }

    /// The addresses that were asked for since the last look.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.pipe.borrow_mut().asked)
    }

    /// Goes to an address and waits until all of it is there.
    pub fn goes(&self, url: &str) {
        self.follows(|| {
            self.call("Page.navigate", json!({ "url": url }));
        });
    }

    /// Does something that leads to another page, and waits for that.
    pub fn follows(&self, deed: impl FnOnce()) {
        // Where the page goes away under the question there is no answer, and it is asked again.
        let sees = |expression: &str| {
            let asked =
                self.tries("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true }));
            asked.ok().map(|answer| answer["result"]["value"].clone())
        };
        let here = "performance.timeOrigin + location.href";
        let (before, start) = (self.eval(here), Instant::now());
        deed();
        while sees(here).is_none_or(|there| there == before)
            || sees("document.readyState") != Some(json!("complete"))
        {
            assert!(start.elapsed() < PATIENCE, "no page comes after {before}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The value of an expression in the page. DevTools may ask even where scripts are off.
    pub fn eval(&self, expression: &str) -> Value {
        self.answer(json!({"expression": expression, "returnByValue": true, "awaitPromise": true}))
    }

    fn answer(&self, params: Value) -> Value {
        let answer = self.call("Runtime.evaluate", params);
        assert!(answer.get("exceptionDetails").is_none(), "{}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// A place beside the page with a library in it: it sees the document, and the page and its policy know nothing of it.
    pub fn beside(&self, library: &str) -> Value {
        let tree = self.call("Page.getFrameTree", json!({}));
        let frame = json!({"frameId": tree["frameTree"]["frame"]["id"], "worldName": "test"});
        let place = self.call("Page.createIsolatedWorld", frame)["executionContextId"].clone();
        self.answer(
            json!({"expression": format!("{library}; 0"), "contextId": place, "returnByValue": true}),
        );
        place
    }

    /// The value of an expression there.
    pub fn eval_at(&self, place: &Value, expression: &str) -> Value {
        let shape = json!({"expression": expression, "contextId": place, "returnByValue": true, "awaitPromise": true});
        self.answer(shape)
    }

    /// The page as it came, before the browser read it.
    pub fn source(&self) -> String {
        let document = self.pipe.borrow().document.clone();
        self.call("Network.getResponseBody", json!({ "requestId": document }))["body"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Whether pages may run scripts.
    pub fn scripts(&self, may: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !may }));
    }

    /// The width and height of the window, px.
    pub fn sized(&self, (width, height): (u32, u32)) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// What the reader prefers: dark pages, colours of his own.
    pub fn prefers(&self, features: &[(&str, &str)]) {
        let features: Vec<Value> = features.iter().map(|(n, v)| json!({"name": n, "value": v})).collect();
        self.call("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Presses a key: `Tab`, `Enter`, or ` ` for the space bar.
    pub fn presses(&self, key: &str) {
        let (code, number, text) = match key {
            "Tab" => ("Tab", 9, ""),
            "Enter" => ("Enter", 13, "\r"),
            _ => ("Space", 32, " "),
        };
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        for kind in [down, "keyUp"] {
            let typed = if kind == "keyUp" { "" } else { text };
            let event = json!({"type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number, "text": typed});
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// What is seen, as PNG.
    pub fn picture(&self) -> Vec<u8> {
        use base64::Engine;
        let shot = self.call("Page.captureScreenshot", json!({"format": "png"}));
        base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()
    }
}
