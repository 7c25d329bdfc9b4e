//! A table for spreadsheets: RFC 4180, UTF-8 with its mark, no cell that is taken for a formula. Deliberately absent: other dialects.
use super::table::{Cell, Table};

/// The bytes of the file.
pub(super) fn write(table: &Table) -> Vec<u8> {
    let mut out = "\u{feff}".to_owned();
    let head: Vec<String> = table.head.iter().map(|name| quoted(name)).collect();
    out.push_str(&head.join(","));
    out.push_str("\r\n");
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out.into_bytes()
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Count(count) => count.to_string(),
        Cell::Text(text) => quoted(text),
    }
}

/// Quoted; what a spreadsheet would take for a formula has an apostrophe before it (OWASP, CSV injection).
fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace(|c| c < ' ', " ").replace('"', "\"\""))
}
