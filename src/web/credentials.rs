//! What a request presents: token, proof, the certificate of its connection, method and the URL as the client sees it. Deliberately absent: a header that
//! says what certificate another server saw; whoever reaches this one past that could write it.
use super::Shared;
use crate::broker::authenticate::{Caller, Presented, Proven};
use crate::broker::{Broker, Failure};
use crate::oauth::audience::Audience;
use crate::oauth::scope::Scope;
use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};

/// A connection whose TLS ends here and asks for certificates. It is said once when it begins; each request over it finds it.
#[derive(Debug, Clone)]
pub struct Connected {
    /// The thumbprint of the certificate that the client has proven to be its own, if it showed one.
    pub certificate: Option<String>,
}

/// The credentials of a request, not verified yet.
#[derive(Debug, Clone)]
pub struct Credentials {
    authorization: Option<String>,
    dpop: Option<String>,
    certificate: Option<String>,
    method: String,
    url: String,
}

impl Credentials {
    /// Verifies token and proof.
    pub fn prove(&self, broker: &Broker) -> Result<Proven, Failure> {
        self.prove_for(Audience::Api, broker)
    }

    /// The same for another resource.
    pub fn prove_for(&self, audience: Audience, broker: &Broker) -> Result<Proven, Failure> {
        let presented = Presented {
            authorization: self.authorization.as_deref().unwrap_or_default(),
            proof: self.dpop.as_deref().unwrap_or_default(),
            certificate: self.certificate(),
            method: &self.method,
            url: &self.url,
        };
        broker.prove(audience, &presented)
    }

    /// Verifies them, uses the proof up and checks the client's role.
    pub fn admit(&self, broker: &Broker, scope: Scope) -> Result<Caller, Failure> {
        broker.admit(self.prove(broker)?, scope)
    }

    /// The same for an operation of two roles: the scope that the token holds, of these, or else the first.
    pub fn admit_either(&self, broker: &Broker, scopes: [Scope; 2]) -> Result<Caller, Failure> {
        let proven = self.prove(broker)?;
        let scope = scopes.into_iter().find(|scope| proven.require(*scope).is_ok()).unwrap_or(scopes[0]);
        broker.admit(proven, scope)
    }

    /// Whether there are none.
    pub fn are_silent(&self) -> bool {
        self.authorization.is_none()
    }

    /// The proof alone, for the token endpoint.
    pub fn proof(&self) -> Option<&str> {
        self.dpop.as_deref()
    }

    /// The certificate alone, for the same.
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// The URL as the client sees it.
    pub fn url(&self) -> &str {
        &self.url
    }
}

const DPOP: HeaderName = HeaderName::from_static("dpop");

impl FromRequest for Credentials {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // A header that stands twice is two answers to one question: neither counts.
        let one = |name: HeaderName| {
            let mut all = request.headers().get_all(name);
            let first = all.next().and_then(|v| v.to_str().ok()).map(str::to_owned);
            if all.next().is_some() { None } else { first }
        };
        let issuer = request.app_data::<Shared>().map_or("", |b| b.settings().issuer.as_str());
        ready(Ok(Credentials {
            authorization: one(actix_web::http::header::AUTHORIZATION),
            dpop: one(DPOP),
            certificate: request.conn_data::<Connected>().and_then(|c| c.certificate.clone()),
            method: request.method().as_str().to_owned(),
            url: format!("{issuer}{}", request.path()),
        }))
    }
}
