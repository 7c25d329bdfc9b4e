//! The words of the pages about links with assistants; the others are in `words`.
use super::words::{Words, messages};
use fluent_bundle::FluentValue;

messages! { LINKING:
    link_heading(recipient: &str) = "link-heading";
    link_text(recipient: &str) = "link-text";
    link_asks() = "link-asks";
    link_before() = "link-before";
    link_go() = "link-go";
    link_allow() = "link-allow";
    link_refuse() = "link-refuse";
    link_back(host: &str) = "link-back";
    link_nothing() = "link-nothing";
    capture_heading(recipient: &str) = "capture-heading";
    capture_text() = "capture-text";
    capture_back(host: &str) = "capture-back";
    linked() = "linked";
    linked_text() = "linked-text";
    linked_none() = "linked-none";
    linked_since(date: &str) = "linked-since";
    linked_used(when: &str) = "linked-used";
    linked_unused() = "linked-unused";
    linked_ended(when: &str) = "linked-ended";
    linked_end() = "linked-end";
    linkcode_way(purpose: &str) = "linkcode-way";
    linkcode_heading(recipient: &str) = "linkcode-heading";
    linkcode_text(recipient: &str) = "linkcode-text";
    linkcode_once(recipient: &str) = "linkcode-once";
    linkcode_show() = "linkcode-show";
    linkcode_nothing() = "linkcode-nothing";
    linkcode_yours(recipient: &str) = "linkcode-yours";
    linkcode_until(recipient: &str, time: &str) = "linkcode-until";
    linkcode_warning() = "linkcode-warning";
    request_way(recipient: &str) = "request-way";
    request_message(recipient: &str) = "request-message";
    request_until(time: &str) = "request-until";
}
