//! Login at the operator's identity provider: whoever it proves is looked up by the blind index and comes in. Deliberately absent: what is
//! checked of the provider's answer (`oauth::login`), and a reason why somebody is not let in.
use super::authenticate::OneTime;
use super::{Broker, Failure};
use crate::oauth::login::{Attempt, Login, LoginError, Returned};
use crate::store::{Stops, logins, subscribers};

/// Where the provider sends a browser back to.
pub const BACK: &str = "/me/login/back";
/// What an attempt is sealed to, in the browser that began it.
const PLACE: (&str, &str) = ("login", "attempt");

/// A login that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub address: String,
    /// What the browser keeps meanwhile, sealed.
    pub kept: String,
}

impl Broker {
    /// Whether subscribers may log in at an identity provider.
    pub fn has_login(&self) -> bool {
        self.login.is_some()
    }

    /// Begins a login.
    ///
    /// # Errors
    /// `NotFound` without a provider; `Halted` when it cannot be reached or says of itself what cannot be.
    pub fn begin_login(&self) -> Result<Begun, Failure> {
        let login = self.provider()?;
        let (address, attempt) =
            login.begin(&self.back(), self.rng.as_ref(), self.now()?).map_err(failure)?;
        Ok(Begun { address, kept: self.hand_out(PLACE, b"", &attempt) })
    }

    /// Ends a login that this browser began and begins a session; returns the session's token. An attempt is used up whatever comes of it.
    ///
    /// # Errors
    /// `Stranger` whatever is wrong with the answer, and whoever is not enrolled, has left or does not consent alone; `Halted` as above.
    pub fn end_login(
        &self,
        kept: &str,
        code: Option<String>,
        state: Option<String>,
        iss: Option<String>,
    ) -> Result<String, Failure> {
        let (login, now) = (self.provider()?, self.now()?);
        let attempt: Attempt = self.take_back(PLACE, b"", kept).ok_or(Failure::Stranger)?;
        let once = OneTime::new("login", &attempt.state, attempt.until);
        if !self.store.write_until(Stops::Last, "login.spend", move |tx| once.spend(tx))? {
            return Err(Failure::Stranger);
        }
        let proven =
            login.end(attempt, &Returned { code, state, iss }, &self.back(), now).map_err(failure)?;
        // Where a link alone opens nothing, a login with one factor opens nothing either.
        if self.courier.is_some() && !proven.strongly {
            return Err(Failure::Stranger);
        }
        let index = self.keyring.blind_index(proven.reference.text());
        let found = self.store.read("login.find", |tx| subscribers::find_by_reference(tx, &index))?;
        let alone = found.filter(|s| s.ended.is_none() && !s.majority.is_minor(now));
        let found = alone.ok_or(Failure::Stranger)?;
        let (session, token) = self.session((found.id, None, None), proven.strongly)?;
        self.store.write_until(Stops::Last, "visitor.enter", move |tx| logins::begin(tx, &session))?;
        Ok(token)
    }

    fn provider(&self) -> Result<&Login, Failure> {
        self.login.as_ref().ok_or(Failure::NotFound("login"))
    }

    fn back(&self) -> String {
        format!("{}{BACK}", self.settings.issuer)
    }
}

fn failure(e: LoginError) -> Failure {
    tracing::warn!(problem = %e, "nobody is logged in");
    match e {
        LoginError::Provider(_) => {
            Failure::Halted("the identity provider cannot be used; `dongui doctor` says why")
        }
        LoginError::Refused(_) => Failure::Stranger,
    }
}
