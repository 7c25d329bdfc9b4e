//! A code that a subscriber says or types in an assistant to be linked with it: 40 random bits in Crockford's base 32, `XXXX-XXXX`. Read whatever
//! case it is said in, with O for 0 and I or L for 1. Deliberately absent: for whom it is, and whether it is good (rows).
use super::rng::{Rng, bytes};

/// Crockford's alphabet: no I, L, O and U.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols of a code.
const LENGTH: usize = 8;
/// Symbols of the half that tries are counted by.
const CLASS: usize = 4;

/// A code: eight symbols. It prints for who is shown it, and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkCode(String);

impl std::fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("link-code(…)")
    }
}

impl LinkCode {
    /// A new one, each as likely as any other.
    pub fn new(rng: &dyn Rng) -> LinkCode {
        // 256 is a multiple of 32, so no symbol is likelier than another.
        let symbol = |byte: &u8| char::from(SYMBOLS[usize::from(byte & 31)]);
        LinkCode(bytes::<LENGTH>(rng).iter().map(symbol).collect())
    }

    /// Reads what somebody said or typed; `None` for what is no code.
    pub fn parse(text: &str) -> Option<LinkCode> {
        let symbols = text.bytes().filter(|b| !matches!(b, b' ' | b'-')).map(|byte| {
            let symbol = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            SYMBOLS.contains(&symbol).then_some(char::from(symbol))
        });
        let symbols: String = symbols.take(LENGTH + 1).collect::<Option<_>>()?;
        (symbols.len() == LENGTH).then_some(LinkCode(symbols))
    }

    /// As it is shown.
    pub fn text(&self) -> String {
        let (first, second) = self.0.split_at(CLASS);
        format!("{first}-{second}")
    }

    /// Its symbols.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first half, which it shares with a million others: what tries are counted by, also at codes that nobody was shown.
    pub fn class(&self) -> &str {
        &self.0[..CLASS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_read_however_it_is_said() {
        let code = LinkCode::parse("7K0Q-1ZBA").unwrap();
        for said in ["7k0q1zba", "7KOQ-IZBA", "7koq lzba", " 7 K 0 Q - 1 Z B A "] {
            assert_eq!(LinkCode::parse(said), Some(code.clone()), "{said}");
        }
        assert_eq!((code.text().as_str(), code.class()), ("7K0Q-1ZBA", "7K0Q"));
        for none in ["", "7K0Q-1ZB", "7K0Q-1ZBAA", "7K0Q-1ZBU", "7K0Q_1ZBA", "7K0Q-1ZB\u{e9}", "7K0Q-1ZBÄ"] {
            assert!(LinkCode::parse(none).is_none(), "{none}");
        }
        assert_eq!(format!("{code:?}"), "link-code(…)");
    }

    #[test]
    fn codes_use_every_symbol_and_are_seldom_the_same() {
        let rng = crate::ambient::SystemRng::new();
        let codes: std::collections::BTreeSet<String> =
            (0..500).map(|_| LinkCode::new(&rng).text()).collect();
        let used: std::collections::BTreeSet<char> =
            codes.iter().flat_map(|c| c.chars()).filter(|c| *c != '-').collect();
        assert_eq!((codes.len(), used.len()), (500, 32));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_and_any_text_is_read_or_refused(seed in proptest::array::uniform8(0u8..32), text in "\\PC{0,20}") {
            let code = LinkCode(seed.iter().map(|n| char::from(SYMBOLS[usize::from(*n)])).collect());
            prop_assert_eq!(LinkCode::parse(&code.text()), Some(code));
            let _read = LinkCode::parse(&text);
        }
    }
}
