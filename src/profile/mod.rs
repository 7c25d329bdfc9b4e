//! What is known of one subscriber: bounded state, folded from events. Pure. Deliberately absent: geometry, storage, keys.
