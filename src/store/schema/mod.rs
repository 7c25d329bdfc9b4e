//! The tables, once for both engines, a file for each family; `tests/it` compares them with both databases.
#![expect(missing_docs, reason = "columns are described in migrations/*/up.sql")]
mod consents;
mod feeds;
mod linking;
mod log;
mod parties;
mod people;
mod told;
mod visits;

pub use consents::{
    answers, approvals, consent_events, drafts, grants, notices, presentations, uses, withdrawn,
};
pub use feeds::{batches, cells, counts, crowd, draws, places, topics};
pub use linking::{ask_counts, link_asks, link_codes, link_tries};
pub use log::{counters, entries, ordinals, record_keys, records, releases};
pub use parties::{clients, links, pseudonyms, recipients, replay, stops};
pub use people::{ages, blocks, nevers, profiles, relations, subscribers};
pub use told::{
    breaches, digests, emergencies, event_subscriptions, outbox, purges, tellings, touched, webhook_secrets,
};
pub use visits::{codes, console_visits, pins, sessions};

diesel::allow_tables_to_appear_in_same_query!(
    subscribers,
    grants,
    relations,
    profiles,
    nevers,
    pseudonyms,
    entries,
    records,
    record_keys
);
