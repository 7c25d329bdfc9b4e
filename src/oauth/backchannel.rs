//! The back-channel authentication request (OpenID CIBA Core 1.0, poll): fields in, what is asked of whom or a registered error out. Deliberately
//! absent: signed requests, user codes and push or ping, which the metadata does not offer; an ID token, for none is made here.
use super::audience::Audience;
use super::form::Form;
use super::hint::Hint;
use super::problem::OAuthError;
use super::pushed;
use crate::domain::link::Wanted;

/// How long a subscriber has unless the client says otherwise, s.
pub const EXPIRES_S: i64 = 300;
/// The shortest and the longest time that a client can ask for, s.
pub const LIMITS_S: (i64, i64) = (60, 600);
/// Between two polls, s.
pub const INTERVAL_S: i64 = 5;
/// The longest message, characters.
const MESSAGE: usize = 40;

/// A well-formed request; nothing in it is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backchannel {
    /// Whom it means.
    pub hint: Hint,
    /// What the assistant shows too, so that the subscriber sees that both are the same.
    pub message: Option<String>,
    /// How long he has, s.
    pub expires_s: i64,
    /// For which resource.
    pub audience: Audience,
    /// What is asked for.
    pub wanted: Wanted,
}

impl Backchannel {
    /// Reads a form. Unknown fields are left aside.
    ///
    /// # Errors
    /// `invalid_request`, `invalid_binding_message`, `invalid_scope`, `invalid_authorization_details`, `invalid_target`.
    pub fn parse(form: &Form<'_>, issuer: &str, numbers: bool) -> Result<Backchannel, OAuthError> {
        let no = OAuthError::InvalidRequest;
        let audience = form.audience(issuer)?.unwrap_or_default();
        if form.one("request").is_some() {
            return Err(no("signed requests are not taken: send the fields"));
        }
        if form.one("id_token_hint").or(form.one("login_hint_token")).is_some() {
            return Err(no("the one hint that is taken is `login_hint`"));
        }
        let hint = form.need("login_hint", "`login_hint` is missing, or too long")?;
        let hint = Hint::parse(hint, numbers).map_err(no)?;
        let message = form.one("binding_message").map(str::to_owned);
        if message.as_deref().is_some_and(|message| !is_plain(message)) {
            return Err(OAuthError::InvalidBindingMessage);
        }
        let expires_s = match form.one("requested_expiry") {
            None => EXPIRES_S,
            Some(text) => {
                let wanted = text.parse::<u32>().ok().filter(|s| *s > 0);
                let wanted = wanted.ok_or(no("`requested_expiry` is not a positive number of seconds"))?;
                i64::from(wanted).clamp(LIMITS_S.0, LIMITS_S.1)
            }
        };
        let wanted = pushed::wanted(form.one("authorization_details"), form.one("scope"))?;
        Ok(Backchannel { hint, message, expires_s, audience, wanted })
    }
}

/// Letters and digits of any script, blanks, `-` and `#`: no address that could be followed, and nothing that turns a line around.
fn is_plain(message: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '#');
    message.chars().count() <= MESSAGE && message.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ISSUER: &str = "https://broker.example";
    const GOOD: [(&str, &str); 3] = [
        ("login_hint", "q83vEjRWeJCrze8SNFZ4kA"),
        ("scope", "openid dpv:ServicePersonalisation location.zone"),
        ("binding_message", "거실 TV 4711"),
    ];

    fn with(name: &str, value: &str) -> Result<Backchannel, OAuthError> {
        let others = GOOD.iter().copied().filter(|(n, _)| *n != name);
        Backchannel::parse(&Form::read(others.chain([(name, value)])).unwrap(), ISSUER, false)
    }

    #[test]
    fn a_request_is_read_and_each_wrong_field_has_its_code() {
        let read = with("requested_expiry", "120").unwrap();
        assert_eq!((read.expires_s, read.message.as_deref()), (120, Some("거실 TV 4711")));
        assert_eq!(with("requested_expiry", "1").unwrap().expires_s, LIMITS_S.0);
        assert_eq!(with("requested_expiry", "86400").unwrap().expires_s, LIMITS_S.1);
        assert_eq!(with("user_code", "1234").unwrap().expires_s, EXPIRES_S, "left aside");
        for (name, value, code) in [
            ("login_hint", "", "invalid_request"),
            ("login_hint", "tel:+491550000000", "invalid_request"),
            ("login_hint", "operatortoken:x", "invalid_request"),
            ("login_hint", "ipport:80.90.34.2:16790", "invalid_request"),
            ("id_token_hint", "a.b.c", "invalid_request"),
            ("login_hint_token", "x", "invalid_request"),
            ("request", "a.b.c", "invalid_request"),
            ("requested_expiry", "0", "invalid_request"),
            ("requested_expiry", "-5", "invalid_request"),
            ("resource", "https://other.example", "invalid_target"),
            ("scope", "openid location.zone", "invalid_scope"),
            ("binding_message", "https://evil.example", "invalid_binding_message"),
            ("binding_message", "<b>now</b>", "invalid_binding_message"),
            ("binding_message", "abc\u{202e}def", "invalid_binding_message"),
            ("binding_message", "two\nlines", "invalid_binding_message"),
            ("binding_message", &"x".repeat(41), "invalid_binding_message"),
        ] {
            assert_eq!(with(name, value).map_err(OAuthError::code), Err(code), "{name} {value}");
        }
    }

    proptest! {
        #[test]
        fn any_fields_are_read_or_refused(name in "[a-z_]{1,20}", value in "\\PC{0,60}") {
            let _read = with(&name, &value);
        }
    }
}
