//! A regulator takes an export: every leaf of a period with what is behind it, or behind those that he asked about, and the reports drawn from
//! that, verifiable offline. Taking it is recorded. Deliberately absent: who must stand for it (`approve_export`).
use super::authenticate::Caller;
use super::ordinal::told;
use super::sequence::Directory;
use super::{Broker, Failure};
use crate::domain::entry::Leaf;
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::record::{Event, Record};
use crate::domain::stop::Ground;
use crate::domain::subscriber::{Jurisdiction, Reference};
use crate::domain::time::At;
use crate::ledger::bundle;
use crate::ledger::export::{Export, ExportError, ExportLeaf};
use crate::ledger::manifest::Query;
use crate::ledger::report::Report;
use crate::ledger::shelf::{NewDir, Sink};
use crate::ledger::tally::{Absent, Ordinals};
use crate::ledger::tile::Tiles;
use crate::report::Reports;
use crate::report::parties::{Ceiling, Parties, Party, Transfer};
use crate::store::{Fault, Tx, entries, ordinals, recipients, subscribers};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// Entries read from the database at a time.
const PAGE: i64 = 1000;

/// What is to be exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// From, µs.
    pub from: At,
    /// To, µs, not included.
    pub to: At,
    /// Only what is about this subscriber.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subscriber: Option<SubscriberId>,
    /// Only what is with this recipient.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recipient: Option<RecipientId>,
    /// Why: the number of a case, or a provision of law.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ground: Option<String>,
}

impl Wanted {
    /// Everything of a period.
    pub fn whole(from: At, to: At) -> Wanted {
        Wanted { from, to, subscriber: None, recipient: None, ground: None }
    }

    fn query(&self) -> Query {
        Query {
            subscriber: self.subscriber.map(|id| id.to_string()),
            recipient: self.recipient.map(|id| id.to_string()),
            ground: self.ground.clone(),
            ..Query::new(self.from, self.to)
        }
    }
}

/// Refuses a ground that names nothing, or somebody: it stands in the bundle.
pub(super) fn rests_on_something(ground: &str) -> Result<(), Failure> {
    let cure =
        "the number of a case or a provision of law, 1 to 200 characters, and nobody's number or address";
    Ground::parse(ground).map(drop).ok_or_else(|| Failure::invalid("ground", cure))
}

/// Hears how many leaves of how many are done.
pub type Told<'t> = &'t mut dyn FnMut(u64, u64);

impl Broker {
    /// Writes the bundle into a new or empty directory.
    ///
    /// # Errors
    /// `NotFound` where nothing is recorded in the period; `Conflict` for a directory that cannot be written; faults.
    pub fn export(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        dir: &Path,
        tell: Told<'_>,
    ) -> Result<Report, Failure> {
        let mut sink =
            NewDir::create(dir).map_err(|e| Failure::Conflict(format!("cannot write the bundle: {e}")))?;
        self.export_to(caller, wanted, &mut sink, tell)
    }

    fn export_to(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        sink: &mut dyn Sink,
        tell: Told<'_>,
    ) -> Result<Report, Failure> {
        let Wanted { from, to, subscriber, recipient, .. } = *wanted;
        wanted.ground.as_deref().map_or(Ok(()), rests_on_something)?;
        let now = self.now()?;
        let published = self.sequence()?;
        let range = self.store.read("audit.range", |tx| entries::range(tx, from, to))?;
        // What got its number since then is in no checkpoint yet.
        let range =
            range.map(|(first, end)| (first, end.min(published.size))).filter(|(first, end)| first < end);
        let (first, end) = range.ok_or(Failure::NotFound("entry in this period"))?;
        let (client, ground) = (caller.client().id.clone(), wanted.ground.clone());
        let event = Event::Export { client, from, to, first, end, ground };
        // It stands among what is about him and with it, too.
        let entry = self.entry(&Record { at: now, subscriber, recipient, purpose: None, event })?;
        self.store.write("audit.export", move |tx| entries::append(tx, &entry))?;

        let directory = Directory(self.settings().log_dir.clone());
        // With what witnesses say of it, as far as they answer.
        self.ask_witnesses()?;
        let witnessed = self.witnessed(&directory, published.size)?.filter(|w| w.size >= end);
        let published = witnessed.unwrap_or(published);
        let (tiles, signer, query) =
            (Tiles::new(&directory, published.size), self.log_signer()?, wanted.query());
        let export =
            Export { query: &query, first, checkpoint: &published.note, tiles: &tiles, signer: &signer };
        let page = Vec::new().into_iter();
        let leaves = Pages { broker: self, query: &query, first, next: first, end, page, tell };
        let mut reports = Reports::of(&query, self.parties()?);
        bundle::fill(sink, &export, leaves, &mut reports).map_err(|e| match e {
            ExportError::Write(e) => Failure::Conflict(format!("cannot write the bundle: {e}")),
            other => Failure::Fault(Fault::Ledger(other.to_string())),
        })
    }

    /// Who has a reference, or had it last.
    ///
    /// # Errors
    /// `NotFound` for nobody; faults.
    pub fn known_as(&self, reference: &Reference) -> Result<SubscriberId, Failure> {
        match self.subscriber_of(reference) {
            Err(Failure::NotFound(_)) => {}
            found => return Ok(found?.id),
        }
        let index = self.keyring.blind_index(reference.text());
        let former = self.store.read("subscriber.former", |tx| subscribers::find_former(tx, &index))?;
        Ok(former.ok_or(Failure::NotFound("subscriber"))?.id)
    }

    /// The operator and the recipients as they are registered now.
    fn parties(&self) -> Result<Parties, Failure> {
        let registered = self.store.read("audit.parties", recipients::all)?;
        let recipients = registered.into_iter().map(|recipient| {
            let ceilings = recipient.purposes.iter().flat_map(|purpose| {
                let of = |(category, precision)| Ceiling { purpose: *purpose, category, precision };
                recipient.ceiling.iter().copied().map(of)
            });
            let transfers = Jurisdiction::ALL.into_iter().map(|home| {
                let rule = self.engine.pack(home).transfer(recipient.country);
                let home = home.as_str().to_owned();
                match rule {
                    Some(rule) => Transfer {
                        home,
                        basis: rule.basis.as_str().to_owned(),
                        citation: rule.citation.clone(),
                    },
                    None => Transfer { home, basis: "none".to_owned(), citation: String::new() },
                }
            });
            Party {
                id: recipient.id.to_string(),
                name: recipient.name.clone(),
                country: recipient.country.as_str().to_owned(),
                ceilings: ceilings.collect(),
                transfers: transfers.collect(),
            }
        });
        let officer = self.settings.operators.officer.as_ref();
        Ok(Parties {
            operator: self.settings.issuer.clone(),
            home: self.settings.home.as_str().to_owned(),
            officer: officer.map(|officer| format!("{}, {}", officer.name, officer.address)),
            recipients: recipients.collect(),
        })
    }
}

/// Leaves of a range, page by page.
struct Pages<'b> {
    broker: &'b Broker,
    query: &'b Query,
    first: u64,
    next: u64,
    end: u64,
    page: std::vec::IntoIter<(entries::Numbered, Ordinals)>,
    tell: Told<'b>,
}

impl Pages<'_> {
    /// What was asked for is opened, and nothing else.
    fn open(&self, entry: entries::Numbered, ordinals: Ordinals) -> Result<ExportLeaf, Fault> {
        let entries::Numbered { id, leaf, sealed, .. } = entry;
        let Some(sealed) = sealed else {
            return Ok(ExportLeaf { leaf, opened: Err(Absent::Erased), ordinals });
        };
        if !self.query.is_whole() {
            let header: Leaf = serde_json::from_slice(&leaf).map_err(|_| Fault::Corrupt("entries"))?;
            let about = sealed.key().and_then(|key| SubscriberId::from_slice(key.subscriber));
            let (recipient, about) = (header.recipient.map(|r| r.to_string()), about.map(|s| s.to_string()));
            if !self.query.asks(header.kind.as_str(), recipient.as_deref(), about.as_deref()) {
                return Ok(ExportLeaf { leaf, opened: Err(Absent::Withheld), ordinals });
            }
        }
        let opened = Ok(self.broker.open_record(id, &sealed)?);
        Ok(ExportLeaf { leaf, opened, ordinals })
    }
}

/// Entries from `from` on, with their ordinals.
fn page(tx: &mut Tx<'_>, from: u64) -> Result<Vec<(entries::Numbered, Ordinals)>, Fault> {
    let page = entries::with_records(tx, from, PAGE)?;
    let first = i64::try_from(from).map_err(|_| Fault::Corrupt("entries"))?;
    let given = ordinals::within(tx, first, first.saturating_add(PAGE))?;
    let given: HashMap<u64, Ordinals> = given
        .iter()
        .map(|row| Ok((u64::try_from(row.seq).unwrap_or(u64::MAX), told(row)?)))
        .collect::<Result<_, Fault>>()?;
    Ok(page
        .into_iter()
        .map(|entry| (given.get(&entry.seq).copied().unwrap_or_default(), entry))
        .map(|(p, e)| (e, p))
        .collect())
}

impl Iterator for Pages<'_> {
    type Item = Result<ExportLeaf, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let (entry, ordinals) = match self.page.next() {
            Some(next) => next,
            None => match self.broker.store.read("audit.page", |tx| page(tx, self.next)) {
                Ok(page) => {
                    self.page = page.into_iter();
                    self.page.next()?
                }
                Err(e) => return Some(Err(e)),
            },
        };
        self.next = entry.seq + 1;
        (self.tell)(self.next - self.first, self.end - self.first);
        Some(self.open(entry, ordinals))
    }
}
