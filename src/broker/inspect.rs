//! Recomputes the ledger from what is stored: entries, records, counters, tiles, checkpoint. Whatever is not what comes out is named.
//!
//! Nothing is written and nothing stopped; a server may go on meanwhile. Deliberately absent: mending. What is wrong comes back from a
//! copy that is right, never from what merely fits.
use super::outside::WITNESSED;
use super::sequence::Directory;
use super::tombstone::Tombstones;
use super::{Broker, Failure};
use crate::crypt::hash::commitment;
use crate::crypt::hex;
use crate::domain::canonical;
use crate::domain::entry::Leaf;
use crate::domain::id::EntryId;
use crate::domain::record::{Event, Record};
use crate::domain::time::{At, HOUR_US};
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::inspect::{Inspector, Wrong};
use crate::ledger::tally::{Absent, Chains, Opened, Ordinal, Ordinals};
use crate::ledger::tile::{TileSource, Tiles};
use crate::store::inspected::{self, Counted, StoredEntry, StoredOrdinals};
use crate::store::{Fault, counters};

/// Entries read at a time.
const PAGE: u32 = 1024;
/// Findings that are named; the rest is counted.
const NAMED: usize = 1000;

/// What an inspection found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Entries with a number.
    pub entries: u64,
    /// Entries that wait for one.
    pub waiting: u64,
    /// Records opened and compared with their leaves.
    pub records: u64,
    /// Entries whose record is erased.
    pub erased: u64,
    /// Files of the log that were compared.
    pub files: u64,
    /// What is wrong, the first thousand.
    pub wrong: Vec<Wrong>,
    /// How many more.
    pub more: u64,
}

impl Inspection {
    /// Whether everything is as it was recorded.
    pub fn is_sound(&self) -> bool {
        self.wrong.is_empty()
    }

    fn name(&mut self, wrong: Wrong) {
        if self.wrong.len() < NAMED { self.wrong.push(wrong) } else { self.more += 1 }
    }
}

impl Broker {
    /// Inspects everything. `tell` hears now and then how many entries of how many are done.
    ///
    /// # Errors
    /// The database or the log directory cannot be read at all; what can be read and is wrong is no error.
    pub fn inspect(&self, tell: &mut dyn FnMut(u64, u64)) -> Result<Inspection, Failure> {
        let mut found = Inspection::default();
        let directory = Directory(self.settings.log_dir.clone());
        // The checkpoint before the files, the files before the rows: each may only be ahead of what was read before.
        let head = self.head(&directory, &mut found)?;
        let paths = directory.paths().map_err(|e| {
            Failure::Fault(Fault::Ledger(format!("cannot read the log directory: {}", e.kind())))
        })?;
        if head.is_none() && !paths.is_empty() {
            found.name(Wrong::at("checkpoint", "is missing or worthless, and there are tiles"));
        }
        for said in self.store.read("inspect.engine", |tx| inspected::unsound(tx, 100))? {
            found.name(Wrong::at("database", said));
        }
        let counted = self.store.read("inspect.counted", inspected::counted)?;
        let end = compare(&counted, &mut found);
        self.compare_kept(&directory, head.as_ref(), &mut found)?;
        let mut inspector = Inspector::new(&directory, &paths, head.as_ref().map_or(0, |h| h.size));
        let ordered = u64::try_from(counted.ordered).unwrap_or(0);
        let mut walk =
            Walk { inspector: &mut inspector, chains: Chains::from(0), tombstones: Tombstones::default() };
        let from = self.compare_rows((end, ordered), &mut walk, &mut found, tell)?;
        let mut tombstones = walk.tombstones;
        let (wrong, files) = inspector.finish(head.as_ref().map(|h| &h.root));
        found.files = files + u64::from(head.is_some());
        wrong.into_iter().for_each(|w| found.name(w));
        self.compare_waiting(&mut tombstones, &mut found)?;
        self.look_for_later(from, &mut tombstones)?;
        tombstones.finish().into_iter().for_each(|wrong| found.name(wrong));
        for id in self.store.read("inspect.strays", |tx| inspected::strays(tx, NAMED as i64))? {
            found.name(Wrong::at(format!("record {}", named(&id)), "belongs to no entry"));
        }
        for seq in self.store.read("inspect.strays", |tx| {
            let given = i64::try_from(inspected::counter(tx, counters::ORDINALS)?).unwrap_or(i64::MAX);
            inspected::stray_ordinals(tx, counted.ordered.max(given), NAMED as i64)
        })? {
            found.name(Wrong::at(format!("entry {seq}"), "has ordinals and no turn for them"));
        }
        Ok(found)
    }

    /// The published checkpoint; one that does not verify is named.
    fn head(&self, directory: &Directory, found: &mut Inspection) -> Result<Option<Checkpoint>, Failure> {
        let Some(bytes) = directory.read("checkpoint") else { return Ok(None) };
        let verifier = self.log_verifier()?;
        let opened = String::from_utf8(bytes).map_err(|_| "is not text".to_owned());
        let opened =
            opened.and_then(|note| Checkpoint::open(&note, &verifier).map_err(|e| format!("fails: {e}")));
        Ok(opened.map_err(|what| found.name(Wrong::at("checkpoint", what))).ok())
    }

    /// Compares the cosigned checkpoint and the anchor with the tree. Each line must be the log's or that of a witness it asks.
    fn compare_kept(
        &self,
        directory: &Directory,
        head: Option<&Checkpoint>,
        found: &mut Inspection,
    ) -> Result<(), Failure> {
        let verifier = self.log_verifier()?;
        let tiles = Tiles::new(directory, head.map_or(0, |h| h.size));
        let anchor = self.anchored();
        let anchor = anchor
            .map(|note| ("anchor", note))
            .filter(|(_, note)| note.as_ref().is_none_or(|n| !n.is_empty()));
        let witnessed = directory.read(WITNESSED).map(|bytes| (WITNESSED, String::from_utf8(bytes).ok()));
        for (place, note) in [witnessed, anchor].into_iter().flatten() {
            let note = note.unwrap_or_default();
            let opened = Checkpoint::open(&note, &verifier).map_err(|e| format!("fails: {e}"));
            let what = opened.and_then(|kept| {
                let fits = tiles.root(kept.size).is_ok_and(|root| root == kept.root);
                let lines = match self.heard.policy() {
                    Some(policy) if place == WITNESSED => {
                        1 + policy.witnessed(&note).map_err(|e| e.to_string())?.len()
                    }
                    _ => 1,
                };
                // A checkpoint has three lines, a blank one, and one for each key.
                let strange = self.heard.policy().is_some() && note.lines().count() != 4 + lines;
                match (fits, strange) {
                    (false, _) => Err("is not a checkpoint of this tree".to_owned()),
                    (true, true) => Err("has a line of a key that is not asked".to_owned()),
                    (true, false) => Ok(()),
                }
            });
            found.files += 1;
            what.unwrap_or_else(|what| found.name(Wrong::at(place, what)));
        }
        Ok(())
    }

    /// Hands the entries `0..end` to the inspector, in their order. Gives the number after the last that was looked at.
    fn compare_rows(
        &self,
        (end, ordered): (u64, u64),
        Walk { inspector, chains, tombstones }: &mut Walk<'_, '_>,
        found: &mut Inspection,
        tell: &mut dyn FnMut(u64, u64),
    ) -> Result<i64, Failure> {
        let (mut from, mut next) = (-i64::MAX, 0u64);
        loop {
            let read = self.store.read("inspect.entries", |tx| {
                let page = inspected::numbered(tx, from, PAGE)?;
                let last = page.last().and_then(|e| e.seq);
                let ordinals = last.map(|last| inspected::ordinals(tx, from, last)).transpose()?;
                let grown =
                    (inspected::counter(tx, counters::ENTRIES)?, inspected::counter(tx, counters::ORDINALS)?);
                Ok(last.zip(ordinals).map(|(last, ordinals)| (page, last, ordinals, grown)))
            })?;
            let Some((page, last, ordinals, (numbered, given))) = read else { break };
            for entry in &page {
                let seq = entry.seq.and_then(|n| u64::try_from(n).ok()).filter(|n| (next..end).contains(n));
                let read = self.compare_row(entry, found);
                if entry.seq.is_some_and(|n| (end..numbered).contains(&n.unsigned_abs())) {
                    read.and_then(|r| r.behind).iter().for_each(|b| tombstones.names(&b.erased, true));
                    continue;
                }
                let Some(seq) = seq else {
                    let what = "has a number that is not one of the log";
                    found.name(Wrong::at(format!("entry {}", named(&entry.id)), what));
                    continue;
                };
                while next < seq {
                    inspector.take(None);
                    next += 1;
                }
                match &read {
                    Some(Read { behind: Some(behind), .. }) => tombstones.names(&behind.erased, false),
                    _ if entry.sealed.is_none() => tombstones.misses(seq),
                    _ => {}
                }
                let row = ordinals
                    .binary_search_by_key(&(seq as i64), |row| row.0)
                    .ok()
                    .and_then(|at| ordinals.get(at));
                if let Err(what) = follow(chains, seq, read.as_ref(), row) {
                    found.name(Wrong::at(format!("entry {seq}"), what));
                }
                // Given since the inspection began is well.
                if row.is_some() != (seq < ordered) && !(ordered..given).contains(&seq) {
                    found.name(Wrong::at(
                        format!("entry {seq}"),
                        "has ordinals although it was given none, or the other way round",
                    ));
                }
                inspector.take(Some(&entry.leaf));
                next += 1;
            }
            tell(next, end);
            from = last.saturating_add(1);
            if page.len() < PAGE as usize || from == i64::MAX {
                break;
            }
        }
        while next < end {
            inspector.take(None);
            next += 1;
        }
        found.entries = end;
        Ok(from)
    }

    fn compare_waiting(&self, tombstones: &mut Tombstones, found: &mut Inspection) -> Result<(), Failure> {
        let mut after = Vec::new();
        loop {
            let page = self.store.read("inspect.waiting", |tx| inspected::waiting(tx, &after, PAGE))?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(&last.id);
            found.waiting += page.len() as u64;
            for entry in &page {
                // In no chain yet.
                if let Some(Read { behind: Some(behind), .. }) = self.compare_row(entry, found) {
                    tombstones.names(&behind.erased, true);
                }
                if entry.sealed.is_none() {
                    found.name(Wrong::at(
                        format!("entry {}", named(&entry.id)),
                        "has no record and no number yet",
                    ));
                }
            }
        }
    }

    /// Compares an entry with its record, and its columns with both. Gives what could be read.
    fn compare_row(&self, entry: &StoredEntry, found: &mut Inspection) -> Option<Read> {
        let place =
            entry.seq.map_or_else(|| format!("entry {}", named(&entry.id)), |seq| format!("entry {seq}"));
        let mut name = |what: &str| found.name(Wrong::at(place.as_str(), what));
        let id = EntryId::from_slice(&entry.id);
        // Ids begin with their millisecond.
        let millis = entry.id.first_chunk::<8>().map(|b| u64::from_be_bytes(*b) >> 16);
        if id.is_none() || millis != u64::try_from(entry.at.div_euclid(1000)).ok() {
            name("has an id that is not of its time");
        }
        let leaf = serde_json::from_slice::<Leaf>(&entry.leaf).ok();
        let leaf = leaf.filter(|l| l.v == 1 && canonical::to_vec(l).is_ok_and(|c| c == entry.leaf));
        let Some(leaf) = leaf else {
            name("has a leaf that is not one");
            return None;
        };
        if leaf.hour != At(entry.at).floor(HOUR_US) || leaf.jurisdiction != self.settings.home {
            name("has a leaf of another hour or country");
        }
        let Some(sealed) = entry.record() else {
            found.erased += 1;
            return Some(Read { leaf, behind: None });
        };
        let Some((salt, bytes)) = id.and_then(|id| self.open_record(id, &sealed).ok()) else {
            name("has a record that does not open");
            return Some(Read { leaf, behind: None });
        };
        if hex::encode(&commitment(&salt, &bytes)) != leaf.commitment {
            name("has a record that its leaf does not commit to");
        }
        let Ok(record) = serde_json::from_slice::<Record>(&bytes) else {
            name("has a record of no known form");
            return Some(Read { leaf, behind: None });
        };
        if record.at != At(entry.at) || entry.recorded != Some(entry.at) {
            name("has another time than its record");
        }
        if record.subscriber.map(|s| s.0.to_vec()) != entry.subscriber {
            name("has a row of its record that names another subscriber");
        }
        let said = (record.event.kind(), record.recipient, record.purpose);
        if said != (leaf.kind, leaf.recipient, leaf.purpose) {
            name("has a leaf that says something else than its record");
        }
        found.records += 1;
        let subscriber = record.subscriber.map(|s| s.0.to_vec());
        let erased = match record.event {
            Event::Erasure { leaves, .. } => leaves,
            _ => Vec::new(),
        };
        Some(Read { leaf, behind: Some(Behind { salt, record: bytes, subscriber, erased }) })
    }
}

/// What is followed from entry to entry.
struct Walk<'i, 'd> {
    inspector: &'i mut Inspector<'d>,
    chains: Chains,
    tombstones: Tombstones,
}

/// What could be read of an entry.
struct Read {
    leaf: Leaf,
    behind: Option<Behind>,
}

/// What is behind a leaf.
struct Behind {
    salt: [u8; 32],
    record: Vec<u8>,
    subscriber: Option<Vec<u8>>,
    /// Leaves that it says are erased.
    erased: Vec<u64>,
}

/// Compares the ordinals of an entry with whom it is about, and follows its chains. Chains go on over what could not be read as over what is
/// erased.
fn follow(
    chains: &mut Chains,
    seq: u64,
    read: Option<&Read>,
    row: Option<&StoredOrdinals>,
) -> Result<(), &'static str> {
    let Some(read) = read else { return chains.take(seq, None, Err(Absent::Erased)) };
    let recipient = read.leaf.recipient.map(|r| r.to_string());
    let (mut owners, mut ordinals) = ((None, None), Some(Ordinals::default()));
    if let Some((_, about, about_number, about_before, with, with_number, with_before)) = row {
        let index = |n: i64| u64::try_from(n).ok();
        let ordinal =
            |owner: &Option<Vec<u8>>, number: Option<i64>, before: Option<i64>| match (owner, number) {
                (None, None) => before.is_none().then_some(None),
                (Some(_), Some(number)) => {
                    let before = match before {
                        Some(before) => Some(index(before)?),
                        None => None,
                    };
                    Some(Some(Ordinal { number: index(number)?, before }))
                }
                _ => None,
            };
        let both = (ordinal(about, *about_number, *about_before), ordinal(with, *with_number, *with_before));
        ordinals = both.0.zip(both.1).map(|(subscriber, recipient)| Ordinals { recipient, subscriber });
        owners = (about.clone(), with.clone());
    }
    let opened = read.behind.as_ref().zip(ordinals.as_ref());
    let opened =
        opened.map(|(behind, ordinals)| Opened { salt: &behind.salt, record: &behind.record, ordinals });
    let followed = chains.take(seq, recipient.as_deref(), opened.ok_or(Absent::Erased));
    let about = read.behind.as_ref().map(|behind| behind.subscriber.clone());
    let right = row.is_none()
        || (about.is_none_or(|about| about == owners.0)
            && owners.1 == read.leaf.recipient.map(|r| r.0.to_vec()));
    if ordinals.is_none() || !right {
        return Err("has ordinals in the chains of somebody else");
    }
    followed
}

/// Compares the counters with what they count, and gives how many entries have a number: what two of three say, of the counter, the
/// rows, and the highest number.
fn compare(counted: &Counted, found: &mut Inspection) -> u64 {
    let of = |name: &str| counted.counters.iter().find(|(n, _)| n == name).map(|(_, value)| *value);
    let beyond = counted.highest.map_or(0, |n| n.saturating_add(1));
    let mut name = |counter: &str, what: &str| found.name(Wrong::at(format!("counter {counter}"), what));
    let end = match of(counters::ENTRIES) {
        Some(said) if said == counted.numbered || said == beyond => said,
        Some(_) if counted.numbered == beyond => beyond,
        said => counted.numbered.max(beyond.min(said.unwrap_or(0))),
    };
    if of(counters::ENTRIES) != Some(end) {
        name(counters::ENTRIES, "is not how many entries have a number");
    }
    if of(counters::PERSONS) != Some(counted.persons) {
        name(counters::PERSONS, "is not how many persons have a number");
    }
    if of(counters::TOLD).is_none_or(|told| !(0..=end).contains(&told)) {
        name(counters::TOLD, "is missing or beyond the entries");
    }
    if of(counters::ORDINALS) != Some(counted.ordered) {
        name(counters::ORDINALS, "is not how many entries have ordinals");
    }
    for version in [counters::REFERENCE, counters::REGISTRATIONS, counters::CROWDS] {
        if of(version).is_none_or(|n| n < 0) {
            name(version, "is missing or below nought");
        }
    }
    u64::try_from(end).unwrap_or(0)
}

/// The id of an entry, or the bytes that stand for it.
fn named(id: &[u8]) -> String {
    EntryId::from_slice(id).map_or_else(|| format!("x{}", hex::encode(id)), |id| id.to_string())
}
