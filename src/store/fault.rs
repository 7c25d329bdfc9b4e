//! What can go wrong with a database. No value of a row is in any message.
use diesel::result::{DatabaseErrorKind, Error as DbError};

/// A fault of ours, never a refusal.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A serializable story lost its race; it is run again.
    #[error("a story lost a race")]
    LostRace,
    /// It lost too many.
    #[error("the database is too busy; try again")]
    Busy,
    /// No connection.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// A far server without verified TLS.
    #[error("a PostgreSQL server beyond loopback or a socket needs `sslmode=verify-full` in its URL")]
    Unverified,
    /// A schema this binary does not know.
    #[error("the database schema is {0}; {1}")]
    Schema(String, &'static str),
    /// No room on the database's disk.
    #[error("the disk of the database is full; make room, and everything goes on")]
    Full,
    /// The database's disk did not write, read or flush.
    #[error("the disk of the database fails; see to it, then start again")]
    Failing,
    /// Anything else from the engine.
    #[error("the database refused an operation ({0})")]
    Database(&'static str),
    /// A stored value that does not open or parse.
    #[error("a stored value of `{0}` does not open: was the key file exchanged or the row edited?")]
    Corrupt(&'static str),
    /// The ledger cannot record.
    #[error("the ledger cannot record: {0}")]
    Ledger(String),
}

impl Fault {
    /// A pool or connection error; its text names hosts and paths, never rows.
    pub fn unreachable(e: impl std::fmt::Display) -> Fault {
        Fault::Unreachable(e.to_string())
    }
}

impl From<DbError> for Fault {
    fn from(e: DbError) -> Fault {
        match e {
            DbError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Fault::LostRace,
            // Two stories inserted the same key at once: run again, the loser will see the winner's row.
            DbError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Fault::LostRace,
            DbError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => {
                Fault::Database("write in a read-only snapshot")
            }
            DbError::DatabaseError(DatabaseErrorKind::CheckViolation, _) => Fault::Database("check violated"),
            DbError::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => {
                Fault::Unreachable("connection closed".to_owned())
            }
            // The engine's own words may quote values, so only the kind is kept. A deadlock or busy lock is worth a retry.
            DbError::DatabaseError(_, info)
                if info.message().contains("deadlock") || info.message().contains("locked") =>
            {
                Fault::LostRace
            }
            // SQLite's words, then a server's.
            DbError::DatabaseError(_, info)
                if info.message().contains("disk is full") || info.message().contains("No space left") =>
            {
                Fault::Full
            }
            DbError::DatabaseError(_, info) if info.message().contains("disk I/O error") => Fault::Failing,
            DbError::DatabaseError(..) => Fault::Database("engine error"),
            DbError::NotFound => Fault::Database("row not found"),
            DbError::DeserializationError(_) => Fault::Corrupt("column"),
            _ => Fault::Database("query error"),
        }
    }
}
