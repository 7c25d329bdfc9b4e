//! One CSV line to fields, as the `csv` crate reads it: comma, double quote, doubled quote inside quotes. Deliberately
//! absent: what a field means.
use crate::domain::feed::Reject;
use csv_core::ReadRecordResult;

/// The fields of the line split last. One per reader: nothing is allocated per line.
pub(super) struct Fields {
    /// Where each field lies in the line, or in `unquoted`.
    bounds: Vec<(usize, usize)>,
    core: csv_core::Reader,
    unquoted: Vec<u8>,
    ends: Vec<usize>,
}

/// The fields of one line.
#[derive(Clone, Copy)]
pub(super) struct Split<'a> {
    text: &'a str,
    bounds: &'a [(usize, usize)],
}

impl<'a> Split<'a> {
    /// Field `i`, without blanks around it; empty when there is none.
    pub(super) fn field(&self, i: usize) -> &'a str {
        self.bounds.get(i).and_then(|(from, to)| self.text.get(*from..*to)).unwrap_or_default().trim_ascii()
    }
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.bounds.len()
    }
}

impl Fields {
    pub(super) fn new() -> Fields {
        Fields {
            bounds: Vec::with_capacity(16),
            core: csv_core::Reader::new(),
            unquoted: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Splits `line` (no line break in it); at most `most` fields, more are `Reject::FieldCount`.
    pub(super) fn split<'a>(&'a mut self, line: &'a [u8], most: usize) -> Result<Split<'a>, Reject> {
        let text = std::str::from_utf8(line).map_err(|_| Reject::Encoding)?;
        if memchr::memchr(b'"', line).is_some() {
            return self.split_quoted(line, most);
        }
        self.bounds.clear();
        let mut from = 0;
        for to in memchr::memchr_iter(b',', line) {
            self.bounds.push((from, to));
            from = to + 1;
        }
        self.bounds.push((from, line.len()));
        if self.bounds.len() > most {
            Err(Reject::FieldCount)
        } else {
            Ok(Split { text, bounds: &self.bounds })
        }
    }

    /// The line has a quote in it somewhere: left to the library. A quote that is still open at the end of the line, or a
    /// bare carriage return, is `Reject::FieldCount`.
    fn split_quoted<'a>(&'a mut self, line: &[u8], most: usize) -> Result<Split<'a>, Reject> {
        self.unquoted.resize(line.len() + 1, 0);
        self.ends.resize(most + 1, 0);
        self.core.reset();
        // An empty line first: it is skipped, and a byte order mark is only looked for at the very beginning.
        let (_, _, _, _) = self.core.read_record(b"\n", &mut self.unquoted, &mut self.ends);
        let (part, _, written, ended) = self.core.read_record(line, &mut self.unquoted, &mut self.ends);
        if part != ReadRecordResult::InputEmpty {
            return Err(Reject::FieldCount);
        }
        let text = self.unquoted.get_mut(written..).unwrap_or_default();
        let ends = self.ends.get_mut(ended..).unwrap_or_default();
        let (whole, _, _, more) = self.core.read_record(b"\n", text, ends);
        let count = ended + more;
        if whole != ReadRecordResult::Record || count > most {
            return Err(Reject::FieldCount);
        }
        self.bounds.clear();
        let mut from = 0;
        for to in self.ends.iter().take(count) {
            self.bounds.push((from, *to));
            from = *to;
        }
        let text = std::str::from_utf8(self.unquoted.get(..from).unwrap_or_default());
        Ok(Split { text: text.map_err(|_| Reject::Encoding)?, bounds: &self.bounds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ours(line: &[u8]) -> Result<Vec<String>, Reject> {
        let mut fields = Fields::new();
        let split = fields.split(line, 64)?;
        Ok((0..split.len()).map(|i| split.text[split.bounds[i].0..split.bounds[i].1].to_owned()).collect())
    }

    /// What the `csv` crate reads from the line and a witness line after it; `None` when the line runs into the witness.
    fn theirs(line: &[u8]) -> Option<Vec<String>> {
        let mut text = line.to_vec();
        text.extend(b"\nwitness\n");
        let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..]);
        let records: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
        let whole = records.len() == 2 && records[1].len() == 1 && &records[1][0] == "witness";
        whole.then(|| records[0].iter().map(str::to_owned).collect())
    }

    #[test]
    fn quotes_are_read_as_the_csv_crate_reads_them() {
        for line in [
            r#""a","b,c","d""e""#,
            r#"a,b"c,d"#,
            r#""a"b,c"#,
            r#""","#,
            r#"a,"open"#,
            r#"",""#,
            r#""""""#,
            "a,,",
            ",",
        ] {
            match theirs(line.as_bytes()) {
                Some(want) => assert_eq!(ours(line.as_bytes()).unwrap(), want, "{line}"),
                None => assert_eq!(ours(line.as_bytes()), Err(Reject::FieldCount), "{line}"),
            }
        }
        assert_eq!(ours(r#""a","b,c","d""e""#.as_bytes()).unwrap(), ["a", "b,c", "d\"e"]);
    }

    #[test]
    fn one_field_too_many_is_refused_quoted_or_not() {
        let mut fields = Fields::new();
        assert_eq!(fields.split(b"a,b,c", 2).err(), Some(Reject::FieldCount));
        assert_eq!(fields.split(b"\"a\",b,c", 2).err(), Some(Reject::FieldCount));
        assert_eq!(fields.split(b"\"a\",b", 2).map(|s| s.len()).ok(), Some(2));
    }

    proptest! {
        #[test]
        fn any_line_splits_as_the_csv_crate_splits_it(line in r#"[ab "',\\é]{1,24}"#) {
            match theirs(line.as_bytes()) {
                Some(want) => prop_assert_eq!(ours(line.as_bytes()).unwrap(), want),
                None => prop_assert_eq!(ours(line.as_bytes()), Err(Reject::FieldCount)),
            }
        }

        #[test]
        fn what_the_csv_crate_writes_comes_back(fields in proptest::collection::vec("[^\r\n\u{feff}]{0,12}", 1..6)) {
            let mut csv = csv::WriterBuilder::new().from_writer(Vec::new());
            csv.write_record(&fields).unwrap();
            let line = csv.into_inner().unwrap();
            prop_assert_eq!(ours(line.strip_suffix(b"\n").unwrap()).unwrap(), fields);
        }

        #[test]
        fn arbitrary_bytes_never_panic(line in proptest::collection::vec(any::<u8>(), 0..300), most in 0usize..5) {
            let _ = Fields::new().split(&line, most).map(|s| (0..9).map(|i| s.field(i).len()).sum::<usize>());
        }
    }
}
