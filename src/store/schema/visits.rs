//! Subscribers on their own pages, and others in consoles.
diesel::table! {
    sessions (subscriber_id, id) {
        subscriber_id -> Binary,
        id -> Binary,
        begun_at -> BigInt,
        seen_at -> BigInt,
        ends_at -> BigInt,
        proven -> BigInt,
        opened -> BigInt,
    }
}

diesel::table! {
    codes (subscriber_id, link_id) {
        subscriber_id -> Binary,
        link_id -> Binary,
        mac -> Binary,
        tries -> BigInt,
        until_at -> BigInt,
        ends_at -> BigInt,
    }
}

diesel::table! {
    pins (subscriber_id) {
        subscriber_id -> Binary,
        sealed -> Binary,
        tries -> BigInt,
        locked_until -> BigInt,
    }
}

diesel::table! {
    console_visits (id) {
        id -> Binary,
        client_id -> Text,
        ground -> Text,
        entered -> BigInt,
        ends_at -> BigInt,
        acts -> BigInt,
    }
}
