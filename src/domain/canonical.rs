//! The canonical form of a document: JSON as RFC 8785 writes it, so that the same document has the same bytes everywhere.
//! Deliberately absent: numbers that are no small integers and keys beyond ASCII, which our documents do not have; a library that
//! is ten times slower does those.
use serde::Serialize;
use serde_json::{Map, Value};

/// Integers beyond this have no exact form in RFC 8785.
const EXACT: i64 = 1 << 53;

/// The canonical bytes of a document.
///
/// # Errors
/// For what JSON cannot say: a number that is not finite, a key that is no string.
pub fn to_vec<T: Serialize + ?Sized>(document: &T) -> Result<Vec<u8>, serde_json::Error> {
    let value = serde_json::to_value(document)?;
    let mut out = Vec::with_capacity(512);
    if write(&mut out, &value)? { Ok(out) } else { serde_jcs::to_vec(document) }
}

/// The same as text.
///
/// # Errors
/// As `to_vec`.
pub fn to_string<T: Serialize + ?Sized>(document: &T) -> Result<String, serde_json::Error> {
    // INVARIANT: JSON is UTF-8.
    to_vec(document).map(|bytes| String::from_utf8(bytes).unwrap_or_default())
}

/// Writes `value`; false when it has something that is not done here.
fn write(out: &mut Vec<u8>, value: &Value) -> Result<bool, serde_json::Error> {
    match value {
        Value::Number(n) if !n.as_i64().is_some_and(|n| (-EXACT..=EXACT).contains(&n)) => return Ok(false),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            serde_json::to_writer(&mut *out, value)?;
        }
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                if !write(out, item)? {
                    return Ok(false);
                }
            }
            out.push(b']');
        }
        Value::Object(members) => return object(out, members),
    }
    Ok(true)
}

fn object(out: &mut Vec<u8>, members: &Map<String, Value>) -> Result<bool, serde_json::Error> {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    // RFC 8785 sorts by UTF-16 code units; of ASCII they are the bytes.
    if !sorted.iter().all(|(key, _)| key.is_ascii()) {
        return Ok(false);
    }
    sorted.sort_unstable_by_key(|(key, _)| *key);
    out.push(b'{');
    for (i, (key, value)) in sorted.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut *out, key)?;
        out.push(b':');
        if !write(out, value)? {
            return Ok(false);
        }
    }
    out.push(b'}');
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

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

    proptest! {
        #[test]
        fn every_document_has_the_bytes_that_the_library_gives_it(document in documents()) {
            prop_assert_eq!(to_vec(&document).unwrap(), serde_jcs::to_vec(&document).unwrap());
        }
    }
}
