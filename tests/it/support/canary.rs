//! Looking for canaries: in any shape, in whatever was seen, and in every log line of this process. Deliberately absent: where they are planted
//! (`leaks`).
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};
use tracing_subscriber::fmt::MakeWriter;

/// Something that was seen, and where.
pub type Sight = (String, Vec<u8>);

/// Everything a canary could look like.
pub fn shapes(canary: &str) -> Vec<Vec<u8>> {
    let hex = dongui::crypt::hex::encode(canary.as_bytes());
    let mut out = vec![canary.into(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    if let (true, Ok(degrees)) = (canary.contains('.'), canary.parse::<f64>()) {
        let e7 = (degrees * 1e7).round() as i64;
        out.extend([e7.to_string().into_bytes(), degrees.to_be_bytes().into(), degrees.to_le_bytes().into()]);
        out.extend([e7.to_be_bytes().into(), e7.to_le_bytes().into()]);
        out.push(dongui::crypt::hex::encode(&degrees.to_be_bytes()).into_bytes());
    }
    out
}

/// The bytes themselves, and whatever in them is base64, opened: tokens, receipts, links.
pub fn opened(bytes: &[u8]) -> Vec<Vec<u8>> {
    let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+' | b'/');
    let words = bytes.split(|b| !word(b)).filter(|w| w.len() >= 16);
    let decode = |w: &[u8]| [URL_SAFE_NO_PAD.decode(w), STANDARD.decode(w)].into_iter().flatten().next();
    std::iter::once(bytes.to_vec()).chain(words.filter_map(decode)).collect()
}

/// Where canaries are seen.
pub fn found(canaries: &[&str], sights: &[Sight]) -> Vec<String> {
    let mut out = Vec::new();
    for (place, bytes) in sights {
        let layers = opened(bytes);
        for canary in canaries {
            let seen = |shape: Vec<u8>| layers.iter().any(|l| l.windows(shape.len()).any(|w| w == shape));
            if shapes(canary).into_iter().any(seen) {
                out.push(format!("{canary} in {place}"));
            }
        }
    }
    out
}

/// All log lines of this process, at the finest level.
pub struct Logs;
static LOGS: Mutex<Vec<u8>> = Mutex::new(Vec::new());

impl Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGS.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = Logs;
    fn make_writer(&'a self) -> Logs {
        Logs
    }
}

/// Begins to listen; once for the process.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            // The scheduler of `model` tells of every step of millions, and knows no one.
            .with_env_filter("trace,shuttle=off,shuttle_engine=off,shuttle_schedulers=off,shuttle_std=off")
            .with_ansi(false)
            .with_writer(Logs)
            .try_init()
            .expect("nobody else listens in this process");
    });
}

/// What was logged so far.
pub fn logged() -> Vec<u8> {
    LOGS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

#[test]
fn a_canary_in_any_shape_would_be_seen() {
    let (number, degrees) = ("4915573141592", "48.13713579");
    let canaries = [number, degrees, "canary-unmapped.example"];
    let seen = |bytes: &[u8]| found(&canaries, &[("here".to_owned(), bytes.to_vec())]).len();
    assert_eq!(seen(b"nothing at all"), 0);
    let claims = URL_SAFE_NO_PAD.encode(format!("{{\"sub\":\"{number}\"}}"));
    let at: f64 = degrees.parse().unwrap();
    for planted in [
        format!("phone +{number}!").into_bytes(),
        format!("X'{}'", dongui::crypt::hex::encode(number.as_bytes()).to_uppercase()).into_bytes(),
        format!("({},11.5)", (at * 1e7).round()).into_bytes(),
        [b"..".as_slice(), &at.to_be_bytes(), b".."].concat(),
        [b"..".as_slice(), &481_371_358i64.to_be_bytes()].concat(),
        format!("{{\"receipt\":\"eyJh.{claims}.c2ln\"}}").into_bytes(),
        b"GET /x?h=deep.canary-unmapped.example".to_vec(),
    ] {
        assert!(seen(&planted) > 0, "{}", String::from_utf8_lossy(&planted));
    }
}
