//! Tables on paper: A4 landscape, a chart where a table has one, page numbers, no date, so that the same tables give the same bytes. The fonts are those
//! that every reader has, which know western letters only; other letters stand as `?`, and as they are in the files beside it.
//! Deliberately absent: long tables to their end; the rest of the rows is in the files.
use super::table::{Cell, Table};
use pdf_writer::{Content, Name, Pdf, Rect, Ref, Str};
use std::collections::BTreeMap;

/// Points.
const WIDTH: f32 = 842.0;
const HEIGHT: f32 = 595.0;
const MARGIN: f32 = 36.0;
/// Cells are in Courier, whose letters are 0.6 wide.
const CELL: f32 = 7.0;
const LETTER: f32 = CELL * 0.6;
const LINE: f32 = 10.0;
/// Rows of one table at most, and bars of one chart.
const ROWS: usize = 400;
const BARS: usize = 12;
/// Letters of one cell at most.
const LETTERS: usize = 64;

const REGULAR: Name<'_> = Name(b"F1");
const BOLD: Name<'_> = Name(b"F2");
const FIXED: Name<'_> = Name(b"F3");
/// Of the names of columns: as wide as the cells below.
const HEAD: Name<'_> = Name(b"F4");

/// The document, with a heading on its first page.
pub fn draw(heading: &str, tables: &[Table]) -> Vec<u8> {
    let mut sheets = Sheets { done: Vec::new(), open: Content::new(), y: HEIGHT - MARGIN };
    sheets.line(BOLD, 14.0, 20.0, "Report on the consent ledger");
    sheets.line(REGULAR, 9.0, 16.0, heading);
    for table in tables {
        sheets.table(table);
    }
    sheets.finish()
}

struct Sheets {
    done: Vec<Content>,
    open: Content,
    y: f32,
}

impl Sheets {
    /// Begins a new page where less than `points` are left.
    fn room(&mut self, points: f32) {
        if self.y - points < MARGIN + LINE {
            self.done.push(std::mem::replace(&mut self.open, Content::new()));
            self.y = HEIGHT - MARGIN;
        }
    }

    fn text(&mut self, font: Name<'_>, size: f32, x: f32, text: &str) {
        self.open.begin_text();
        self.open.set_font(font, size);
        self.open.next_line(x, self.y);
        self.open.show(Str(&western(text)));
        self.open.end_text();
    }

    fn line(&mut self, font: Name<'_>, size: f32, height: f32, text: &str) {
        self.room(height);
        self.y -= height;
        self.text(font, size, MARGIN, text);
    }

    fn table(&mut self, table: &Table) {
        self.room(70.0);
        self.line(BOLD, 11.0, 26.0, table.title);
        self.line(REGULAR, 8.0, 11.0, &format!("{} - report-{}.csv", table.citation, table.name));
        if let Some(column) = table.bars {
            self.bars(table, column);
        }
        let widths = widths(table);
        let head: Vec<String> = table.head.iter().map(|name| (*name).to_owned()).collect();
        self.row(HEAD, &head, &widths);
        for row in table.rows.iter().take(ROWS) {
            let cells: Vec<String> = row.iter().map(Cell::text).collect();
            self.row(FIXED, &cells, &widths);
        }
        match table.rows.len() {
            0 => self.line(REGULAR, 8.0, LINE, "none"),
            n if n > ROWS => {
                self.line(REGULAR, 8.0, LINE, &format!("and {} more rows in the file", n - ROWS))
            }
            _ => {}
        }
    }

    fn row(&mut self, font: Name<'_>, cells: &[String], widths: &[usize]) {
        self.room(LINE);
        self.y -= LINE;
        let mut x = MARGIN;
        for (cell, width) in cells.iter().zip(widths) {
            self.text(font, CELL, x, &cut(cell, *width));
            x += (*width + 1) as f32 * LETTER;
        }
    }

    /// Sums of a column by the first one, longest bar as wide as a third of the page.
    fn bars(&mut self, table: &Table, column: usize) {
        let mut sums: BTreeMap<String, u64> = BTreeMap::new();
        for row in &table.rows {
            if let (Some(name), Some(Cell::Count(count))) = (row.first(), row.get(column)) {
                *sums.entry(name.text()).or_default() += count;
            }
        }
        let most = sums.values().copied().max().unwrap_or(0);
        if most == 0 {
            return;
        }
        let skip = sums.len().saturating_sub(BARS);
        for (name, sum) in sums.into_iter().skip(skip) {
            self.room(LINE);
            self.y -= LINE;
            self.text(FIXED, CELL, MARGIN, &cut(&name, 24));
            let long = (WIDTH / 3.0) * sum as f32 / most as f32;
            let x = MARGIN + 25.0 * LETTER;
            self.open.set_fill_rgb(0.16, 0.38, 0.62);
            self.open.rect(x, self.y - 1.0, long, CELL);
            self.open.fill_nonzero();
            self.open.set_fill_gray(0.0);
            self.text(FIXED, CELL, x + long + LETTER, &sum.to_string());
        }
        self.y -= LINE / 2.0;
    }

    fn finish(mut self) -> Vec<u8> {
        self.done.push(self.open);
        let (mut pdf, pages) = (Pdf::new(), self.done.len());
        let (catalog, tree, fonts) = (Ref::new(1), Ref::new(2), [3, 4, 5, 6].map(Ref::new));
        let page_of = |n: usize| Ref::new(7 + 2 * i32::try_from(n).unwrap_or(0));
        pdf.catalog(catalog).pages(tree);
        pdf.pages(tree).kids((0..pages).map(page_of)).count(i32::try_from(pages).unwrap_or(i32::MAX));
        for (font, base) in
            fonts.into_iter().zip([&b"Helvetica"[..], b"Helvetica-Bold", b"Courier", b"Courier-Bold"])
        {
            pdf.type1_font(font).base_font(Name(base)).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        for (n, mut content) in self.done.into_iter().enumerate() {
            content.begin_text();
            content.set_font(REGULAR, 8.0);
            content.next_line(WIDTH - MARGIN - 60.0, MARGIN - 12.0);
            content.show(Str(format!("page {} of {pages}", n + 1).as_bytes()));
            content.end_text();
            let body = Ref::new(page_of(n).get() + 1);
            let mut page = pdf.page(page_of(n));
            page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(body);
            let mut resources = page.resources();
            let mut named = resources.fonts();
            for (name, font) in [REGULAR, BOLD, FIXED, HEAD].into_iter().zip(fonts) {
                named.pair(name, font);
            }
            drop(named);
            drop(resources);
            drop(page);
            pdf.stream(body, &content.finish());
        }
        pdf.finish()
    }
}

/// Letters of each column: what its longest cell needs, and together what fits on the page; the widest give way first.
fn widths(table: &Table) -> Vec<usize> {
    let mut widths: Vec<usize> = table.head.iter().map(|name| name.len()).collect();
    for row in table.rows.iter().take(ROWS) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.text().chars().count()).min(LETTERS);
        }
    }
    let fits = ((WIDTH - 2.0 * MARGIN) / LETTER) as usize;
    while widths.iter().map(|w| w + 1).sum::<usize>() > fits {
        match widths.iter_mut().max() {
            Some(widest) if *widest > 4 => *widest -= 1,
            _ => break,
        }
    }
    widths
}

/// At most `width` letters.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(width.saturating_sub(1)).collect();
    out.push('\u{2026}');
    out
}

/// In the WinAnsi encoding (PDF 1.7, annex D.2), as far as it goes.
fn western(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        '\u{2026}' => 0x85,
        '\u{2018}' | '\u{2019}' => 0x27,
        '\u{201c}' | '\u{201d}' => 0x22,
        '\u{2013}' | '\u{2014}' => 0x2d,
        '\u{20ac}' => 0x80,
        ' '..='~' | '\u{a0}'..='\u{ff}' => u32::from(c) as u8,
        _ => b'?',
    };
    text.chars().map(byte).collect()
}
