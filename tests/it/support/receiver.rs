//! A recipient's own web server, to be told things: it keeps what it is sent and answers as it is told to. Deliberately absent: our code; it
//! checks signatures with a computation of its own, as a receiver would.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// One message as it came.
#[derive(Debug, Clone)]
pub struct Message {
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    /// What was answered.
    pub status: u16,
}

impl Message {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
    /// The last word of its type.
    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().rsplit('.').next().unwrap().to_owned()
    }
    pub fn sequence(&self) -> u64 {
        self.json()["sequence"].as_str().unwrap().parse().unwrap()
    }
    /// Whether one of its signatures is this secret's: HMAC written out (RFC 2104) over SHA-256.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let mut key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        assert!(key.len() <= 64);
        key.resize(64, 0);
        let pad = |with: u8| key.iter().map(|b| b ^ with).collect::<Vec<u8>>();
        let sha256 = |text: &[u8]| dongui::crypt::hash::sha256(&[text]);
        let head = format!("{}.{}.", self.header("webhook-id"), self.header("webhook-timestamp"));
        let inner = sha256(&[pad(0x36).as_slice(), head.as_bytes(), &self.body].concat());
        let wanted = format!("v1,{}", STANDARD.encode(sha256(&[pad(0x5c).as_slice(), &inner].concat())));
        self.header("webhook-signature").split(' ').any(|s| s == wanted)
    }
}

/// What is done with the next messages.
pub type Manner = Arc<dyn Fn(&Message) -> Manners + Send + Sync>;

/// One way of answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// With a status.
    Status(u16),
    /// To go and ask elsewhere.
    Redirect(u16),
    /// Not at all, for so long.
    Silent(Duration),
}

/// The server; its thread ends with the process.
pub struct Receiver {
    port: u16,
    got: Arc<Mutex<Vec<Message>>>,
    manner: Arc<Mutex<Manner>>,
}

impl Default for Receiver {
    fn default() -> Receiver {
        Receiver::new()
    }
}

impl Receiver {
    /// One that takes everything.
    pub fn new() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let takes: Manner = Arc::new(|_| Manners::Status(204));
        let (got, manner) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(takes)));
        let (kept, mannered) = (Arc::clone(&got), Arc::clone(&manner));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (got, manner) = (Arc::clone(&kept), Arc::clone(&mannered));
                std::thread::spawn(move || while serve(&stream, &got, &manner).is_some() {});
            }
        });
        Receiver { port, got, manner }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }
    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn answers(&self, manner: impl Fn(&Message) -> Manners + Send + Sync + 'static) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(manner);
    }

    /// Everything that came, in order.
    pub fn got(&self) -> Vec<Message> {
        self.got.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many came.
    pub fn waits_for(&self, count: usize) -> Vec<Message> {
        let begun = Instant::now();
        while self.got().len() < count {
            assert!(begun.elapsed() < Duration::from_secs(30), "{} of {count} came", self.got().len());
            std::thread::sleep(Duration::from_millis(5));
        }
        self.got()
    }
}

/// One request of a connection; `None` at its end.
fn serve(stream: &TcpStream, got: &Mutex<Vec<Message>>, manner: &Mutex<Manner>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut message = Message { headers, body, status: 0 };
    let manner = Arc::clone(&manner.lock().unwrap_or_else(PoisonError::into_inner));
    let manners = manner(&message);
    let answer = match manners {
        Manners::Status(status) => {
            message.status = status;
            format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n")
        }
        Manners::Redirect(port) => {
            message.status = 307;
            format!("HTTP/1.1 307 x\r\nlocation: http://127.0.0.1:{port}/hook\r\ncontent-length: 0\r\n\r\n")
        }
        Manners::Silent(_) => String::new(),
    };
    got.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    if let Manners::Silent(time) = manners {
        std::thread::sleep(time);
        return None;
    }
    let mut stream = stream;
    stream.write_all(answer.as_bytes()).ok()
}
