//! The loaded set: policies checked, indexed by purpose and home country, verdicts remembered.
//!
//! Cedar has no index and costs about 1.5 µs a policy, so it is asked once for each combination of the facts a verdict may
//! depend on; after that a verdict is one look into a map. Deliberately absent: consent's own rules (see `decide`).
use super::annotation::{self, Annotations, REASONS, Says};
use super::entities::{self, Facts};
use super::error::PolicyError;
use super::pack::Pack;
use super::sources::{RAILS, SCHEMA, Sources, pack_name, purpose_of};
use crate::domain::category::Category;
use crate::domain::obligation::Obligations;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::subscriber::{Country, Jurisdiction};
use cedar_policy::{
    Authorizer, Decision, Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator,
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, RwLock};

/// Rails that a set must have, for every purpose and home country.
pub const REQUIRED: [&str; 4] = ["rail-minor", "rail-residency", "rail-undeclared", "rail-assurance"];

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
        speaks_all_words(&schema)?;
        let mut annotations = BTreeMap::new();
        let mut candidates: FxHashMap<(Purpose, Jurisdiction), PolicySet> = FxHashMap::default();
        for (file, text) in sources.iter().filter(|(n, _)| n.ends_with(".cedar")) {
            for (policy, read) in parse(file, text, &schema)? {
                for key in reach(file, &policy, &read, &schema)? {
                    candidates
                        .entry(key)
                        .or_default()
                        .add(policy.clone())
                        .map_err(|_| twice(file, &read.id))?;
                }
                if annotations.insert(policy.id().clone(), read.clone()).is_some() {
                    return Err(twice(file, &read.id));
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

/// The strictest obligations of all permits that applied. The second belt behind the rails: whatever the texts say, no
/// minor, no forbidden transfer, no undeclared purpose and nothing without consent.
fn permit(facts: &Facts, said: &[&Annotations]) -> Result<Verdict, Reason> {
    if facts.minor {
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

fn twice(file: &str, id: &str) -> PolicyError {
    PolicyError::policy(file, id, "its `@id` is there twice in the set")
}

/// Every word that a request may use must be in the schema, or that request would be refused at run time.
fn speaks_all_words(schema: &Schema) -> Result<(), PolicyError> {
    let Some(country) = Country::parse("ZZ") else { return Ok(()) };
    for &purpose in Purpose::ALL {
        for category in Category::ALL {
            for home in Jurisdiction::ALL {
                for yes in [true, false] {
                    let facts = Facts {
                        purpose,
                        category,
                        home,
                        country,
                        minor: yes,
                        server: yes,
                        declared: yes,
                        transfer: yes,
                        consented: yes,
                    };
                    entities::request(&facts, schema).map_err(|e| PolicyError::text(SCHEMA, e))?;
                }
            }
        }
    }
    Ok(())
}

/// Policies of one text, named by their `@id` and checked against the schema.
fn parse(file: &str, text: &str, schema: &Schema) -> Result<Vec<(Policy, Annotations)>, PolicyError> {
    let set = PolicySet::from_str(text).map_err(|e| PolicyError::text(file, with_sources(&e)))?;
    if set.num_of_templates() > 0 {
        return Err(PolicyError::text(file, "templates are not used here; write the policy out"));
    }
    let mut out: Vec<(Policy, Annotations)> = Vec::new();
    let mut named = PolicySet::new();
    for policy in set.policies() {
        let place = policy.annotation("id").map_or_else(|| policy.id().to_string(), str::to_owned);
        let read = annotation::read(policy).map_err(|what| PolicyError::policy(file, &place, what))?;
        let policy = policy.new_id(PolicyId::new(&read.id));
        named.add(policy.clone()).map_err(|_| twice(file, &read.id))?;
        out.push((policy, read));
    }
    let found = Validator::new(schema.clone()).validate(&named, ValidationMode::Strict);
    if let Some(e) = found.validation_errors().next() {
        return Err(PolicyError::policy(file, &e.policy_id().to_string(), e));
    }
    if let Some(w) = found.validation_warnings().next() {
        return Err(PolicyError::text(file, w));
    }
    Ok(out)
}

/// Purposes and home countries that a policy can apply to.
fn reach(
    file: &str,
    policy: &Policy,
    read: &Annotations,
    schema: &Schema,
) -> Result<Vec<(Purpose, Jurisdiction)>, PolicyError> {
    let fault = |what: &str| PolicyError::policy(file, &read.id, what);
    let literals = policy.entity_literals();
    if literals.iter().any(|uid| uid.type_name().to_string() == "Recipient") {
        return Err(fault(
            "it names a recipient; policies see what a recipient is like, stop one in its registration",
        ));
    }
    if file == RAILS && policy.effect() == Effect::Permit {
        return Err(fault("rails only forbid"));
    }
    let actions: Vec<_> = policy.get_valid_request_envs(schema).map(|env| env.action().clone()).collect();
    let mut purposes = Vec::new();
    for &purpose in Purpose::ALL {
        if actions.contains(&entities::action(purpose).map_err(|e| fault(&e))?) {
            purposes.push(purpose);
        }
    }
    if purposes.is_empty() {
        return Err(fault("it can never apply to any request"));
    }
    if let Some(own) = purpose_of(file)
        && purposes != [own]
    {
        return Err(fault("it speaks of another purpose than the one its text is named after"));
    }
    Ok(purposes.iter().flat_map(|p| read.homes.iter().map(|h| (*p, *h))).collect())
}

/// Cedar keeps the telling part of a parse error in its sources.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(e) = next {
        text.push_str(": ");
        text.push_str(&e.to_string());
        next = e.source();
    }
    text
}
