//! Group commit on SQLite: one thread, many stories, one `fsync`.
use super::room::{Room, Stops};
use super::{Fault, Tx, copier};
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use metrics::Histogram;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use tokio::sync::oneshot;

/// How long a lock is waited for.
pub(super) const PATIENCE: &str = "PRAGMA busy_timeout=10000";
/// Waiting comes first: the others may meet a process that is just closing the same file. Copying the log back is the
/// `copier`'s.
pub(super) const PRAGMAS: &str = "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
     PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32768;";
/// Stories in one commit at most, so that the first does not wait for long.
const GROUP: usize = 256;
/// Times that the log is tried to be cut, and how long between two: ten seconds, as long as anybody waits for a lock.
const SCRUBS: usize = 20;
const BETWEEN_SCRUBS: Duration = Duration::from_millis(400);

pub(super) trait Story: Send {
    /// When it is refused while the disk fills up.
    fn stops(&self) -> Stops;
    /// Runs inside a transaction; an error undoes it.
    fn run(&mut self, c: &mut SqliteConnection) -> Result<(), Lost>;
    /// Called once the group's commit is durable, or nothing of the story was kept.
    fn answer(self: Box<Self>, kept: Result<(), Lost>);
}

/// Why nothing of a story or a group was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// A story ended in a fault of its own.
    Story,
    /// No room.
    Full,
    /// The disk failed, or refused for a reason that is not known here.
    Disk,
    /// Anything else between the engine and the database.
    Engine,
}

impl Lost {
    /// As a step between stories failed.
    fn of(e: diesel::result::Error) -> Lost {
        match Fault::from(e) {
            Fault::Full => Lost::Full,
            Fault::Failing => Lost::Disk,
            _ => Lost::Engine,
        }
    }
    fn fault(self) -> Fault {
        match self {
            Lost::Full => Fault::Full,
            Lost::Disk => Fault::Failing,
            Lost::Story | Lost::Engine => Fault::Database("commit failed; nothing of the story was kept"),
        }
    }
}

struct Queued<T, F> {
    f: F,
    stops: Stops,
    out: Option<Result<T, Fault>>,
    to: Waiting<T>,
}

/// Who waits for an answer.
enum Waiting<T> {
    /// A thread.
    Thread(Sender<Result<T, Fault>>),
    /// A task, which leaves its thread to others meanwhile.
    Task(oneshot::Sender<Result<T, Fault>>),
}

impl<T: Send, F: FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send> Story for Queued<T, F> {
    fn stops(&self) -> Stops {
        self.stops
    }
    fn run(&mut self, c: &mut SqliteConnection) -> Result<(), Lost> {
        let out = (self.f)(&mut Tx::Sqlite(c));
        let kept = match &out {
            Ok(_) => Ok(()),
            Err(Fault::Full) => Err(Lost::Full),
            Err(_) => Err(Lost::Story),
        };
        self.out = Some(out);
        kept
    }
    fn answer(self: Box<Self>, kept: Result<(), Lost>) {
        let out = match (self.out, kept) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(lost)) => Err(lost.fault()),
            (Some(Ok(out)), Ok(())) => Ok(out),
            (None, Ok(())) => Err(Fault::Database("the story did not run")),
        };
        // The caller may have gone away; the story is committed all the same.
        match self.to {
            Waiting::Thread(to) => drop(to.send(out)),
            Waiting::Task(to) => drop(to.send(out)),
        }
    }
}

/// What the writer thread does.
pub(super) enum Job {
    Story(Box<dyn Story>),
    /// The rest of the log is copied back between two groups, so that the next one begins it anew.
    CopyRest,
    /// The log is copied back whole and cut to nothing, so that nothing that was deleted lies in it.
    Scrub(Sender<Result<(), Fault>>),
}

/// The writer thread's queue. Fields are dropped in their order: the copier ends, then the writer has no more to do.
pub struct Writer {
    _copier: copier::Handle,
    jobs: Sender<Job>,
    _ended: copier::Ended,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("writer")
    }
}

impl Writer {
    /// Starts with two connections to one database: one that writes and one for the copier.
    pub(super) fn start(
        writing: SqliteConnection,
        copying: SqliteConnection,
        groups: Histogram,
        room: Arc<Room>,
    ) -> Writer {
        let ((jobs, from), beside) = (channel(), Arc::clone(&room));
        // A name, so that whoever measures can tell it from the others.
        let named = std::thread::Builder::new().name("writer".to_owned());
        // Without a thread every story is answered that the writer has stopped.
        let thread = named.spawn(move || work(writing, &from, &groups, &room));
        let _copier = copier::start(copying, jobs.clone(), beside);
        Writer { _copier, jobs, _ended: copier::Ended(thread.ok()) }
    }

    pub(super) fn write<T: Send + 'static>(
        &self,
        stops: Stops,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (to, from) = channel();
        self.send(stops, f, Waiting::Thread(to))?;
        from.recv().map_err(|_| stopped())?
    }

    /// The same for a task: queued at once, answered when it is awaited.
    pub(super) fn queue<T: Send + 'static>(
        &self,
        stops: Stops,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> impl Future<Output = Result<T, Fault>> {
        let (to, from) = oneshot::channel();
        let sent = self.send(stops, f, Waiting::Task(to));
        async move {
            sent?;
            from.await.map_err(|_| stopped())?
        }
    }

    /// Copies the log back and cuts it. Readers that are looking are waited for here, not by the thread that stories wait for.
    pub(super) fn scrub(&self) -> Result<(), Fault> {
        for _ in 0..SCRUBS {
            let (to, from) = channel();
            self.jobs.send(Job::Scrub(to)).map_err(|_| stopped())?;
            match from.recv().map_err(|_| stopped())? {
                Err(Fault::Busy) => std::thread::sleep(BETWEEN_SCRUBS),
                out => return out,
            }
        }
        Err(Fault::Busy)
    }

    fn send<T: Send + 'static>(
        &self,
        stops: Stops,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
        to: Waiting<T>,
    ) -> Result<(), Fault> {
        self.jobs.send(Job::Story(Box::new(Queued { f, stops, out: None, to }))).map_err(|_| stopped())
    }
}

fn stopped() -> Fault {
    Fault::Unreachable("the writer has stopped".to_owned())
}

fn work(mut c: SqliteConnection, from: &Receiver<Job>, groups: &Histogram, room: &Room) {
    while let Ok(first) = from.recv() {
        let (mut group, mut copy, mut scrubs) = (Vec::new(), false, Vec::new());
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Story(story) => group.push(story),
                Job::CopyRest => copy = true,
                Job::Scrub(to) => scrubs.push(to),
            }
            next = if group.len() < GROUP { from.try_recv().ok() } else { None };
        }
        if copy && !room.has_failed() {
            // What is not copied now is copied the next time.
            let _later = copier::copy(&mut c, room);
        }
        // Whoever waits for it did not send his story with it: nothing of his is in this group.
        for to in scrubs {
            let cut = if room.has_failed() { Err(Fault::Failing) } else { copier::cut(&mut c, room) };
            drop(to.send(cut));
        }
        write(&mut c, group, groups, room);
    }
    if room.has_failed() {
        // Closing would copy the log back, which may be all that the disk still has of what was acknowledged.
        std::mem::forget(c);
    }
}

/// Writes a group and answers it.
fn write(c: &mut SqliteConnection, mut group: Vec<Box<dyn Story>>, groups: &Histogram, room: &Room) {
    for refused in group.extract_if(.., |story| room.takes(story.stops()).is_err()) {
        refused.answer(Err(if room.has_failed() { Lost::Disk } else { Lost::Full }));
    }
    if group.is_empty() {
        return;
    }
    let kept = match run(c, &mut group, Undo::Group) {
        // Rare: stories are run again, each so that it can be undone by itself.
        Err(Lost::Story) => run(c, &mut group, Undo::Story),
        kept => kept,
    };
    match understood(kept, room) {
        Ok(()) => groups.record(group.len() as f64),
        Err(Lost::Full) => return write_to_the_last(c, group, room),
        Err(_) => {}
    }
    group.into_iter().for_each(|story| story.answer(understood(kept, room)));
    if room.level() == Stops::Last {
        // So that the next one begins the log anew instead of making it longer.
        let _later = copier::copy_long(c, room);
    }
}

/// The disk is full: what could wait is refused, and what stops last is written, each by itself so that none fails for another's length, in the room
/// of the ballast if there is no other.
fn write_to_the_last(c: &mut SqliteConnection, group: Vec<Box<dyn Story>>, room: &Room) {
    room.run_out();
    for mut story in group {
        let stops = story.stops();
        let mut alone = |c: &mut SqliteConnection| {
            room.takes(stops).map_err(|_| Lost::Full)?;
            understood(run(c, std::slice::from_mut(&mut story), Undo::Group), room)
        };
        let mut kept = alone(c);
        if kept == Err(Lost::Full) && stops == Stops::Last {
            room.give_up();
            let _later = copier::copy(c, room);
            kept = alone(c);
        }
        story.answer(kept);
    }
}

/// What an error of the disk means: that it is full, or that it is not to be trusted any more.
fn understood(kept: Result<(), Lost>, room: &Room) -> Result<(), Lost> {
    match kept {
        Err(Lost::Disk) if room.is_out() => Err(Lost::Full),
        Err(Lost::Disk) => {
            room.fail();
            Err(Lost::Disk)
        }
        kept => kept,
    }
}

/// What is undone when a story fails: the whole group, which spares a savepoint a story, or that story.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undo {
    Group,
    Story,
}

/// Runs a group in one transaction; when it fails, nothing of it is kept.
fn run(c: &mut SqliteConnection, group: &mut [Box<dyn Story>], undo: Undo) -> Result<(), Lost> {
    let done = steps(c, group, undo);
    if done.is_err() {
        let _none_open = c.batch_execute("ROLLBACK");
    }
    done
}

fn steps(c: &mut SqliteConnection, group: &mut [Box<dyn Story>], undo: Undo) -> Result<(), Lost> {
    let step = |c: &mut SqliteConnection, sql: &str| c.batch_execute(sql).map_err(Lost::of);
    step(c, "BEGIN IMMEDIATE")?;
    for story in group.iter_mut() {
        match undo {
            Undo::Group => story.run(c)?,
            Undo::Story => {
                step(c, "SAVEPOINT story")?;
                let end = match story.run(c) {
                    Ok(()) => "RELEASE story",
                    Err(Lost::Story) => "ROLLBACK TO story; RELEASE story",
                    Err(lost) => return Err(lost),
                };
                step(c, end)?;
            }
        }
    }
    step(c, "COMMIT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::domain::notice::Notice;
    use crate::store::{consents, migrate};
    use diesel::Connection;
    use metrics::with_local_recorder;

    /// A writer that finds so many pages and no more, and the room that it knows of.
    fn writer(dir: &std::path::Path, more: u32) -> (Writer, Arc<Room>) {
        let path = dir.join("dongui.db").display().to_string();
        migrate::run(&path).unwrap();
        let open = || {
            let mut c = SqliteConnection::establish(&path).unwrap();
            c.batch_execute(PRAGMAS).unwrap();
            c
        };
        let mut writing = open();
        // What a full disk answers: the same error, at the same places.
        let pages: Pages =
            diesel::RunQueryDsl::get_result(diesel::sql_query("PRAGMA page_count"), &mut writing).unwrap();
        writing
            .batch_execute(&format!("PRAGMA max_page_count={}", pages.page_count + i64::from(more)))
            .unwrap();
        let room = Arc::new(Room::beside(&path, Arc::new(SystemRng::new())));
        let groups = with_local_recorder(&metrics::NoopRecorder, || metrics::histogram!("groups"));
        (Writer::start(writing, open(), groups, Arc::clone(&room)), room)
    }

    #[derive(diesel::QueryableByName)]
    struct Pages {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        page_count: i64,
    }

    /// A story of so many bytes under a name.
    fn tells(
        name: &'static str,
        bytes: usize,
    ) -> impl FnMut(&mut Tx<'_>) -> Result<(), Fault> + Send + 'static {
        let notice = Notice { locale: "en".to_owned(), text: "x".repeat(bytes) };
        move |tx| consents::put_notice(tx, name, &notice)
    }

    #[test]
    fn a_story_that_stops_last_is_kept_though_there_is_no_room_for_another_in_its_group() {
        let dir = tempfile::tempdir().unwrap();
        let (writer, room) = writer(dir.path(), 8);
        let (go, wait) = channel::<()>();
        // The writer is held up, so that what is queued meanwhile is one group.
        let held = writer.queue(Stops::Last, move |_| {
            let _let_go = wait.recv();
            Ok(())
        });
        let large = writer.queue(Stops::First, tells("large", 400_000));
        let small = writer.queue(Stops::Last, tells("small", 100));
        let given = writer.queue(Stops::Second, tells("given", 100));
        drop(go);
        let all = async { (held.await, large.await, small.await, given.await) };
        let (held, large, small, given) = actix_web::rt::System::new().block_on(all);
        assert!(held.is_ok() && small.is_ok(), "{held:?} {small:?}");
        assert!(matches!(large, Err(Fault::Full)), "{large:?}");
        assert!(matches!(given, Err(Fault::Full)), "{given:?}");
        assert_eq!(room.level(), Stops::Last);
        assert!(matches!(writer.write(Stops::Second, tells("later", 1)), Err(Fault::Full)));
        writer.write(Stops::Last, tells("last", 1)).unwrap();
        // What was refused is written by whoever sends it again when there is room.
        room.keep();
        writer.write(Stops::First, tells("given", 100)).unwrap();
    }
}
