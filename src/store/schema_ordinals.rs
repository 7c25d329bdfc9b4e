//! The table of ordinals, as `schema` has the others.
#![expect(missing_docs, reason = "columns are described in migrations/*/up.sql")]
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
