//! A page's facts for tests: something of everything a page can show, made by hand.
use super::facts::Facts;
use crate::broker::invite::Visitor;
use crate::broker::record::{Event, Outcome, Record};
use crate::broker::timeline::Overview;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Cell, Grant, State};
use crate::domain::id::{GrantId, RecipientId, SubscriberId};
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::subscriber::{Country, Jurisdiction};
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};

const SUBSCRIBER: SubscriberId = SubscriberId([7; 16]);
const SUGGEST: Purpose = Purpose::ProvidePersonalisedRecommendations;

fn recipient(n: u8, name: &str, country: &str, purposes: Vec<Purpose>) -> Recipient {
    Recipient {
        id: RecipientId([n; 16]),
        name: name.to_owned(),
        country: Country::parse(country).unwrap(),
        assurance: Assurance::Server,
        purposes,
        ceiling: vec![
            (Category::LocationZone, Precision::ZoneR6),
            (Category::LocationLabel, Precision::Label),
            (Category::NextPlace, Precision::ZoneR5),
            (Category::UsageInterest, Precision::Label),
            (Category::WebInterest, Precision::Label),
        ],
        webhook: None,
        wordings: Vec::new(),
    }
}

fn grant(n: u8, category: Category, precision: Precision, state: State, until: At) -> Grant {
    let cell = Cell { subscriber: SUBSCRIBER, recipient: RecipientId([1; 16]), purpose: SUGGEST, category };
    let granted_at = At(until.0 - 30 * DAY_US);
    Grant {
        id: GrantId([n; 16]),
        cell,
        precision,
        state,
        notice: String::new(),
        granted_at,
        until,
        terms: Default::default(),
    }
}

fn request(at: At, outcomes: Vec<(Category, Result<Precision, Reason>)>) -> Record {
    let outcome = |(category, became): (Category, Result<Precision, Reason>)| Outcome {
        category,
        grant: None,
        precision: became.ok(),
        crowd: None,
        reason: became.err(),
        by: Vec::new(),
    };
    let outcomes = outcomes.into_iter().map(outcome).collect();
    let (client, subject, payload) = ("assistant".to_owned(), String::new(), String::new());
    Record {
        at,
        subscriber: Some(SUBSCRIBER),
        recipient: Some(RecipientId([1; 16])),
        purpose: Some(SUGGEST),
        event: Event::Request { client, subject, outcomes, payload, retain_s: 0 },
    }
}

fn now() -> At {
    At::parse("2026-11-24T13:30:00Z").unwrap()
}

/// Requests of three days with every reason.
pub(super) fn asked() -> Vec<Record> {
    let now = now();
    let minutes = |n: i64| now.plus(-27 * MINUTE_US - n * MINUTE_US);
    let answered = || {
        vec![
            (Category::LocationZone, Ok(Precision::ZoneR6)),
            (Category::NextPlace, Err(Reason::CrowdTooSmall)),
        ]
    };
    let mut requests = vec![
        request(minutes(0), answered()),
        request(minutes(20), answered()),
        request(minutes(41), answered()),
        request(minutes(90), vec![(Category::LocationLabel, Err(Reason::Paused))]),
    ];
    for (i, reason) in Reason::ALL.into_iter().enumerate() {
        let hours = 24 + 2 * i64::try_from(i).unwrap();
        requests.push(request(now.plus(-hours * HOUR_US), vec![(Category::WebInterest, Err(reason))]));
    }
    requests
}

/// Two recipients; grants of every state.
pub(super) fn facts() -> Facts {
    let now = now();
    let later = now.plus(30 * DAY_US);
    let grants = vec![
        grant(1, Category::LocationZone, Precision::ZoneR6, State::Active, later),
        grant(2, Category::LocationLabel, Precision::Label, State::Paused, later),
        grant(3, Category::UsageInterest, Precision::Label, State::Refused, now.plus(-3 * DAY_US)),
        grant(4, Category::WebInterest, Precision::Label, State::Active, now.plus(-DAY_US)),
    ];
    let assistant = recipient(1, "Almanac", "US", vec![SUGGEST]);
    let events = vec![Purpose::ProvideEventRecommendations];
    let other = recipient(2, "Tagesplan <Berlin & Umland>", "DE", events);
    Facts {
        visitor: Visitor { subscriber: SUBSCRIBER, form_token: "form-token".to_owned() },
        overview: Overview { recipients: vec![other, assistant], grants, asked: Vec::new(), last: 0 },
        home: Jurisdiction::DE,
        now,
        presentation: "presentation-token".to_owned(),
    }
}
