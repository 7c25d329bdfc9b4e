//! Consents go out to the operator: every event of every subscriber, so that another registry, or this one made anew, can take them in.
//!
//! Subscribers come in the order of their blind indices, which a house with the same keys shares. Deliberately absent: what was shown and
//! signed, which stays where it was shown; files.
use super::authenticate::Caller;
use super::enrol::PLACE;
use super::record::{Event as Recorded, Record};
use super::{Broker, Failure};
use crate::domain::consent::{Act, Carried, Event, Limits};
use crate::domain::id::SubscriberId;
use crate::domain::notice::Notice;
use crate::domain::subscriber::Reference;
use crate::store::histories::{self, Referred};
use crate::store::{Fault, consents, entries};
use rustc_hash::{FxHashMap, FxHashSet};

/// Subscribers read at a time.
const PAGE: i64 = 500;

impl Broker {
    /// Hands every consent event of the house to `take`; gives their number. Each subscriber's history is whole as of one instant. That it was
    /// taken is recorded before anything goes out.
    ///
    /// # Errors
    /// Faults, and what `take` gives.
    pub fn carry_out<E: From<Failure>>(
        &self,
        caller: &Caller,
        mut take: impl FnMut(&Carried) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.record_carried(caller)?;
        let (mut index, mut told, mut count) = (Vec::new(), FxHashSet::default(), 0);
        loop {
            let (page, events, notices) = self.page(&index, &told)?;
            let Some(last) = page.last() else { return Ok(count) };
            index.clone_from(&last.index);
            let mut by_subscriber: FxHashMap<SubscriberId, Vec<Event>> = FxHashMap::default();
            for event in events {
                by_subscriber.entry(event.cell.subscriber).or_default().push(event);
            }
            for referred in &page {
                let Some(events) = by_subscriber.remove(&referred.id) else { continue };
                let subscriber = self.reference_of(referred)?;
                for event in events {
                    let mut one = carried(&subscriber, &event);
                    one.words = one.notice.as_ref().and_then(|hash| {
                        // Once in a file: with the first line that names them.
                        let words = notices.get(hash).filter(|_| told.insert(hash.clone()))?;
                        Some((words.locale.clone(), words.text.clone()))
                    });
                    take(&one)?;
                    count += 1;
                }
            }
        }
    }

    #[expect(clippy::type_complexity, reason = "what one page is made of")]
    fn page(
        &self,
        index: &[u8],
        told: &FxHashSet<String>,
    ) -> Result<(Vec<Referred>, Vec<Event>, FxHashMap<String, Notice>), Failure> {
        Ok(self.store.read("consent.export", |tx| {
            let page = histories::after(tx, index, PAGE)?;
            let ids: Vec<SubscriberId> = page.iter().map(|r| r.id).collect();
            let events = histories::events_of(tx, &ids)?;
            let mut notices = FxHashMap::default();
            for event in &events {
                if !told.contains(&event.notice)
                    && !notices.contains_key(&event.notice)
                    && let Some(notice) = consents::find_notice(tx, &event.notice)?
                {
                    notices.insert(event.notice.clone(), notice);
                }
            }
            Ok((page, events, notices))
        })?)
    }

    fn reference_of(&self, referred: &Referred) -> Result<Reference, Failure> {
        let opened = self.keyring.sealer().open(PLACE, &referred.id.0, &referred.sealed);
        let text = opened.ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        Ok(text.and_then(|text| Reference::parse(&text)).ok_or(Fault::Corrupt("subscribers"))?)
    }

    fn record_carried(&self, caller: &Caller) -> Result<(), Failure> {
        let (what, which) = ("consent.export".to_owned(), caller.client().id.clone());
        let event = Recorded::Operation { what, which };
        let record = Record { at: self.now()?, subscriber: None, recipient: None, purpose: None, event };
        let entry = self.entry(&record)?;
        Ok(self.store.write("consent.export", move |tx| entries::append(tx, &entry))?)
    }
}

/// An event as a line; what follows from the line that began its chain is not said again.
fn carried(subscriber: &Reference, event: &Event) -> Carried {
    let yes = matches!(event.act, Act::Grant | Act::Capture);
    let names = event.act.begins() || event.act == Act::Renew;
    Carried {
        subscriber: subscriber.clone(),
        recipient: event.cell.recipient,
        purpose: event.cell.purpose,
        category: event.cell.category,
        act: event.act,
        precision: yes.then_some(event.precision),
        until: event.until,
        limits: if yes { event.limits } else { Limits::NONE },
        notice: Some(event.notice.clone()).filter(|hash| names && !hash.is_empty()),
        words: None,
        edition: if event.act.begins() { event.edition } else { 0 },
        actor: Some(event.actor),
        channel: Some(event.channel.clone()),
        valid: event.valid,
        provenance: event.provenance,
        grant: Some(event.grant),
    }
}
