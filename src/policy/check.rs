//! Checks of one text: what does not read, validate or ever apply refuses the set. Deliberately absent: the set as a whole
//! (see `engine`).
use super::annotation::{self, Annotations};
use super::entities::{self, Facts};
use super::error::PolicyError;
use super::sources::{RAILS, SCHEMA, purpose_of};
use crate::domain::category::Category;
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::{Country, Jurisdiction};
use cedar_policy::{Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use std::str::FromStr;

pub(super) fn twice(file: &str, id: &str) -> PolicyError {
    PolicyError::policy(file, id, "its `@id` is there twice in the set")
}

/// Every word that a request may use must be in the schema, or that request would be refused at run time.
pub(super) fn speaks_all_words(schema: &Schema) -> Result<(), PolicyError> {
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
                        guardian: yes,
                        server: yes,
                        declared: yes,
                        transfer: yes,
                        consented: yes,
                        stopped: yes,
                    };
                    entities::request(&facts, schema).map_err(|e| PolicyError::text(SCHEMA, e))?;
                }
            }
        }
    }
    Ok(())
}

/// Policies of one text, named by their `@id` and checked against the schema.
pub(super) fn parse(
    file: &str,
    text: &str,
    schema: &Schema,
) -> Result<Vec<(Policy, Annotations)>, PolicyError> {
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
        return Err(PolicyError::policy(file, e.policy_id().as_ref(), e));
    }
    if let Some(w) = found.validation_warnings().next() {
        return Err(PolicyError::text(file, w));
    }
    Ok(out)
}

/// Purposes and home countries that a policy can apply to.
pub(super) fn reach(
    file: &str,
    policy: &Policy,
    read: &Annotations,
    schema: &Schema,
) -> Result<Vec<(Purpose, Jurisdiction)>, PolicyError> {
    let fault = |what: &str| PolicyError::policy(file, &read.id, what);
    let literals = policy.entity_literals();
    if literals.iter().any(|uid| uid.type_name().to_string() == "Recipient") {
        return Err(fault(
            "it names a recipient; policies see what a recipient is like, stop one by an order (`dongui stop`)",
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

#[cfg(test)]
mod tests {
    use super::super::engine::Engine;
    use super::super::sources::Sources;
    use super::*;

    const PERMIT: &str = r#"@obligation("precision:city;crowd:50;retain_s:1;delay_s:0") permit"#;
    const ALL: &str = r#"(principal, action in Action::"disclose", resource)"#;

    fn with(name: &str, text: &str) -> Result<Engine, PolicyError> {
        let mut sources = Sources::bundled();
        sources.insert(name, text);
        Engine::load(&sources)
    }

    #[test]
    fn a_faulty_policy_refuses_the_set_and_is_named() {
        let consented = "when { context.consented };";
        for (text, policy, what) in [
            (format!("{PERMIT} {ALL} {consented}"), "policy0", "no `@id`"),
            (format!("@id(\"x\") permit {ALL} {consented}"), "x", "needs an `@obligation`"),
            (format!("@id(\"x\") forbid {ALL};"), "x", "needs a `@reason`"),
            (format!("@id(\"rail-minor\") {PERMIT} {ALL} {consented}"), "rail-minor", "twice in the set"),
            (format!("@id(\"x\") {PERMIT} {ALL} when {{ context.consent }};"), "x", "consent"),
            (
                format!("@id(\"x\") {PERMIT} {ALL} when {{ principal.assurance == Assurance::\"strong\" }};"),
                "x",
                "strong",
            ),
            (
                format!("@id(\"x\") {PERMIT} (principal, action == Action::\"Selling\", resource);"),
                "x",
                "Selling",
            ),
            (format!("@id(\"x\") {PERMIT} (principal, action == Action::\"disclose\", resource);"), "x", ""),
            (
                format!(
                    "@id(\"x\") {PERMIT} (principal == Recipient::\"asker\", action in Action::\"disclose\", resource);"
                ),
                "x",
                "names a recipient",
            ),
        ] {
            let said = with("30-more.cedar", &text).unwrap_err().to_string();
            assert!(
                said.contains("30-more.cedar") && said.contains(policy) && said.contains(what),
                "{text}\n{said}"
            );
            assert!(!said.contains('\n'));
        }
    }

    #[test]
    fn a_text_speaks_of_the_purpose_it_is_named_after_only() {
        let text = format!("@id(\"x\") {PERMIT} {ALL} when {{ context.consented }};");
        let said = with("20-purpose/PersonalisedAdvertising.cedar", &text).unwrap_err().to_string();
        assert!(said.contains("another purpose"), "{said}");
    }
}
