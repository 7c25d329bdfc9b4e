//! Embedded twin migrations; a schema that this binary does not know is refused.
use super::{Fault, is_postgres, writer};
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::{Connection, PgConnection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Brings the database at `url` to the newest schema; returns how many migrations ran.
pub fn run(url: &str) -> Result<usize, Fault> {
    let failed = |_| Fault::Database("a migration failed; nothing of it was kept");
    if is_postgres(url) {
        super::refuse_unverified(url)?;
        let mut c = PgConnection::establish(url).map_err(Fault::unreachable)?;
        refuse_newer::<diesel::pg::Pg, _>(&mut c, &POSTGRES)?;
        return Ok(c.run_pending_migrations(POSTGRES).map_err(failed)?.len());
    }
    let mut c = SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap_or(url))
        .map_err(Fault::unreachable)?;
    c.batch_execute(writer::PRAGMAS)?;
    refuse_newer::<diesel::sqlite::Sqlite, _>(&mut c, &SQLITE)?;
    Ok(c.run_pending_migrations(SQLITE).map_err(failed)?.len())
}

pub(super) fn check_sqlite(c: &mut SqliteConnection) -> Result<(), Fault> {
    refuse_newer::<diesel::sqlite::Sqlite, _>(c, &SQLITE)?;
    pending(c.has_pending_migration(SQLITE))
}

pub(super) fn check_postgres(c: &mut PgConnection) -> Result<(), Fault> {
    refuse_newer::<diesel::pg::Pg, _>(c, &POSTGRES)?;
    pending(c.has_pending_migration(POSTGRES))
}

fn pending<E>(answer: Result<bool, E>) -> Result<(), Fault> {
    match answer {
        Ok(false) => Ok(()),
        _ => Err(Fault::Schema("older than this binary, or absent".to_owned(), "run `dongui migrate`")),
    }
}

/// A version that is applied but not embedded comes from a newer binary (or another product).
fn refuse_newer<DB, C>(c: &mut C, known: &EmbeddedMigrations) -> Result<(), Fault>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let known =
        MigrationSource::<DB>::migrations(known).map_err(|_| Fault::Database("embedded migrations"))?;
    let applied = c.applied_migrations().map_err(|_| Fault::Database("schema version"))?;
    let unknown = applied.iter().find(|v| !known.iter().any(|m| &m.name().version() == *v));
    match unknown {
        Some(v) => Err(Fault::Schema(
            format!("at version {v}, which this binary does not know"),
            "use the newer binary",
        )),
        None => Ok(()),
    }
}
