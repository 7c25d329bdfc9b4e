//! What was erased is erased again in a database that is brought back from before. The leaves that each tombstone names are listed beside the log and
//! beside its anchor, by number and id of their entries and nothing else, before a checkpoint that holds the tombstone is published. A database that is behind
//! its log misses those tombstones, and has the records: they go before anything else is done with it. Numbers find them, ids see to it that they are those.
//!
//! Deliberately absent: that it is behind (`sequence`), and copies that nobody brings back.
use super::retain::Gone;
use super::sequence::Directory;
use super::{Broker, Failure};
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::record::{Event, Ground, Record};
use crate::store::{Fault, entries, record_keys};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The list, in the log directory; beside the anchor it ends so.
pub(super) const ERASED: &str = "erased";
/// Records that go in one story: a few milliseconds of the writer.
const PAGE: usize = 256;

/// A line of the list: a tombstone's number, whether its subscriber's key went too, and the leaves that it names, with their entries.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    tombstone: u64,
    keys: bool,
    leaves: Vec<(u64, EntryId)>,
}

impl Line {
    fn text(&self) -> String {
        let leaves: Vec<String> = self.leaves.iter().map(|(leaf, id)| format!("{leaf}:{id}")).collect();
        format!("{} {} {} .\n", self.tombstone, if self.keys { "key" } else { "records" }, leaves.join(","))
    }

    /// `None` for what is no line, such as one that a crash cut short.
    fn parse(text: &str) -> Option<Line> {
        let mut words = text.strip_suffix(" .")?.split(' ');
        let tombstone = words.next()?.parse().ok()?;
        let keys = match words.next()? {
            "key" => true,
            "records" => false,
            _ => return None,
        };
        let leaves = words.next()?.split(',').filter(|leaf| !leaf.is_empty());
        let read = |leaf: &str| {
            let (number, id) = leaf.split_once(':')?;
            Some((number.parse().ok()?, EntryId::parse(id)?))
        };
        let leaves = leaves.map(read).collect::<Option<_>>()?;
        words.next().is_none().then_some(Line { tombstone, keys, leaves })
    }
}

fn failed(e: std::io::Error) -> Failure {
    Failure::Fault(Fault::Ledger(format!("cannot keep the list of what was erased: {}", e.kind())))
}

fn append(path: &Path, lines: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).read(true).open(path)?;
    let mut last = [b'\n'];
    if file.metadata()?.len() > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    // Behind a line that a crash cut short another begins.
    if last != [b'\n'] {
        file.write_all(b"\n")?;
    }
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}

impl Broker {
    /// Lists what the tombstones with these numbers name, in both places.
    pub(super) fn list_erased(&self, tombstones: &[u64]) -> Result<(), Failure> {
        let mut lines = String::new();
        for number in tombstones {
            let found = self.store.read("ledger.erased", |tx| entries::with_records(tx, *number, 1))?;
            let tombstone = found.into_iter().find(|e| e.seq == *number);
            let Some((id, sealed)) = tombstone.and_then(|e| Some((e.id, e.sealed?))) else { continue };
            let (_, canonical) = self.open_record(id, &sealed)?;
            let record: Record = serde_json::from_slice(&canonical).map_err(|_| Fault::Corrupt("records"))?;
            if let Event::Erasure { leaves, ground, .. } = record.event {
                let keys = matches!(ground, Ground::Subscriber | Ground::Operator);
                let entry = |leaf: u64| {
                    let found = self.store.read("ledger.erased", |tx| entries::with_records(tx, leaf, 1))?;
                    let found = found.into_iter().find(|e| e.seq == leaf);
                    Ok((leaf, found.ok_or(Fault::Corrupt("entries"))?.id))
                };
                let leaves = leaves.into_iter().map(entry).collect::<Result<_, Fault>>()?;
                lines.push_str(&Line { tombstone: *number, keys, leaves }.text());
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        std::fs::create_dir_all(&self.settings.log_dir).map_err(failed)?;
        let [own, beside @ ..] = &self.lists()[..] else { return Ok(()) };
        append(own, &lines).map_err(failed)?;
        for path in beside {
            // One that was not there yet begins with all that is known.
            if path.exists() {
                append(path, &lines).map_err(failed)?;
            } else {
                std::fs::copy(own, path).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Where the list is kept: in the log directory, and beside the anchor where there is one.
    fn lists(&self) -> Vec<PathBuf> {
        let own = Directory(self.settings.log_dir.clone()).0.join(ERASED);
        let beside = self.anchor_path().map(|anchor| {
            let mut name = anchor.as_os_str().to_owned();
            name.push(".erased");
            PathBuf::from(name)
        });
        std::iter::once(own).chain(beside).collect()
    }

    /// Erases whatever the lists name and this database has still, because it is from before. How many records.
    pub(super) fn erase_again(&self) -> Result<u64, Failure> {
        let size = self.store.read("ledger.size", entries::size)?;
        let mut due: BTreeMap<(u64, EntryId), bool> = BTreeMap::new();
        for path in self.lists() {
            let file = match std::fs::File::open(&path) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                file => file.map_err(failed)?,
            };
            for line in BufReader::new(file).lines() {
                let line = Line::parse(&line.map_err(failed)?).filter(|line| line.tombstone >= size);
                for (leaf, keys) in line.iter().flat_map(|l| l.leaves.iter().map(|leaf| (*leaf, l.keys))) {
                    *due.entry(leaf).or_default() |= keys;
                }
            }
        }
        let (mut gone, mut whose) = (Vec::new(), BTreeSet::new());
        for ((leaf, id), keys) in due.into_iter().filter(|((leaf, _), _)| *leaf < size) {
            let number = i64::try_from(leaf).map_err(|_| Fault::Corrupt("entries"))?;
            let found = self.store.read("records.again", |tx| record_keys::aged(tx, number, 1))?;
            let found = found.into_iter().find(|one| one.seq == number && one.entry == id);
            if let Some((about, _)) = found.and_then(|one| one.about) {
                gone.push(Gone { seq: number, entry: id, whose: about });
                if keys {
                    whose.insert(about);
                }
            }
        }
        self.destroy_again(&gone, &whose)
    }

    fn destroy_again(&self, gone: &[Gone], whose: &BTreeSet<SubscriberId>) -> Result<u64, Failure> {
        let now = self.now()?;
        whose.iter().try_for_each(|id| self.rekey(*id).map(drop))?;
        for page in gone.chunks(PAGE) {
            // Where another process was faster it is done.
            self.retire(page.to_vec(), Ground::Restored, now, |_| Ok(()))?;
        }
        if !gone.is_empty() {
            self.clear();
            tracing::warn!(
                records = gone.len(),
                "this database is from before erasures; they were made again"
            );
        }
        Ok(gone.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written_and_half_a_line_is_none() {
        for line in [
            Line { tombstone: 12, keys: true, leaves: vec![(3, EntryId([3; 16])), (11, EntryId([4; 16]))] },
            Line { tombstone: 0, keys: false, leaves: vec![] },
        ] {
            assert_eq!(Line::parse(line.text().trim_end_matches('\n')), Some(line));
        }
        for torn in [
            "",
            "12",
            "12 key",
            "12 key 3",
            "12 key 3 .",
            "12 ke  .",
            "12 key 3:ent_7 .",
            "12 key  4 .",
            "x key  .",
        ] {
            assert_eq!(Line::parse(torn), None, "{torn}");
        }
    }

    #[test]
    fn what_follows_a_line_that_was_cut_short_stands_by_itself() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("erased");
        append(&path, "1 key  .\n").unwrap();
        std::fs::write(&path, "1 key  .\n2 records 7").unwrap();
        append(&path, "3 key  .\n").unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let read: Vec<_> = text.lines().filter_map(Line::parse).map(|line| line.tombstone).collect();
        assert_eq!(read, [1, 3]);
    }
}
