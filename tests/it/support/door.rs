//! The real server on a loopback port, and a client that speaks to it. Deliberately absent: certificates, where TLS ends in it (`authority`).
use super::actors::Client;
use dongui::broker::Broker;
use dongui::cli::serve::{Background, Entrance};
use dongui::telemetry::Figures;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A server that stops when its world ends.
pub struct Door {
    address: String,
    base: String,
    server: Mutex<Option<Background>>,
    agent: ureq::Agent,
}

/// One HTTP request.
#[derive(Debug, Clone, Default)]
pub struct Call {
    pub method: String,
    /// Path with query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// One HTTP answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Call {
    pub fn new(method: &str, path: &str) -> Call {
        Call { method: method.to_owned(), path: path.to_owned(), ..Call::default() }
    }
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Call {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
    pub fn body(self, kind: &str, body: impl Into<Vec<u8>>) -> Call {
        Call { body: body.into(), ..self }.header("content-type", kind)
    }
    pub fn json(self, body: &serde_json::Value) -> Call {
        self.body("application/json", body.to_string())
    }
    /// With a new token and a new proof of this client.
    pub fn by(self, client: &Client<'_>) -> Call {
        let token = client.token();
        self.with(client, &token)
    }
    /// With this token and a new proof.
    pub fn with(self, client: &Client<'_>, token: &str) -> Call {
        let path = self.path.split('?').next().unwrap().to_owned();
        let proof = client.proof(&self.method, &path, Some(token));
        self.header("authorization", format!("DPoP {token}")).header("dpop", proof)
    }
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
}

impl Door {
    pub fn open(broker: Arc<Broker>, figures: Figures) -> Door {
        Door::at("http", broker, figures, Entrance::from, agent())
    }

    /// One whose connections begin otherwise.
    pub fn at(
        scheme: &str,
        broker: Arc<Broker>,
        figures: Figures,
        entrance: impl FnOnce(TcpListener) -> Entrance,
        agent: ureq::Agent,
    ) -> Door {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = Background::start(broker, figures, entrance(listener)).unwrap();
        let base = format!("{scheme}://{address}");
        Door { address, base, server: Mutex::new(Some(server)), agent }
    }

    pub fn send(&self, call: &Call) -> Reply {
        send_to(&self.agent, &self.base, call).unwrap()
    }

    pub fn get(&self, path: &str) -> Reply {
        self.send(&Call::new("GET", path))
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where addresses begin.
    pub fn base(&self) -> &str {
        &self.base
    }

    pub fn close(&self) {
        if let Some(server) = self.server.lock().unwrap_or_else(PoisonError::into_inner).take() {
            server.stop();
        }
    }
}

/// A client that takes every status as an answer.
pub fn agent() -> ureq::Agent {
    patient(Default::default())
}

/// The same, which begins connections so.
pub fn patient(tls: ureq::tls::TlsConfig) -> ureq::Agent {
    ureq::Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(30)))
        // Sooner than the server, which closes after five seconds: a request into a connection that is just closing is lost.
        .max_idle_age(Duration::from_secs(2))
        .build()
        .into()
}

/// Sends to any server of ours.
pub fn send(agent: &ureq::Agent, address: &str, call: &Call) -> Result<Reply, ureq::Error> {
    send_to(agent, &format!("http://{address}"), call)
}

/// Sends to an address that begins so.
pub fn send_to(agent: &ureq::Agent, base: &str, call: &Call) -> Result<Reply, ureq::Error> {
    let mut request =
        ureq::http::Request::builder().method(call.method.as_str()).uri(format!("{base}{}", call.path));
    for (name, value) in &call.headers {
        request = request.header(name.as_str(), value.as_str());
    }
    let mut response = agent.run(request.body(call.body.as_slice()).unwrap())?;
    let headers = response.headers().iter();
    let headers =
        headers.map(|(n, v)| (n.as_str().to_owned(), v.to_str().unwrap_or("").to_owned())).collect();
    let body = response.body_mut().with_config().limit(64 << 20).read_to_vec()?;
    Ok(Reply { status: response.status().as_u16(), headers, body })
}
