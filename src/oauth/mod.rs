//! The authorization protocol as pure checks. Deliberately absent: HTTP, storage, clock.
