//! Rows in, rows out, on SQLite or PostgreSQL, chosen by URL. Deliberately absent: any decision.
//!
//! `Store::read` is a read-only snapshot. `Store::write` is serializable, named and re-runnable; on SQLite one writer thread takes every
//! queued story, runs each in a savepoint, commits once with `synchronous=FULL` and only then answers all of them.
pub mod answers;
pub mod ask_counts;
pub mod batches;
pub mod breaches;
pub mod consents;
pub mod console_visits;
mod copier;
pub mod counters;
pub mod counts;
pub mod crowds;
pub mod digests;
pub mod drafts;
pub mod emergencies;
pub mod entries;
pub mod event_subscriptions;
pub mod fault;
pub mod histories;
pub mod inspected;
mod kept;
pub mod link_asks;
pub mod link_codes;
pub mod links;
pub mod logins;
mod meter;
pub mod migrate;
pub mod nevers;
pub mod ordinals;
pub mod outbox;
pub mod presentations;
pub mod profiles;
pub mod purges;
pub mod recipients;
pub mod record_keys;
pub mod reference;
pub mod relations;
pub mod releases;
pub mod room;
pub mod schema;
pub mod sealed;
pub mod stops;
pub mod subscribers;
pub mod sums;
pub mod tellings;
pub mod touched;
pub mod tx;
pub mod uses;
pub mod webhooks;
pub mod withdrawn;
mod writer;

pub use fault::Fault;
pub use meter::Recorder;
pub use room::Stops;
pub use tx::Tx;

use crate::domain::rng::Rng;
use crate::store::meter::{Access, Meter};
use crate::store::room::Room;
use crate::store::writer::Writer;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::{Connection, PgConnection, SqliteConnection};
use std::sync::Arc;

const READER: &str = "PRAGMA busy_timeout=5000; PRAGMA query_only=ON;";
/// Attempts of a story on PostgreSQL before the fault is given up to the caller.
const ATTEMPTS: u32 = 60;

/// The database.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    meter: Arc<Meter>,
}

#[derive(Clone)]
enum Engine {
    /// Embedded.
    Sqlite {
        /// The one writer thread.
        writer: Arc<Writer>,
        /// Read-only connections.
        readers: Pool<ConnectionManager<SqliteConnection>>,
        /// On its disk.
        room: Arc<Room>,
    },
    /// A server.
    Postgres {
        /// Connections.
        pool: Pool<ConnectionManager<PgConnection>>,
        /// For the jitter of retries.
        rng: Arc<dyn Rng>,
    },
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.engine {
            Engine::Sqlite { .. } => "store(sqlite)",
            Engine::Postgres { .. } => "store(postgres)",
        })
    }
}

#[derive(Debug)]
struct Pragmas(&'static str);
impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Pragmas {
    fn on_acquire(&self, c: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        c.batch_execute(self.0).map_err(diesel::r2d2::Error::QueryError)
    }
}

impl Store {
    /// Opens `postgres://…` or a SQLite file path. Refuses a schema version it does not know and a PostgreSQL server beyond
    /// loopback or a socket without verified TLS.
    pub fn open(url: &str, rng: Arc<dyn Rng>, recorder: Recorder) -> Result<Store, Fault> {
        let meter = Arc::new(Meter::new(recorder));
        if is_postgres(url) {
            refuse_unverified(url)?;
            let manager = ConnectionManager::<PgConnection>::new(url);
            // None in reserve: at the end of the process OpenSSL goes, and a connection that another thread is just opening would
            // crash what a command has done well.
            let pool = Pool::builder()
                .max_size(16)
                .min_idle(Some(0))
                .test_on_check_out(false)
                .build(manager)
                .map_err(Fault::unreachable)?;
            migrate::check_postgres(&mut *pool.get().map_err(Fault::unreachable)?)?;
            return Ok(Store { engine: Engine::Postgres { pool, rng }, meter });
        }
        let path = url.strip_prefix("sqlite:").unwrap_or(url);
        let open = || -> Result<SqliteConnection, Fault> {
            let mut c = SqliteConnection::establish(path).map_err(Fault::unreachable)?;
            c.batch_execute(writer::PRAGMAS)?;
            Ok(c)
        };
        let room = Arc::new(Room::beside(path, rng));
        let mut writing = open().or_else(|e| if room.gives_up_after(&e) { open() } else { Err(e) })?;
        migrate::check_sqlite(&mut writing)?;
        let manager = ConnectionManager::<SqliteConnection>::new(path);
        let readers = Pool::builder()
            .max_size(16)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_customizer(Box::new(Pragmas(READER)))
            .build(manager)
            .map_err(Fault::unreachable)?;
        let writer = Arc::new(Writer::start(writing, open()?, meter.groups(), Arc::clone(&room)));
        Ok(Store { engine: Engine::Sqlite { writer, readers, room }, meter })
    }

    /// Runs `f` on a read-only snapshot.
    pub fn read<T>(
        &self,
        name: &'static str,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.meter.time(name, Access::Read, |_| match &self.engine {
            Engine::Sqlite { readers, .. } => {
                readers.get().map_err(Fault::unreachable)?.transaction(|c| f(&mut Tx::Sqlite(c)))
            }
            Engine::Postgres { pool, .. } => {
                let mut c = pool.get().map_err(Fault::unreachable)?;
                c.build_transaction().repeatable_read().read_only().run(|c| f(&mut Tx::Postgres(c)))
            }
        })
    }

    /// Runs the story `f` serializably and durably. It may run several times, so it takes values, returns values and does
    /// nothing outside the transaction. A refusal is a value, not an error: an error undoes the story. While the disk fills up it is among the first
    /// that are refused.
    pub fn write<T: Send + 'static>(
        &self,
        name: &'static str,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.write_until(Stops::First, name, f)
    }

    /// The same of a story that is refused at another time while the disk fills up. On a server the disk is the server's, and all stories are alike.
    pub fn write_until<T: Send + 'static>(
        &self,
        stops: Stops,
        name: &'static str,
        mut f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.meter.time(name, Access::Write, |retries| match &self.engine {
            Engine::Sqlite { writer, .. } => writer.write(stops, f),
            Engine::Postgres { pool, rng } => {
                for attempt in 0..ATTEMPTS {
                    let mut c = pool.get().map_err(Fault::unreachable)?;
                    match c.build_transaction().serializable().run(|c| f(&mut Tx::Postgres(c))) {
                        Err(Fault::LostRace) => retries.increment(1),
                        out => return out,
                    }
                    drop(c);
                    back_off(attempt, rng.as_ref());
                }
                Err(Fault::Busy)
            }
        })
    }

    /// The same story for a task: where one writer takes all stories, it is queued, and whoever awaits the answer holds no thread. `None`
    /// where a story needs a thread of its caller's, who then calls `write` from one that may block.
    pub fn queue<T: Send + 'static>(
        &self,
        name: &'static str,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Option<impl Future<Output = Result<T, Fault>>> {
        match &self.engine {
            Engine::Sqlite { writer, .. } => {
                Some(self.meter.time_queued(name, writer.queue(Stops::First, f)))
            }
            Engine::Postgres { .. } => None,
        }
    }

    /// Has what was deleted leave the files of the database, too. On SQLite free pages are overwritten as they come free; what is left is its log,
    /// which is copied back and cut. On a server the tables that records are deleted from are vacuumed; their old pages, its log and its replicas
    /// are the server's.
    pub fn scrub(&self) -> Result<(), Fault> {
        match &self.engine {
            Engine::Sqlite { writer, .. } => writer.scrub(),
            Engine::Postgres { pool, .. } => {
                let mut c = pool.get().map_err(Fault::unreachable)?;
                // One by one: together they would be a transaction.
                for table in ["records", "record_keys", "ordinals", "uses"] {
                    c.batch_execute(&format!("VACUUM {table}"))?;
                }
                Ok(())
            }
        }
    }

    /// Whether a story that is refused then would be written now.
    ///
    /// # Errors
    /// `Full`; `Failing`, until the next start.
    pub fn takes(&self, story: Stops) -> Result<(), Fault> {
        match &self.engine {
            Engine::Sqlite { room, .. } => room.takes(story),
            Engine::Postgres { .. } => Ok(()),
        }
    }

    /// Has a server's disk watched: to be called once a second by whoever serves. Gives which stories are the first to be written now; `None` where
    /// the disk is a server's.
    pub fn keep_room(&self) -> Option<Stops> {
        match &self.engine {
            Engine::Sqlite { room, .. } => Some(room.keep()),
            Engine::Postgres { .. } => None,
        }
    }

    /// Flushes what the log holds before anything is added to it. After a flush that failed the machine still shows what the disk may not have, and
    /// what stands behind that in the log would go with it.
    ///
    /// # Errors
    /// `Failing`; faults.
    pub fn flush(&self) -> Result<(), Fault> {
        match &self.engine {
            Engine::Sqlite { writer, .. } => writer.scrub(),
            Engine::Postgres { .. } => Ok(()),
        }
    }

    /// Whether stories are queued, and reading waits for no server.
    pub fn is_embedded(&self) -> bool {
        matches!(self.engine, Engine::Sqlite { .. })
    }
}

/// Whether `url` names a PostgreSQL server.
pub fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Up to 2^attempt ms, at most 64 ms, jittered: stories on one hot row would else lose the same race again and again.
fn back_off(attempt: u32, rng: &dyn Rng) {
    let [byte] = crate::domain::rng::bytes::<1>(rng);
    let ceiling_us = 1000u64 << attempt.min(6);
    std::thread::sleep(std::time::Duration::from_micros(ceiling_us * u64::from(byte) / 255));
}

/// A server beyond loopback or a socket must be verified, or its reader in the middle sees every row.
fn refuse_unverified(url: &str) -> Result<(), Fault> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = address.split('/').next().unwrap_or_default();
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, h)| h);
    let parameters: Vec<&str> = query.split('&').filter(|p| !p.is_empty()).collect();
    let near = |h: &str| {
        let name = if h.starts_with('[') {
            h.split(']').next().unwrap_or(h).trim_start_matches('[')
        } else {
            h.split(':').next().unwrap_or(h)
        };
        matches!(name, "" | "localhost" | "127.0.0.1" | "::1")
            || name.starts_with('/')
            || name.starts_with("%2F")
            || name.starts_with("%2f")
    };
    let named =
        parameters.iter().filter_map(|p| p.strip_prefix("host=").or_else(|| p.strip_prefix("hostaddr=")));
    let all_near = hosts.split(',').all(near) && named.flat_map(|v| v.split(',')).all(near);
    if all_near || parameters.contains(&"sslmode=verify-full") { Ok(()) } else { Err(Fault::Unverified) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_far_server_without_verified_tls_is_refused() {
        for near in [
            "postgres://u@localhost/d",
            "postgres://u@127.0.0.1:5433/d",
            "postgres:///d?host=/run/postgresql",
            "postgres://[::1]:5432/d",
        ] {
            assert!(refuse_unverified(near).is_ok(), "{near}");
        }
        for far in [
            "postgres://u@db.example/d",
            "postgres://u@db.example/d?sslmode=require",
            "postgres:///d?host=db.example",
            "postgres://localhost,db.example/d",
            "postgres://localhost/d?hostaddr=192.0.2.1",
            "postgres://db.example/d?xsslmode=verify-full",
        ] {
            assert!(matches!(refuse_unverified(far), Err(Fault::Unverified)), "{far}");
        }
        assert!(refuse_unverified("postgres://u@db.example/d?sslmode=verify-full").is_ok());
    }
}
