//! The words of what the law has the operator do; the others are in `words`.
use super::words::{Words, messages};
use fluent_bundle::FluentValue;

messages! { DUTY:
    erase_despite_asked(days: usize, citation: &str) = "erase-despite-asked";
    destroyed_records(count: usize, date: &str) = "destroyed-records";
    destroyed_mixed(count: usize) = "destroyed-mixed";
    destroyed_kept(count: usize, citation: &str) = "destroyed-kept";
    yearly_each(recipient: &str, count: usize) = "yearly-each";
    yearly_letter(from: &str, to: &str, all: &str, address: &str) = "yearly-letter";
    yearly_heading() = "yearly-heading";
    yearly_on() = "yearly-on";
    yearly_off() = "yearly-off";
    yearly_stop() = "yearly-stop";
    yearly_begin() = "yearly-begin";
    breach_heading() = "breach-heading";
    breach_possible(recipient: &str, what: &str, from: &str, to: &str) = "breach-possible";
    breach_confirmed(recipient: &str, what: &str, from: &str, to: &str) = "breach-confirmed";
    breach_cleared(recipient: &str, what: &str, from: &str, to: &str) = "breach-cleared";
    breach_do() = "breach-do";
    breach_nothing() = "breach-nothing";
    breach_said_possible() = "breach-said-possible";
    breach_said_confirmed() = "breach-said-confirmed";
    breach_said_cleared() = "breach-said-cleared";
    erase_despite_emergency(days: usize, citation: &str) = "erase-despite-emergency";
    located_told(agency: &str, when: &str) = "located-told";
    located_unknown(agency: &str, when: &str) = "located-unknown";
    located_later() = "located-later";
    located_where(address: &str) = "located-where";
    others_heading() = "others-heading";
    others_operator() = "others-operator";
    others_located() = "others-located";
    others_located_later() = "others-located-later";
    others_sought() = "others-sought";
    others_sought_later() = "others-sought-later";
    others_export() = "others-export";
    others_look() = "others-look";
    others_ground(ground: &str) = "others-ground";
}
