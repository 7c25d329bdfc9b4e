//! Everything that is held about a subscriber as one document, for himself. Deliberately absent: phone number and internal id, which
//! he needs no copy of and a lost file should not carry.
use super::consented::Consented;
use super::known::Known;
use super::unlink::LinkedWith;
use super::{Broker, Failure};
use crate::domain::consent::{Event, Hours};
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::never::Never;
use crate::domain::record::Record;
use crate::domain::time::At;
use crate::minimise::zone;
use crate::store::record_keys::SealedRecord;
use crate::store::{Fault, emergencies, entries};
use serde_json::{Map, Value, json};

impl Broker {
    /// All consents with their acts and receipts, the texts that were shown, everything that was recorded, and what is known.
    pub fn everything(&self, subscriber: SubscriberId) -> Result<Value, Failure> {
        let now = self.now()?;
        let consents = self.consents(subscriber)?;
        let (mut receipts, mut notices) = (Vec::new(), Map::new());
        for consented in &consents {
            receipts.push(as_json(&self.consent_receipt(subscriber, consented.grant.id, None)?)?);
            for hash in consented.acts.iter().map(|act| &act.notice).filter(|hash| !hash.is_empty()) {
                if !notices.contains_key(hash)
                    && let Some(seen) = self.notice_seen(hash)?
                {
                    notices.insert(hash.clone(), json!({ "language": seen.locale, "text": seen.text }));
                }
            }
        }
        let of = |c: &Consented| {
            json!({
                "id": c.grant.id, "recipient": c.grant.cell.recipient, "purpose": c.grant.cell.purpose,
                "category": c.grant.cell.category, "precision": c.grant.precision, "state": c.grant.status(now).as_str(),
                "granted_at": c.grant.granted_at.rfc3339(), "until": c.grant.until.rfc3339(), "limits": c.grant.terms.limits,
                "acts": c.acts.iter().map(act).collect::<Vec<_>>(),
            })
        };
        let recipients: Vec<Value> = self
            .overview(subscriber)?
            .recipients
            .iter()
            .map(|r| json!({ "id": r.id, "name": r.name, "country": r.country.as_str() }))
            .collect();
        Ok(json!({
            "schema": "dongui-my-data/1",
            "issuer": self.settings.issuer,
            "made_at": now.rfc3339(),
            "recipients": recipients,
            "consents": consents.iter().map(of).collect::<Vec<_>>(),
            "receipts": receipts,
            "notices": notices,
            "links": self.linked_with(subscriber)?.iter().map(link).collect::<Vec<_>>(),
            "records": self.recorded(subscriber)?,
            "never_shared": never(&self.never(subscriber)?),
            "profile": self.known(subscriber, "en")?.as_ref().map(profile),
        }))
    }

    /// Everything that was recorded about him, newest first.
    fn recorded(&self, subscriber: SubscriberId) -> Result<Vec<Value>, Failure> {
        let now = self.now()?;
        let (sealed, hidden) = self.store.read("subscriber.records", |tx| {
            Ok((entries::about(tx, subscriber, 0, i64::MAX)?, emergencies::hidden(tx, subscriber, now)?))
        })?;
        // What an agency asked, while telling him of it may wait.
        let sealed = sealed.into_iter().filter(|(id, ..)| !hidden.contains(id));
        let one = |(id, sealed, at): (EntryId, SealedRecord, At)| {
            let (_, canonical) = self.open_record(id, &sealed)?;
            let record: Record = serde_json::from_slice(&canonical).map_err(|_| Fault::Corrupt("records"))?;
            let mut event = as_json(&record.event)?;
            // The entry of his enrolment names the internal id.
            if event.get("what").and_then(Value::as_str) == Some("subscriber.enrol")
                && let Some(fields) = event.as_object_mut()
            {
                fields.remove("which");
            }
            let (recipient, purpose) = (record.recipient, record.purpose);
            Ok(
                json!({ "entry": id, "at": at.rfc3339(), "recipient": recipient, "purpose": purpose, "event": event }),
            )
        };
        sealed.map(one).collect()
    }
}

fn act(e: &Event) -> Value {
    json!({
        "act": e.act.as_str(), "at": e.recorded.rfc3339(), "by": e.actor.as_str(), "channel": e.channel,
        "precision": e.precision, "until": e.until.map(|end| end.rfc3339()), "limits": e.limits, "notice": e.notice,
    })
}

fn link(link: &LinkedWith) -> Value {
    json!({
        "id": link.id, "recipient": link.recipient, "purpose": link.purpose, "since": link.since.rfc3339(),
        "used_at": link.used.map(|at| at.rfc3339()), "ended_at": link.ended.map(|at| at.rfc3339()),
    })
}

fn never(never: &Never) -> Value {
    let areas: Vec<String> = never.areas.iter().map(|area| zone::text(*area)).collect();
    json!({ "h3_areas": areas, "places": never.labels, "hours": never.hours.map(Hours::text) })
}

fn profile(known: &Known) -> Value {
    let places = known
        .places
        .iter()
        .map(|p| json!({ "h3_zone": p.zone, "near": p.near, "is": p.label, "days_of_28": p.days }));
    let days = known.days.iter().map(|(at, zone)| json!({ "seen_first_at": at.rfc3339(), "h3_zone": zone }));
    json!({
        "places": places.collect::<Vec<_>>(),
        "days_began": days.collect::<Vec<_>>(),
        "nights_of_28": known.nights,
        "moves_between_places": known.moves,
        "topics_of_apps": known.apps,
        "topics_of_websites": known.web,
        "registered_in": known.country.map(|(country, _)| country.as_str().to_owned()),
        "data_left": known.left.map(|(left, _)| left),
        "latest_event": known.latest.map(|at| at.rfc3339()),
        "raw_events": "none are kept",
    })
}

fn as_json(value: &impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|_| Failure::Halted("a record does not serialise"))
}
