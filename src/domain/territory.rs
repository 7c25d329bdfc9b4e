//! Countries that a network may be of: a closed list, so that no other two letters ever leave. Deliberately absent: names, which the
//! summary and the screens have, and ships, aeroplanes and satellites, whose networks are of no country.
use super::subscriber::Jurisdiction;
use serde::{Deserialize, Serialize};

/// ISO 3166-1 alpha-2, and `XK`, which the standard leaves to its users and mobile networks use; in the order of the alphabet.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY \
    BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB \
    GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI \
    KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ \
    NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI \
    SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN \
    VU WF WS XK YE YT ZA ZM ZW";

/// A country of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Territory([u8; 2]);

impl Territory {
    /// How many there are.
    pub const COUNT: usize = (CODES.len() + 1) / 3;

    /// All of them, in the order of the alphabet.
    pub fn all() -> impl Iterator<Item = Territory> {
        CODES.split(' ').filter_map(|code| code.as_bytes().try_into().ok().map(Territory))
    }
    /// Reads two capital letters of the list.
    pub fn parse(text: &str) -> Option<Territory> {
        Self::all().find(|t| t.as_str() == text)
    }
    /// The country of an operator.
    pub fn of(home: Jurisdiction) -> Option<Territory> {
        Territory::parse(home.as_str())
    }
    /// Two capital letters.
    pub fn as_str(&self) -> &str {
        // INVARIANT: `all` is the only way in but for stored bytes, and those are held against the list.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
    /// Its place in the list; `None` for stored bytes that are no country.
    pub fn index(self) -> Option<usize> {
        Self::all().position(|t| t == self)
    }
    /// The letters as a number.
    pub fn number(self) -> u16 {
        u16::from_be_bytes(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_has_every_operators_country() {
        let all: Vec<Territory> = Territory::all().collect();
        assert_eq!((all.len(), Territory::COUNT), (250, 250));
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            all.iter()
                .enumerate()
                .all(|(i, t)| t.index() == Some(i) && Territory::parse(t.as_str()) == Some(*t))
        );
        assert!(Jurisdiction::ALL.into_iter().all(|home| Territory::of(home).is_some()));
    }

    #[test]
    fn two_letters_that_are_no_country_are_none() {
        for text in ["", "F", "fr", "FRA", "ZZ", "EU", "AQ ", " D", "D ", "한"] {
            assert_eq!(Territory::parse(text), None, "{text}");
        }
    }
}
