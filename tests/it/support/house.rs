//! Databases for stories: one each, copied from a template that is migrated and peopled once per process. Deliberately absent: what is in
//! the template (`world`).
//!
//! On PostgreSQL every database is named after a number under which this process holds an advisory lock; what a killed run left behind
//! is dropped by the next, which can take the lock.
use super::rows;
use super::world::people;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where stories on PostgreSQL run; the role must be allowed to create databases.
pub const SERVER: &str = "DONGUI_TEST_POSTGRES";
/// Class of the advisory locks, "dong".
const LOCKS: i32 = 0x646f_6e67;

/// A database of its own and a directory for everything else.
pub struct House {
    pub url: String,
    pub dir: TempDir,
    postgres: Option<String>,
}

impl House {
    pub fn sqlite() -> House {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dongui.db");
        std::fs::write(&path, sqlite_template()).unwrap();
        House { url: path.display().to_string(), dir, postgres: None }
    }

    /// `None` without a server; says so once.
    pub fn postgres() -> Option<House> {
        let server = server()?;
        let name = server.name();
        server.run(&format!("CREATE DATABASE {name} TEMPLATE {}", postgres_template(server)));
        Some(House { url: server.url_of(&name), dir: tempfile::tempdir().unwrap(), postgres: Some(name) })
    }

    /// Migrated, and nobody in it: for what goes by the machine's clock.
    pub fn bare(postgres: bool) -> Option<House> {
        let dir = tempfile::tempdir().unwrap();
        let house = if postgres {
            let server = server()?;
            let name = server.name();
            server.run(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"));
            House { url: server.url_of(&name), dir, postgres: Some(name) }
        } else {
            House { url: dir.path().join("dongui.db").display().to_string(), dir, postgres: None }
        };
        dongui::store::migrate::run(&house.url).unwrap();
        Some(house)
    }

    /// The same on SQLite, in a directory of another disk.
    pub fn on(disk: &Path) -> House {
        let dir = tempfile::tempdir_in(disk).unwrap();
        let url = dir.path().join("dongui.db").display().to_string();
        dongui::store::migrate::run(&url).unwrap();
        House { url, dir, postgres: None }
    }

    /// A second house with the same rows and files, made while nobody is in the first.
    pub fn copy(&self) -> House {
        let dir = tempfile::tempdir().unwrap();
        if self.postgres.is_none() {
            settle(&self.url);
        }
        copy_files(self.dir.path(), dir.path());
        match &self.postgres {
            None => House { url: dir.path().join("dongui.db").display().to_string(), dir, postgres: None },
            Some(old) => {
                let server = server().unwrap();
                let name = server.name();
                server.empty(old);
                server.run(&format!("CREATE DATABASE {name} TEMPLATE {old}"));
                House { url: server.url_of(&name), dir, postgres: Some(name) }
            }
        }
    }

    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }
    pub fn log_dir(&self) -> PathBuf {
        self.dir.path().join("log")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(name) = &self.postgres {
            server().unwrap().run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

pub fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_files(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// Moves all that is written into the file itself. Where somebody who is just leaving does that too, the request is turned away and made again.
fn settle(url: &str) {
    let begun = Instant::now();
    loop {
        rows::run(url, "PRAGMA wal_checkpoint(TRUNCATE)");
        let left = std::fs::metadata(format!("{url}-wal")).map_or(0, |log| log.len());
        if left == 0 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{left} bytes stay in the log of {url}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn sqlite_template() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dongui.db");
        let url = path.display().to_string();
        dongui::store::migrate::run(&url).unwrap();
        people(&url, dir.path());
        settle(&url);
        std::fs::read(&path).unwrap()
    })
}

fn postgres_template(server: &Server) -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let (name, dir) = (server.name(), tempfile::tempdir().unwrap());
        server.run(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"));
        dongui::store::migrate::run(&server.url_of(&name)).unwrap();
        people(&server.url_of(&name), dir.path());
        server.empty(&name);
        name
    })
}

/// The server, and the one connection of this process that makes and drops databases.
struct Server {
    url: String,
    connection: Mutex<PgConnection>,
    number: i32,
    made: AtomicU32,
}

fn server() -> Option<&'static Server> {
    static SERVER_OF_PROCESS: OnceLock<Option<Server>> = OnceLock::new();
    SERVER_OF_PROCESS
        .get_or_init(|| match std::env::var(SERVER) {
            Ok(url) => Some(Server::take(url)),
            Err(_) => {
                // Past the capture of the test harness: a skipped half must be seen.
                use std::io::Write;
                let said = "stories: the PostgreSQL half is skipped; set DONGUI_TEST_POSTGRES to run it\n";
                std::io::stderr().write_all(said.as_bytes()).unwrap();
                None
            }
        })
        .as_ref()
}

impl Server {
    fn take(url: String) -> Server {
        let mut connection = PgConnection::establish(&url).unwrap();
        let held = "SELECT datname::text AS value FROM pg_database WHERE datname LIKE 'dongui_story_%'";
        for name in rows::texts_pg(&mut connection, held) {
            let number: i32 = name.split('_').nth(2).and_then(|n| n.parse().ok()).unwrap_or_default();
            if try_lock(&mut connection, number) {
                connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
                let unlock = format!("SELECT pg_advisory_unlock({LOCKS}, {number})");
                connection.batch_execute(&unlock).unwrap();
            }
        }
        let number = (1i32..).find(|n| try_lock(&mut connection, *n)).unwrap();
        Server { url, connection: Mutex::new(connection), number, made: AtomicU32::new(0) }
    }

    fn name(&self) -> String {
        format!("dongui_story_{}_{}", self.number, self.made.fetch_add(1, Ordering::Relaxed))
    }

    fn url_of(&self, name: &str) -> String {
        let (address, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let (base, _) = address.rsplit_once('/').unwrap();
        if query.is_empty() { format!("{base}/{name}") } else { format!("{base}/{name}?{query}") }
    }

    fn run(&self, sql: &str) {
        let mut c = self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        c.batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    }

    /// Sends everyone out of a database and waits until they are gone.
    fn empty(&self, name: &str) {
        let count = format!("SELECT count(*)::text AS value FROM pg_stat_activity WHERE datname = '{name}'");
        for _ in 0..500 {
            self.run(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ));
            let mut c = self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if rows::texts_pg(&mut c, &count) == ["0"] {
                return;
            }
            drop(c);
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("`{name}` is still in use");
    }
}

fn try_lock(c: &mut PgConnection, number: i32) -> bool {
    rows::texts_pg(c, &format!("SELECT pg_try_advisory_lock({LOCKS}, {number})::text AS value")) == ["true"]
}
