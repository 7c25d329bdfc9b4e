//! What an operator says of itself: whom to complain to, and which others are of its group. Deliberately absent: anything about a subscriber;
//! nothing that one operator holds is known to another.
use super::subscriber::Country;
use serde::Deserialize;

/// Longest text, bytes: each is one line of a page.
const LONGEST: usize = 120;

/// What an operator says of itself; nothing, where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operators {
    /// The data protection officer.
    pub officer: Option<Officer>,
    /// The other operators of the group.
    #[serde(default, rename = "operator")]
    pub others: Vec<Operator>,
}

/// Who takes complaints.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// A person or an office.
    pub name: String,
    /// Where it is reached: mail, telephone or post, in one line.
    pub address: String,
}

/// Another operator of the group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Its name.
    pub name: String,
    /// Where it holds what it holds.
    pub country: Country,
    /// Where its own subscribers are told what it holds, `https://…`.
    pub address: String,
}

fn plain(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control)
}

impl Operators {
    /// Whether a page can show it.
    ///
    /// # Errors
    /// What cannot be shown, and what would do.
    pub fn check(&self) -> Result<(), String> {
        let line = format!("one line of 1 to {LONGEST} bytes");
        for (field, text) in self.officer.iter().flat_map(|o| [("name", &o.name), ("address", &o.address)]) {
            if !plain(text) {
                return Err(format!("`officer.{field}`: write {line}"));
            }
        }
        for (n, one) in (1..).zip(&self.others) {
            let web = one.address.strip_prefix("https://").is_some_and(|rest| !rest.is_empty());
            if !plain(&one.name) {
                return Err(format!("`operator` {n}, `name`: write {line}"));
            }
            if !web || !plain(&one.address) || one.address.contains(char::is_whitespace) {
                return Err(format!("`operator` {n}, `address`: begin it with https://, in {line}"));
            }
            let twin = |other: &&Operator| (&other.name, other.country) == (&one.name, one.country);
            if self.others.iter().filter(twin).count() > 1 {
                return Err(format!("`operator` {n}: named twice; take one of them out"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_cannot_show_is_refused_by_its_place() {
        let other = |name: &str, address: &str| Operator {
            name: name.to_owned(),
            country: Country::parse("KR").unwrap(),
            address: address.to_owned(),
        };
        let said = |others: Vec<Operator>| Operators { officer: None, others }.check();
        let good = other("Hangang", "https://hangang.example/me");
        assert_eq!(said(vec![good.clone(), other("Elbe", "https://elbe.example")]), Ok(()));
        assert_eq!(Operators::default().check(), Ok(()));
        for bad in ["http://hangang.example", "javascript:alert(1)", "https://", "https://a b", ""] {
            assert!(
                said(vec![good.clone(), other("Elbe", bad)])
                    .unwrap_err()
                    .starts_with("`operator` 2, `address`"),
                "{bad}"
            );
        }
        for bad in ["", " ", "two\nlines", &"x".repeat(121)] {
            assert!(said(vec![other(bad, "https://elbe.example")]).unwrap_err().contains("`name`"), "{bad}");
            let officer = Some(Officer { name: "Office".to_owned(), address: bad.to_owned() });
            let wrong = Operators { officer, others: Vec::new() }.check().unwrap_err();
            assert!(wrong.starts_with("`officer.address`"), "{wrong}");
        }
        assert!(said(vec![good.clone(), good]).unwrap_err().contains("twice"));
    }
}
