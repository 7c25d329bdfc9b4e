//! The tables, once for both engines; `tests/it` compares them with both databases.
#![expect(missing_docs, reason = "columns are described in migrations/*/up.sql")]
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
    uses (subscriber_id, grant_id, at, entry_id) {
        subscriber_id -> Binary,
        grant_id -> Binary,
        at -> BigInt,
        entry_id -> Binary,
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
    pseudonyms (recipient_id, pseudonym) {
        recipient_id -> Binary,
        pseudonym -> Text,
        subscriber_id -> Binary,
        epoch -> BigInt,
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
    replay (expires_at, id) {
        expires_at -> BigInt,
        id -> Binary,
    }
}

diesel::table! {
    batches (id) {
        id -> Text,
        answer -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

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
    tellings (subscriber_id) {
        subscriber_id -> Binary, rhythm -> Nullable<Text>, quiet -> Nullable<Text>, told_seq -> BigInt,
        waiting -> BigInt, oldest_at -> Nullable<BigInt>, due_at -> Nullable<BigInt>,
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
    links (subscriber_id, client_id, purpose) {
        subscriber_id -> Binary, client_id -> Text, purpose -> Text, id -> Binary, version -> BigInt, epoch -> BigInt,
        wanted -> Text, serial -> BigInt, jkt -> Nullable<Text>, linked_at -> BigInt, used_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    subscribers,
    grants,
    relations,
    profiles,
    nevers,
    pseudonyms,
    entries,
    records
);
