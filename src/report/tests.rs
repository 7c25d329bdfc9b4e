//! Papers and spreadsheets of made-up tables. Deliberately absent: real records (the stories).
use super::table::{Cell, Table};
use super::{pdf, sheet};

fn table(rows: usize) -> Table {
    let row = |n: usize| -> Vec<Cell> {
        vec![format!("2026-{:02}", n % 12 + 1).into(), "=1+1, \"동의\"".into(), (n as u64).into()]
    };
    Table {
        name: "sample",
        title: "A sample",
        citation: "none",
        head: vec!["month", "what", "count"],
        bars: Some(2),
        rows: (0..rows).map(row).collect(),
    }
}

#[test]
fn a_cell_is_no_formula_and_a_quote_is_doubled() {
    let text = String::from_utf8(sheet::write(&table(1))).unwrap();
    assert_eq!(text, "\u{feff}\"month\",\"what\",\"count\"\r\n\"2026-01\",\"'=1+1, \"\"동의\"\"\",0\r\n");
}

#[test]
fn paper_has_as_many_pages_as_it_needs_and_the_same_tables_give_the_same_bytes() {
    let pages = |bytes: &[u8]| memchr::memmem::find_iter(bytes, b"/Type /Page\n").count();
    for (rows, at_least) in [(0, 1), (3, 1), (390, 8), (5000, 8)] {
        let drawn = pdf::draw("heading", &[table(rows)]);
        assert!(
            pages(&drawn) >= at_least && pages(&drawn) <= at_least + 2,
            "{rows} rows on {} pages",
            pages(&drawn)
        );
        assert_eq!(drawn, pdf::draw("heading", &[table(rows)]));
    }
    let long = pdf::draw("heading", &[table(5000)]);
    assert!(memchr::memmem::find(&long, b"and 4600 more rows in the file").is_some());
}
