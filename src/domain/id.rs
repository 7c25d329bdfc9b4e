//! Typed ids: UUIDv7 inside, printed with a prefix, so that one kind is never taken for another.
use super::rng::{Rng, bytes};
use super::time::At;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);
        impl $name {
            /// A new id made at `at`.
            pub fn new(at: At, rng: &dyn Rng) -> Self {
                Self(v7(at, rng))
            }
            /// Reads the printed form.
            pub fn parse(text: &str) -> Option<Self> {
                let hex = text.strip_prefix(concat!($prefix, "_"))?;
                (hex.len() == 32).then_some(())?;
                Uuid::try_parse(hex).ok().map(|u| Self(u.into_bytes()))
            }
            /// From stored bytes; `None` unless 16.
            pub fn from_slice(b: &[u8]) -> Option<Self> {
                b.try_into().ok().map(Self)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), Uuid::from_bytes(self.0).simple())
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{self}")
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(d)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom(concat!("expected an id `", $prefix, "_…` of 32 hex digits")))
            }
        }
    };
}

fn v7(at: At, rng: &dyn Rng) -> [u8; 16] {
    let millis = u64::try_from(at.0.div_euclid(1000)).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes::<10>(rng)).into_uuid().into_bytes()
}

id!(/// One subscription (a SIM).
    SubscriberId, "sub");
id!(/// One person, who may hold several subscriptions.
    PersonId, "per");
id!(/// An AI provider.
    RecipientId, "rcp");
id!(/// One grant: a cell of (subscriber, recipient, purpose, category).
    GrantId, "grn");
id!(/// One ledger entry before it has a number.
    EntryId, "ent");
id!(/// One message to a recipient; the same each time it is sent.
    MessageId, "msg");
id!(/// One relation between a subscriber and who may speak for him.
    RelationId, "rel");
id!(/// One thing that the owner of a line forbids on it.
    BlockId, "blk");
id!(/// One request to a recipient to delete what it holds.
    PurgeId, "pur");
id!(/// One subscription of a client to events.
    SubscriptionId, "evs");
id!(/// One incident at a recipient.
    BreachId, "bre");
id!(/// One stop order.
    StopId, "stp");
id!(/// One showing of questions to a subscriber.
    PresentationId, "psn");
id!(/// One request of a client to a subscriber to be linked, out of band.
    AskId, "ask");
id!(/// One link of a subscriber with a recipient's client; the `grant_id` of its tokens.
    LinkId, "lnk");
