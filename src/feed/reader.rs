//! A feed as its rows: opens the source, reads the header, walks the lines.
use super::columns::Columns;
use super::fault::FeedError;
use super::fields::Fields;
use super::lines::{Line, Lines};
use super::ndjson;
use super::source::{Progress, Source};
use crate::domain::feed::{FeedKind, Reject, Row};
use std::io::Read;
use std::ops::ControlFlow;

/// How the lines of a feed are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A header, then comma-separated lines (RFC 4180 without line breaks in fields).
    Csv,
    /// One JSON object a line.
    Ndjson,
}

/// Tells the format by the first bytes of the text (unpacked): an object begins with a brace, a header does not.
pub fn sniff(first_bytes: &[u8]) -> Format {
    let text = first_bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(first_bytes);
    if text.trim_ascii_start().first() == Some(&b'{') { Format::Ndjson } else { Format::Csv }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What takes the lines of a feed: the line's number, and its row or why there is none.
pub type Take<'f> = dyn FnMut(u64, Result<Row<'_>, Reject>) -> ControlFlow<()> + 'f;

/// Reads one feed. Memory is bounded by four longest lines, whatever the feed's length.
pub struct Reader<R> {
    kind: FeedKind,
    lines: Lines<Source<R>>,
    taken: Progress,
    /// `None` means NDJSON.
    columns: Option<Columns>,
    fields: Fields,
    scratch: String,
}

impl<R> std::fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The buffer holds phone numbers.
        f.debug_struct("Reader").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl<R: Read> Reader<R> {
    /// Opens a feed of `kind`: recognises gzip and the format, reads a CSV header. A byte order mark and CRLF are accepted.
    ///
    /// Errors: `FeedError::Empty`, one of the header's, or the source's.
    pub fn new(kind: FeedKind, read: R) -> Result<Reader<R>, FeedError> {
        let (source, taken) = match Source::open(read) {
            Ok(opened) => opened,
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => return Err(FeedError::Empty),
            Err(e) => return Err(e.into()),
        };
        let mut lines = Lines::new(source);
        let mut fields = Fields::new();
        let columns = match first(&mut lines)? {
            Format::Ndjson => None,
            Format::Csv => Some(header(kind, &mut lines, &mut fields)?),
        };
        Ok(Reader { kind, lines, taken, columns, fields, scratch: String::new() })
    }

    /// How the lines are written.
    pub fn format(&self) -> Format {
        if self.columns.is_some() { Format::Csv } else { Format::Ndjson }
    }

    /// Bytes of the input taken so far; of the packed input when it is gzip.
    pub fn consumed_bytes(&self) -> u64 {
        self.taken.bytes()
    }

    /// The same count to look at while `for_each` runs.
    pub fn progress(&self) -> Progress {
        self.taken.clone()
    }

    /// Hands every line to `take` with its number (the first of the file is 1) until `take` breaks; blank lines are passed
    /// over. A feed that breaks off ends with one `Reject::Torn`. So does a plain CSV whose last line has no line break:
    /// nothing tells a whole last field from half of one.
    ///
    /// Errors: the source's. Lines handed out before stay handed out.
    pub fn for_each(&mut self, take: &mut Take<'_>) -> Result<(), FeedError> {
        let proven = self.lines.source().end_is_proof();
        let Reader { kind, lines, columns, fields, scratch, .. } = self;
        while let Some((number, line)) = lines.next()? {
            let (bytes, ended) = match line {
                Line::Whole(bytes) => (bytes, true),
                Line::Unended(bytes) => (bytes, proven),
                Line::TooLong => (&[][..], true),
                Line::Torn => (&[][..], false),
            };
            let flow = match (&*columns, line) {
                (_, Line::TooLong) => take(number, Err(Reject::TooLong)),
                (_, Line::Torn) => take(number, Err(Reject::Torn)),
                _ if bytes.iter().all(u8::is_ascii_whitespace) => continue,
                (Some(_), _) if !ended => take(number, Err(Reject::Torn)),
                (Some(columns), _) => {
                    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
                    let split = fields.split(bytes, columns.count());
                    take(number, split.and_then(|line| columns.row(&line, scratch)))
                }
                // A brace that closes the object proves its end; half an object does not parse.
                (None, _) => ndjson::read(*kind, bytes, &mut |row| {
                    let torn = !ended && matches!(row, Err(Reject::Json | Reject::Encoding));
                    take(number, if torn { Err(Reject::Torn) } else { row })
                }),
            };
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Passes over a byte order mark and tells the format.
pub(super) fn first<R: Read>(lines: &mut Lines<Source<R>>) -> Result<Format, FeedError> {
    let bytes = lines.peek(BYTE_ORDER_MARK.len() + 1)?;
    if bytes.is_empty() {
        return Err(FeedError::Empty);
    }
    let (format, mark) = (sniff(bytes), bytes.starts_with(BYTE_ORDER_MARK));
    lines.skip(if mark { BYTE_ORDER_MARK.len() } else { 0 });
    Ok(format)
}

/// The first line that is not blank.
fn header<R: Read>(
    kind: FeedKind,
    lines: &mut Lines<Source<R>>,
    fields: &mut Fields,
) -> Result<Columns, FeedError> {
    loop {
        let bytes = match lines.next()? {
            Some((_, Line::Whole(bytes) | Line::Unended(bytes))) => bytes,
            Some((_, Line::TooLong | Line::Torn)) => return Err(FeedError::Header),
            None => return Err(FeedError::Empty),
        };
        if !bytes.iter().all(u8::is_ascii_whitespace) {
            let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
            let split = fields.split(bytes, usize::from(u8::MAX)).map_err(|_| FeedError::Header)?;
            return Columns::new(kind, &split);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::LINE_LIMIT;
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn read(kind: FeedKind, text: &[u8]) -> Result<Vec<(u64, String)>, FeedError> {
        let mut reader = Reader::new(kind, text)?;
        let mut out = Vec::new();
        reader.for_each(&mut |n, row| {
            out.push((n, row.map_or_else(|r| format!("{r:?}"), |row| format!("{row:?}"))));
            ControlFlow::Continue(())
        })?;
        Ok(out)
    }

    fn location(text: &str) -> Vec<(u64, String)> {
        read(FeedKind::Location, text.as_bytes()).unwrap()
    }

    fn pack(text: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gz.write_all(text).unwrap();
        gz.finish().unwrap()
    }

    const THREE: &str = "subscriber,at,cell\n+4915550100000,2026-03-02T07:30:00Z,262-1-1\n\
        +4915550100001,2026-03-02T07:30:01Z,262-1-2\n+4915550100002,2026-03-02T07:30:02Z,262-1-3\n";

    #[test]
    fn order_case_blanks_quotes_mark_and_carriage_returns_of_a_header_do_not_matter() {
        let want = location(THREE);
        assert_eq!(want.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 3, 4]);
        assert!(want[0].1.contains("262-1-1") && want[0].1.contains("1772436600000000"));
        assert_eq!(location(&THREE.replace('\n', "\r\n")), want);
        assert_eq!(location(&format!("\u{feff}{THREE}")), want);
        assert_eq!(location(&THREE.replacen("subscriber,at", "\"Subscriber\", AT ", 1)), want);
        let turned: String = THREE
            .lines()
            .map(|l| l.split(',').rev().chain(["unknown"]).collect::<Vec<_>>().join(",") + "\n")
            .collect();
        assert_eq!(location(&turned), want);
        let quoted: String = THREE.lines().map(|l| format!("\"{}\"\n", l.replace(',', "\",\""))).collect();
        assert_eq!(location(&quoted), want);
        assert_eq!(
            location(&THREE.replacen('\n', "\n\n \n", 1)).iter().map(|l| l.0).collect::<Vec<_>>(),
            [4, 5, 6]
        );
    }

    #[test]
    fn a_missing_column_is_named_with_the_ones_found() {
        let error = |kind, text: &str| read(kind, text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            error(FeedKind::Location, "subscriber,when,cell\n"),
            "the CSV header has no column `at`; it has `subscriber`, `when`, `cell`"
        );
        assert_eq!(
            error(FeedKind::Location, "subscriber,at,lat\n"),
            "the CSV header has no column `lon`; it has `subscriber`, `at`, `lat`"
        );
        assert_eq!(
            error(FeedKind::App, "app,app,subscriber,at\n"),
            "the CSV header names the column `app` twice"
        );
        for (kind, column) in [
            (FeedKind::Cells, "id"),
            (FeedKind::Places, "kind"),
            (FeedKind::Web, "host"),
            (FeedKind::Categories, "source"),
        ] {
            assert!(error(kind, "subscriber,at,lat,lon\n").contains(&format!("no column `{column}`")));
        }
        assert!(matches!(read(FeedKind::Web, b""), Err(FeedError::Empty)));
        assert!(matches!(read(FeedKind::Web, &pack(b"")), Err(FeedError::Empty)));
    }

    #[test]
    fn a_file_without_a_header_does_not_put_a_person_into_the_error() {
        for (kind, text) in [
            (FeedKind::Location, "+4915550100000,2026-03-02T07:30:00Z,262-1-1\n"),
            (FeedKind::Web, "at,4915550100000,clinic.example\n"),
            (FeedKind::App, "at,4915550100000,org.example.diary,host\n"),
            (FeedKind::Location, "at,48.137,11.575\n"),
        ] {
            let error = read(kind, text.as_bytes()).unwrap_err();
            for shown in [error.to_string(), format!("{error:?}")] {
                for name in ["49155", "262-1-1", "clinic", "diary", "48.1"] {
                    assert!(!shown.contains(name), "{shown}");
                }
            }
        }
    }

    #[test]
    fn every_reject_of_a_line_costs_that_line_only() {
        let long = "x".repeat(LINE_LIMIT + 1);
        let text = format!(
            "subscriber,at,lat,lon,radius_m,cell\n1,0,1,2\n1,0,1,2,3,4,5\n,0,1,2,,\n1,soon,1,2,,\n1,0,91,2,,\n1,0,1,nan,,\n\
             1,0,1,2,3.5,\n1,0,1,2,900000,\n1,0,,2,,\n{long}\n1,0,1,\"2,,\n1,0,1,2,,\n1,0,,,,a\n1,0,5,6,7,a\n"
        );
        let got = location(&text);
        let words: Vec<&str> = got.iter().map(|(_, w)| w.as_str()).collect();
        assert_eq!(
            words[..11],
            [
                "FieldCount",
                "FieldCount",
                "Empty",
                "Instant",
                "Coordinates",
                "Coordinates",
                "Number",
                "Coordinates",
                "Empty",
                "TooLong",
                "FieldCount"
            ]
        );
        assert!(words[11].contains("Point { lat: 1.0, lon: 2.0, radius_m: None }"), "{words:?}");
        assert!(words[12].contains("Cell(\"a\")") && words[13].contains("Cell(\"a\")"), "{words:?}");
        assert_eq!(got.last().unwrap().0, 15);

        let mut bad = THREE.as_bytes().to_vec();
        bad[30] = 0xff;
        assert_eq!(read(FeedKind::Location, &bad).unwrap()[0], (2, "Encoding".to_owned()));
        let text = b"source,key,topic\nweb,a.example,faith\nfax,a.example,art\nweb,a.example,art\n";
        let got = read(FeedKind::Categories, text).unwrap();
        assert_eq!((got[0].1.as_str(), got[1].1.as_str()), ("UnknownTopic", "UnknownSource"));
        assert!(got[2].1.contains("Art"));
        let got = read(FeedKind::Location, b"{\"subscriber\":1}\n").unwrap();
        assert_eq!(got, [(1, "Json".to_owned())]);
    }

    #[test]
    fn a_torn_line_is_named_and_nothing_else_is_lost() {
        let want = location(THREE);
        for cut in 1..20 {
            let got = location(&THREE[..THREE.len() - cut]);
            assert_eq!(got[..2], want[..2]);
            assert_eq!(got[2..], [(4, "Torn".to_owned())], "cut {cut}");
        }
        let lines =
            "{\"subscriber\":\"1\",\"at\":0,\"cell\":\"a\"}\n{\"subscriber\":\"1\",\"at\":0,\"cell\":\"b\"}";
        assert!(location(lines)[1].1.contains("Cell(\"b\")"), "a closed object is whole");
        assert_eq!(location(&lines[..lines.len() - 1])[1], (2, "Torn".to_owned()));
    }

    #[test]
    fn a_torn_gzip_gives_the_lines_before_and_says_so_once() {
        let text: String = std::iter::once("subscriber,at,cell\n".to_owned())
            .chain(
                (0..20_000u32)
                    .map(|i| format!("{},{},{}\n", 4_915_550_100_000 + u64::from(i), i, i * 7919 % 4096)),
            )
            .collect();
        let packed = pack(text.as_bytes());
        let whole = read(FeedKind::Location, &packed).unwrap();
        assert_eq!(whole.len(), 20_000);
        for cut in [1, 8, 9, 1000, packed.len() / 2] {
            let got = read(FeedKind::Location, &packed[..packed.len() - cut]).unwrap();
            let (last, before) = got.split_last().unwrap();
            assert_eq!(last.1, "Torn");
            assert_eq!(last.0, before.len() as u64 + 2);
            assert_eq!(before, &whole[..before.len()]);
            assert!(cut > 9 || before.len() == 20_000, "only the trailer is missing");
        }
        // The checksum proves the end: no line break is needed there.
        let got = read(FeedKind::Location, &pack(THREE.trim_end().as_bytes())).unwrap();
        assert_eq!(got, location(THREE));
        let mut damaged = packed;
        let middle = damaged.len() / 2;
        damaged[middle] ^= 0x55;
        assert!(matches!(read(FeedKind::Location, &damaged), Err(FeedError::Read(_))));
    }

    #[test]
    fn the_cells_of_opencellid_are_named_by_country_network_and_cell() {
        let text = b"lon,lat,mcc,range,net,cell,averageSignal\n11.5365,48.1484,262,700,1,26226,-70\n11.5,48.1,262,0,1,7,0\n";
        let got = read(FeedKind::Cells, text).unwrap();
        assert_eq!(got[0].1, r#"Cell { id: "262-1-26226", lat: 48.1484, lon: 11.5365, range_m: 700 }"#);
        assert!(got[1].1.contains("range_m: 1000"));
        let got = read(FeedKind::Cells, b"id,lat,lon\nmast 7,48.1,11.5\n").unwrap();
        assert_eq!(got[0].1, r#"Cell { id: "mast 7", lat: 48.1, lon: 11.5, range_m: 1000 }"#);
        let got = read(FeedKind::Cells, b"mcc,net,area,cell,lon,lat\n262,1,5,9,11,48\n").unwrap();
        assert!(got[0].1.contains("262-1-5-9"));
    }

    #[test]
    fn both_formats_say_the_same_of_apps_hosts_and_places() {
        for (kind, csv, json) in [
            (
                FeedKind::App,
                "subscriber,at,app,seconds,bytes\n1,5,org.a,60,7\n",
                r#"{"subscriber":"1","at":5,"app":"org.a","seconds":60,"bytes":7}"#,
            ),
            (
                FeedKind::Web,
                "subscriber,at,cell,host,bytes_up,bytes_down\n1,5,x,a.b,60,7\n",
                r#"{"subscriber":"1","at":5,"host":"a.b","bytes_up":60,"bytes_down":7}"#,
            ),
            (
                FeedKind::Places,
                "kind,lat,lon,radius_m\nhealth,1,2,3\n",
                r#"{"kind":"health","lat":1,"lon":2,"radius_m":3}"#,
            ),
        ] {
            let (a, b) = (read(kind, csv.as_bytes()).unwrap(), read(kind, json.as_bytes()).unwrap());
            assert_eq!((a[0].0, b[0].0), (2, 1));
            assert_eq!(a[0].1, b[0].1);
        }
    }

    #[test]
    fn the_reader_stops_when_told_and_counts_the_bytes_it_took() {
        let mut reader = Reader::new(FeedKind::Location, THREE.as_bytes()).unwrap();
        let progress = reader.progress();
        let mut seen = 0;
        reader
            .for_each(&mut |_, _| {
                seen += 1;
                ControlFlow::Break(())
            })
            .unwrap();
        assert_eq!((seen, reader.format()), (1, Format::Csv));
        assert_eq!((progress.bytes(), reader.consumed_bytes()), (THREE.len() as u64, THREE.len() as u64));
        assert!(!format!("{reader:?}").contains("49155"));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(text in proptest::collection::vec(any::<u8>(), 0..400), kind in 0usize..7, packed: bool) {
            let text = if packed { pack(&text) } else { text };
            let _ = read(FeedKind::ALL[kind], &text);
        }

        #[test]
        fn arbitrary_lines_below_a_header_never_panic_and_keep_their_numbers(text in "[a1,.\"{}\r\n:TZ-]{0,200}", kind in 0usize..7) {
            let head = "subscriber,at,cell,lat,lon,kind,id,app,host,source,key,topic,country\n";
            let got = read(FeedKind::ALL[kind], format!("{head}{text}").as_bytes()).unwrap();
            let lines = text.split('\n').count() as u64;
            prop_assert!(got.iter().all(|(n, _)| (2..=lines + 1).contains(n)));
            prop_assert!(got.windows(2).all(|w| w[0].0 < w[1].0));
        }
    }
}
