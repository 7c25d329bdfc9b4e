//! The loaded set: policies checked, indexed by purpose and home country, verdicts remembered.
//!
//! Cedar has no index and costs about 1.5 µs a policy, so it is asked once for each combination of the facts a verdict may
//! depend on; after that a verdict is one look into a map. Deliberately absent: consent's own rules (see `decide`).
use super::annotation::{Annotations, REASONS, Says};
use super::check;
use super::entities::{self, Facts};
use super::error::PolicyError;
use super::pack::Pack;
use super::sources::{RAILS, SCHEMA, Sources, pack_name};
use crate::domain::obligation::Obligations;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::subscriber::Jurisdiction;
use cedar_policy::{Authorizer, Decision, PolicyId, PolicySet, Schema};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, RwLock};

/// Rails that a set must have, for every purpose and home country.
pub const REQUIRED: [&str; 5] =
    ["rail-stop", "rail-minor", "rail-residency", "rail-undeclared", "rail-assurance"];

/// Verdicts remembered at most; recipients sit in a few countries, so a real house needs some hundreds.
const MEMO_MAX: usize = 8192;

/// What the policies say about one combination of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub outcome: Outcome,
    /// The policies that decided it: the permits, or the forbids that gave the reason.
    pub by: Vec<Arc<str>>,
    /// Forbids that fired beside it, for other reasons.
    pub also: Vec<(Reason, Arc<str>)>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Permitted, with the strictest of all obligations.
    Permit(Obligations),
    /// Forbidden, with the reason that counts first.
    Forbid(Reason),
    /// No policy speaks: the default is no.
    Silent,
}

/// A loaded policy set. Swap the whole to change it.
#[derive(Debug)]
pub struct Engine {
    schema: Schema,
    authorizer: Authorizer,
    candidates: FxHashMap<(Purpose, Jurisdiction), PolicySet>,
    annotations: BTreeMap<PolicyId, Annotations>,
    packs: Packs,
    digest: String,
    memo: RwLock<FxHashMap<Facts, Arc<Verdict>>>,
}

impl Engine {
    /// Reads and checks the whole set.
    ///
    /// # Errors
    /// The first fault found, with the name of its text and policy. Nothing of a faulty set is used.
    pub fn load(sources: &Sources) -> Result<Engine, PolicyError> {
        sources.names_are_known()?;
        let text = sources.find(SCHEMA).ok_or_else(|| PolicyError::missing(format!("`{SCHEMA}`")))?;
        let schema = Schema::from_str(text).map_err(|e| PolicyError::text(SCHEMA, e))?;
        check::speaks_all_words(&schema)?;
        let mut annotations = BTreeMap::new();
        let mut candidates: FxHashMap<(Purpose, Jurisdiction), PolicySet> = FxHashMap::default();
        for (file, text) in sources.iter().filter(|(n, _)| n.ends_with(".cedar")) {
            for (policy, read) in check::parse(file, text, &schema)? {
                for key in check::reach(file, &policy, &read, &schema)? {
                    candidates
                        .entry(key)
                        .or_default()
                        .add(policy.clone())
                        .map_err(|_| check::twice(file, &read.id))?;
                }
                if annotations.insert(policy.id().clone(), read.clone()).is_some() {
                    return Err(check::twice(file, &read.id));
                }
            }
        }
        let packs = Packs {
            kr: pack(sources, Jurisdiction::KR)?,
            de: pack(sources, Jurisdiction::DE)?,
            sg: pack(sources, Jurisdiction::SG)?,
            ae: pack(sources, Jurisdiction::AE)?,
        };
        let engine = Engine {
            schema,
            authorizer: Authorizer::new(),
            candidates,
            annotations,
            packs,
            digest: sources.digest()?,
            memo: RwLock::default(),
        };
        engine.rails_stand()?;
        Ok(engine)
    }

    /// Hex SHA-256 of the set: of the RFC 8785 JSON object of all its texts by name, packs and schema included.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The pack of a home country: who may receive and on what basis, age of consent, bounds.
    pub fn pack(&self, home: Jurisdiction) -> &Pack {
        self.packs.of(home)
    }

    /// Ids of all policies, sorted.
    pub fn policies(&self) -> impl Iterator<Item = &Arc<str>> {
        self.annotations.values().map(|a| &a.id)
    }

    /// The verdict, from memory if it was asked before.
    pub(super) fn verdict(&self, facts: &Facts) -> Arc<Verdict> {
        // A poisoned lock costs the memory, not the answer.
        if let Ok(memo) = self.memo.read()
            && let Some(known) = memo.get(facts)
        {
            return Arc::clone(known);
        }
        let fresh = Arc::new(self.evaluate(facts));
        if let Ok(mut memo) = self.memo.write() {
            if memo.len() >= MEMO_MAX {
                memo.clear();
            }
            memo.insert(*facts, Arc::clone(&fresh));
        }
        fresh
    }

    fn evaluate(&self, facts: &Facts) -> Verdict {
        let refuse = |reason| Verdict { outcome: Outcome::Forbid(reason), by: Vec::new(), also: Vec::new() };
        let Some(set) = self.candidates.get(&(facts.purpose, facts.home)) else {
            return refuse(Reason::NotPermitted);
        };
        let Ok((request, entities)) = entities::request(facts, &self.schema) else {
            return refuse(Reason::NotPermitted);
        };
        let response = self.authorizer.is_authorized(&request, set, &entities);
        // Cedar skips a policy that fails to evaluate, also a forbid: here that is a no.
        let failed = response.diagnostics().errors().next().is_some();
        let said: Vec<&Annotations> =
            response.diagnostics().reason().filter_map(|id| self.annotations.get(id)).collect();
        if response.decision() == Decision::Allow && !failed {
            return permit(facts, &said).unwrap_or_else(refuse);
        }
        let mut forbids: Vec<(Reason, Arc<str>)> = said
            .iter()
            .filter_map(|a| match a.says {
                Says::Forbid(r) => Some((r, Arc::clone(&a.id))),
                Says::Permit(_) => None,
            })
            .collect();
        forbids.sort_by_key(|(r, id)| (REASONS.iter().position(|x| x == r), Arc::clone(id)));
        match forbids.first().map(|(r, _)| *r) {
            None if failed => refuse(Reason::NotPermitted),
            None => Verdict { outcome: Outcome::Silent, by: Vec::new(), also: Vec::new() },
            Some(first) => {
                let (by, also): (Vec<_>, Vec<_>) = forbids.into_iter().partition(|(r, _)| *r == first);
                Verdict {
                    outcome: Outcome::Forbid(first),
                    by: by.into_iter().map(|(_, id)| id).collect(),
                    also,
                }
            }
        }
    }

    fn rails_stand(&self) -> Result<(), PolicyError> {
        for rail in REQUIRED {
            let id = PolicyId::new(rail);
            let forbids = self.annotations.get(&id).is_some_and(|a| matches!(a.says, Says::Forbid(_)));
            let everywhere = Purpose::ALL.iter().all(|p| {
                Jurisdiction::ALL
                    .iter()
                    .all(|h| self.candidates.get(&(*p, *h)).is_some_and(|set| set.policy(&id).is_some()))
            });
            if !forbids || !everywhere {
                return Err(PolicyError::missing(format!(
                    "the rail `{rail}`, a forbid in `{RAILS}` that speaks of every purpose and home country"
                )));
            }
        }
        Ok(())
    }
}

/// The strictest obligations of all permits that applied. The second belt behind the rails: whatever the texts say, nothing
/// that is stopped, no minor without his guardian, no forbidden transfer, no undeclared purpose and nothing without consent.
fn permit(facts: &Facts, said: &[&Annotations]) -> Result<Verdict, Reason> {
    if facts.stopped {
        return Err(Reason::Stopped);
    }
    if facts.minor && (!facts.guardian || facts.purpose == Purpose::PersonalisedAdvertising) {
        return Err(Reason::Minor);
    }
    if !facts.transfer {
        return Err(Reason::Residency);
    }
    if !facts.declared || !facts.consented {
        return Err(Reason::NotPermitted);
    }
    let strictest = said
        .iter()
        .map(|a| match a.says {
            Says::Permit(o) => Some(o),
            Says::Forbid(_) => None,
        })
        .reduce(|a, b| Some(a?.meet(b?)))
        .flatten()
        .ok_or(Reason::NotPermitted)?;
    let mut by: Vec<Arc<str>> = said.iter().map(|a| Arc::clone(&a.id)).collect();
    by.sort();
    Ok(Verdict { outcome: Outcome::Permit(strictest), by, also: Vec::new() })
}

#[derive(Debug)]
struct Packs {
    kr: Pack,
    de: Pack,
    sg: Pack,
    ae: Pack,
}

impl Packs {
    fn of(&self, home: Jurisdiction) -> &Pack {
        match home {
            Jurisdiction::KR => &self.kr,
            Jurisdiction::DE => &self.de,
            Jurisdiction::SG => &self.sg,
            Jurisdiction::AE => &self.ae,
        }
    }
}

fn pack(sources: &Sources, home: Jurisdiction) -> Result<Pack, PolicyError> {
    let name = pack_name(home);
    let text = sources.find(&name).ok_or_else(|| PolicyError::missing(format!("`{name}`")))?;
    Pack::parse(&name, home, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::Category;
    use crate::domain::subscriber::Country;

    const PERMIT: &str = r#"@obligation("precision:city;crowd:50;retain_s:1;delay_s:0") permit"#;
    const ALL: &str = r#"(principal, action in Action::"disclose", resource)"#;

    fn with(name: &str, text: &str) -> Result<Engine, PolicyError> {
        let mut sources = Sources::bundled();
        sources.insert(name, text);
        Engine::load(&sources)
    }
    fn facts(country: &str) -> Facts {
        Facts {
            purpose: Purpose::ProvidePersonalisedRecommendations,
            category: Category::LocationZone,
            home: Jurisdiction::KR,
            country: Country::parse(country).unwrap(),
            minor: false,
            guardian: false,
            server: true,
            declared: true,
            transfer: true,
            consented: true,
            stopped: false,
        }
    }

    #[test]
    fn a_set_without_its_rails_packs_or_schema_is_not_loaded() {
        for name in ["broker.cedarschema", "00-rails.cedar", "country/kr.toml"] {
            let mut sources = Sources::bundled();
            sources.remove(name);
            assert!(Engine::load(&sources).is_err(), "{name}");
        }
        let rails = Sources::bundled().find(RAILS).unwrap().to_owned();
        let weaker = [
            rails.replace("@id(\"rail-minor\")", "@id(\"rail-child\")"),
            rails.replace(
                "@id(\"rail-minor\") @reason(\"minor\")",
                "@id(\"rail-minor\") @reason(\"minor\") @country(\"KR\")",
            ),
            format!("{rails}\n@id(\"x\") {PERMIT} {ALL} when {{ context.consented }};"),
        ];
        for text in weaker {
            assert_ne!(text, rails);
            assert!(with(RAILS, &text).is_err());
        }
        assert!(Engine::load(&Sources::new()).is_err());
    }

    #[test]
    fn a_rail_that_was_hollowed_out_still_holds() {
        let rails = Sources::bundled().find(RAILS).unwrap().to_owned();
        let hollow = rails
            .replace("when { context.age == Age::\"minor\" }", "when { principal.country == \"ZZ\" }")
            .replace("unless { context.transfer }", "when { principal.country == \"ZZ\" }")
            .replace("when { context.stopped }", "when { principal.country == \"ZZ\" }")
            .replace("unless { principal.declared }", "when { principal.country == \"ZZ\" }");
        let mut sources = Sources::bundled();
        sources.insert(RAILS, hollow);
        let wide = format!("@id(\"wide\") {PERMIT} {ALL};");
        sources.insert("30-wide.cedar", wide);
        let engine = Engine::load(&sources).unwrap();
        let outcome = |f: Facts| engine.verdict(&f).outcome;
        assert!(matches!(outcome(facts("US")), Outcome::Permit(_)));
        assert_eq!(outcome(Facts { minor: true, ..facts("US") }), Outcome::Forbid(Reason::Minor));
        // A guardian is there for a minor's data, and never for advertising.
        let ward = Facts { minor: true, guardian: true, ..facts("US") };
        assert!(matches!(outcome(ward), Outcome::Permit(_)));
        let purpose = Purpose::PersonalisedAdvertising;
        assert_eq!(outcome(Facts { purpose, ..ward }), Outcome::Forbid(Reason::Minor));
        assert_eq!(outcome(Facts { transfer: false, ..facts("US") }), Outcome::Forbid(Reason::Residency));
        assert_eq!(outcome(Facts { declared: false, ..facts("US") }), Outcome::Forbid(Reason::NotPermitted));
        assert_eq!(outcome(Facts { consented: false, ..facts("US") }), Outcome::Forbid(Reason::NotPermitted));
        assert_eq!(outcome(Facts { stopped: true, ..facts("US") }), Outcome::Forbid(Reason::Stopped));
    }

    #[test]
    fn a_forbid_that_fails_to_evaluate_is_a_no() {
        let max = i64::MAX;
        let text = format!(
            "@id(\"x\") @reason(\"residency\") forbid {ALL} when {{ principal.country == \"US\" && {max} + 1 > 0 }};"
        );
        let engine = with("30-more.cedar", &text).unwrap();
        assert_eq!(engine.verdict(&facts("US")).outcome, Outcome::Forbid(Reason::NotPermitted));
        assert!(matches!(engine.verdict(&facts("KR")).outcome, Outcome::Permit(_)));
    }

    #[test]
    fn without_consent_no_policy_speaks_and_with_it_the_strictest_of_all_permits_counts() {
        // Stricter than the bundled permit in two kinds, looser in a third: neither alone is the answer.
        let narrow =
            r#"@id("narrow") @obligation("precision:city;crowd:60;retain_s:90000;delay_s:0") permit"#;
        let text = format!("{narrow} {ALL} when {{ context.consented }};");
        let engine = with("30-more.cedar", &text).unwrap();
        let silent = engine.verdict(&Facts { consented: false, ..facts("US") });
        assert_eq!((silent.outcome, silent.by.len()), (Outcome::Silent, 0));
        let permitted = engine.verdict(&facts("US"));
        assert_eq!(permitted.by, [Arc::from("assistant-zone"), Arc::from("narrow")]);
        let Outcome::Permit(o) = permitted.outcome else { panic!("{permitted:?}") };
        assert_eq!((o.precision.as_str(), o.crowd, o.retain_s, o.delay_s), ("city", 60, 3600, 0));
    }

    #[test]
    fn a_policy_of_one_country_does_not_count_elsewhere() {
        let text = format!("@id(\"x\") @reason(\"not-permitted\") @country(\"DE\") forbid {ALL};");
        let engine = with("30-more.cedar", &text).unwrap();
        assert!(matches!(engine.verdict(&facts("US")).outcome, Outcome::Permit(_)));
        let german = engine.verdict(&Facts { home: Jurisdiction::DE, ..facts("US") });
        assert_eq!(german.outcome, Outcome::Forbid(Reason::NotPermitted));
    }

    #[test]
    fn the_memory_is_bounded_and_answers_as_the_first_time() {
        let engine = Engine::load(&Sources::bundled()).unwrap();
        let letters = || (b'A'..=b'Z').map(char::from);
        let first = engine.verdict(&facts("US"));
        assert!(Arc::ptr_eq(&first, &engine.verdict(&facts("US"))));
        {
            let mut memo = engine.memo.write().unwrap();
            for (a, b) in letters().flat_map(|a| letters().map(move |b| (a, b))) {
                for home in Jurisdiction::ALL {
                    for category in Category::ALL {
                        let f = Facts { home, category, ..facts(&format!("{a}{b}")) };
                        if memo.len() < MEMO_MAX {
                            memo.insert(f, Arc::clone(&first));
                        }
                    }
                }
            }
            assert_eq!(memo.len(), MEMO_MAX);
        }
        let unseen = Facts { minor: true, ..facts("US") };
        assert_eq!(engine.verdict(&unseen).outcome, Outcome::Forbid(Reason::Minor));
        assert_eq!(engine.memo.read().unwrap().len(), 1);
        assert_eq!(*engine.verdict(&facts("US")), *first);
    }
}
