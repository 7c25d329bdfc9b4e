//! The words of what the law has the operator do; the others are in `words`.
use super::words::{Words, messages};
use fluent_bundle::FluentValue;

messages! { DUTY:
    erase_despite_asked(days: usize, citation: &str) = "erase-despite-asked";
    destroyed_records(count: usize, date: &str) = "destroyed-records";
    destroyed_mixed(count: usize) = "destroyed-mixed";
    destroyed_kept(count: usize, citation: &str) = "destroyed-kept";
}
