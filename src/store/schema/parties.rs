//! Recipients, their clients, and what they know subscribers by.
diesel::table! {
    recipients (id) {
        id -> Binary,
        document -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    clients (client_id) {
        client_id -> Text,
        role -> Text,
        recipient_id -> Nullable<Binary>,
        jwks -> Text,
        redirect_uris -> Text,
        assurance -> Text,
        audience_profile -> Text,
    }
}

diesel::table! {
    stops (id) {
        id -> Binary,
        recipient_id -> Nullable<Binary>,
        home -> Nullable<Text>,
        country -> Nullable<Text>,
        ground -> Text,
        at -> BigInt,
        lifted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    pseudonyms (recipient_id, pseudonym) {
        recipient_id -> Binary,
        pseudonym -> Text,
        subscriber_id -> Binary,
        epoch -> BigInt,
    }
}

diesel::table! {
    links (subscriber_id, client_id, purpose) {
        subscriber_id -> Binary, client_id -> Text, purpose -> Text, id -> Binary, version -> BigInt, epoch -> BigInt,
        wanted -> Text, serial -> BigInt, jkt -> Nullable<Text>, linked_at -> BigInt, used_at -> BigInt,
        ended_at -> Nullable<BigInt>, shut -> BigInt,
    }
}

diesel::table! {
    replay (expires_at, id) {
        expires_at -> BigInt,
        id -> Binary,
    }
}
