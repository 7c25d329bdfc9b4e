//! What a recipient's client subscribes to of one person's consents, and why that ends (CAMARA Commonalities, event subscriptions). Deliberately absent: who
//! it is about, and rows.
use super::time::{At, MINUTE_US};
use super::webhook::WebhookUrl;
use serde::{Deserialize, Serialize};

/// Live subscriptions of one client about one person.
pub const MOST: usize = 10;
/// How long before its credential does a subscription end, µs: the end is told with it.
pub const MARGIN_US: i64 = MINUTE_US;
/// The most events that may be asked for.
pub const MOST_EVENTS: u32 = 1_000_000;

/// What may be subscribed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventType {
    /// A consent was given or renewed.
    #[serde(rename = "dev.dongui.consent.granted")]
    Granted,
    /// A consent ended, and another one stands.
    #[serde(rename = "dev.dongui.consent.withdrawn")]
    Withdrawn,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscribed {
    /// Where to.
    pub sink: WebhookUrl,
    /// Of what.
    pub types: Vec<EventType>,
    /// Until when at most.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires: Option<At>,
    /// How many events at most.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_events: Option<u32>,
    /// Whether what is allowed already is told at once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub initial: Option<bool>,
}

/// Why a subscription ended: the template's words, and one that it lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ending {
    /// Its time is over, or that of the last consent on which it stood.
    SubscriptionExpired,
    /// It was for so many events.
    MaxEventsReached,
    /// The sink's credential ends.
    AccessTokenExpired,
    /// Its client ended it.
    SubscriptionDeleted,
    /// The last consent on which it stood was ended.
    ConsentRevoked,
}

impl Ending {
    /// All of them.
    pub const ALL: [Ending; 5] = [
        Ending::SubscriptionExpired,
        Ending::MaxEventsReached,
        Ending::AccessTokenExpired,
        Ending::SubscriptionDeleted,
        Ending::ConsentRevoked,
    ];

    /// The word in rows and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Ending::SubscriptionExpired => "SUBSCRIPTION_EXPIRED",
            Ending::MaxEventsReached => "MAX_EVENTS_REACHED",
            Ending::AccessTokenExpired => "ACCESS_TOKEN_EXPIRED",
            Ending::SubscriptionDeleted => "SUBSCRIPTION_DELETED",
            Ending::ConsentRevoked => "CONSENT_REVOKED",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Ending> {
        Self::ALL.into_iter().find(|e| e.as_str() == text)
    }
    /// Whether time alone brought it.
    pub fn is_of_time(self) -> bool {
        matches!(self, Ending::SubscriptionExpired | Ending::AccessTokenExpired)
    }
}

/// When a subscription ends by itself: as asked for, shortly before its credential, or with the last of its consents, whichever is first.
pub fn ends(asked: Option<At>, credential: Option<At>, consents: At) -> At {
    let credential = credential.map(|until| until.plus(-MARGIN_US));
    [asked, credential].into_iter().flatten().fold(consents, At::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_ends_with_the_first_of_its_ends_and_names_it_alike_everywhere() {
        let hour = At(60 * MINUTE_US);
        assert_eq!(ends(None, None, hour), hour);
        assert_eq!(ends(Some(At(5)), None, hour), At(5));
        assert_eq!(ends(None, Some(hour), hour), hour.plus(-MARGIN_US));
        for ending in Ending::ALL {
            assert_eq!(Ending::parse(ending.as_str()), Some(ending));
            assert_eq!(serde_json::to_value(ending).unwrap(), ending.as_str());
        }
    }
}
