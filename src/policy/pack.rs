//! Country packs: what a home country's law adds, every value beside its citation.
//!
//! Deliberately absent: permits. A pack may only lower: it names who may receive, and bounds what a permit gave.
use super::breach::BreachClock;
use super::emergency::Emergency;
use super::error::PolicyError;
use super::rule::{AgeOfConsent, Authority, Crowd, Delay, Destroy, Finest, Keep, Retain, Template};
use super::telling::{Telling, Yearly};
use crate::domain::category::Category;
use crate::domain::entry::Kind;
use crate::domain::obligation::Obligations;
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::{Country, Jurisdiction};
use crate::domain::time::{At, DAY_US};
use serde::{Deserialize, Serialize};

/// Where a rule was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checked {
    /// In the law's own text.
    Text,
    /// In a secondary source.
    Secondary,
    /// Not read again; to be checked by counsel before use.
    Memory,
}

/// On what ground data may go to a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// No transfer abroad in the sense of the law.
    Domestic,
    /// The home country found the recipient's law good enough.
    Adequacy,
    /// The grant itself is the separate consent: its notice must name the country and what the law asks for.
    SeparateConsent,
    /// The contract carries the clauses that the law asks for.
    ContractClauses,
}

impl Basis {
    /// The word in packs and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Basis::Domestic => "domestic",
            Basis::Adequacy => "adequacy",
            Basis::SeparateConsent => "separate-consent",
            Basis::ContractClauses => "contract-clauses",
        }
    }

    /// In words, for the subscriber and the regulator.
    pub fn sentence(self) -> &'static str {
        match self {
            Basis::Domestic => "the data stays where the home country's law applies",
            Basis::Adequacy => "the recipient's country protects data as well, as the home country has found",
            Basis::SeparateConsent => "the grant is the separate consent to this transfer",
            Basis::ContractClauses => "the contract carries the clauses for this transfer",
        }
    }
}

/// A rule about transfers to some countries.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The ground.
    pub basis: Basis,
    /// Recipient countries.
    pub to: Vec<Country>,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

/// One home country's facts. What is absent bounds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// ISO 3166-1 alpha-2 of the home country.
    pub home: Jurisdiction,
    /// From which age a person consents alone.
    pub age_of_consent: AgeOfConsent,
    /// Who takes complaints.
    pub authority: Option<Authority>,
    /// Who may receive; a country that no rule names may not.
    pub transfer: Vec<Transfer>,
    /// Least crowd.
    pub crowd: Option<Crowd>,
    /// Longest retention.
    pub retain: Option<Retain>,
    /// Finest rung.
    pub precision: Option<Finest>,
    /// Least delay.
    pub delay: Option<Delay>,
    /// How subscribers are told of what left; absent: only who wants it.
    pub telling: Option<Telling>,
    /// What caps consents, purpose by purpose.
    #[serde(default)]
    pub template: Vec<Template>,
    /// What stays of records that are erased; the rest goes.
    #[serde(default)]
    pub keep: Vec<Keep>,
    /// Which records about subscribers are erased by themselves, and when; others stay until somebody has them erased.
    #[serde(default)]
    pub erase_after: Vec<Keep>,
    /// Which records are destroyed when the consent to tell places that they rest on is withdrawn; absent: none.
    pub destroy_withdrawn: Option<Destroy>,
    /// Whether subscribers are told once a year.
    pub yearly: Option<Yearly>,
    /// By when people are told of an incident.
    pub breach: Option<BreachClock>,
    /// Whether rescue agencies are told where somebody is without his consent; absent: they are not.
    pub emergency: Option<Emergency>,
}

/// Whether the category tells a place, which location law speaks of.
pub fn tells_place(category: Category) -> bool {
    use Category::{DataVolume, FrequentArea, LocationLabel, LocationVerify, LocationZone};
    use Category::{NextPlace, Population, RoamingCountry, Routine, UsageInterest, WebInterest};
    match category {
        LocationZone | LocationLabel | LocationVerify | FrequentArea | NextPlace | Routine
        | RoamingCountry => true,
        // How many are where tells no place of anybody.
        UsageInterest | WebInterest | DataVolume | Population => false,
    }
}

impl Pack {
    /// Reads the pack of `home`; `file` is for the message only.
    ///
    /// # Errors
    /// Unknown keys, another home country, a missing citation, a country named twice, or no one who may receive.
    pub fn parse(file: &str, home: Jurisdiction, text: &str) -> Result<Pack, PolicyError> {
        let pack: Pack = toml::from_str(text).map_err(|e| PolicyError::text(file, e.message()))?;
        if pack.home != home {
            return Err(PolicyError::text(file, format!("expected `home = \"{}\"`", home.as_str())));
        }
        if pack.citations().any(|c| c.trim().is_empty()) {
            return Err(PolicyError::text(file, "a value has an empty citation"));
        }
        let mut named: Vec<Country> = pack.transfer.iter().flat_map(|t| t.to.iter().copied()).collect();
        let all = named.len();
        named.sort_unstable();
        named.dedup();
        if named.len() != all {
            return Err(PolicyError::text(file, "a country is named by two rules of `transfer`"));
        }
        if pack.crowd.as_ref().is_some_and(|c| c.least == 0) {
            return Err(PolicyError::text(file, "`crowd.least` is 0; leave the table out instead"));
        }
        if pack.telling.as_ref().is_some_and(Telling::contradicts) {
            return Err(PolicyError::text(
                file,
                "`telling.default` is `off`, and `telling.may_be_off` is not",
            ));
        }
        if pack.breach.as_ref().is_some_and(BreachClock::is_empty) {
            return Err(PolicyError::text(file, "a number of `breach` is 0; leave the table out instead"));
        }
        // Pages say of no other what it is.
        if pack.keep.iter().any(|k| ![Kind::Consent, Kind::Request, Kind::Emergency].contains(&k.record)) {
            return Err(PolicyError::text(file, "`keep.record` is no `consent`, `request` or `emergency`"));
        }
        if pack.destroy_withdrawn.as_ref().is_some_and(|rule| rule.record != Kind::Request) {
            return Err(PolicyError::text(file, "`destroy_withdrawn.record` is not `request`"));
        }
        if pack.keep.iter().enumerate().any(|(i, k)| pack.keep.iter().take(i).any(|o| o.record == k.record)) {
            return Err(PolicyError::text(file, "two rules of `keep` are about the same kind of record"));
        }
        pack.records_end_in_their_order().map_err(|what| PolicyError::text(file, what))?;
        pack.templates_are_whole().map_err(|what| PolicyError::text(file, what))?;
        Ok(pack)
    }

    fn records_end_in_their_order(&self) -> Result<(), &'static str> {
        let all = &self.erase_after;
        if all.iter().any(|k| {
            ![Kind::Request, Kind::Purge, Kind::Export, Kind::Look, Kind::Consent].contains(&k.record)
                || k.days == 0
        }) {
            return Err("`erase_after` is about no record of a subscriber, or about none that lives a day");
        }
        if all.iter().enumerate().any(|(i, k)| all.iter().take(i).any(|o| o.record == k.record)) {
            return Err("two rules of `erase_after` are about the same kind of record");
        }
        let too_soon = |k: &Keep| self.keep.iter().any(|keep| keep.record == k.record && keep.days > k.days);
        if all.iter().any(too_soon) {
            return Err("a rule of `erase_after` ends before the one of `keep` about the same record");
        }
        Ok(())
    }

    fn templates_are_whole(&self) -> Result<(), &'static str> {
        let all = &self.template;
        if all.iter().enumerate().any(|(i, t)| all.iter().take(i).any(|other| other.purpose == t.purpose)) {
            return Err("two rules of `template` are about the same purpose");
        }
        if all.iter().any(|t| !(1..=366).contains(&t.longest_days)) {
            return Err("`template.longest_days` is not between 1 and 366");
        }
        if all.iter().any(|t| t.quota.is_some() && t.most().is_none()) {
            return Err("`template.quota` is not such as `24/day`, or `once`");
        }
        Ok(())
    }

    /// The template of a purpose; `None` where the pack caps nothing.
    pub fn template(&self, purpose: Purpose) -> Option<&Template> {
        let own = self.template.iter().find(|t| t.purpose == Some(purpose));
        own.or_else(|| self.template.iter().find(|t| t.purpose.is_none()))
    }

    /// The rule by which a record of `kind`, made at `at`, stays although its subscriber has his records erased.
    pub fn keep(&self, kind: Kind, at: At, now: At) -> Option<&Keep> {
        self.keep.iter().find(|k| k.record == kind && now < at.plus(i64::from(k.days) * DAY_US))
    }

    /// When a record of `kind` made at `at` is erased by itself; `None` where it is not.
    pub fn ends(&self, kind: Kind, at: At) -> Option<At> {
        self.erase_after.iter().find(|k| k.record == kind).map(|k| at.plus(i64::from(k.days) * DAY_US))
    }

    /// The rule by which data may go to `to`; `None` means that it may not.
    pub fn transfer(&self, to: Country) -> Option<&Transfer> {
        self.transfer.iter().find(|t| t.to.contains(&to))
    }

    /// `given`, bounded by what this pack says about `category`.
    #[must_use]
    pub fn bound(&self, category: Category, given: Obligations) -> Obligations {
        let mut out = given;
        if let Some(p) = &self.precision {
            out.precision = out.precision.meet(p.finest);
        }
        // It is of facts about one person; that a number of many is told of enough is counting's own.
        if let Some(c) = self.crowd.as_ref().filter(|_| category != Category::Population) {
            out.crowd = out.crowd.max(c.least);
        }
        if tells_place(category) {
            if let Some(r) = &self.retain {
                out.retain_s = out.retain_s.min(r.location_s);
            }
            if let Some(d) = &self.delay {
                out.delay_s = out.delay_s.max(d.location_s);
            }
        }
        out
    }

    /// Every citation of the pack.
    pub fn citations(&self) -> impl Iterator<Item = &str> {
        let bounds = [
            self.crowd.as_ref().map(|x| &x.citation),
            self.retain.as_ref().map(|x| &x.citation),
            self.precision.as_ref().map(|x| &x.citation),
            self.delay.as_ref().map(|x| &x.citation),
            self.authority.as_ref().map(|x| &x.citation),
            self.telling.as_ref().map(|x| &x.citation),
            self.destroy_withdrawn.as_ref().map(|x| &x.citation),
            self.breach.as_ref().map(|x| &x.citation),
            self.yearly.as_ref().map(|x| &x.citation),
            self.emergency.as_ref().map(|x| &x.citation),
        ];
        std::iter::once(&self.age_of_consent.citation)
            .chain(self.transfer.iter().map(|t| &t.citation))
            .chain(self.template.iter().map(|t| &t.citation))
            .chain(self.keep.iter().chain(&self.erase_after).map(|k| &k.citation))
            .chain(bounds.into_iter().flatten())
            .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::Precision;
    use crate::domain::consent::Quota;
    use crate::policy::sources::{Sources, pack_name};

    fn pack(home: Jurisdiction) -> Pack {
        let name = pack_name(home);
        Pack::parse(&name, home, Sources::bundled().find(&name).unwrap()).unwrap()
    }
    fn to(country: &str) -> Country {
        Country::parse(country).unwrap()
    }

    #[test]
    fn every_home_may_keep_its_data_at_home_and_none_sends_it_everywhere() {
        for home in Jurisdiction::ALL {
            assert_eq!(pack(home).transfer(to(home.as_str())).unwrap().basis, Basis::Domestic);
            assert!(pack(home).transfer(to("ZZ")).is_none());
        }
    }

    #[test]
    fn korea_lets_data_go_abroad_by_separate_consent_only_and_the_emirates_not_at_all() {
        assert_eq!(pack(Jurisdiction::KR).transfer(to("US")).unwrap().basis, Basis::SeparateConsent);
        assert!(pack(Jurisdiction::AE).transfer(to("US")).is_none());
    }

    #[test]
    fn a_value_without_citation_an_unknown_key_or_a_strange_home_is_refused() {
        let good = Sources::bundled().find("country/kr.toml").unwrap().to_owned();
        let read = |text: &str| Pack::parse("country/kr.toml", Jurisdiction::KR, text);
        assert!(read(&good).is_ok());
        let (kept, _) = good.split_once("\n[retain]").unwrap();
        assert!(read(&format!("{kept}\n[retain]\nlocation_s = 60\nchecked = \"text\"\n")).is_err());
        assert!(
            read(&format!("{kept}\n[retain]\nlocation_s = 60\ncitation = \" \"\nchecked = \"text\"\n"))
                .is_err()
        );
        assert!(read(&good.replace("years = 14", "years = 14\nyear = 3")).is_err());
        assert!(read(&good.replace("home = \"KR\"", "home = \"DE\"")).is_err());
        assert!(read(&good.replace("to = [\"US\"]", "to = [\"KR\"]")).is_err());
        assert!(Pack::parse("country/de.toml", Jurisdiction::DE, &good).is_err());
    }
    #[test]
    fn a_template_of_its_own_stands_before_the_one_for_all_and_a_faulty_one_is_refused() {
        let good = Sources::bundled().find("country/kr.toml").unwrap().to_owned();
        let (kept, _) = good.split_once("\n[[template]]").unwrap();
        let table = |text: &str| {
            format!(
                "{kept}\n[[template]]\n{text}\nask_again_days = 9\ncitation = \"x\"\nchecked = \"text\"\n"
            )
        };
        let read = |text: String| Pack::parse("country/kr.toml", Jurisdiction::KR, &text);
        let ads = "purpose = \"dpv:PersonalisedAdvertising\"\nlongest_days = 30\nquota = \"2/day\"";
        let both = format!("{}{}", table("longest_days = 366"), table(ads).strip_prefix(kept).unwrap());
        let pack = read(both).unwrap();
        let ads_template = pack.template(Purpose::PersonalisedAdvertising).unwrap();
        assert_eq!((ads_template.longest_days, ads_template.most()), (30, Quota::parse("2/day")));
        assert_eq!(pack.template(Purpose::ServicePersonalisation).unwrap().longest_days, 366);
        for bad in ["longest_days = 0", "longest_days = 367", "longest_days = 9\nquota = \"often\""] {
            assert!(read(table(bad)).is_err(), "{bad}");
        }
        assert!(
            read(format!(
                "{}{}",
                table("longest_days = 9"),
                table("longest_days = 8").strip_prefix(kept).unwrap()
            ))
            .is_err()
        );
    }

    #[test]
    fn a_record_ends_by_its_rule_and_never_before_a_law_lets_it() {
        for home in Jurisdiction::ALL {
            let pack = pack(home);
            let days = |kind| pack.ends(kind, At(0)).map(|at| at.0 / DAY_US);
            assert!(days(Kind::Request) >= Some(366) && days(Kind::Purge) >= Some(366), "{home:?}");
            assert_eq!(days(Kind::Consent), None, "what proves a consent is not forgotten by itself");
        }
        let good = Sources::bundled().find("country/kr.toml").unwrap().to_owned();
        let read = |rule: &str| {
            let text = format!("{good}\n[[erase_after]]\n{rule}\ncitation = \"x\"\nchecked = \"memory\"\n");
            Pack::parse("country/kr.toml", Jurisdiction::KR, &text)
        };
        assert!(read("record = \"consent\"\ndays = 1464").is_ok());
        for bad in [
            "record = \"consent\"\ndays = 1463",
            "record = \"request\"\ndays = 900",
            "record = \"tally\"\ndays = 9",
            "record = \"export\"\ndays = 0",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_pack_lowers_every_bound_it_names_and_retention_only_where_a_place_is_told() {
        let good = Sources::bundled().find("country/kr.toml").unwrap().to_owned();
        let (kept, _) = good.split_once("\n[crowd]").unwrap();
        let table = |name: &str, value: &str| {
            format!("\n[{name}]\n{value}\ncitation = \"a decree\"\nchecked = \"memory\"\n")
        };
        let text = [
            kept.to_owned(),
            table("crowd", "least = 100"),
            table("retain", "location_s = 60"),
            table("precision", "finest = \"region\""),
            table("delay", "location_s = 900"),
        ]
        .concat();
        let strict = Pack::parse("country/kr.toml", Jurisdiction::KR, &text).unwrap();
        let given = Obligations { precision: Precision::ZoneR6, crowd: 50, retain_s: 3600, delay_s: 0 };
        let place = Obligations { precision: Precision::Region, crowd: 100, retain_s: 60, delay_s: 900 };
        assert_eq!(strict.bound(Category::LocationZone, given), place);
        let interest = Obligations { retain_s: 3600, delay_s: 0, ..place };
        assert_eq!(strict.bound(Category::UsageInterest, given), interest);
        let stricter = Obligations { precision: Precision::Label, crowd: 900, retain_s: 1, delay_s: 7200 };
        assert_eq!(strict.bound(Category::LocationZone, stricter), stricter);
    }
}
