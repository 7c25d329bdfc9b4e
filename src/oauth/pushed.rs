//! The authorization request, as a client pushes it (RFC 9126) or a hosted one has a browser bring it: fields in, what is asked for or a registered
//! error out. Deliberately absent: who asks, and whether it may, which its registration says; signed requests (RFC 9101); hints about who logs in.
use super::audience::Audience;
use super::form::Form;
use super::pkce::{METHOD, is_digest};
use super::problem::OAuthError;
use super::scope::Scope;
use crate::domain::camara;
use crate::domain::category::Category;
use crate::domain::link::{Piece, Wanted};
use crate::domain::purpose::Purpose;

/// What stands before the reference to a pushed request (RFC 9126 section 2.2).
pub const REFERENCE: &str = "urn:ietf:params:oauth:request_uri:";
/// The longest `state`, bytes.
pub const STATE: usize = 512;

/// A well-formed request; nothing in it is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Where the browser is to be sent back to.
    pub redirect_uri: String,
    /// What it is to bring back as it is.
    pub state: Option<String>,
    /// PKCE, S256.
    pub challenge: String,
    /// Thumbprint of the key that must redeem the code (RFC 9449 section 10).
    pub jkt: Option<String>,
    /// For which resource.
    pub audience: Audience,
    /// What is asked for.
    pub wanted: Wanted,
}

impl Pushed {
    /// Reads a form. Unknown fields are left aside; a form that does not say what it asks for asks for `usual`, where there is such.
    ///
    /// # Errors
    /// `invalid_request`, `unsupported_response_type`, `invalid_scope`, `invalid_authorization_details`, `invalid_target` for a `resource` that is
    /// none of `issuer`'s.
    pub fn parse(form: &Form<'_>, issuer: &str, usual: Option<&str>) -> Result<Pushed, OAuthError> {
        let no = OAuthError::InvalidRequest;
        let audience = form.audience(issuer)?.unwrap_or_default();
        if form.one("request_uri").is_some() || form.one("request").is_some() {
            return Err(no("a pushed request is its own fields: neither `request` nor `request_uri`"));
        }
        if form.one("login_hint").or(form.one("id_token_hint")).or(form.one("login_hint_token")).is_some() {
            return Err(no("no hint is taken of who it is about: the subscriber proves himself"));
        }
        if form.need("response_type", "`response_type` is missing")? != "code" {
            return Err(OAuthError::UnsupportedResponseType);
        }
        if form.one("response_mode").is_some_and(|mode| mode != "query") {
            return Err(no("`response_mode`: expected `query`"));
        }
        let challenge = form.need("code_challenge", "`code_challenge` is missing (RFC 7636)")?;
        if form.one("code_challenge_method") != Some(METHOD) || !is_digest(challenge) {
            return Err(no("`code_challenge_method`: expected `S256`, and a challenge of 43 characters"));
        }
        let jkt = form.one("dpop_jkt").map(str::to_owned);
        if jkt.as_deref().is_some_and(|jkt| !is_digest(jkt)) {
            return Err(no("`dpop_jkt` is not a thumbprint"));
        }
        let state = form.one("state").map(str::to_owned);
        if state.as_deref().is_some_and(|state| !is_state(state)) {
            return Err(no("`state` is not printable ASCII of 512 characters at most"));
        }
        let (details, scope) = (form.one("authorization_details"), form.one("scope"));
        let scope = if details.is_none() { scope.or(usual) } else { scope };
        Ok(Pushed {
            redirect_uri: form.need("redirect_uri", "`redirect_uri` is missing")?.to_owned(),
            state,
            challenge: challenge.to_owned(),
            jkt,
            audience,
            wanted: wanted(details, scope)?,
        })
    }
}

/// Whether a text may be a `state`: printable ASCII of [`STATE`] bytes at most.
pub fn is_state(text: &str) -> bool {
    text.len() <= STATE && text.bytes().all(|b| (b' '..=b'~').contains(&b))
}

/// Words that ask for nothing more: every link reaches context and can be renewed, and no ID token is made.
const SAYING_NOTHING: [&str; 3] = [Scope::ContextRead.as_str(), "offline_access", "openid"];

/// One authorization detail, or the same in coarse words: exactly one purpose, and categories as fine as the contract allows.
pub(super) fn wanted(details: Option<&str>, scope: Option<&str>) -> Result<Wanted, OAuthError> {
    let words = || {
        scope
            .iter()
            .flat_map(|s| s.split(' '))
            .filter(|w| !SAYING_NOTHING.contains(w) && !camara::SILENT.contains(w))
    };
    let wanted = match details {
        Some(details) => {
            let read: Result<[Wanted; 1], _> = serde_json::from_str(details);
            let [wanted] = read.map_err(|_| OAuthError::InvalidAuthorizationDetails)?;
            if words().next().is_some() {
                return Err(OAuthError::InvalidScope);
            }
            wanted
        }
        None => {
            let mut purposes = words().filter(|w| w.starts_with("dpv:")).map(Purpose::parse);
            let (Some(Some(purpose)), None) = (purposes.next(), purposes.next()) else {
                return Err(OAuthError::InvalidScope);
            };
            let categories = words().filter(|w| !w.starts_with("dpv:")).map(|w| {
                let category = Category::parse(w).or_else(|| camara::category(w));
                Ok(Piece { category: category.ok_or(OAuthError::InvalidScope)?, precision: None })
            });
            Wanted::new(purpose, categories.collect::<Result<_, _>>()?, None)
        }
    };
    match (wanted.is_sound(), details) {
        (true, _) => Ok(wanted),
        (false, Some(_)) => Err(OAuthError::InvalidAuthorizationDetails),
        (false, None) => Err(OAuthError::InvalidScope),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::Precision;
    use proptest::prelude::*;

    const ISSUER: &str = "https://broker.example";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const GOOD: [(&str, &str); 6] = [
        ("response_type", "code"),
        ("redirect_uri", "https://a.example/cb"),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("scope", "context:read dpv:ProvidePersonalisedRecommendations location.zone usage.interest"),
    ];

    fn with(name: &str, value: &str) -> Result<Pushed, OAuthError> {
        let others = GOOD.iter().copied().filter(|(n, _)| *n != name);
        Pushed::parse(&Form::read(others.chain([(name, value)])).unwrap(), ISSUER, None)
    }

    #[test]
    fn a_request_is_read_and_each_wrong_field_has_its_code() {
        let pushed = with("state", "s").unwrap();
        let categories: Vec<Category> = pushed.wanted.categories.iter().map(|p| p.category).collect();
        assert_eq!(categories, [Category::LocationZone, Category::UsageInterest]);
        assert_eq!(pushed.wanted.purpose, Purpose::ProvidePersonalisedRecommendations);
        for (name, value, code) in [
            ("resource", "https://other.example", "invalid_target"),
            ("request_uri", "urn:x", "invalid_request"),
            ("request", "a.b.c", "invalid_request"),
            ("login_hint", "tel:+491550000000", "invalid_request"),
            ("response_type", "token", "unsupported_response_type"),
            ("response_type", "", "invalid_request"),
            ("response_mode", "fragment", "invalid_request"),
            ("code_challenge", "", "invalid_request"),
            ("code_challenge", "short", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("code_challenge_method", "", "invalid_request"),
            ("dpop_jkt", "x", "invalid_request"),
            ("state", "ä", "invalid_request"),
            ("redirect_uri", "", "invalid_request"),
            ("scope", "", "invalid_scope"),
            ("scope", "location.zone", "invalid_scope"),
            ("scope", "dpv:ProvidePersonalisedRecommendations", "invalid_scope"),
            ("scope", "dpv:Everything location.zone", "invalid_scope"),
            (
                "scope",
                "dpv:ServicePersonalisation dpv:PersonalisedAdvertising location.zone",
                "invalid_scope",
            ),
            ("scope", "dpv:ServicePersonalisation location.everywhere", "invalid_scope"),
            ("scope", "dpv:ServicePersonalisation location.zone location.zone", "invalid_scope"),
        ] {
            assert_eq!(with(name, value).map_err(OAuthError::code), Err(code), "{name} {value}");
        }
        assert!(with("state", &"s".repeat(513)).is_err() && with("state", &"s".repeat(512)).is_ok());
    }

    #[test]
    fn a_detail_says_how_fine_and_how_long_and_nothing_it_does_not_know() {
        let detail = |text: &str| {
            let fields = GOOD.iter().copied().filter(|(n, _)| *n != "scope");
            Pushed::parse(&Form::read(fields.chain([("authorization_details", text)])).unwrap(), ISSUER, None)
        };
        let good = r#"[{"type":"urn:dongui:context","purpose":"dpv:ServicePersonalisation","categories":[{"category":"location.zone","precision":"city"}],"days":30}]"#;
        let pushed = detail(good).unwrap();
        assert_eq!(pushed.wanted.days, Some(30));
        assert_eq!(pushed.wanted.categories[0].precision, Some(Precision::City));
        for bad in [
            "[]",
            "{}",
            "x",
            &good.replace("urn:dongui:context", "payment"),
            &good.replace("dpv:ServicePersonalisation", "dpv:Everything"),
            &good.replace("location.zone", "location.everywhere"),
            &good.replace("\"city\"", "\"metre\""),
            &good.replace("\"days\"", "\"extra\""),
            &good.replace("[{\"cat", "[], \"x\": [{\"cat"),
            &good.replacen('[', "[null,", 1),
        ] {
            assert_eq!(detail(bad).map_err(OAuthError::code), Err("invalid_authorization_details"), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_fields_are_read_or_refused(name in "[a-z_]{1,20}", value in "\\PC{0,60}") {
            let _read = with(&name, &value);
            let _detail = wanted(Some(&value), None);
            let _words = wanted(None, Some(&value));
        }
    }
}
