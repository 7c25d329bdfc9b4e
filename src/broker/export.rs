//! A regulator takes an export: every leaf of a period with what is behind it, verifiable offline. Taking it is recorded.
use super::authenticate::Caller;
use super::ordinal::told;
use super::record::{Event, Record};
use super::sequence::Directory;
use super::{Broker, Failure};
use crate::domain::time::At;
use crate::ledger::bundle::{self, Export, ExportError, ExportLeaf};
use crate::ledger::report::Report;
use crate::ledger::shelf::{NewDir, Sink};
use crate::ledger::tally::Ordinals;
use crate::ledger::tile::Tiles;
use crate::store::{Fault, Tx, entries, ordinals};
use std::collections::HashMap;
use std::path::Path;

/// Entries read from the database at a time.
const PAGE: i64 = 1000;

impl Broker {
    /// Writes the bundle of a period into a new or empty directory.
    pub fn export(&self, caller: &Caller, from: At, to: At, dir: &Path) -> Result<Report, Failure> {
        let mut sink =
            NewDir::create(dir).map_err(|e| Failure::Conflict(format!("cannot write the bundle: {e}")))?;
        self.export_to(caller, from, to, &mut sink)
    }

    /// The bundle of a period as a tar archive.
    pub fn export_archive(&self, caller: &Caller, from: At, to: At) -> Result<Vec<u8>, Failure> {
        let mut sink = Archive::default();
        self.export_to(caller, from, to, &mut sink)?;
        sink.bytes(to).map_err(|e| Failure::Conflict(format!("cannot pack the bundle: {e}")))
    }

    fn export_to(&self, caller: &Caller, from: At, to: At, sink: &mut dyn Sink) -> Result<Report, Failure> {
        let now = self.now()?;
        let published = self.sequence()?;
        let range = self.store.read("audit.range", |tx| entries::range(tx, from, to))?;
        // What got its number since then is in no checkpoint yet.
        let range =
            range.map(|(first, end)| (first, end.min(published.size))).filter(|(first, end)| first < end);
        let (first, end) = range.ok_or(Failure::NotFound("entry in this period"))?;
        let event = Event::Export { client: caller.client().id.clone(), from, to, first, end };
        let entry =
            self.entry(&Record { at: now, subscriber: None, recipient: None, purpose: None, event })?;
        self.store.write("audit.export", move |tx| entries::append(tx, &entry))?;

        let directory = Directory(self.settings().log_dir.clone());
        // With what witnesses say of it, as far as they answer.
        self.ask_witnesses()?;
        let witnessed = self.witnessed(&directory, published.size)?.filter(|w| w.size >= end);
        let published = witnessed.unwrap_or(published);
        let (tiles, signer) = (Tiles::new(&directory, published.size), self.log_signer()?);
        let export = Export { from, to, first, checkpoint: &published.note, tiles: &tiles, signer: &signer };
        let leaves = Pages { broker: self, next: first, end, page: Vec::new().into_iter() };
        bundle::fill(sink, &export, leaves).map_err(|e| match e {
            ExportError::Write(e) => Failure::Conflict(format!("cannot write the bundle: {e}")),
            other => Failure::Fault(Fault::Ledger(other.to_string())),
        })
    }
}

/// Leaves of a range, page by page.
struct Pages<'b> {
    broker: &'b Broker,
    next: u64,
    end: u64,
    page: std::vec::IntoIter<(entries::Numbered, Ordinals)>,
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
        let opened = entry.sealed.map(|sealed| self.broker.open_record(entry.id, &sealed)).transpose();
        Some(opened.map(|opened| ExportLeaf { leaf: entry.leaf, opened, ordinals }))
    }
}

/// A bundle in memory, to be packed.
#[derive(Debug, Default)]
struct Archive(std::collections::BTreeMap<String, Vec<u8>>);

impl Sink for Archive {
    fn append(&mut self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.0.entry(name.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    }
    fn close(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Archive {
    /// The same bundle gives the same bytes: names in order, the end of the period as the time of every file.
    fn bytes(self, at: At) -> std::io::Result<Vec<u8>> {
        let mut out = tar::Builder::new(Vec::new());
        for (name, bytes) in self.0 {
            let mut header = tar::Header::new_ustar();
            header.set_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            header.set_mode(0o644);
            header.set_mtime(u64::try_from(at.unix_s()).unwrap_or(0));
            header.set_cksum();
            out.append_data(&mut header, format!("bundle/{name}"), bytes.as_slice())?;
        }
        out.into_inner()
    }
}
