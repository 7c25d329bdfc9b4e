//! A look behind the broker's back: SQL on a story's database, and everything that is in it as text. Deliberately absent: what to think of it.
use diesel::connection::SimpleConnection;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types,
};

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = sql_types::Text)]
    value: String,
}

/// Runs statements.
pub fn run(url: &str, sql: &str) {
    let done = if dongui::store::is_postgres(url) {
        PgConnection::establish(url).unwrap().batch_execute(sql)
    } else {
        let mut c = SqliteConnection::establish(url).unwrap();
        c.batch_execute("PRAGMA busy_timeout=10000").unwrap();
        c.batch_execute(sql)
    };
    done.unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// The column `value` of a query, as text.
pub fn texts(url: &str, sql: &str) -> Vec<String> {
    if dongui::store::is_postgres(url) {
        return texts_pg(&mut PgConnection::establish(url).unwrap(), sql);
    }
    let mut c = SqliteConnection::establish(url).unwrap();
    c.batch_execute("PRAGMA busy_timeout=10000").unwrap();
    let rows: Vec<Value> = sql_query(sql).load(&mut c).unwrap_or_else(|e| panic!("{sql}: {e}"));
    rows.into_iter().map(|v| v.value).collect()
}

pub fn texts_pg(c: &mut PgConnection, sql: &str) -> Vec<String> {
    let rows: Vec<Value> = sql_query(sql).load(c).unwrap_or_else(|e| panic!("{sql}: {e}"));
    rows.into_iter().map(|v| v.value).collect()
}

/// Every row of every table: table, row as text with blobs in hex. In order, so that two dumps of the same rows are the same.
pub fn dump(url: &str) -> Vec<(String, String)> {
    let postgres = dongui::store::is_postgres(url);
    let tables = if postgres {
        "SELECT tablename::text AS value FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    } else {
        "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    };
    let mut out = Vec::new();
    for table in texts(url, tables) {
        let rows = if postgres {
            format!("SELECT t::text AS value FROM \"{table}\" t")
        } else {
            let columns = texts(url, &format!("SELECT name AS value FROM pragma_table_info('{table}')"));
            let quoted: Vec<String> = columns.iter().map(|c| format!("quote(\"{c}\")")).collect();
            format!("SELECT {} AS value FROM \"{table}\"", quoted.join("||','||"))
        };
        let mut rows = texts(url, &rows);
        rows.sort();
        out.extend(rows.into_iter().map(|row| (table.clone(), row)));
    }
    out
}

/// The rows of one table.
pub fn rows_of(url: &str, table: &str) -> Vec<String> {
    dump(url).into_iter().filter(|(t, _)| t == table).map(|(_, row)| row).collect()
}

/// Every file below a directory: its path inside and its bytes.
pub fn files(dir: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            out.extend(files(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            out.push((name, std::fs::read(&path).unwrap()));
        }
    }
    out.sort();
    out
}
