//! What a recipient's client asks a subscriber to be linked for, and where a browser is sent back to afterwards. Deliberately absent: who is
//! linked (rows), and the consents that a link rests on (`consent`).
use super::category::{Category, Precision};
use super::purpose::Purpose;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Longest address, bytes.
const LENGTH: usize = 512;

/// What is asked for, as it stands on the wire: an authorization detail of RFC 9396 section 2.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The one type there is.
    #[serde(rename = "type")]
    kind: Kind,
    /// What for.
    pub purpose: Purpose,
    /// What, each category once.
    pub categories: Vec<Piece>,
    /// The longest duration to be offered, days; absent: any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub days: Option<u16>,
}

/// One category of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    /// What.
    pub category: Category,
    /// The finest precision to be offered; absent: as fine as the contract allows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub precision: Option<Precision>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Kind {
    #[serde(rename = "urn:dongui:context")]
    Context,
}

impl Wanted {
    /// The `type` on the wire.
    pub const TYPE: &'static str = "urn:dongui:context";

    /// Some categories for a purpose.
    pub fn new(purpose: Purpose, categories: Vec<Piece>, days: Option<u16>) -> Wanted {
        Wanted { kind: Kind::Context, purpose, categories, days }
    }

    /// What is asked about a cell.
    pub fn piece(&self, purpose: Purpose, category: Category) -> Option<&Piece> {
        self.categories.iter().find(|p| self.purpose == purpose && p.category == category)
    }

    /// The same in the coarse words of a scope.
    pub fn scope(&self) -> String {
        let words = ["context:read", self.purpose.as_str()].into_iter();
        words.chain(self.categories.iter().map(|p| p.category.as_str())).collect::<Vec<_>>().join(" ")
    }

    /// Whether it could be put to a subscriber: something, each category once, with rungs that it has.
    pub fn is_sound(&self) -> bool {
        let all = &self.categories;
        let once = (1..all.len()).all(|i| all[..i].iter().all(|p| p.category != all[i].category));
        let rung = |p: &Piece| p.precision.is_none_or(|rung| p.category.rungs().contains(&rung));
        !all.is_empty() && once && all.iter().all(rung)
    }
}

/// Where a browser is sent back to: `https`, or `http` on this machine for development. Kept and compared letter by letter (RFC 9700
/// section 4.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri(String);

impl TryFrom<String> for RedirectUri {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        RedirectUri::parse(&text).ok_or("not an address that a browser may be sent back to")
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> String {
        uri.0
    }
}

impl RedirectUri {
    /// Reads an address without user and fragment.
    pub fn parse(text: &str) -> Option<RedirectUri> {
        let url = Url::parse(text).ok().filter(|_| text.len() <= LENGTH && text.is_ascii())?;
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let near = match url.host()? {
            Host::Domain(_) => false,
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        };
        let scheme = url.scheme() == "https" || (near && url.scheme() == "http");
        (bare && scheme).then(|| RedirectUri(text.to_owned()))
    }

    /// Whether both are on this machine and differ in nothing but the port.
    pub fn is_near_and_like(&self, other: &RedirectUri) -> bool {
        let portless = |uri: &RedirectUri| {
            let mut url = Url::parse(&uri.0).ok().filter(|url| url.scheme() == "http")?;
            url.set_port(None).ok().map(|()| url)
        };
        // INVARIANT: `http` is for a loopback address alone.
        portless(self).zip(portless(other)).is_some_and(|(a, b)| a == b)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address with more in its query.
    pub fn with(&self, more: &[(&str, &str)]) -> String {
        // INVARIANT: it was read by `parse`.
        let Ok(mut url) = Url::parse(&self.0) else { return self.0.clone() };
        url.query_pairs_mut().extend_pairs(more);
        url.into()
    }

    /// Scheme, host and port, as a content security policy names them.
    pub fn origin(&self) -> String {
        Url::parse(&self.0).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization())
    }

    /// Its host, as a person reads it.
    pub fn host(&self) -> String {
        let host = Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned));
        host.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_sent_back_over_tls_or_to_this_machine_and_nowhere_else() {
        for good in [
            "https://assistant.example/callback",
            "https://assistant.example:8443/a?b=c",
            "http://127.0.0.1:5000/cb",
            "http://[::1]/cb",
        ] {
            assert_eq!(RedirectUri::parse(good).map(|u| u.as_str().to_owned()), Some(good.to_owned()));
        }
        for bad in [
            "http://assistant.example/callback",
            "http://localhost/cb",
            "assistant:callback",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://user@assistant.example/",
            "https://assistant.example/#x",
            "https://",
            "/callback",
            "",
        ] {
            assert!(RedirectUri::parse(bad).is_none(), "{bad}");
        }
        assert!(RedirectUri::parse(&format!("https://a.example/{}", "x".repeat(600))).is_none());
    }

    #[test]
    fn a_program_on_this_machine_may_listen_on_another_port_and_nowhere_else() {
        let uri = |text: &str| RedirectUri::parse(text).unwrap();
        let near = uri("http://127.0.0.1:33418/callback");
        assert!(near.is_near_and_like(&uri("http://127.0.0.1:50000/callback")));
        assert!(near.is_near_and_like(&uri("http://127.0.0.1/callback")));
        for other in [
            "http://127.0.0.1:50000/other",
            "http://[::1]:50000/callback",
            "https://127.0.0.1:50000/callback",
        ] {
            assert!(!near.is_near_and_like(&uri(other)), "{other}");
        }
        let far = uri("https://assistant.example/callback");
        assert!(!far.is_near_and_like(&uri("https://assistant.example:8443/callback")));
    }

    #[test]
    fn what_is_added_to_an_address_stays_in_its_query() {
        let uri = RedirectUri::parse("https://assistant.example:8443/cb?x=1").unwrap();
        assert_eq!(
            uri.with(&[("code", "a&b"), ("iss", "https://c.example")]),
            "https://assistant.example:8443/cb?x=1&code=a%26b&iss=https%3A%2F%2Fc.example"
        );
        assert_eq!(
            (uri.origin(), uri.host()),
            ("https://assistant.example:8443".into(), "assistant.example".into())
        );
    }

    #[test]
    fn what_is_asked_for_reads_as_it_is_written_and_is_each_category_once() {
        let purpose = Purpose::ProvidePersonalisedRecommendations;
        let piece = |category, precision| Piece { category, precision };
        let zone = piece(Category::LocationZone, Some(Precision::City));
        let wanted = Wanted::new(purpose, vec![zone, piece(Category::UsageInterest, None)], Some(90));
        let text = serde_json::to_string(&wanted).unwrap();
        assert!(text.contains(Wanted::TYPE), "{text}");
        assert_eq!(serde_json::from_str::<Wanted>(&text).unwrap(), wanted);
        assert!(wanted.is_sound());
        assert!(!Wanted::new(purpose, Vec::new(), None).is_sound());
        assert!(!Wanted::new(purpose, vec![zone, zone], None).is_sound());
        let odd = piece(Category::LocationLabel, Some(Precision::City));
        assert!(!Wanted::new(purpose, vec![odd], None).is_sound());
        for bad in [text.replace("context", "other"), text.replace("\"days\"", "\"dais\"")] {
            assert!(serde_json::from_str::<Wanted>(&bad).is_err(), "{bad}");
        }
    }
}
