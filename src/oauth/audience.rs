//! Which of our resources a token is for (RFC 8707): each takes only what was meant for it.
use serde::{Deserialize, Serialize};

/// A resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The HTTP API, which goes by the name of the issuer.
    #[default]
    Api,
    /// The Model Context Protocol, at its address.
    Mcp,
}

impl Audience {
    /// All of them.
    pub const ALL: [Audience; 2] = [Audience::Api, Audience::Mcp];

    /// Its path under the issuer.
    pub fn path(self) -> &'static str {
        match self {
            Audience::Api => "",
            Audience::Mcp => "/mcp",
        }
    }

    /// What tokens for it name in `aud`.
    pub fn url(self, issuer: &str) -> String {
        format!("{issuer}{}", self.path())
    }

    /// The resource of that name, byte for byte.
    pub fn parse(url: &str, issuer: &str) -> Option<Audience> {
        let path = url.strip_prefix(issuer)?;
        Self::ALL.into_iter().find(|audience| audience.path() == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_goes_by_one_name() {
        let issuer = "https://broker.example";
        for audience in Audience::ALL {
            assert_eq!(Audience::parse(&audience.url(issuer), issuer), Some(audience));
        }
        for other in [
            "",
            "https://broker.example/",
            "https://broker.example/mcp/",
            "https://broker.example.evil/mcp",
            "/mcp",
        ] {
            assert_eq!(Audience::parse(other, issuer), None, "{other}");
        }
    }
}
