//! By what name a client may say whom it means: the pseudonym that it has for a subscriber, and his phone number only where the operator lets
//! it. Deliberately absent: whether anybody goes by that name.
use crate::crypt::pseudonym;
use crate::domain::subscriber::Reference;

/// A name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// The client's own for a subscriber.
    Pseudonym(String),
    /// His number, `tel:`.
    Number(Reference),
}

impl Hint {
    /// Reads a name; `numbers` says whether phone numbers are taken. What is wrong is in words that hold none of it.
    ///
    /// # Errors
    /// For another kind of name, and for one that is malformed.
    pub fn parse(text: &str, numbers: bool) -> Result<Hint, &'static str> {
        match text.split_once(':') {
            Some(("tel", _)) if !numbers => Err(
                "phone numbers are not taken here: name the subscriber by the pseudonym that you have for him",
            ),
            Some(("tel", number)) if number.starts_with('+') => Reference::parse(number)
                .map(Hint::Number)
                .ok_or("`tel:` is not followed by a number in E.164"),
            Some(("tel", _)) => Err("`tel:` is not followed by a number in E.164"),
            Some(("operatortoken" | "ipport", _)) => Err(
                "`operatortoken:` and `ipport:` are not supported: name the subscriber by the pseudonym that you have for him",
            ),
            _ if pseudonym::is_shaped(text) => Ok(Hint::Pseudonym(text.to_owned())),
            _ => Err("expected the pseudonym that you have for the subscriber, 22 characters"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_only_where_it_may_be_and_no_other_kind_of_name_at_all() {
        let name = "q83vEjRWeJCrze8SNFZ4kA";
        for numbers in [false, true] {
            assert_eq!(Hint::parse(name, numbers), Ok(Hint::Pseudonym(name.to_owned())));
            for bad in [
                "",
                "x",
                "+491550000000",
                "491550000000",
                "operatortoken:abc",
                "ipport:80.90.34.2:16790",
                "mailto:a@b.example",
                "tel:",
                "tel:491550000000",
                "tel:+0",
                "tel:alice",
            ] {
                assert!(Hint::parse(bad, numbers).is_err(), "{bad}");
            }
        }
        assert!(Hint::parse("tel:+491550000000", false).is_err());
        assert_eq!(
            Hint::parse("tel:+491550000000", true).ok(),
            Reference::parse("+491550000000").map(Hint::Number)
        );
    }
}
