//! What recipients and subscribers are told.
diesel::table! {
    webhook_secrets (recipient_id, made_at) {
        recipient_id -> Binary,
        made_at -> BigInt,
        ends_at -> Nullable<BigInt>,
        sealed -> Binary,
    }
}

diesel::table! {
    outbox (subscriber_id, recipient_id, epoch, seq) {
        subscriber_id -> Binary,
        recipient_id -> Binary,
        epoch -> BigInt,
        seq -> BigInt,
        id -> Binary,
        document -> Text,
        state -> Text,
        attempts -> BigInt,
        due_at -> BigInt,
        at -> BigInt,
        subscription_id -> Nullable<Binary>,
        number -> Nullable<BigInt>,
    }
}

diesel::table! {
    event_subscriptions (subscriber_id, id) {
        subscriber_id -> Binary,
        id -> Binary,
        recipient_id -> Binary,
        client_id -> Text,
        purpose -> Text,
        epoch -> BigInt,
        subject -> Text,
        document -> Text,
        credential -> Nullable<Binary>,
        token_until -> Nullable<BigInt>,
        made_at -> BigInt,
        ends_at -> BigInt,
        told -> BigInt,
        ended_at -> Nullable<BigInt>,
        ending -> Nullable<Text>,
    }
}

diesel::table! {
    purges (id) {
        id -> Binary,
        subscriber_id -> Binary,
        recipient_id -> Binary,
        purpose -> Text,
        category -> Text,
        asked_at -> BigInt,
        deadline_at -> BigInt,
        statement -> Nullable<Text>,
        cause -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    tellings (subscriber_id) {
        subscriber_id -> Binary, rhythm -> Nullable<Text>, quiet -> Nullable<Text>, told_seq -> BigInt,
        waiting -> BigInt, oldest_at -> Nullable<BigInt>, due_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    breaches (id) {
        id -> Binary,
        recipient_id -> Binary,
        from_at -> BigInt,
        to_at -> BigInt,
        known_at -> BigInt,
        ground -> Text,
        at -> BigInt,
        possible_at -> Nullable<BigInt>,
        confirmed_at -> Nullable<BigInt>,
        confirmed_from -> Nullable<BigInt>,
        confirmed_to -> Nullable<BigInt>,
        cleared_at -> Nullable<BigInt>,
        reported -> Text,
        first_seq -> BigInt,
        end_seq -> BigInt,
        counted_seq -> BigInt,
        sorted_seq -> Nullable<BigInt>,
        unnamed -> BigInt,
    }
}

diesel::table! {
    touched (subscriber_id, breach_id) {
        subscriber_id -> Binary,
        breach_id -> Binary,
        home -> Text,
        answers -> BigInt,
        first_at -> BigInt,
        last_at -> BigInt,
        what -> Text,
        found -> BigInt,
        inside -> Bool,
        told -> Text,
        told_at -> Nullable<BigInt>,
        due_at -> BigInt,
        tries -> BigInt,
    }
}

diesel::table! {
    digests (subscriber_id) {
        subscriber_id -> Binary, since_at -> BigInt, counts -> Text, due_at -> Nullable<BigInt>, off -> Bool,
    }
}

diesel::table! {
    emergencies (subscriber_id, entry_id) {
        subscriber_id -> Binary,
        entry_id -> Binary,
        client_id -> Text,
        found -> Bool,
        at -> BigInt,
        from_at -> BigInt,
        due_at -> Nullable<BigInt>,
    }
}
