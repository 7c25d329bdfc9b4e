//! Group commit on SQLite: one thread, many stories, one `fsync`.
use super::{Fault, Tx};
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Waiting comes first: whoever closes the file at this moment holds it locked.
pub(super) const PRAGMAS: &str = "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
     PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864;";
/// Stories in one commit at most, so that the first does not wait for long.
const GROUP: usize = 256;

trait Story: Send {
    /// Runs inside a savepoint; true keeps it.
    fn run(&mut self, c: &mut SqliteConnection) -> bool;
    /// Called once the group's commit is durable, or has failed.
    fn answer(self: Box<Self>, committed: bool);
}

struct Queued<T, F> {
    f: F,
    out: Option<Result<T, Fault>>,
    to: Sender<Result<T, Fault>>,
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
        let _gone = self.to.send(out);
    }
}

/// The writer thread's queue.
pub struct Writer(Sender<Box<dyn Story>>);

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("writer")
    }
}

impl Writer {
    pub(super) fn start(connection: SqliteConnection) -> Writer {
        let (to, from) = channel();
        std::thread::spawn(move || work(connection, &from));
        Writer(to)
    }

    pub(super) fn write<T: Send + 'static>(
        &self,
        _name: &'static str,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (to, from) = channel();
        let stopped = || Fault::Unreachable("the writer has stopped".to_owned());
        self.0.send(Box::new(Queued { f, out: None, to })).map_err(|_| stopped())?;
        from.recv().map_err(|_| stopped())?
    }
}

fn work(mut c: SqliteConnection, from: &Receiver<Box<dyn Story>>) {
    while let Ok(first) = from.recv() {
        let mut group = vec![first];
        while group.len() < GROUP {
            match from.try_recv() {
                Ok(next) => group.push(next),
                Err(_) => break,
            }
        }
        let committed = run_group(&mut c, &mut group);
        if !committed {
            let _none_open = c.batch_execute("ROLLBACK");
        }
        group.into_iter().for_each(|story| story.answer(committed));
    }
}

fn run_group(c: &mut SqliteConnection, group: &mut [Box<dyn Story>]) -> bool {
    if c.batch_execute("BEGIN IMMEDIATE").is_err() {
        return false;
    }
    for story in group.iter_mut() {
        if c.batch_execute("SAVEPOINT story").is_err() {
            return false;
        }
        let end = if story.run(c) { "RELEASE story" } else { "ROLLBACK TO story; RELEASE story" };
        if c.batch_execute(end).is_err() {
            return false;
        }
    }
    c.batch_execute("COMMIT").is_ok()
}
