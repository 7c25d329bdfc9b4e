//! Codes and requests that link.
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

diesel::table! {
    ask_counts (client_id, name) {
        client_id -> Text,
        name -> Binary,
        asks -> BigInt,
        until_at -> BigInt,
    }
}

diesel::table! {
    link_asks (subscriber_id, id) {
        subscriber_id -> Binary,
        id -> Binary,
        client_id -> Text,
        epoch -> BigInt,
        wanted -> Text,
        message -> Nullable<Text>,
        jkt -> Nullable<Text>,
        state -> Text,
        version -> BigInt,
        told -> BigInt,
        interval_s -> BigInt,
        polled_at -> BigInt,
        until_at -> BigInt,
    }
}
