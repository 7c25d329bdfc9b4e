//! A page's facts for tests: something of everything a page can show, made by hand.
use super::facts::Facts;
use super::help::Takers;
use crate::broker::consented::Consented;
use crate::broker::erase::Kept;
use crate::broker::family::{Family, Ward};
use crate::broker::invite::{Acting, Visitor};
use crate::broker::known::{Known, KnownPlace};
use crate::broker::learnt::Learnt;
use crate::broker::never::{KeptBack, KnownArea};
use crate::broker::preview::{Found, Guess, Outline, Preview, Shown};
use crate::broker::telling::Notices;
use crate::broker::timeline::Overview;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{self, Act, Actor, Cell, Grant, Hours, Limits, Quota, State};
use crate::domain::entry::Kind;
use crate::domain::id::{BlockId, EntryId, GrantId, RecipientId, RelationId, SubscriberId};
use crate::domain::never::Never;
use crate::domain::notice::Notice;
use crate::domain::operator::{Officer, Operator};
use crate::domain::place::Label;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::record::{ConsentAct, Event, Outcome, Record};
use crate::domain::relation::{Block, Relation, RelationKind, Verified};
use crate::domain::subscriber::{Country, Jurisdiction};
use crate::domain::telling::{Manner, Rhythm};
use crate::domain::territory::Territory;
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use crate::domain::topic::Topic;
use crate::domain::volume::Volume;

const SUBSCRIBER: SubscriberId = SubscriberId([7; 16]);
pub(super) const SUGGEST: Purpose = Purpose::ProvidePersonalisedRecommendations;

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
        consent_management: false,
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

pub(super) fn now() -> At {
    At::parse("2026-11-24T13:30:00Z").unwrap()
}

/// Twelve facts that lead home and not to work.
pub(super) fn learnt() -> Learnt {
    let home = Some(Found { share: 85, within_km: Some(4) });
    let work = Some(Found { share: 60, within_km: None });
    Learnt { facts: 12, zones: 4, bits_milli: 21_400, fewest: Some(64), home, work, counted: 3 }
}

/// Requests of three days with every reason.
pub(super) fn asked() -> Vec<(EntryId, Record)> {
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
    (1u8..).map(|n| EntryId([n; 16])).zip(requests).collect()
}

/// What a recipient said in his name: a stop, and what changed nothing.
pub(super) fn claimed() -> Vec<(EntryId, Record)> {
    let said = |minutes: i64, which: &str| {
        let event = Event::Operation { what: "recipient.claim".to_owned(), which: which.to_owned() };
        Record { event, ..request(now().plus(-minutes * MINUTE_US), Vec::new()) }
    };
    let given = facts().overview.grants[0].clone();
    let act = ConsentAct {
        grant: given.id,
        act: Act::Withdraw,
        recipient: given.cell.recipient,
        purpose: given.cell.purpose,
        category: given.cell.category,
        precision: given.precision,
        until: given.until,
        notice: String::new(),
        terms: given.terms,
        presentation: None,
        valid: None,
        provenance: consent::Provenance::Explicit,
    };
    let refused = ConsentAct { act: Act::Refuse, ..act.clone() };
    let event = Event::Consent {
        acts: vec![act, refused],
        actor: Actor::Recipient,
        channel: "consent-management".to_owned(),
        relation: None,
    };
    let stop = Record { event, ..request(now().plus(-HOUR_US), Vec::new()) };
    let records = [said(5, "granted web.interest"), said(7, "denied web.interest"), stop];
    (100u8..).map(|n| EntryId([n; 16])).zip(records).collect()
}

/// A consent that was given, paused for a while and renewed, and one that was refused.
pub(super) fn consented() -> Vec<Consented> {
    let facts = facts();
    let event = |grant: &Grant, act, days: i64| consent::Event {
        seq: days,
        grant: grant.id,
        cell: grant.cell,
        edition: 0,
        presentation: None,
        act,
        precision: grant.precision,
        notice: String::new(),
        until: None,
        limits: Limits::NONE,
        recorded: grant.granted_at.plus(days * DAY_US),
        valid: grant.granted_at.plus(days * DAY_US),
        actor: Actor::Subscriber,
        channel: "screen".to_owned(),
        provenance: consent::Provenance::Explicit,
        relation: None,
    };
    let of = |grant: &Grant, acts: &[Act]| Consented {
        grant: grant.clone(),
        acts: acts.iter().zip(1..).map(|(act, days)| event(grant, *act, days)).collect(),
    };
    let mut paused = facts.overview.grants[1].clone();
    paused.terms.paused_until = Some(now().plus(HOUR_US));
    paused.terms.limits = Limits { hours: Hours::parse("08:00-20:00"), quota: Quota::parse("3/day") };
    vec![of(&paused, &[Act::Grant, Act::Renew, Act::Pause]), of(&facts.overview.grants[2], &[Act::Refuse])]
}

/// Something of everything that can be held.
pub(super) fn kept_despite() -> Vec<Kept> {
    let kept = |record, days, citation: &str| Kept { record, days, citation: citation.to_owned() };
    vec![
        kept(Kind::Consent, 1464, "GDPR Art. 7(1), Art. 17(3)(e); BGB s 195"),
        kept(Kind::Request, 200, "a law"),
    ]
}

pub(super) fn known() -> Known {
    let place = |label, near| KnownPlace { zone: "871fa4409ffffff".to_owned(), near, label, days: 9 };
    Known {
        places: vec![place(Some(Label::Home), Some("Berlin")), place(Some(Label::Other), None)],
        nights: 12,
        moves: 2,
        days: Vec::new(),
        apps: vec!["food and drink", "travel"],
        web: Vec::new(),
        country: Territory::parse("FR").map(|country| (country, "France")),
        left: Some((Volume::Under1GiB, "200 MiB to 1 GiB")),
        topics: vec![(Topic::Food, "food and drink"), (Topic::Travel, "travel")],
        latest: Some(now().plus(-HOUR_US)),
    }
}

/// Something marked of each kind, an area that is withheld through another mark, and one that is not.
pub(super) fn kept_back() -> KeptBack {
    let outline = vec![(40, 500), (270, 100), (730, 100), (960, 500), (730, 900), (270, 900)];
    let inner: Vec<_> = outline.iter().map(|(x, y)| (x / 3 + 300, y / 3 + 300)).collect();
    let area = |area: &str, marked, through, labels: &[Label], places| KnownArea {
        area: area.to_owned(),
        near: Some("Berlin"),
        marked,
        through,
        labels: labels.iter().copied().collect(),
        places,
        days: 9,
        drawn: vec![outline.clone(), inner.clone()],
    };
    KeptBack {
        never: Never {
            areas: Default::default(),
            labels: [Label::Home].into(),
            hours: Hours::parse("22:00-06:30"),
        },
        areas: vec![
            area("861f1d48fffffff", false, Some(Label::Home), &[Label::Home, Label::Frequent], 2),
            area("861f1d4d7ffffff", true, None, &[Label::Other], 1),
            area("861f1d4c7ffffff", false, None, &[Label::Work], 1),
            area("861f1d4dfffffff", true, None, &[], 0),
        ],
        settled: false,
    }
}

/// One category that would be told with a map, one as a word, one not.
pub(super) fn previews() -> Vec<(Option<Precision>, Preview)> {
    let corners = vec![(40, 500), (270, 100), (730, 100), (960, 500), (730, 900), (270, 900)];
    let shown = |sentence: &str, precision, zone| Shown { sentence: sentence.to_owned(), precision, zone };
    let zone = Some(Outline { corners, near: Some("Berlin") });
    let told = vec![
        (Category::LocationZone, Ok(shown("Last seen near Berlin.", Precision::ZoneR6, zone))),
        (Category::UsageInterest, Ok(shown("Uses apps about travel most.", Precision::Label, None))),
        (Category::NextPlace, Err(Reason::CrowdTooSmall)),
    ];
    let home = Some(Found { share: 92, within_km: Some(4) });
    let guess = Some(Guess { nights: 12, home, work: Some(Found { share: 0, within_km: None }) });
    vec![(None, Preview { told, guess, json: "{\n  \"items\": []\n}".to_owned() })]
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
    // One was written down by staff, one only asked.
    let mut written = grant(5, Category::NextPlace, Precision::ZoneR5, State::Requested, later);
    written.terms.footing.actor = Actor::Staff;
    let mut put = grant(6, Category::WebInterest, Precision::Label, State::Requested, now);
    put.granted_at = now;
    put.cell.recipient = RecipientId([2; 16]);
    put.cell.purpose = Purpose::ProvideEventRecommendations;
    let assistant = recipient(1, "Almanac", "US", vec![SUGGEST]);
    let events = vec![Purpose::ProvideEventRecommendations];
    let other = recipient(2, "Tagesplan <Berlin & Umland>", "DE", events);
    Facts {
        visitor: Visitor {
            subscriber: SUBSCRIBER,
            by: "screen".into(),
            acts_for: None,
            form_token: "form-token".to_owned(),
            closed: false,
        },
        overview: Overview {
            recipients: vec![other, assistant],
            grants,
            asked: vec![written, put],
            ..Overview::default()
        },
        wards: Vec::new(),
        asks: Vec::new(),
        warnings: super::samples_duty::warnings(),
        seen: Vec::new(),
        home: Jurisdiction::DE,
        group: true,
        now,
        linking: None,
        presentation: "presentation-token".to_owned(),
    }
}

fn relation(n: u8, kind: RelationKind) -> Relation {
    Relation {
        id: RelationId([n; 16]),
        subscriber: SUBSCRIBER,
        kind,
        verified: Verified::Document,
        may_allow: n.is_multiple_of(2),
        from: now().plus(-200 * DAY_US),
        until: (n > 2).then(|| now().plus(90 * DAY_US)),
        ended: None,
        recorded: now().plus(-200 * DAY_US),
    }
}

/// How he is told.
pub(super) fn notices(law: bool) -> Notices {
    let manner = Manner { rhythm: Rhythm::Times10, quiet: Hours::parse("22:00-07:00").filter(|_| law) };
    let offered = Rhythm::ALL.into_iter().filter(|r| !law || *r != Rhythm::Off).collect();
    Notices { manner, offered, law, carried: law }
}

/// Somebody of every kind on both sides, and two things that an owner forbids.
pub(super) fn family() -> Family {
    let kinds = [RelationKind::Guardian, RelationKind::Delegate, RelationKind::Owner, RelationKind::Delegate];
    let relations = || (1u8..).zip(kinds).map(|(n, kind)| relation(n, kind));
    let ward = |relation: Relation| Ward { relation, minor: true, waiting: 2 };
    let block = |recipient, category, finest| Block {
        id: BlockId([1; 16]),
        relation: RelationId([3; 16]),
        recipient,
        category,
        finest,
        from: now(),
        lifted: None,
    };
    let court = Ward { minor: false, waiting: 0, ..ward(relation(5, RelationKind::Guardian)) };
    Family {
        wards: relations().map(ward).chain([court]).collect(),
        others: relations().collect(),
        blocks: vec![
            block(Some(RecipientId([1; 16])), Some(Category::WebInterest), None),
            block(None, None, Some(Precision::City)),
        ],
    }
}

/// A minor on his own pages: one yes waits for his guardian, one is held back by him, one question is put off.
pub(super) fn child() -> Facts {
    let mut facts = facts();
    facts.overview.minor = true;
    facts.overview.held_back = vec![facts.overview.grants[1].id];
    facts.overview.asked[0].terms.footing = consent::Footing::default();
    let later = facts.overview.asked.pop().map(|g| (g, now().plus(6 * DAY_US)));
    facts.overview.put_off.extend(later);
    facts
}

/// The same pages before his guardian, where one permission ends soon.
pub(super) fn guarded() -> Facts {
    let mut facts = child();
    facts.visitor.by.actor = Actor::Guardian;
    facts.visitor.acts_for = Some(Acting { since: now().plus(-200 * DAY_US), minor: true, returns: true });
    facts.wards = family().wards;
    let ending = &facts.overview.grants[0];
    facts.overview.ending = vec![(ending.id, now().plus(60 * DAY_US))];
    facts.seen =
        vec![(ending.notice.clone(), Notice { locale: "en".to_owned(), text: "May it?".to_owned() })];
    facts
}

/// Others of the group.
pub(super) fn others() -> Vec<Operator> {
    let one = |name: &str, country: &str| Operator {
        name: name.to_owned(),
        country: Country::parse(country).unwrap(),
        address: "https://sister.example/me?a=1&b=<2>".to_owned(),
    };
    vec![one("한강텔레콤", "KR"), one("Khalij <Mobile>", "AE")]
}

/// Who takes complaints.
pub(super) fn takers() -> Takers {
    let officer = Officer { name: "Datenschutz".to_owned(), address: "privacy@operator.example".to_owned() };
    Takers { officer: Some(officer), authority: Some(("Somebody".to_owned(), "somebody.example".to_owned())) }
}
