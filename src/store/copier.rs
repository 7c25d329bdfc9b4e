//! Copies SQLite's write-ahead log back into the database beside the writer, so that no story waits for the flush of the database
//! file: that takes tens of milliseconds, the flush of the log one or two. Deliberately absent: any row.
use super::Fault;
use super::room::Room;
use super::writer::{Job, PATIENCE};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Between two looks at the log.
const PAUSE: Duration = Duration::from_millis(100);
/// Pages of the log that are copied together: 16 MiB. Most of them are the same few pages again, which are copied once.
const PORTION: i32 = 4096;
/// A log of so many pages, 32 MiB, is begun anew: readers look through all of it.
const LONG: i32 = 8192;
/// A log of so many pages, 1 MiB, is copied back at once where there is no room for a longer one.
const SHORT: i32 = 256;
/// So few pages may be left to the writer.
const FEW: i32 = 64;
/// Rounds of copying before the writer takes the rest, however much.
const TIMES: usize = 64;

/// The copier stops when this is dropped, and has closed then. Fields are dropped in their order.
#[derive(Debug)]
pub(super) struct Handle {
    _alive: Sender<()>,
    _ended: Ended,
}

/// Waits for a thread to end when it is dropped. A connection that is closed later than its owner thinks deletes the log of whoever made a database at
/// the same path since: SQLite does that by name.
#[derive(Debug)]
pub(super) struct Ended(pub(super) Option<JoinHandle<()>>);

impl Drop for Ended {
    fn drop(&mut self) {
        // A story may hold the last of everything.
        let elsewhere = self.0.take().filter(|thread| thread.thread().id() != std::thread::current().id());
        if elsewhere.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("a thread of the store panicked");
        }
    }
}

/// How far copying is, in pages.
#[derive(QueryableByName)]
struct Log {
    #[diesel(sql_type = Integer)]
    log: i32,
    #[diesel(sql_type = Integer)]
    checkpointed: i32,
}

/// Whether somebody was in the way.
#[derive(QueryableByName)]
struct Cut {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Copies what the log holds now; neither waits for anybody nor makes anybody wait (SQLite's passive checkpoint).
///
/// SQLite counts portions as copied before the database is flushed, and does not copy them anew when that fails. So where the disk failed nothing is
/// copied any more before the next start, which counts from nothing.
pub(super) fn copy(c: &mut SqliteConnection, room: &Room) -> Result<(), Fault> {
    checkpoint::<Log>(c, "PRAGMA wal_checkpoint(PASSIVE)", room).map(drop)
}

/// The same, once the log has become longer than a full disk should have to hold twice.
pub(super) fn copy_long(c: &mut SqliteConnection, room: &Room) -> Result<(), Fault> {
    if left(c)?.0 < SHORT { Ok(()) } else { copy(c, room) }
}

fn checkpoint<T: QueryableByName<diesel::sqlite::Sqlite> + 'static>(
    c: &mut SqliteConnection,
    how: &str,
    room: &Room,
) -> Result<T, Fault> {
    let done = diesel::sql_query(how).get_result(c).map_err(Fault::from);
    if matches!(done, Err(Fault::Failing)) {
        room.fail();
    }
    done
}

/// Copies the log and cuts it to nothing, so that no page of before lies in the file. While it is at it nothing is written, so that who begins to read needs
/// the log no more: only who reads already is waited for, a tenth of a second at most. `Busy` where one reads for longer.
pub(super) fn cut(c: &mut SqliteConnection, room: &Room) -> Result<(), Fault> {
    c.batch_execute("PRAGMA busy_timeout=100")?;
    let cut: Result<Cut, Fault> = checkpoint(c, "PRAGMA wal_checkpoint(TRUNCATE)", room);
    c.batch_execute(PATIENCE)?;
    match cut {
        Ok(Cut { busy: 0 }) => Ok(()),
        Err(e @ (Fault::Full | Fault::Failing)) => Err(e),
        _ => Err(Fault::Busy),
    }
}

/// Pages that are in the log only.
fn left(c: &mut SqliteConnection) -> Result<(i32, i32), Fault> {
    let now: Log = diesel::sql_query("PRAGMA wal_checkpoint(NOOP)").get_result(c)?;
    Ok((now.log, now.log - now.checkpointed.max(0)))
}

pub(super) fn start(mut c: SqliteConnection, writer: Sender<Job>, room: Arc<Room>) -> Handle {
    let (alive, dropped) = channel::<()>();
    let named = std::thread::Builder::new().name("copier".to_owned());
    // Without the thread the log grows until the database is closed; nothing is lost.
    let thread = named.spawn(move || {
        while dropped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) && !room.has_failed() {
            // What there is no room for now is tried again after the pause.
            if step(&mut c, &room).unwrap_or(false) && writer.send(Job::CopyRest).is_err() {
                break;
            }
        }
        if room.has_failed() {
            // As the writer leaves his.
            std::mem::forget(c);
        }
    });
    Handle { _alive: alive, _ended: Ended(thread.ok()) }
}

/// Copies a portion if there is one. True when the log is long and only the writer can copy the rest: beside him more comes.
fn step(c: &mut SqliteConnection, room: &Room) -> Result<bool, Fault> {
    let (log, mut rest) = left(c)?;
    if rest < PORTION {
        return Ok(false);
    }
    // SQLite flushes the database only when nothing was added to the log meanwhile. Each time there is less to copy.
    for _ in 0..TIMES {
        copy(c, room)?;
        rest = left(c)?.1;
        if rest < FEW {
            break;
        }
    }
    Ok(log >= LONG)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::domain::notice::Notice;
    use crate::store::{Store, consents, migrate};
    use std::sync::Arc;
    use std::time::Instant;

    #[test]
    fn a_log_that_grew_long_is_copied_back_and_begun_anew_while_stories_go_on() {
        let dir = tempfile::tempdir().unwrap();
        let url = dir.path().join("dongui.db").display().to_string();
        migrate::run(&url).unwrap();
        let store = Store::open(&url, Arc::new(SystemRng::new()), Arc::new(metrics::NoopRecorder)).unwrap();
        let mut beside = SqliteConnection::establish(&url).unwrap();
        let (began, mut longest) = (Instant::now(), 0);
        // Each story writes some 64 pages.
        for n in 0.. {
            let notice = Notice { locale: "en".to_owned(), text: "x".repeat(250_000) };
            store.write("test.notice", move |tx| consents::put_notice(tx, &format!("{n}"), &notice)).unwrap();
            let (log, _) = left(&mut beside).unwrap();
            longest = longest.max(log);
            if longest >= LONG && log < LONG / 4 {
                return;
            }
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "the log was never begun anew: {longest} pages"
            );
        }
    }

    #[test]
    fn a_store_that_is_dropped_has_closed_and_another_may_be_made_in_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let url = dir.path().join("dongui.db").display().to_string();
        let notice = Notice { locale: "en".to_owned(), text: "x".to_owned() };
        for _ in 0..20 {
            migrate::run(&url).unwrap();
            let rng = Arc::new(SystemRng::new());
            let store = Store::open(&url, rng, Arc::new(metrics::NoopRecorder)).unwrap();
            let told = notice.clone();
            store.write("test", move |tx| consents::put_notice(tx, "a", &told)).unwrap();
            drop(store);
            let left = std::fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap().path());
            for file in left.collect::<Vec<_>>() {
                let name = file.display().to_string();
                assert!(!name.ends_with("-wal"), "the log of what was closed: {name}");
                std::fs::remove_file(file).unwrap();
            }
        }
    }
}
