//! Group commit on SQLite: one thread, many stories, one `fsync`.
use super::{Fault, Tx, copier};
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use metrics::Histogram;
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
const SCRUBS: usize = 200;
const BETWEEN_SCRUBS: Duration = Duration::from_millis(50);

pub(super) trait Story: Send {
    /// Runs inside a savepoint; true keeps it.
    fn run(&mut self, c: &mut SqliteConnection) -> bool;
    /// Called once the group's commit is durable, or has failed.
    fn answer(self: Box<Self>, committed: bool);
}

struct Queued<T, F> {
    f: F,
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
    fn run(&mut self, c: &mut SqliteConnection) -> bool {
        let out = (self.f)(&mut Tx::Sqlite(c));
        let keep = out.is_ok();
        self.out = Some(out);
        keep
    }
    fn answer(self: Box<Self>, committed: bool) {
        let out = match self.out {
            Some(Ok(_)) if !committed => Err(Fault::Database("commit failed; nothing of the story was kept")),
            Some(out) => out,
            None => Err(Fault::Database("the story did not run")),
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

/// The writer thread's queue.
pub struct Writer {
    jobs: Sender<Job>,
    _copier: copier::Handle,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("writer")
    }
}

impl Writer {
    /// Starts with two connections to one database: one that writes and one for the copier.
    pub(super) fn start(writing: SqliteConnection, copying: SqliteConnection, groups: Histogram) -> Writer {
        let (jobs, from) = channel();
        // A name, so that whoever measures can tell it from the others.
        let named = std::thread::Builder::new().name("writer".to_owned());
        // Without a thread every story is answered that the writer has stopped.
        let _started = named.spawn(move || work(writing, &from, &groups));
        Writer { _copier: copier::start(copying, jobs.clone()), jobs }
    }

    pub(super) fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (to, from) = channel();
        self.send(f, Waiting::Thread(to))?;
        from.recv().map_err(|_| stopped())?
    }

    /// The same for a task: queued at once, answered when it is awaited.
    pub(super) fn queue<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> impl Future<Output = Result<T, Fault>> {
        let (to, from) = oneshot::channel();
        let sent = self.send(f, Waiting::Task(to));
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
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
        to: Waiting<T>,
    ) -> Result<(), Fault> {
        self.jobs.send(Job::Story(Box::new(Queued { f, out: None, to }))).map_err(|_| stopped())
    }
}

fn stopped() -> Fault {
    Fault::Unreachable("the writer has stopped".to_owned())
}

fn work(mut c: SqliteConnection, from: &Receiver<Job>, groups: &Histogram) {
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
        if copy {
            // What is not copied now is copied the next time.
            let _later = copier::copy(&mut c);
        }
        // Whoever waits for it did not send his story with it: nothing of his is in this group.
        for to in scrubs {
            drop(to.send(copier::cut(&mut c)));
        }
        if group.is_empty() {
            continue;
        }
        let committed = match run(&mut c, &mut group, Undo::Group) {
            Ok(()) => true,
            // Rare: stories are run again, each so that it can be undone by itself.
            Err(Failed::Story) => run(&mut c, &mut group, Undo::Story).is_ok(),
            Err(Failed::Engine) => false,
        };
        if committed {
            groups.record(group.len() as f64);
        }
        group.into_iter().for_each(|story| story.answer(committed));
    }
}

/// What is undone when a story fails: the whole group, which spares a savepoint a story, or that story.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undo {
    Group,
    Story,
}

enum Failed {
    Story,
    Engine,
}

/// Runs a group in one transaction; when it fails, nothing of it is kept.
fn run(c: &mut SqliteConnection, group: &mut [Box<dyn Story>], undo: Undo) -> Result<(), Failed> {
    let done = steps(c, group, undo);
    if done.is_err() {
        let _none_open = c.batch_execute("ROLLBACK");
    }
    done
}

fn steps(c: &mut SqliteConnection, group: &mut [Box<dyn Story>], undo: Undo) -> Result<(), Failed> {
    let step = |c: &mut SqliteConnection, sql: &str| c.batch_execute(sql).map_err(|_| Failed::Engine);
    step(c, "BEGIN IMMEDIATE")?;
    for story in group.iter_mut() {
        match undo {
            Undo::Group if story.run(c) => {}
            Undo::Group => return Err(Failed::Story),
            Undo::Story => {
                step(c, "SAVEPOINT story")?;
                let end = if story.run(c) { "RELEASE story" } else { "ROLLBACK TO story; RELEASE story" };
                step(c, end)?;
            }
        }
    }
    step(c, "COMMIT")
}
