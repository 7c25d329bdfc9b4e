//! Whom a request is about: whoever its token is about. A device that a client names is looked at for its form and for nothing else, so that no two
//! numbers are answered differently.
use super::error_info::ErrorInfo;
use crate::broker::authenticate::Proven;
use crate::domain::category::Category;
use crate::domain::purpose::Purpose;
use crate::oauth::OAuthError;
use crate::oauth::scope::Scope;
use crate::web::Shared;
use crate::web::body::{self, Body};
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A device as CAMARA names it (Commonalities, `Device`).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Device {
    phone_number: Option<String>,
    network_access_identifier: Option<String>,
    ipv4_address: Option<DeviceIpv4>,
    ipv6_address: Option<Ipv6Addr>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DeviceIpv4 {
    #[serde(rename = "publicAddress")]
    _public_address: Ipv4Addr,
    private_address: Option<Ipv4Addr>,
    public_port: Option<u16>,
}

impl Device {
    /// Whether it names something, and in the form of the specification.
    pub fn is_sound(&self) -> bool {
        let named = self.phone_number.is_some()
            || self.network_access_identifier.is_some()
            || self.ipv4_address.is_some()
            || self.ipv6_address.is_some();
        let number = self.phone_number.as_deref().is_none_or(is_number);
        let port = |ip: &DeviceIpv4| ip.private_address.is_some() || ip.public_port.is_some();
        named && number && self.ipv4_address.as_ref().is_none_or(port)
    }
}

/// `^\+[1-9][0-9]{4,14}$`.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
}

/// What a request may say of a device.
pub(super) trait Named {
    /// The device.
    fn device(&self) -> Option<&Device>;
}

/// A caller who is proven, and what he asks. The proof is his to use up.
pub(super) struct Asked<T> {
    /// Who asks.
    pub proven: Proven,
    /// What for, by his token.
    pub purpose: Purpose,
    /// What he asks.
    pub body: T,
}

/// Reads a request of a caller who is proven and reaches `scope`. Nobody learns from his body what his token does not reach.
///
/// # Errors
/// 401, 403 and 400, in this order.
pub(super) fn read<T: DeserializeOwned>(
    scope: Scope,
    broker: &Shared,
    credentials: &Credentials,
    bytes: Result<Body, Problem>,
) -> Result<(Proven, T), ErrorInfo> {
    let proven = credentials.prove(broker)?;
    proven.require(scope)?;
    Ok((proven, body::json(&*bytes?)?))
}

/// Reads a request about the subscriber of a token that reaches `category`.
///
/// # Errors
/// 401, 403, 400 and 422, in this order: nobody learns from his body what his token does not reach.
pub(super) fn about<T: DeserializeOwned + Named>(
    category: Category,
    broker: &Shared,
    credentials: &Credentials,
    bytes: Result<Body, Problem>,
) -> Result<Asked<T>, ErrorInfo> {
    let proven = credentials.prove(broker)?;
    proven.require(Scope::ContextRead)?;
    let reach = proven.reach();
    if reach.is_some_and(|reach| reach.piece(reach.purpose, category).is_none()) {
        return Err(crate::broker::Failure::from(OAuthError::InsufficientScope).into());
    }
    let purpose = reach.map(|reach| reach.purpose);
    let bytes = bytes?;
    let body: T = body::json(&bytes)?;
    let device = body.device();
    if device.is_some_and(|device| !device.is_sound()) {
        return Err(ErrorInfo::argument("`device`: at least one identifier, each in its form"));
    }
    match (purpose, device) {
        (Some(_), Some(_)) => Err(ErrorInfo::unprocessable(
            "UNNECESSARY_IDENTIFIER",
            "the token says whom it is about; leave `device` out",
        )),
        (Some(purpose), None) => Ok(Asked { proven, purpose, body }),
        (None, Some(_)) => Err(ErrorInfo::unprocessable(
            "UNSUPPORTED_IDENTIFIER",
            "nobody is found by an identifier of his device here; use a token about the subscriber",
        )),
        (None, None) => Err(ErrorInfo::unprocessable(
            "MISSING_IDENTIFIER",
            "the token is about nobody; use one about the subscriber (docs/connect/link.md)",
        )),
    }
}
