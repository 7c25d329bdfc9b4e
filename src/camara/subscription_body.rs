//! Subscriptions to consent events as they stand on the wire (CAMARA Commonalities 0.8, `sample-service-subscriptions.yaml`).
use super::error_info::ErrorInfo;
use super::subject::{Device, is_number};
use crate::broker::subscribe::{Asked, EventSubscription};
use crate::domain::subscription::{EventType, MOST_EVENTS, Subscribed};
use crate::domain::time::At;
use crate::domain::webhook::WebhookUrl;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Longest credential, bytes.
const LONGEST: usize = 4096;

/// What creating takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SubscriptionRequest {
    protocol: String,
    sink: String,
    sink_credential: Option<SinkCredential>,
    types: Vec<String>,
    config: ConfigBody,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SinkCredential {
    credential_type: String,
    access_token: Option<String>,
    access_token_expires_utc: Option<String>,
    access_token_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ConfigBody {
    subscription_detail: Detail,
    subscription_expire_time: Option<String>,
    subscription_max_events: Option<i64>,
    initial_event: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Detail {
    device: Option<Device>,
    phone_number: Option<String>,
}

impl SubscriptionRequest {
    /// What it asks for, with a token about somebody or with a client's own.
    ///
    /// # Errors
    /// 400 for what cannot be; 422 where it is about nobody, or names somebody.
    pub fn read(self, about_somebody: bool) -> Result<Asked, ErrorInfo> {
        if self.protocol != "HTTP" {
            return Err(bad("INVALID_PROTOCOL", "`protocol`: HTTP"));
        }
        let sink = WebhookUrl::parse(&self.sink).ok_or_else(no_sink)?;
        let bearer = self.sink_credential.map(SinkCredential::read).transpose()?;
        let types = self.types.iter().map(|word| event_type(word)).collect::<Option<Vec<_>>>();
        let types = types.filter(|types| matches!(types[..], [_]) || matches!(types[..], [a, b] if a != b));
        let types = types.ok_or_else(|| {
            ErrorInfo::argument("`types`: dev.dongui.consent.granted, dev.dongui.consent.withdrawn, or both")
        })?;
        let ConfigBody {
            subscription_detail,
            subscription_expire_time,
            subscription_max_events,
            initial_event,
        } = self.config;
        let instant = |text: String| {
            At::parse(&text).ok_or_else(|| ErrorInfo::argument("`config.subscriptionExpireTime`: RFC 3339"))
        };
        let expires = subscription_expire_time.map(instant).transpose()?;
        let most = subscription_max_events.map(|n| {
            u32::try_from(n)
                .ok()
                .filter(|n| (1..=MOST_EVENTS).contains(n))
                .ok_or_else(|| bad("OUT_OF_RANGE", "`config.subscriptionMaxEvents`: 1 to 1000000"))
        });
        let max_events = most.transpose()?;
        subscription_detail.check(about_somebody)?;
        Ok(Asked { wish: Subscribed { sink, types, expires, max_events, initial: initial_event }, bearer })
    }
}

impl SinkCredential {
    fn read(self) -> Result<(Zeroizing<String>, At), ErrorInfo> {
        match self.credential_type.as_str() {
            "ACCESSTOKEN" => {}
            "PRIVATE_KEY_JWT" => {
                let message = "no authorization server of yours is agreed on; use ACCESSTOKEN";
                return Err(ErrorInfo::unprocessable("PRIVATE_KEY_JWT_NOT_CONFIGURED", message));
            }
            _ => return Err(bad("INVALID_CREDENTIAL", "`sinkCredential.credentialType`: ACCESSTOKEN")),
        }
        if self.access_token_type.as_deref() != Some("bearer") {
            return Err(bad("INVALID_TOKEN", "`sinkCredential.accessTokenType`: bearer"));
        }
        // It becomes a header: nothing in it may end one.
        let is_plain =
            |t: &String| (1..=LONGEST).contains(&t.len()) && t.bytes().all(|byte| byte.is_ascii_graphic());
        let token = self.access_token.filter(is_plain).map(Zeroizing::new);
        let until = self.access_token_expires_utc.as_deref().and_then(At::parse);
        token.zip(until).ok_or_else(|| {
            bad(
                "INVALID_CREDENTIAL",
                "`sinkCredential`: `accessToken` of 4096 visible characters at most, and `accessTokenExpiresUtc`",
            )
        })
    }
}

impl Detail {
    fn check(&self, about_somebody: bool) -> Result<(), ErrorInfo> {
        let number = self.phone_number.as_deref();
        if self.device.as_ref().is_some_and(|device| !device.is_sound())
            || number.is_some_and(|n| !is_number(n))
        {
            return Err(ErrorInfo::argument("`config.subscriptionDetail`: identifiers, each in its form"));
        }
        match (about_somebody, self.device.is_some() || number.is_some()) {
            (true, false) => Ok(()),
            (true, true) => Err(ErrorInfo::unprocessable(
                "UNNECESSARY_IDENTIFIER",
                "the token says whom it is about; leave identifiers out",
            )),
            (false, true) => Err(ErrorInfo::unprocessable(
                "UNSUPPORTED_IDENTIFIER",
                "nobody is found by an identifier here; use a token about the subscriber",
            )),
            (false, false) => Err(ErrorInfo::unprocessable(
                "MISSING_IDENTIFIER",
                "the token is about nobody; use one about the subscriber (docs/connect/link.md)",
            )),
        }
    }
}

fn bad(code: &'static str, message: &str) -> ErrorInfo {
    ErrorInfo::new(StatusCode::BAD_REQUEST, code, message)
}

/// For every address at which nobody is told.
pub(super) fn no_sink() -> ErrorInfo {
    bad("INVALID_SINK", "`sink`: an `https` address on the open internet")
}

fn event_type(word: &str) -> Option<EventType> {
    serde_json::from_value(serde_json::Value::from(word)).ok()
}

/// A subscription as it is told. Its credential never is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SubscriptionBody {
    protocol: &'static str,
    sink: WebhookUrl,
    types: Vec<EventType>,
    config: ConfigTold,
    id: String,
    starts_at: String,
    expires_at: String,
    status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConfigTold {
    subscription_detail: serde_json::Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_expire_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_max_events: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_event: Option<bool>,
}

impl SubscriptionBody {
    /// As it stands at `now`.
    pub fn of(one: EventSubscription, now: At) -> SubscriptionBody {
        let status = match one.ended {
            Some((_, why)) if !why.is_of_time() => "DELETED",
            None if now < one.ends => "ACTIVE",
            Some(_) | None => "EXPIRED",
        };
        SubscriptionBody {
            protocol: "HTTP",
            sink: one.wish.sink,
            types: one.wish.types,
            config: ConfigTold {
                subscription_detail: serde_json::Map::new(),
                subscription_expire_time: one.wish.expires.map(At::rfc3339),
                subscription_max_events: one.wish.max_events,
                initial_event: one.wish.initial,
            },
            id: one.id.to_string(),
            starts_at: one.made.rfc3339(),
            expires_at: one.ends.rfc3339(),
            status,
        }
    }
}
