//! Subscribers, who may speak for them, and what is known of each.
diesel::table! {
    subscribers (id) {
        id -> Binary,
        person_id -> Binary,
        reference_index -> Binary,
        reference_sealed -> Binary,
        home -> Text,
        person_number -> BigInt,
        version -> BigInt,
        epoch -> BigInt,
        created_at -> BigInt,
        of_age_at -> Nullable<BigInt>,
        related -> BigInt,
        ended_at -> Nullable<BigInt>,
        former_index -> Nullable<Binary>,
        since_at -> BigInt,
    }
}

diesel::table! {
    ages (subscriber_id, at) {
        subscriber_id -> Binary,
        at -> BigInt,
        was_of_age_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    relations (id) {
        id -> Binary,
        subscriber_id -> Binary,
        kind -> Text,
        verified -> Text,
        scope -> Text,
        holder_id -> Nullable<Binary>,
        holder_sealed -> Nullable<Binary>,
        from_at -> BigInt,
        until_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        recorded_at -> BigInt,
        told_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    blocks (id) {
        id -> Binary,
        subscriber_id -> Binary,
        relation_id -> Binary,
        recipient_id -> Nullable<Binary>,
        category -> Nullable<Text>,
        finest -> Nullable<Text>,
        at -> BigInt,
        lifted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    profiles (subscriber_id) {
        subscriber_id -> Binary,
        sealed -> Binary,
        revision -> BigInt,
        at -> BigInt,
    }
}

diesel::table! {
    nevers (subscriber_id) {
        subscriber_id -> Binary,
        sealed -> Binary,
        at -> BigInt,
    }
}
