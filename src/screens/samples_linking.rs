//! Facts of the pages about links with assistants, for tests; the others are in `samples`.
use super::facts::Facts;
use super::linking::{Linking, Way};
use super::samples::{self, SUGGEST, now};
use crate::broker::backchannel::AskOf;
use crate::broker::link_code::ShownCode;
use crate::broker::push::Pending;
use crate::broker::unlink::LinkedWith;
use crate::domain::id::{AskId, LinkId, RecipientId};
use crate::domain::time::{DAY_US, HOUR_US, MINUTE_US};

/// What a recipient asks that wants to be linked: more than was decided about it.
pub(super) fn pending() -> Pending {
    let facts = samples::facts();
    let categories = ["location.zone", "usage.interest", "mobility.next_place"];
    let categories = categories.map(|category| serde_json::json!({ "category": category })).to_vec();
    let pending = serde_json::json!({
        "id": "7e", "client": "almanac", "recipient": facts.overview.recipients[1].id, "redirect_uri": "https://almanac.example/back",
        "state": null, "challenge": "", "jkt": null, "until": facts.now,
        "wanted": { "type": "urn:dongui:context", "purpose": SUGGEST, "categories": categories },
    });
    serde_json::from_value(pending).unwrap()
}

/// The same, as a browser keeps it.
pub(super) fn linking() -> Facts {
    let pending = pending();
    let (recipient, wanted) = (pending.recipient, pending.wanted.clone());
    let linking = Linking { recipient, wanted, way: Way::Browser(Box::new(pending)) };
    Facts { linking: Some(linking), ..samples::facts() }
}

/// The same recipient, before a code is shown for it.
pub(super) fn coding() -> Facts {
    let facts = linking();
    let linking = facts.linking.map(|linking| Linking { way: Way::Code, ..linking });
    Facts { linking, ..samples::facts() }
}

/// The same recipient, waiting elsewhere, with the words that it shows there.
pub(super) fn requested() -> Facts {
    let facts = linking();
    let (recipient, until) = (RecipientId([1; 16]), now().plus(5 * MINUTE_US));
    let wanted = facts.linking.map(|linking| linking.wanted).unwrap();
    let message = Some("거실 TV 4711".to_owned());
    let ask = AskOf { id: AskId([9; 16]), recipient, wanted: wanted.clone(), message, until };
    let way = Way::Asked(Box::new(ask.clone()));
    Facts { asks: vec![ask], linking: Some(Linking { recipient, wanted, way }), ..samples::facts() }
}

/// A code for it.
pub(super) fn code() -> ShownCode {
    ShownCode {
        code: "7K0Q-1ZBA".to_owned(),
        recipient: RecipientId([1; 16]),
        until: now().plus(10 * MINUTE_US),
    }
}

/// A link that is used, one that is not yet, and one that has ended.
pub(super) fn linked() -> Vec<LinkedWith> {
    let link = |n: u8, used, ended| LinkedWith {
        id: LinkId([n; 16]),
        recipient: RecipientId([1 + n % 2; 16]),
        purpose: SUGGEST,
        since: now().plus(-9 * DAY_US),
        used,
        ended,
    };
    let before = now().plus(-HOUR_US);
    vec![link(1, Some(before), None), link(2, None, None), link(3, Some(before), Some(now()))]
}
