//! What feeds are resolved by, and what they leave of many people.
diesel::table! {
    cells (id) {
        id -> Text,
        lat_e7 -> BigInt,
        lon_e7 -> BigInt,
        range_m -> BigInt,
    }
}

diesel::table! {
    topics (source, key) {
        source -> Text,
        key -> Text,
        topic -> BigInt,
    }
}

diesel::table! {
    places (id) {
        id -> Binary,
        kind -> Text,
        lat_e7 -> BigInt,
        lon_e7 -> BigInt,
        radius_m -> BigInt,
    }
}

diesel::table! {
    crowd (kind, key, bucket) {
        kind -> Text,
        key -> BigInt,
        bucket -> BigInt,
        size -> BigInt,
        persons -> Binary,
    }
}

diesel::table! {
    draws (day) {
        day -> BigInt, eps_milli -> BigInt, at -> BigInt,
    }
}

diesel::table! {
    counts (day, zone) {
        day -> BigInt, zone -> BigInt, persons -> BigInt,
    }
}

diesel::table! {
    batches (id) {
        id -> Text,
        answer -> Text,
        at -> BigInt,
    }
}
