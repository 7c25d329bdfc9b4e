//! The lines of a bundle, written and read strictly: a leaf, its record, its row in the table.
//!
//! Lines are written by hand and read by comparing, so that the bytes between are the record as it was committed to, and a line has
//! one form only. Deliberately absent: files, hashes of files, the tree.
use super::tally::{Absent, Ordinals};
use crate::crypt::hash::Digest;
use crate::crypt::hex;
use crate::domain::time::{At, HOUR_US};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

/// The first line of `records.csv`, after the mark by which spreadsheets know UTF-8.
pub(super) const CSV_HEAD: &str =
    "\u{feff}index,hour,kind,jurisdiction,recipient,purpose,policy,commitment,status,record\r\n";

/// What a leaf says in the clear, as far as a verifier needs it.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    v: u8,
    kind: String,
    jurisdiction: String,
    recipient: Option<String>,
    purpose: Option<String>,
    policy: String,
    hour: At,
    commitment: String,
}

impl Header {
    /// What happened.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The recipient that it names.
    pub fn recipient(&self) -> Option<&str> {
        self.recipient.as_deref()
    }

    /// Reads a leaf: canonical JSON of version 1.
    pub fn parse(leaf: &[u8]) -> Result<Header, &'static str> {
        canonical(leaf)?;
        let header: Header = serde_json::from_slice(leaf).map_err(|_| "lacks a field of a leaf")?;
        if header.v != 1 {
            return Err("is not a leaf of version 1");
        }
        if header.hour.floor(HOUR_US) != header.hour {
            return Err("has an `hour` that is not a whole hour");
        }
        Ok(header)
    }

    /// The commitment to the record.
    pub fn commitment(&self) -> Result<Digest, &'static str> {
        digest(&self.commitment).ok_or("has a `commitment` that is not 64 lower-case hex digits")
    }

    /// The row of `records.csv` (RFC 4180): every field quoted, none that a spreadsheet would take for a formula.
    pub fn row(&self, index: u64, record: Result<&[u8], Absent>) -> String {
        let record = record.map(String::from_utf8_lossy);
        let fields: [&str; 10] = [
            &index.to_string(),
            &self.hour.rfc3339(),
            self.kind.as_str(),
            &self.jurisdiction,
            self.recipient.as_deref().unwrap_or(""),
            self.purpose.as_deref().unwrap_or(""),
            &self.policy,
            &self.commitment,
            record.as_ref().map_or_else(|absent| absent.word(), |_| "opened"),
            record.as_deref().unwrap_or(""),
        ];
        let quoted = fields.map(|f| {
            let guard = if f.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
            format!("\"{guard}{}\"", f.replace(|c| c < ' ', " ").replace('"', "\"\""))
        });
        format!("{}\r\n", quoted.join(","))
    }
}

/// 32 bytes from 64 lower-case hex digits.
pub(super) fn digest(text: &str) -> Option<Digest> {
    let bytes: Digest = hex::decode(text)?.try_into().ok()?;
    (hex::encode(&bytes) == text).then_some(bytes)
}

/// The salt, record and ordinals of a leaf, or why they are not there.
pub(super) type Behind<'l> = Result<([u8; 32], &'l [u8], Ordinals), Absent>;

/// The line of `records.jsonl` for leaf `index`, without its newline: canonical JSON when `record` is.
pub(super) fn record_line(index: u64, behind: Behind<'_>) -> Vec<u8> {
    match behind {
        Err(Absent::Erased) => format!("{{\"erased\":true,\"index\":{index}}}").into_bytes(),
        Err(Absent::Withheld) => format!("{{\"index\":{index},\"withheld\":true}}").into_bytes(),
        Ok((salt, record, ordinals)) => {
            let mut out = format!("{{\"index\":{index},").into_bytes();
            if !ordinals.is_empty() {
                out.extend_from_slice(&[b"\"ordinals\":", ordinals.bytes().as_slice(), b","].concat());
            }
            out.extend_from_slice(b"\"record\":");
            out.extend_from_slice(record);
            out.extend_from_slice(format!(",\"salt\":\"{}\"}}", hex::encode(&salt)).as_bytes());
            out
        }
    }
}

/// Reads the line of leaf `index`.
pub(super) fn parse_record(index: u64, line: &[u8]) -> Result<Behind<'_>, &'static str> {
    for absent in [Absent::Erased, Absent::Withheld] {
        if line == record_line(index, Err(absent)) {
            return Ok(Err(absent));
        }
    }
    let head = format!("{{\"index\":{index},");
    let rest = line.strip_prefix(head.as_bytes()).ok_or("is not the line of this index")?;
    let (ordinals, rest) = parse_ordinals(rest)?;
    let rest = rest.strip_prefix(b"\"record\":").ok_or("has no record")?;
    let rest = rest.strip_suffix(b"\"}").ok_or("does not end with a salt")?;
    let (rest, salt) =
        rest.len().checked_sub(64).and_then(|at| rest.split_at_checked(at)).ok_or("has no salt")?;
    let record = rest.strip_suffix(b",\"salt\":\"").ok_or("has no salt")?;
    let salt = std::str::from_utf8(salt).ok().and_then(digest);
    let salt = salt.ok_or("has a salt that is not 64 lower-case hex digits")?;
    canonical(record)?;
    Ok(Ok((salt, record, ordinals)))
}

/// The ordinals of a line, if it has some, and what follows them.
fn parse_ordinals(line: &[u8]) -> Result<(Ordinals, &[u8]), &'static str> {
    let Some(rest) = line.strip_prefix(b"\"ordinals\":") else { return Ok((Ordinals::default(), line)) };
    let end = rest.windows(4).position(|w| w == b"}},\"").ok_or("has ordinals that do not end")? + 2;
    let (ordinals, rest) = rest.split_at_checked(end).ok_or("has ordinals that do not end")?;
    let ordinals =
        Ordinals::parse(ordinals).filter(|p| !p.is_empty()).ok_or("has ordinals of another form")?;
    Ok((ordinals, rest.strip_prefix(b",").unwrap_or(rest)))
}

/// Refuses what is not one JSON object with sorted, single names and no blanks between (RFC 8785 but for the spelling of numbers
/// and escapes, which the commitment fixes anyway): two readers must not read two things.
pub(super) fn canonical(json: &[u8]) -> Result<(), &'static str> {
    let (mut quoted, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b' ' | b'\t' | b'\n' | b'\r' if !quoted => return Err("has blanks outside of strings"),
            _ => {}
        }
    }
    if json.first() != Some(&b'{') {
        return Err("is not a JSON object");
    }
    serde_json::from_slice::<Sorted>(json)
        .map(|_| ())
        .map_err(|_| "is not one JSON object with sorted, single names")
}

/// Any JSON whose objects have sorted, single names.
struct Sorted;

impl<'de> Deserialize<'de> for Sorted {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Sorted, D::Error> {
        from.deserialize_any(Sorted)
    }
}

impl<'de> Visitor<'de> for Sorted {
    type Value = Sorted;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON with sorted, single names")
    }

    fn visit_unit<E>(self) -> Result<Sorted, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Sorted, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Sorted, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Sorted, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Sorted, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Sorted, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Sorted, A::Error> {
        while items.next_element::<Sorted>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Sorted, A::Error> {
        let mut before: Option<String> = None;
        while let Some(name) = fields.next_key::<String>()? {
            // RFC 8785 sorts by UTF-16 units.
            if before.is_some_and(|b| !b.encode_utf16().lt(name.encode_utf16())) {
                return Err(serde::de::Error::custom("names are not sorted or not single"));
            }
            before = Some(name);
            fields.next_value::<Sorted>()?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::tally::Ordinal;
    use proptest::prelude::*;

    #[test]
    fn an_object_that_two_readers_could_read_differently_is_refused() {
        for good in
            ["{}", r#"{"a":1,"b":[{"c":null}],"c":"x y\" \\"}"#, "{\"\u{10000}\":1,\"\u{ffff}\":1.5e-7}"]
        {
            assert_eq!(canonical(good.as_bytes()), Ok(()), "{good}");
        }
        for bad in [
            "",
            "[]",
            "1",
            "{} ",
            " {}",
            r#"{"a": 1}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"b":1,"a":2}"#,
            "{}{}",
            r#"{"a":[{"b":1,"a":2}]}"#,
            "{\"\u{ffff}\":1,\"\u{10000}\":1}",
            r#"{"a":}"#,
            "{\"a\":\"\u{1}\"}",
        ] {
            assert!(canonical(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_record_line_has_one_form() {
        let line = record_line(7, Ok(([0xab; 32], br#"{"a":1}"#, Ordinals::default())));
        let text = String::from_utf8(line.clone()).unwrap();
        assert_eq!(text, format!(r#"{{"index":7,"record":{{"a":1}},"salt":"{}"}}"#, "ab".repeat(32)));
        assert_eq!(
            parse_record(7, &line),
            Ok(Ok(([0xab; 32], br#"{"a":1}"#.as_slice(), Ordinals::default())))
        );
        let ordinals = Ordinals {
            recipient: Some(Ordinal { before: None, number: 1 }),
            subscriber: Some(Ordinal { before: Some(3), number: 2 }),
        };
        let line = record_line(7, Ok(([0xab; 32], br#"{"a":1}"#, ordinals)));
        assert!(line.starts_with(br#"{"index":7,"ordinals":{"recipient":{"number":1},"subscriber":{"before":3,"number":2}},"record":{"a":1}"#));
        assert_eq!(parse_record(7, &line), Ok(Ok(([0xab; 32], br#"{"a":1}"#.as_slice(), ordinals))));
        for (from, to) in [
            ("\"number\":1", "\"number\":01"),
            ("}},\"record", "}} ,\"record"),
            ("\"ordinals\":{", "\"ordinals\":{ "),
        ] {
            let bad = String::from_utf8(line.clone()).unwrap().replacen(from, to, 1);
            assert!(parse_record(7, bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse_record(7, br#"{"index":7,"ordinals":{},"record":{},"salt":"00"}"#).is_err());
        assert_eq!(parse_record(7, br#"{"erased":true,"index":7}"#), Ok(Err(Absent::Erased)));
        assert_eq!(parse_record(7, br#"{"index":7,"withheld":true}"#), Ok(Err(Absent::Withheld)));
        for bad in [
            text.replace(":7", ":8"),
            text.replace("ab", "AB"),
            text.replace(r#"{"a":1}"#, r#"{"a":1},"x":{}"#),
            text.replace(r#"{"a":1}"#, ""),
            r#"{"erased":true,"index":8}"#.to_owned(),
            r#"{"erased":false,"index":7}"#.to_owned(),
            r#"{"index":7,"record":"#.to_owned(),
            r#"{"index":7,"record":"}"#.to_owned(),
        ] {
            assert!(parse_record(7, bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_cell_of_the_table_is_a_formula() {
        let leaf = br#"{"commitment":"00","hour":1764028800000000,"jurisdiction":"KR","kind":"=SUM(A1)","policy":"@x","purpose":"-1","v":1}"#;
        let row = Header::parse(leaf).unwrap().row(3, Ok(br#"{"a":"b"}"#));
        assert_eq!(
            row,
            "\"3\",\"2025-11-25T00:00:00Z\",\"'=SUM(A1)\",\"KR\",\"\",\"'-1\",\"'@x\",\"00\",\"opened\",\"{\"\"a\"\":\"\"b\"\"}\"\r\n"
        );
    }

    proptest! {
        #[test]
        fn what_serde_jcs_writes_is_canonical(
            map in prop::collection::btree_map(any::<String>(), any::<(i64, String, bool)>(), 0..6),
            float in -1e300f64..1e300,
        ) {
            let text = serde_jcs::to_vec(&serde_json::json!({ "m": map, "f": float })).unwrap();
            prop_assert_eq!(canonical(&text), Ok(()));
            let line = record_line(3, Ok(([1; 32], &text, Ordinals::default())));
            prop_assert_eq!(parse_record(3, &line), Ok(Ok(([1; 32], text.as_slice(), Ordinals::default()))));
        }
    }
}
