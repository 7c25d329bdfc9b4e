//! Sealed columns by their names, for who seals them anew. Deliberately absent: what is inside.
use super::tx::on;
use super::{Fault, Tx};
use diesel::prelude::*;
use diesel::sql_types::Binary;

/// What a sealed value is sealed to of its row.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// A column of bytes.
    Plain(&'static str),
    /// A column of bytes, then one with an instant, eight bytes big-endian.
    WithInstant(&'static str, &'static str),
}

impl Key {
    fn sql(self, tx: &Tx<'_>) -> String {
        match (self, tx) {
            (Key::Plain(column), _) => column.to_owned(),
            (Key::WithInstant(column, at), Tx::Sqlite(_)) => {
                format!("CAST({column} || unhex(printf('%016x', {at})) AS BLOB)")
            }
            (Key::WithInstant(column, at), Tx::Postgres(_)) => format!("({column} || int8send({at}))"),
        }
    }
}

/// A column that holds sealed values, each sealed to the key of its row.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The table.
    pub table: &'static str,
    /// Its primary key.
    pub key: Key,
    /// The column.
    pub column: &'static str,
}

/// A row: its key, and the sealed value.
#[derive(Debug, Clone, QueryableByName)]
pub struct Row {
    /// What the value is sealed to.
    #[diesel(sql_type = Binary)]
    pub key: Vec<u8>,
    /// The value.
    #[diesel(sql_type = Binary)]
    pub sealed: Vec<u8>,
}

/// Rows with a value after the key `after`, at most `most`, in order.
pub fn page(tx: &mut Tx<'_>, of: Column, after: &[u8], most: u32) -> Result<Vec<Row>, Fault> {
    let Column { table, key, column } = of;
    let key = key.sql(tx);
    let query = format!(
        "SELECT {key} AS key, {column} AS sealed FROM {table} WHERE {key} > $1 AND {column} IS NOT NULL ORDER BY {key} LIMIT {most}"
    );
    Ok(on!(tx, c => diesel::sql_query(&query).bind::<Binary, _>(after).load(c))?)
}

/// Puts `new` in the place of a value, unless it is another one meanwhile; whether it did.
pub fn swap(tx: &mut Tx<'_>, of: Column, row: &Row, new: &[u8]) -> Result<bool, Fault> {
    let Column { table, key, column } = of;
    let key = key.sql(tx);
    let update = format!("UPDATE {table} SET {column} = $1 WHERE {key} = $2 AND {column} = $3");
    let changed = on!(tx, c => diesel::sql_query(&update)
        .bind::<Binary, _>(new).bind::<Binary, _>(&row.key).bind::<Binary, _>(&row.sealed).execute(c))?;
    Ok(changed == 1)
}
