//! Where a recipient wants to be told, which machines may be called for it, and when a message is tried again. Deliberately absent:
//! resolving names and sending.
use super::rng::{Rng, bytes};
use super::time::{At, DAY_US, HOUR_US, SECOND_US};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The wait after the first failure, µs; each further one is three times as long.
const FIRST_US: i64 = 5 * SECOND_US;
/// The longest wait, µs.
const LONGEST_US: i64 = 6 * HOUR_US;
/// How old a message is when it is given up, µs.
pub const GIVE_UP_US: i64 = 5 * DAY_US;
/// Longest address, bytes.
const LENGTH: usize = 512;

/// An address that may be registered: `https`, or `http` on this machine for development. Neither user nor fragment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookUrl(Url);

impl TryFrom<String> for WebhookUrl {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        WebhookUrl::parse(&text).ok_or("not an address that may be called")
    }
}

impl From<WebhookUrl> for String {
    fn from(url: WebhookUrl) -> String {
        url.0.into()
    }
}

impl WebhookUrl {
    /// Reads an address; `None` if it could be no receiver's. A number in it, however written, is judged as the address that it is.
    pub fn parse(text: &str) -> Option<WebhookUrl> {
        let url = Url::parse(text).ok().filter(|url| url.as_str().len() <= LENGTH)?;
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let near = is_loopback(&url);
        let scheme = url.scheme() == "https" || (near && url.scheme() == "http");
        let reachable = match url.host()? {
            Host::Domain(name) => !name.is_empty(),
            Host::Ipv4(ip) => near || is_public(IpAddr::V4(ip)),
            Host::Ipv6(ip) => near || is_public(IpAddr::V6(ip)),
        };
        (bare && scheme && reachable && url.port() != Some(0)).then_some(WebhookUrl(url))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it says itself that it is this machine.
    pub fn is_near(&self) -> bool {
        is_loopback(&self.0)
    }

    /// Whether both are called at the same scheme, host and port.
    pub fn has_origin_of(&self, other: &WebhookUrl) -> bool {
        self.0.origin() == other.0.origin()
    }

    /// Whether its name may lead to `ip`. A recipient chooses its name servers, so what a name leads to is judged at each call.
    pub fn may_reach(&self, ip: IpAddr) -> bool {
        if is_loopback(&self.0) { ip.is_loopback() } else { is_public(ip) }
    }
}

/// Whether the address itself says that it is this machine; a name that only leads there does not.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip == Ipv6Addr::LOCALHOST,
        None => false,
    }
}

/// Whether `ip` is somebody on the open internet: not this machine, not the operator's own network, nothing reserved.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => {
            let [a, b, c, d, e, f, high, low] = ip.segments();
            if (a, b, c, d, e, f) == (0x64, 0xff9b, 0, 0, 0, 0) {
                // NAT64: the last 32 bits are the address that is called (RFC 6052).
                let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
                return is_public_v4(Ipv4Addr::new(one, two, three, four));
            }
            // Of global unicast, all but what is set aside: protocols and Teredo, documentation, 6to4.
            (a & 0xe000) == 0x2000
                && !(a == 0x2001 && b < 0x200)
                && !(a == 0x2001 && b == 0xdb8)
                && a != 0x2002
                && !(a == 0x3fff && b < 0x1000)
        }
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let measured = a == 198 && (b == 18 || b == 19);
    let protocols = (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99);
    // Above 224: multicast, reserved, broadcast.
    !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation())
        && !(shared || measured || protocols || a == 0 || a >= 224)
}

/// When a message that was made at `made` and has failed `attempts` times is tried again; `None` when it is given up. The wait grows
/// threefold up to six hours, its second half by chance, so that those who failed together do not come back together.
pub fn retry(attempts: u32, made: At, now: At, rng: &dyn Rng) -> Option<At> {
    if now.since(made) >= GIVE_UP_US {
        return None;
    }
    let wait = 3i64.saturating_pow(attempts.saturating_sub(1)).saturating_mul(FIRST_US).min(LONGEST_US);
    let chance = i64::from(u16::from_be_bytes(bytes::<2>(rng)));
    Some(now.plus(wait / 2 + (wait / 2) * chance / i64::from(u16::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rng::Rng;
    use proptest::prelude::*;

    #[test]
    fn only_an_address_that_could_be_a_receivers_is_read() {
        for good in [
            "https://hooks.assistant.example/dongui?key=1",
            "https://hooks.assistant.example:8443/",
            "https://203.1.114.5/",
            "https://[2a00:1450::5]/x",
            "http://127.0.0.1:9000/hook",
            "http://localhost:9000/hook",
            "http://[::1]:9000/hook",
        ] {
            assert!(WebhookUrl::parse(good).is_some(), "{good}");
        }
        for bad in [
            "http://hooks.assistant.example/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "https://user@hooks.assistant.example/",
            "https://hooks.assistant.example/#part",
            "https://10.0.0.1/",
            "https://0x0a000001/",
            "https://167772161/",
            "https://012.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://[fe80::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a00:1]/",
            "https://[64:ff9b::a00:1]/",
            "https://0.0.0.0/",
            "https://[::]/",
            "https://hooks.assistant.example:0/",
            "hooks.assistant.example",
            "",
        ] {
            assert!(WebhookUrl::parse(bad).is_none(), "{bad}");
        }
        assert!(WebhookUrl::parse(&format!("https://a.example/{}", "x".repeat(600))).is_none());
    }

    #[test]
    fn a_name_leads_to_the_open_internet_and_loopback_to_itself() {
        let (far, near) = ("https://hooks.assistant.example/", "http://127.0.0.1:9000/");
        let (far, near) = (WebhookUrl::parse(far).unwrap(), WebhookUrl::parse(near).unwrap());
        for private in [
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "192.88.99.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:8.8.8.8",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::",
            "3fff::1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
        ] {
            assert!(!far.may_reach(private.parse().unwrap()), "{private}");
        }
        for public in
            ["8.8.8.8", "100.63.0.1", "172.32.0.1", "2a00:1450::5", "2001:200::1", "64:ff9b::808:808"]
        {
            assert!(far.may_reach(public.parse().unwrap()), "{public}");
            assert!(!near.may_reach(public.parse().unwrap()), "{public}");
        }
        assert!(near.may_reach("127.0.0.1".parse().unwrap()));
    }

    struct Drawn(u16);
    impl Rng for Drawn {
        fn fill(&self, out: &mut [u8]) {
            out.copy_from_slice(&self.0.to_be_bytes());
        }
    }

    proptest! {
        #[test]
        fn a_retry_is_later_within_bounds_and_ends(attempts in 1u32..1000, age in 0i64..2 * GIVE_UP_US, draw: u16) {
            let (made, now) = (At(0), At(age));
            match retry(attempts, made, now, &Drawn(draw)) {
                None => prop_assert!(age >= GIVE_UP_US),
                Some(next) => {
                    prop_assert!(age < GIVE_UP_US);
                    let wait = next.since(now);
                    prop_assert!((FIRST_US / 2..=LONGEST_US).contains(&wait));
                    let sooner = retry(attempts - 1, made, now, &Drawn(draw)).unwrap();
                    prop_assert!(attempts == 1 || sooner <= next, "the wait never shrinks");
                }
            }
        }
    }
}
