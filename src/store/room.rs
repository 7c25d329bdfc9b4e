//! Room on the disk of an embedded database: what is still written while it runs out, and a file that keeps some for the end. Deliberately absent:
//! which story is which; each says so where it is told.
//!
//! SQLite meets a full disk at a commit, when it is too late to make room for a withdrawal. So a ballast lies beside the database. It is given up
//! for stories that stop last and for no others, and made anew when there is room again.
use super::Fault;
use crate::domain::rng::Rng;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Length of the ballast, bytes.
pub const BALLAST: u64 = 32 << 20;
/// With less than this free, bytes, an error of the disk is taken for want of room.
const NOTHING: u64 = 1 << 20;
/// Written at a time, bytes.
const PIECE: usize = 1 << 20;

/// When a story is refused while the disk fills up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stops {
    /// While there is still some room: what tells somebody something, and whatever can wait.
    First,
    /// When there is none: what subscribers give.
    Second,
    /// When the ballast is used up: what ends or holds back, and what lets in whoever wants that.
    Last,
}

impl Stops {
    const ALL: [Stops; 3] = [Stops::First, Stops::Second, Stops::Last];
}

/// What is known of the room on a disk.
pub(super) struct Room {
    ballast: PathBuf,
    rng: Arc<dyn Rng>,
    /// What is refused first now: index of `Stops::ALL`.
    level: AtomicU8,
    failed: AtomicBool,
}

impl Room {
    /// Of the disk that the database at `path` lies on.
    pub(super) fn beside(path: &str, rng: Arc<dyn Rng>) -> Room {
        let ballast = PathBuf::from(format!("{path}-ballast"));
        Room { ballast, rng, level: AtomicU8::new(0), failed: AtomicBool::new(false) }
    }

    /// The first of those that are written for.
    pub(super) fn level(&self) -> Stops {
        let level = usize::from(self.level.load(Ordering::Relaxed));
        Stops::ALL.get(level).copied().unwrap_or(Stops::Last)
    }

    fn set(&self, level: Stops) {
        self.level.store(level as u8, Ordering::Relaxed);
    }

    /// Whether a story is written now.
    pub(super) fn takes(&self, story: Stops) -> Result<(), Fault> {
        if self.has_failed() {
            return Err(Fault::Failing);
        }
        if story < self.level() { Err(Fault::Full) } else { Ok(()) }
    }

    /// There was no room for a story: from now on only those that stop last are written.
    pub(super) fn run_out(&self) {
        self.set(Stops::Last);
    }

    /// Gives up the ballast.
    pub(super) fn give_up(&self) {
        let _gone_before = std::fs::remove_file(&self.ballast);
    }

    /// Gives up the ballast if it was for want of room that a database did not even open: SQLite needs some for its index of the log.
    pub(super) fn gives_up_after(&self, fault: &Fault) -> bool {
        let full = matches!(fault, Fault::Full | Fault::Failing | Fault::Unreachable(_)) && self.is_out();
        if full {
            self.run_out();
            self.give_up();
        }
        full
    }

    /// Whether there is hardly a byte left.
    pub(super) fn is_out(&self) -> bool {
        self.free() < NOTHING
    }

    /// The disk did not keep what was written. What it holds since is not known to this process, and asking it again would only hide that: the pages
    /// that were lost count as written. So nothing is written any more until the next start, which copies the whole log anew.
    pub(super) fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// Looks how much room there is, and makes the ballast if it is missing and can be. What was stopped goes on when twice its length is free beside it,
    /// so that it does not stop again at once.
    pub(super) fn keep(&self) -> Stops {
        let (free, there) = (self.free(), self.is_there());
        let wanted = if there { 2 * BALLAST } else { 3 * BALLAST };
        if free >= wanted {
            self.set(if there || self.make().is_ok() { Stops::First } else { Stops::Last });
        } else if !there {
            self.set(Stops::Last);
        } else if free < BALLAST && self.level() == Stops::First {
            self.set(Stops::Second);
        }
        self.level()
    }

    fn is_there(&self) -> bool {
        std::fs::metadata(&self.ballast).is_ok_and(|m| m.len() == BALLAST)
    }

    /// Writes it beside, flushes, renames. Random, so that no file system keeps less of it than its length.
    fn make(&self) -> std::io::Result<()> {
        let beside = PathBuf::from(format!("{}.new", self.ballast.display()));
        let written = || {
            let mut file = std::fs::File::create(&beside)?;
            let mut piece = vec![0; PIECE];
            for _ in 0..BALLAST / PIECE as u64 {
                self.rng.fill(&mut piece);
                file.write_all(&piece)?;
            }
            file.sync_all()?;
            std::fs::rename(&beside, &self.ballast)
        };
        written().inspect_err(|_| {
            let _not_even_begun = std::fs::remove_file(&beside);
        })
    }

    /// Free for this process, bytes.
    fn free(&self) -> u64 {
        let directory = self.ballast.parent().filter(|p| !p.as_os_str().is_empty());
        free(directory.unwrap_or(Path::new(".")))
    }
}

/// A file system that counts no blocks is taken to have room: what it has not shows when something is written.
#[cfg(unix)]
fn free(directory: &Path) -> u64 {
    match rustix::fs::statvfs(directory) {
        Ok(disk) if disk.f_blocks == 0 => u64::MAX,
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(_) => 0,
    }
}

#[cfg(not(unix))]
fn free(_: &Path) -> u64 {
    u64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;

    fn room() -> (tempfile::TempDir, Room) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dongui.db").display().to_string();
        (dir, Room::beside(&path, Arc::new(SystemRng::new())))
    }

    #[test]
    fn what_ends_is_written_when_nothing_else_is_and_everything_goes_on_when_the_ballast_is_there_again() {
        let (dir, room) = room();
        let ballast = dir.path().join("dongui.db-ballast");
        assert_eq!(room.keep(), Stops::First);
        assert_eq!(std::fs::metadata(&ballast).unwrap().len(), BALLAST);
        room.run_out();
        room.give_up();
        assert!(!ballast.exists());
        assert!(matches!(room.takes(Stops::First), Err(Fault::Full)));
        assert!(matches!(room.takes(Stops::Second), Err(Fault::Full)));
        assert!(room.takes(Stops::Last).is_ok());
        assert_eq!(room.keep(), Stops::First);
        assert!(ballast.exists() && room.takes(Stops::First).is_ok());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left lying about");
    }

    #[test]
    fn half_a_ballast_is_none() {
        let (dir, room) = room();
        std::fs::write(dir.path().join("dongui.db-ballast"), b"short").unwrap();
        assert_eq!(room.keep(), Stops::First);
        assert_eq!(std::fs::metadata(dir.path().join("dongui.db-ballast")).unwrap().len(), BALLAST);
    }

    #[test]
    fn a_disk_that_failed_is_written_by_nobody() {
        let (_dir, room) = room();
        room.fail();
        for story in Stops::ALL {
            assert!(matches!(room.takes(story), Err(Fault::Failing)));
        }
        room.keep();
        assert!(room.has_failed(), "room is not what it lacks");
    }
}
