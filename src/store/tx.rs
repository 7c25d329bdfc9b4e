//! A transaction on one of the two engines: the only way to reach a row.
use diesel::{PgConnection, SqliteConnection};

/// Borrowed connection inside a transaction.
pub enum Tx<'c> {
    /// On SQLite.
    Sqlite(&'c mut SqliteConnection),
    /// On PostgreSQL.
    Postgres(&'c mut PgConnection),
}

/// Runs the same Diesel expression on whichever engine holds the transaction.
macro_rules! on {
    ($tx:expr, $c:ident => $body:expr) => {
        match $tx {
            $crate::store::tx::Tx::Sqlite($c) => {
                let $c: &mut diesel::SqliteConnection = $c;
                $body
            }
            $crate::store::tx::Tx::Postgres($c) => {
                let $c: &mut diesel::PgConnection = $c;
                $body
            }
        }
    };
}
pub(crate) use on;
