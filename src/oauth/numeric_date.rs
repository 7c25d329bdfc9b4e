//! `NumericDate` of RFC 7519 section 2: seconds since the epoch, a whole or fractional JSON number.
use crate::domain::time::{At, SECOND_US};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in a claim. The bounds (1970 to 5138) leave room for every sum of instants and windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NumericDate(pub At);

const LAST_S: f64 = 1e11;

impl Serialize for NumericDate {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_i64(self.0.unix_s())
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<NumericDate, D::Error> {
        let seconds = f64::deserialize(d)?;
        if !(0.0..LAST_S).contains(&seconds) {
            return Err(serde::de::Error::custom("a date out of range"));
        }
        // Exact for whole seconds: 1e17 µs would need 57 bits, whole seconds below 1e11 need 37.
        let whole = seconds.trunc();
        let us = whole as i64 * SECOND_US + ((seconds - whole) * 1e6) as i64;
        Ok(NumericDate(At(us)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_are_exact_and_nothing_odd_is_a_date() {
        let read = |text| serde_json::from_str::<NumericDate>(text).ok();
        assert_eq!(read("1772436600"), Some(NumericDate(At(1_772_436_600_000_000))));
        assert_eq!(read("1772436600.5"), Some(NumericDate(At(1_772_436_600_500_000))));
        assert_eq!(read("99999999999"), Some(NumericDate(At(99_999_999_999_000_000))));
        for odd in ["-1", "1e11", "1e400", "\"1772436600\"", "null", "9223372036854775807"] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(serde_json::to_string(&NumericDate(At(1_772_436_600_999_999))).unwrap(), "1772436600");
    }
}
