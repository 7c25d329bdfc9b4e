//! Who acts in a story, in plain sentences. Deliberately absent: shortcuts past the protocol; a provider asks with a token and a proof.
use super::answers::Answer;
use super::world::{ISSUER, World, keys, told};
use super::{ASSISTANT, MUNICH, ZONE};
use dongui::ambient::SystemRng;
use dongui::broker::Failure;
use dongui::broker::authenticate::{Caller, Presented, Proven};
use dongui::broker::consent::{Decided, Wish};
use dongui::broker::ingest::Report;
use dongui::crypt::keyring::Keyring;
use dongui::crypt::record::RecordSeal;
use dongui::domain::category::{Category, Precision};
use dongui::domain::circle::Circle;
use dongui::domain::client::{self, Role};
use dongui::domain::consent::{Act, Limits};
use dongui::domain::feed::FeedKind;
use dongui::domain::id::{EntryId, RecipientId, SubscriberId};
use dongui::domain::purpose::Purpose;
use dongui::domain::reason::Reason;
use dongui::domain::recipient::Assurance;
use dongui::domain::record::{Event, Outcome, Record};
use dongui::domain::request::ContextRequest;
use dongui::domain::subscriber::{AgeBand, Reference};
use dongui::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use dongui::oauth::audience::Audience;
use dongui::oauth::client::ClientKey;
use dongui::store::entries;
use dongui::store::record_keys::SealedRecord;
use std::sync::Arc;

/// Someone with a phone.
pub struct Subscriber<'w> {
    w: &'w World,
    name: String,
    pub number: String,
    pub id: SubscriberId,
}

impl std::fmt::Debug for Subscriber<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl<'w> Subscriber<'w> {
    pub fn enrol(w: &'w World, name: &str, number: &str, age: AgeBand) -> Subscriber<'w> {
        let reference = Reference::parse(number).unwrap();
        let enrolled = w.broker().enrol(&Caller::console(), &reference, age, None).unwrap();
        Subscriber { w, name: name.to_owned(), number: number.to_owned(), id: enrolled.id }
    }

    /// One who is enrolled already.
    pub fn known(w: &'w World, name: &str, number: &str, id: SubscriberId) -> Subscriber<'w> {
        Subscriber { w, name: name.to_owned(), number: number.to_owned(), id }
    }

    pub fn reference(&self) -> Reference {
        Reference::parse(&self.number).unwrap()
    }

    /// Says yes for a month.
    pub fn allows(&self, who: &Provider<'_>, purpose: Purpose, category: Category, precision: Precision) {
        self.allows_until(who, purpose, category, precision, self.w.clock.now().plus(30 * DAY_US));
    }

    pub fn allows_until(
        &self,
        who: &Provider<'_>,
        purpose: Purpose,
        category: Category,
        precision: Precision,
        until: At,
    ) {
        let limits = Limits::NONE;
        let wish =
            Wish::Allow { recipient: who.id, purpose, category, precision, until, limits, shown: told() };
        assert!(self.decides(&wish).unwrap().entry.is_some());
    }

    pub fn refuses(&self, who: &Provider<'_>, purpose: Purpose, category: Category) {
        let wish = Wish::Refuse { recipient: who.id, purpose, category, shown: told() };
        assert!(self.decides(&wish).unwrap().entry.is_some());
    }

    pub fn pauses(&self) -> Decided {
        self.changes(Act::Pause)
    }
    pub fn resumes(&self) -> Decided {
        self.changes(Act::Resume)
    }
    pub fn withdraws(&self) -> Decided {
        self.changes(Act::Withdraw)
    }

    fn changes(&self, act: Act) -> Decided {
        self.decides(&Wish::Change { act, until: None, recipient: None, purpose: None, category: None })
            .unwrap()
    }

    pub fn decides(&self, wish: &Wish) -> Result<Decided, Failure> {
        self.w.broker().show_and_decide(self.id, wish, "screen")
    }

    /// The phone is seen somewhere, now.
    pub fn is_at(&self, (lat, lon): (f64, f64)) -> Report {
        let at = self.w.clock.now().rfc3339();
        self.w.load(FeedKind::Location, &format!("subscriber,at,lat,lon\n{},{at},{lat},{lon}\n", self.number))
    }

    /// The phone was seen twice an hour for so many days up to now: at `day` from nine to six, local time, and else at `night`.
    pub fn lived(&self, days: i64, night: (f64, f64), day: (f64, f64)) {
        let (start, mut lines) = (self.w.clock.now().plus(-days * DAY_US), String::new());
        for half in 0..days * 48 {
            let at = start.plus(half * 30 * MINUTE_US);
            let local = (at.0 / HOUR_US + 1) % 24;
            let (lat, lon) = if (9..18).contains(&local) { day } else { night };
            lines += &format!("{},{},{lat},{lon}\n", self.number, at.rfc3339());
        }
        let report = self.w.load(FeedKind::Location, &format!("subscriber,at,lat,lon\n{lines}"));
        assert_eq!(report.kept, u64::try_from(days * 48).unwrap());
    }

    /// Requests about him, newest first.
    pub fn timeline(&self) -> Vec<Record> {
        let records = self.w.broker().requests(self.id, None, 0, 100).unwrap().records;
        records.into_iter().map(|(_, record)| record).collect()
    }

    /// Everything ever recorded about him, opened with the operator's keys.
    pub fn records(&self) -> Vec<Record> {
        let (store, keyring) = (self.w.store(), Arc::new(Keyring::parse(keys()).unwrap()));
        let seal = RecordSeal::new(keyring, Arc::new(SystemRng::new()));
        let sealed = store.read("story", |tx| entries::about(tx, self.id, 0, i64::MAX)).unwrap();
        let open = |(id, record, _): (EntryId, SealedRecord, At)| {
            let plain = seal.open(&id.0, record.key(), &record.sealed).unwrap();
            serde_json::from_slice(&plain[32..]).unwrap()
        };
        sealed.into_iter().map(open).collect()
    }

    /// How many requests about him were answered with something.
    pub fn disclosures(&self) -> usize {
        let tells = |o: &Outcome| o.precision.is_some();
        let told =
            |r: &Record| matches!(&r.event, Event::Request { outcomes, .. } if outcomes.iter().any(tells));
        self.records().iter().filter(|r| told(r)).count()
    }

    /// What became of the newest request about him, as he sees it.
    pub fn last_outcomes(&self) -> Vec<Outcome> {
        match self.timeline().into_iter().next().map(|r| r.event) {
            Some(Event::Request { outcomes, .. }) => outcomes,
            other => panic!("no request but {other:?}"),
        }
    }

    /// The true reason of the newest refusal.
    pub fn last_reason(&self) -> Option<Reason> {
        self.last_outcomes().first().and_then(|o| o.reason)
    }
}

/// A registered client with its key.
pub struct Client<'w> {
    w: &'w World,
    pub key: ClientKey,
}

impl<'w> Client<'w> {
    pub fn register(w: &'w World, id: &str, role: Role, recipient: Option<RecipientId>) -> Client<'w> {
        let key = ClientKey::generate(id, SystemRng::new().ring()).unwrap();
        let jwks = serde_json::to_string(&key.jwks()).unwrap();
        let wanted = client::Client {
            id: id.to_owned(),
            role,
            recipient,
            jwks,
            redirect_uris: Vec::new(),
            assurance: Assurance::Server,
            audience_profile: Default::default(),
        };
        w.broker().register_client(&Caller::console(), wanted).unwrap();
        Client { w, key }
    }

    /// The fields of a token request with a new assertion.
    pub fn token_fields(&self) -> Vec<(String, String)> {
        let fields = self.key.token_request(SystemRng::new().ring(), ISSUER, "", self.w.clock.now()).unwrap();
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// A proof of possession for one request.
    pub fn proof(&self, method: &str, path: &str, token: Option<&str>) -> String {
        let url = format!("{ISSUER}{path}");
        self.key.proof(SystemRng::new().ring(), method, &url, token, self.w.clock.now()).unwrap()
    }

    /// A new access token.
    pub fn token(&self) -> String {
        let (path, fields) = ("/oauth/token", self.token_fields());
        let proof = self.proof("POST", path, None);
        let url = format!("{ISSUER}{path}");
        self.w.broker().grant_token(&fields, Some(&proof), &url, None).unwrap().access_token
    }

    /// What `POST /v1/context` would prove with these two.
    pub fn proven(&self, token: &str, proof: &str) -> Result<Proven, Failure> {
        self.w.broker().prove(
            Audience::Api,
            &Presented {
                authorization: &format!("DPoP {token}"),
                proof,
                certificate: None,
                method: "POST",
                url: &format!("{ISSUER}/v1/context"),
            },
        )
    }
}

/// An AI provider.
pub struct Provider<'w> {
    pub(super) w: &'w World,
    pub id: RecipientId,
    pub client: Client<'w>,
}

impl Provider<'_> {
    /// Its pseudonym of someone.
    pub fn knows(&self, who: &Subscriber<'_>) -> String {
        self.w.broker().link(&Caller::console(), &who.reference(), self.id).unwrap()
    }

    pub fn request(&self, who: &Subscriber<'_>, purpose: Purpose, categories: &[Category]) -> ContextRequest {
        ContextRequest {
            subject: self.knows(who),
            purpose,
            categories: categories.to_vec(),
            circle: Category::OF_A_CIRCLE.iter().any(|c| categories.contains(c)).then_some(Circle {
                latitude: MUNICH.0,
                longitude: MUNICH.1,
                radius_km: 5,
            }),
            locale: None,
            max_tokens: None,
        }
    }

    /// Where is he, for the assistant's purpose?
    pub fn asks(&self, who: &Subscriber<'_>) -> Answer {
        self.asks_for(who, ASSISTANT, &[ZONE])
    }

    pub fn asks_for(&self, who: &Subscriber<'_>, purpose: Purpose, categories: &[Category]) -> Answer {
        self.asks_with(&self.client.token(), &self.request(who, purpose, categories))
    }

    /// With a token it has had for a while.
    pub fn asks_with(&self, token: &str, request: &ContextRequest) -> Answer {
        let proof = self.client.proof("POST", "/v1/context", Some(token));
        self.shows(token, &proof, request)
    }

    /// With a proof it may have used before.
    pub fn shows(&self, token: &str, proof: &str, request: &ContextRequest) -> Answer {
        let proven = self.client.proven(token, proof);
        let answer = Answer(proven.and_then(|proven| self.w.broker().disclose(&proven, request)));
        // No two requests at one instant, so that timelines have an order.
        self.w.clock.advance(1);
        answer
    }
}
