//! The canonical form of a document: JSON as RFC 8785 writes it, so that the same document has the same bytes everywhere.
//! Deliberately absent: numbers that are no small integers and keys beyond ASCII, which our documents do not have; a library that
//! is ten times slower does those.
use serde::Serialize;
use serde_json::ser::Formatter;
use std::cell::{Cell, RefCell};
use std::io;

/// Integers beyond this have no exact form in RFC 8785.
const EXACT: u64 = 1 << 53;

/// The canonical bytes of a document.
///
/// # Errors
/// For what JSON cannot say, such as a key that is no string.
pub fn to_vec<T: Serialize + ?Sized>(document: &T) -> Result<Vec<u8>, serde_json::Error> {
    let sheet = Sheet { out: RefCell::new(Vec::with_capacity(1024)), beyond: Cell::new(false) };
    let sorter = Sorter { sheet: &sheet, open: Vec::new(), members: Vec::new() };
    document.serialize(&mut serde_json::Serializer::with_formatter(Pen(&sheet), sorter))?;
    if sheet.beyond.get() { serde_jcs::to_vec(document) } else { Ok(sheet.out.into_inner()) }
}

/// The same as text.
///
/// # Errors
/// As `to_vec`.
pub fn to_string<T: Serialize + ?Sized>(document: &T) -> Result<String, serde_json::Error> {
    // INVARIANT: JSON is UTF-8.
    to_vec(document).map(|bytes| String::from_utf8(bytes).unwrap_or_default())
}

/// What is written, and whether it has something that is not done here.
struct Sheet {
    out: RefCell<Vec<u8>>,
    beyond: Cell<bool>,
}

impl Sheet {
    fn beyond(&self, is: bool) {
        self.beyond.set(self.beyond.get() | is);
    }
}

struct Pen<'s>(&'s Sheet);

impl io::Write for Pen<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.out.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Notes where members begin and end, and puts those of an object in order when it closes.
struct Sorter<'s> {
    sheet: &'s Sheet,
    open: Vec<Open>,
    members: Vec<Member>,
}

/// An object that is not closed yet.
struct Open {
    /// Its first member among those noted.
    first: usize,
    sorted: bool,
}

/// Places in the sheet. The key lies between its quotation marks.
#[derive(Clone, Copy)]
struct Member {
    from: usize,
    key_end: usize,
    to: usize,
}

impl Sorter<'_> {
    fn at(&self) -> usize {
        self.sheet.out.borrow().len()
    }

    /// RFC 8785 sorts by UTF-16 code units; of ASCII they are the bytes.
    fn note_key(&mut self) {
        let out = self.sheet.out.borrow();
        let Some((member, before)) = self.members.split_last_mut() else { return };
        member.key_end = out.len();
        let named = key(&out, *member);
        let Some(open) = self.open.last_mut() else { return };
        if let Some(last) = before.get(open.first..).and_then(<[Member]>::last) {
            open.sorted &= key(&out, *last) < named;
        }
        self.sheet.beyond(!named.iter().all(|b| b.is_ascii() && *b != b'\\'));
    }

    fn sort(&mut self, first: usize) {
        let mut out = self.sheet.out.borrow_mut();
        let Some(members) = self.members.get_mut(first..) else { return };
        let Some(from) = members.first().map(|m| m.from) else { return };
        members.sort_unstable_by(|a, b| key(&out, *a).cmp(key(&out, *b)));
        let twice = members.windows(2).any(|w| key(&out, w[0]) == key(&out, w[1]));
        let mut sorted = Vec::with_capacity(out.len() - from);
        for (i, member) in members.iter().enumerate() {
            if i > 0 {
                sorted.push(b',');
            }
            sorted.extend_from_slice(&out[member.from..member.to]);
        }
        out.truncate(from);
        out.extend_from_slice(&sorted);
        self.sheet.beyond(twice);
    }
}

fn key(out: &[u8], member: Member) -> &[u8] {
    out.get(member.from + 1..member.key_end.saturating_sub(1)).unwrap_or_default()
}

impl Formatter for Sorter<'_> {
    fn write_i64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        self.sheet.beyond(value.unsigned_abs() > EXACT);
        write!(writer, "{value}")
    }
    fn write_u64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        self.sheet.beyond(value > EXACT);
        write!(writer, "{value}")
    }
    fn write_i128<W: ?Sized + io::Write>(&mut self, _: &mut W, _: i128) -> io::Result<()> {
        self.sheet.beyond(true);
        Ok(())
    }
    fn write_u128<W: ?Sized + io::Write>(&mut self, _: &mut W, _: u128) -> io::Result<()> {
        self.sheet.beyond(true);
        Ok(())
    }
    fn write_f32<W: ?Sized + io::Write>(&mut self, _: &mut W, _: f32) -> io::Result<()> {
        self.sheet.beyond(true);
        Ok(())
    }
    fn write_f64<W: ?Sized + io::Write>(&mut self, _: &mut W, _: f64) -> io::Result<()> {
        self.sheet.beyond(true);
        Ok(())
    }
    fn write_number_str<W: ?Sized + io::Write>(&mut self, _: &mut W, _: &str) -> io::Result<()> {
        self.sheet.beyond(true);
        Ok(())
    }
    fn write_raw_fragment<W: ?Sized + io::Write>(&mut self, _: &mut W, _: &str) -> io::Result<()> {
        self.sheet.beyond(true);
        Ok(())
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open.push(Open { first: self.members.len(), sorted: true });
        writer.write_all(b"{")
    }
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        let from = self.at();
        self.members.push(Member { from, key_end: from, to: from });
        Ok(())
    }
    fn end_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.note_key();
        Ok(())
    }
    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        let at = self.at();
        if let Some(member) = self.members.last_mut() {
            member.to = at;
        }
        Ok(())
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if let Some(open) = self.open.pop() {
            if !open.sorted {
                self.sort(open.first);
            }
            self.members.truncate(open.first);
        }
        writer.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    #[test]
    fn the_example_of_the_standard_has_its_bytes() {
        // RFC 8785 section 3.2.2 and 3.2.3.
        let document: Value = serde_json::from_str(
            r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
        )
        .unwrap();
        assert_eq!(
            to_string(&document).unwrap(),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
        let sorted =
            json!({"\r": 1, "1": 2, "\u{20ac}": 3, "\u{fb33}": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        let order: Vec<char> = to_string(&sorted).unwrap().chars().filter(char::is_ascii_digit).collect();
        assert_eq!(order.into_iter().collect::<String>(), "11267354");
    }

    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1000i64..1000).prop_map(Value::from),
            any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            "[\\x00-\\x7f]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("[\\x00-\\x7f]{0,6}", inner.clone(), 0..6)
                    .prop_map(|m| Value::from(Map::from_iter(m))),
                prop::collection::btree_map(".{0,3}", inner, 0..4)
                    .prop_map(|m| Value::from(Map::from_iter(m))),
            ]
        })
    }

    /// An object whose members come in the order given.
    struct Loose(Vec<(String, Value)>);
    impl Serialize for Loose {
        fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            s.collect_map(self.0.iter().map(|(k, v)| (k, Wrapped(v))))
        }
    }
    /// Objects inside come backwards.
    struct Wrapped<'v>(&'v Value);
    impl Serialize for Wrapped<'_> {
        fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            match self.0 {
                Value::Object(members) => s.collect_map(members.iter().rev().map(|(k, v)| (k, Wrapped(v)))),
                Value::Array(items) => s.collect_seq(items.iter().map(Wrapped)),
                other => other.serialize(s),
            }
        }
    }

    proptest! {
        #[test]
        fn the_order_of_members_does_not_matter(
            members in prop::collection::btree_map("[a-z]{0,3}", documents(), 0..6)
                .prop_map(|m| m.into_iter().collect::<Vec<_>>()).prop_shuffle()
        ) {
            let sorted = Value::from(Map::from_iter(members.clone()));
            prop_assert_eq!(to_vec(&Loose(members)).unwrap(), serde_jcs::to_vec(&sorted).unwrap());
        }

        #[test]
        fn every_document_has_the_bytes_that_the_library_gives_it(document in documents()) {
            prop_assert_eq!(to_vec(&document).unwrap(), serde_jcs::to_vec(&document).unwrap());
        }
    }
}
