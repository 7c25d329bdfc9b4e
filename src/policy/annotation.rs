//! Annotations of a policy, read into types when the set is loaded. Cedar takes them for plain text, so nothing else would
//! notice a misspelt one.
//!
//! | word | on | meaning |
//! |---|---|---|
//! | `@id("…")` | all | lower-case words joined by `-`; unique in the set |
//! | `@obligation("…")` | permit | `precision:…;crowd:…;retain_s:…;delay_s:…`, all four, in any order |
//! | `@reason("…")` | forbid | one of [`REASONS`] |
//! | `@country("KR;DE")` | all, optional | counts for subscribers of these home countries only |
use crate::domain::category::Precision;
use crate::domain::obligation::Obligations;
use crate::domain::reason::{Reason, Withheld};
use crate::domain::subscriber::Jurisdiction;
use cedar_policy::{Effect, Policy};
use std::sync::Arc;

/// The reasons a policy may give, the one that counts first if several forbid. All others are facts that policy cannot
/// see: the registry's word, crowds, budgets.
///
/// INVARIANT: `AssuranceTooLow` stands first. It is the only one of them that a recipient hears, so whether it hears it
/// must not depend on the others, which look at the person.
pub const REASONS: [Reason; 6] = [
    Reason::AssuranceTooLow,
    Reason::Stopped,
    Reason::Minor,
    Reason::Residency,
    Reason::NotPermitted,
    Reason::CeilingTooLow,
];

/// Fewest persons alike that a set may ask for; below it a crowd hides nobody, even in tests on small data.
pub const CROWD_FLOOR: u32 = 10;

/// What a policy says beside its condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// A permit's obligations.
    Permit(Obligations),
    /// A forbid's reason.
    Forbid(Reason),
}

/// Annotations of one policy, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotations {
    /// Its name in the set.
    pub id: Arc<str>,
    /// Obligations or reason.
    pub says: Says,
    /// Home countries it counts for.
    pub homes: Vec<Jurisdiction>,
}

/// Reads the annotations of `policy`; the error says what is wrong with them.
pub(super) fn read(policy: &Policy) -> Result<Annotations, String> {
    let id = policy.annotation("id").ok_or("it has no `@id`")?;
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if id.len() > 64 || !id.split('-').all(word) {
        return Err("`@id` is not made of lower-case words joined by `-`".to_owned());
    }
    if let Some((key, _)) =
        policy.annotations().find(|(k, _)| !["id", "obligation", "reason", "country"].contains(k))
    {
        return Err(format!("unknown annotation `@{key}`"));
    }
    let homes = match policy.annotation("country") {
        None => Jurisdiction::ALL.to_vec(),
        Some(text) => countries(text)?,
    };
    let says = match (policy.effect(), policy.annotation("obligation"), policy.annotation("reason")) {
        (Effect::Permit, Some(text), None) => Says::Permit(obligations(text)?),
        (Effect::Forbid, None, Some(text)) => Says::Forbid(reason(text)?),
        (Effect::Permit, None, _) => return Err("a permit needs an `@obligation`".to_owned()),
        (Effect::Permit, _, Some(_)) => return Err("a permit gives no `@reason`".to_owned()),
        (Effect::Forbid, _, None) => return Err("a forbid needs a `@reason`".to_owned()),
        (Effect::Forbid, Some(_), _) => return Err("a forbid carries no `@obligation`".to_owned()),
    };
    if let Says::Forbid(r) = says
        && r.told() != Withheld::NotAvailable
        && (looks_at_the_person(policy)? || policy.annotation("country").is_some())
    {
        return Err(format!(
            "a recipient hears `{}`, so the policy may look at the recipient, the purpose and the category only, \
             not at `context` and not by `@country`",
            r.as_str()
        ));
    }
    Ok(Annotations { id: Arc::from(id), says, homes })
}

fn countries(text: &str) -> Result<Vec<Jurisdiction>, String> {
    text.split(';')
        .map(|c| {
            Jurisdiction::parse(c).ok_or_else(|| format!("`@country` names `{c}`, which is no home country"))
        })
        .collect()
}

fn reason(text: &str) -> Result<Reason, String> {
    Reason::parse(text).filter(|r| REASONS.contains(r)).ok_or_else(|| {
        let known: Vec<_> = REASONS.iter().map(|r| format!("`{}`", r.as_str())).collect();
        format!("`@reason` is `{text}`; a policy may give {}", known.join(", "))
    })
}

/// Reads `precision:zone-r6;crowd:50;retain_s:3600;delay_s:0`.
///
/// # Errors
/// What is wrong with the text: an unknown, missing or repeated word, or a number that is none.
pub fn obligations(text: &str) -> Result<Obligations, String> {
    let (mut precision, mut crowd, mut retain_s, mut delay_s) = (None, None, None, None);
    for part in text.split(';') {
        let (key, value) =
            part.split_once(':').ok_or_else(|| format!("`@obligation`: `{part}` is not `word:value`"))?;
        let number = || digits(value).ok_or_else(|| format!("`@obligation`: `{part}` has no whole number"));
        let again = match key {
            "precision" => {
                let rung = Precision::parse(value)
                    .ok_or_else(|| format!("`@obligation`: `{value}` is no rung of the ladder"))?;
                precision.replace(rung).is_some()
            }
            "crowd" => crowd.replace(number()?).is_some(),
            "retain_s" => retain_s.replace(number()?).is_some(),
            "delay_s" => delay_s.replace(number()?).is_some(),
            _ => return Err(format!("`@obligation`: unknown word `{key}`")),
        };
        if again {
            return Err(format!("`@obligation`: `{key}` is there twice"));
        }
    }
    let lacks = |key: &str| format!("`@obligation`: `{key}` is missing");
    let crowd = crowd.ok_or_else(|| lacks("crowd"))?;
    if crowd < CROWD_FLOOR {
        return Err(format!("`@obligation`: a crowd of {crowd} hides nobody; {CROWD_FLOOR} is the least"));
    }
    Ok(Obligations {
        precision: precision.ok_or_else(|| lacks("precision"))?,
        crowd,
        retain_s: retain_s.ok_or_else(|| lacks("retain_s"))?,
        delay_s: delay_s.ok_or_else(|| lacks("delay_s"))?,
    })
}

/// Digits only: `parse` alone would take `+50`.
fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn looks_at_the_person(policy: &Policy) -> Result<bool, String> {
    let json = policy.to_json().map_err(|e| format!("it cannot be taken apart: {e}"))?;
    Ok(names_context(&json))
}

fn names_context(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::Object(map) => {
            map.get("Var").and_then(|v| v.as_str()) == Some("context") || map.values().any(names_context)
        }
        serde_json::Value::Array(items) => items.iter().any(names_context),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn says(text: &str) -> Result<Annotations, String> {
        read(&Policy::parse(None, text).unwrap())
    }

    #[test]
    fn a_permit_says_its_obligations_and_a_forbid_its_reason() {
        let permit = says(
            r#"@id("a-1") @obligation("crowd:50;precision:city;delay_s:900;retain_s:0") @country("KR;DE")
               permit (principal, action, resource);"#,
        )
        .unwrap();
        assert_eq!(permit.homes, [Jurisdiction::KR, Jurisdiction::DE]);
        assert_eq!(
            permit.says,
            Says::Permit(Obligations { precision: Precision::City, crowd: 50, retain_s: 0, delay_s: 900 })
        );
        let forbid = says(r#"@id("b") @reason("residency") forbid (principal, action, resource);"#).unwrap();
        assert_eq!(forbid.says, Says::Forbid(Reason::Residency));
    }

    #[test]
    fn what_does_not_read_is_refused() {
        for head in [
            r#"@obligation("precision:city;crowd:50;retain_s:1;delay_s:0") permit"#,
            r#"@id("A b") @obligation("precision:city;crowd:50;retain_s:1;delay_s:0") permit"#,
            r#"@id("a") permit"#,
            r#"@id("a") @reason("minor") permit"#,
            r#"@id("a") @obligation("precision:city;crowd:50;retain_s:1;delay_s:0") @reason("minor") permit"#,
            r#"@id("a") @obligation("precision:city;crowd:50;retain_s:1") permit"#,
            r#"@id("a") @obligation("precision:city;crowd:50;retain_s:1;delay_s:0;") permit"#,
            r#"@id("a") @obligation("precision:city;crowd:50;crowd:50;retain_s:1;delay_s:0") permit"#,
            r#"@id("a") @obligation("precision:street;crowd:50;retain_s:1;delay_s:0") permit"#,
            r#"@id("a") @obligation("precision:city;crowd:+50;retain_s:1;delay_s:0") permit"#,
            r#"@id("a") @obligation("precision:city;crowd:9;retain_s:1;delay_s:0") permit"#,
            r#"@id("a") @obligation("precision:city;crowd:50;retain_s:1;delay_s:0") @noise("2") permit"#,
            r#"@id("a") @obligation("precision:city;crowd:50;retain_s:1;delay_s:0") @country("FR") permit"#,
            r#"@id("a") forbid"#,
            r#"@id("a") @reason("because") forbid"#,
            r#"@id("a") @reason("paused") forbid"#,
            r#"@id("a") @obligation("precision:city;crowd:50;retain_s:1;delay_s:0") forbid"#,
            r#"@id("a") @reason("assurance-too-low") @country("KR") forbid"#,
        ] {
            assert!(says(&format!("{head} (principal, action, resource);")).is_err(), "{head}");
        }
    }

    #[test]
    fn a_reason_the_recipient_hears_may_not_look_at_the_person() {
        let with = |when: &str| {
            says(&format!(
                r#"@id("a") @reason("assurance-too-low") forbid (principal, action, resource) when {{ {when} }};"#
            ))
        };
        assert!(with(r#"principal.assurance == Assurance::"hosted""#).is_ok());
        assert!(with(r#"context.age == Age::"minor""#).is_err());
        assert!(with(r#"principal.declared && (if true then !(context has age) else false)"#).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_has_all_four(text in "([a-z_]{0,9}:[a-z0-9-]{0,8};?){0,5}") {
            if let Ok(o) = obligations(&text) {
                prop_assert!(o.crowd >= CROWD_FLOOR);
                for key in ["precision:", "crowd:", "retain_s:", "delay_s:"] {
                    prop_assert_eq!(text.matches(key).count(), 1);
                }
            }
        }
    }
}
