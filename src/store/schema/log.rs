//! What has left, and what is recorded of it.
diesel::table! {
    releases (subscriber_id, epoch, fact, recipient_id) {
        subscriber_id -> Binary,
        epoch -> BigInt,
        fact -> Binary,
        recipient_id -> Binary,
        document -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    entries (id) {
        id -> Binary,
        seq -> Nullable<BigInt>,
        leaf -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    records (entry_id) {
        entry_id -> Binary,
        subscriber_id -> Nullable<Binary>,
        sealed -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    record_keys (subscriber_id) {
        subscriber_id -> Binary,
        sealed -> Binary,
        last_number -> Nullable<BigInt>,
        last_seq -> Nullable<BigInt>,
    }
}

diesel::table! {
    counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    ordinals (seq) {
        seq -> BigInt,
        subscriber_id -> Nullable<Binary>,
        subscriber_number -> Nullable<BigInt>,
        subscriber_before -> Nullable<BigInt>,
        recipient_id -> Nullable<Binary>,
        recipient_number -> Nullable<BigInt>,
        recipient_before -> Nullable<BigInt>,
    }
}
