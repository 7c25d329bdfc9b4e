//! What subscribers decided, what they were shown, and what they were answered.
diesel::table! {
    notices (hash) {
        hash -> Text,
        locale -> Text,
        body -> Text,
    }
}

diesel::table! {
    grants (subscriber_id, recipient_id, purpose, category) {
        subscriber_id -> Binary,
        recipient_id -> Binary,
        purpose -> Text,
        category -> Text,
        id -> Binary,
        precision -> Text,
        state -> Text,
        notice -> Text,
        granted_at -> BigInt,
        until_at -> BigInt,
        changed_at -> BigInt,
        limits -> Text,
        paused_until -> Nullable<BigInt>,
        renewed_at -> Nullable<BigInt>,
        actor -> Text,
        relation_id -> Nullable<Binary>,
        closed_at -> Nullable<BigInt>,
        edition -> BigInt,
    }
}

diesel::table! {
    consent_events (subscriber_id, seq) {
        subscriber_id -> Binary,
        seq -> BigInt,
        grant_id -> Binary,
        recipient_id -> Binary,
        purpose -> Text,
        category -> Text,
        act -> Text,
        precision -> Text,
        notice -> Text,
        channel -> Text,
        at -> BigInt,
        actor -> Text,
        valid_at -> BigInt,
        until_at -> Nullable<BigInt>,
        limits -> Text,
        relation_id -> Nullable<Binary>,
        provenance -> Text,
        presentation_id -> Nullable<Binary>,
        edition -> BigInt,
    }
}

diesel::table! {
    presentations (id) {
        id -> Binary,
        subscriber_id -> Binary,
        token -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    drafts (hash) {
        hash -> Text,
        kind -> Text,
        document -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    approvals (hash, client_id) {
        hash -> Text,
        client_id -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    answers (id) {
        id -> Binary,
        body -> Binary,
        answer -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    uses (subscriber_id, grant_id, at, entry_id) {
        subscriber_id -> Binary,
        grant_id -> Binary,
        at -> BigInt,
        entry_id -> Binary,
    }
}

diesel::table! {
    withdrawn (subscriber_id) {
        subscriber_id -> Binary,
        look_at -> Nullable<BigInt>,
        destroyed -> BigInt,
        destroyed_at -> Nullable<BigInt>,
        mixed -> BigInt,
        kept -> BigInt,
        key_due -> BigInt,
    }
}
