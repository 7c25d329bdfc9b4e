//! Tables of codes that link; the others are in `schema`.
#![expect(missing_docs, reason = "columns are described in migrations/*/up.sql")]
diesel::table! {
    link_codes (recipient_id, mac) {
        recipient_id -> Binary,
        mac -> Binary,
        subscriber_id -> Binary,
        purpose -> Text,
        epoch -> BigInt,
        wanted -> Text,
        until_at -> BigInt,
    }
}

diesel::table! {
    link_tries (client_id, class) {
        client_id -> Text,
        class -> Binary,
        tries -> BigInt,
        until_at -> BigInt,
    }
}
