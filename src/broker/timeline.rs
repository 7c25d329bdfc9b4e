//! What the subscriber sees: what he decided, who asked what, and the true reason of each refusal.
use super::claim::heard;
use super::{Broker, Failure, moves};
use crate::domain::consent::{Grant, State};
use crate::domain::id::{EntryId, GrantId, RecipientId, SubscriberId};
use crate::domain::recipient::Recipient;
use crate::domain::record::{Event, Record};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US};
use crate::store::record_keys::SealedRecord;
use crate::store::{Fault, consents, entries, recipients, relations, subscribers};

/// How long before its end a permission is spoken of, µs.
const SOON_US: i64 = 7 * DAY_US;
/// Records read at a time.
const CHUNK: i64 = 100;
/// Records opened for one answer at most, so that a look far back costs no more than any other.
const LOOK: i64 = 2000;

/// What a subscriber decided, and about whom he may decide.
#[derive(Debug, Default)]
pub struct Overview {
    /// Recipients that he may allow or refuse.
    pub recipients: Vec<Recipient>,
    /// What he decided.
    pub grants: Vec<Grant>,
    /// What waits for his answer, but for what he has put off and is not to be asked again yet; where its end lies after its begin, a yes was
    /// written down that does not count yet.
    pub asked: Vec<Grant>,
    /// What he has put off, with the instant from which he may be asked again.
    pub put_off: Vec<(Grant, At)>,
    /// What ends within a week by itself, with the end that a renewal would give it.
    pub ending: Vec<(GrantId, At)>,
    /// Whether somebody else consents for him.
    pub minor: bool,
    /// What of a minor's somebody else holds back: that is not his to give back.
    pub held_back: Vec<GrantId>,
    /// The number of the last consent event.
    pub last: i64,
}

/// Requests about a subscriber and what recipients said in his name, newest first.
#[derive(Debug)]
pub struct Requests {
    /// At most as many as wanted, each with the number of its receipt.
    pub records: Vec<(EntryId, Record)>,
    /// What to skip for the earlier ones; `None` when these are the last.
    pub earlier: Option<u32>,
}

impl Broker {
    /// What the subscriber decided.
    pub fn overview(&self, subscriber: SubscriberId) -> Result<Overview, Failure> {
        let now = self.now()?;
        let seen = self.store.read("subscriber.overview", |tx| {
            let Some(found) = subscribers::find(tx, subscriber)? else { return Ok(None) };
            let people = relations::people(tx, found.id, found.majority, found.related)?;
            let (recipients, held) = (recipients::all(tx)?, consents::held(tx, subscriber, &people)?);
            let minor = found.majority.is_minor(now);
            let held_back = if minor { moves::held_back(tx, &found, &held, now)? } else { Vec::new() };
            let last = consents::last(tx, subscriber)?;
            Ok(Some((recipients, held, found.home, (minor, held_back, last))))
        })?;
        let seen = seen.ok_or(Failure::NotFound("subscriber"))?;
        let (recipients, held, home, (minor, held_back, last)) = seen;
        let in_force = |grant: Grant| {
            let recipient = recipients.iter().find(|r| r.id == grant.cell.recipient);
            let rules = self.in_force(recipient, home, grant.cell.purpose);
            grant.under(rules)
        };
        // A question that was not answered is no decision, and a pause that has ended is none any more.
        let waits = |g: &Grant| matches!(g.state, State::Requested | State::Deferred);
        let (asked, decided): (Vec<Grant>, Vec<Grant>) = held.into_iter().partition(waits);
        let grants: Vec<Grant> = decided.into_iter().map(|g| in_force(g).at(now)).collect();
        let ending = grants.iter().filter_map(|g| Some((g.id, self.renewal(g, &recipients, home, now)?)));
        let ending = ending.collect();
        let (later, asked): (Vec<_>, Vec<_>) = asked
            .into_iter()
            .map(|g| (self.askable_from(&g, home).filter(|from| now < *from), g))
            .partition(|(from, _)| from.is_some());
        let put_off = later.into_iter().filter_map(|(from, g)| Some((g, from?))).collect();
        let asked = asked.into_iter().map(|(_, g)| g).collect();
        Ok(Overview { recipients, grants, asked, put_off, ending, minor, held_back, last })
    }

    /// The end that a renewal would give a grant that ends soon: as long again as it lasted, as far as the law lets. `None` for one that does
    /// not end soon, and for one that was given to words which say something else by now: that is asked anew.
    fn renewal(&self, grant: &Grant, known: &[Recipient], home: Jurisdiction, now: At) -> Option<At> {
        let recipient = known.iter().find(|r| r.id == grant.cell.recipient)?;
        let outdated =
            recipient.wording(grant.cell.purpose).is_some_and(|w| grant.terms.edition < w.material);
        let began = grant.terms.renewed_at.unwrap_or(grant.granted_at);
        let (lasts_us, left_us) = (grant.until.since(began), grant.ends().since(now));
        let soon = (1..=SOON_US.min(lasts_us / 2)).contains(&left_us);
        let lives = soon && !outdated && grant.state.is_given();
        lives.then(|| now.plus(lasts_us.min(self.longest_us(home, grant.cell.purpose))))
    }

    /// `most` of what recipients asked about the subscriber or said in his name, after the first `skip` records, of one recipient or of all. What kind a record is of and
    /// who asked is sealed too, so records are opened until there are enough.
    pub fn requests(
        &self,
        subscriber: SubscriberId,
        by: Option<RecipientId>,
        skip: u32,
        most: usize,
    ) -> Result<Requests, Failure> {
        let (mut records, mut at) = (Vec::new(), i64::from(skip));
        let end = at + LOOK;
        while at < end {
            let chunk =
                self.store.read("subscriber.timeline", |tx| entries::about(tx, subscriber, at, CHUNK))?;
            let last = chunk.len() < CHUNK as usize;
            for (id, sealed, _) in chunk {
                let record = self.opened(id, &sealed)?;
                let wanted = by.is_none_or(|by| record.recipient == Some(by));
                if wanted && is_of_recipient(&record.event) {
                    if records.len() == most {
                        return Ok(Requests { records, earlier: u32::try_from(at).ok() });
                    }
                    records.push((id, record));
                }
                at += 1;
            }
            if last {
                return Ok(Requests { records, earlier: None });
            }
        }
        Ok(Requests { records, earlier: u32::try_from(at).ok() })
    }

    /// One request about the subscriber, by the number of its receipt, or one thing that was said in his name.
    ///
    /// # Errors
    /// `NotFound` for what is none, or none about him; faults.
    pub fn request(&self, subscriber: SubscriberId, id: EntryId) -> Result<Record, Failure> {
        let sealed = self.store.read("subscriber.request", |tx| entries::of(tx, subscriber, id))?;
        let record = sealed.map(|sealed| self.opened(id, &sealed)).transpose()?;
        let request = record.filter(|r| is_of_recipient(&r.event));
        request.ok_or(Failure::NotFound("request"))
    }

    fn opened(&self, id: EntryId, sealed: &SealedRecord) -> Result<Record, Fault> {
        let (_, canonical) = self.open_record(id, sealed)?;
        serde_json::from_slice(&canonical).map_err(|_| Fault::Corrupt("records"))
    }
}

/// Whether a recipient did it: asked, or said something in the subscriber's name; or it happened there.
fn is_of_recipient(event: &Event) -> bool {
    matches!(event, Event::Request { .. } | Event::Warned { .. }) || !heard(event).is_empty()
}
