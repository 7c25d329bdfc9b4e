//! Cases: a sentence, a scene and what must come of it, kept beside the policies in
//! `cases/<Purpose>/{permit,refuse}/<sentence>.json`. Deliberately absent: reading files, which is the caller's.
use super::decide::{Refusal, decide};
use super::engine::Engine;
use crate::domain::category::{Category, Precision};
use crate::domain::id::{GrantId, RecipientId, StopId};
use crate::domain::obligation::Obligations;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::scene::{Scene, Standing};
use crate::domain::stop::{Ground, Reach, Stop};
use crate::domain::subscriber::{AgeBand, Country, Jurisdiction};
use crate::domain::time::At;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    home: Jurisdiction,
    #[serde(default = "adult")]
    age: AgeBand,
    /// Whether a live grant is a guardian's.
    #[serde(default)]
    guardian: bool,
    /// Whether a stop order covers it.
    #[serde(default)]
    stopped: bool,
    category: Category,
    /// `absent`, `expired`, `paused`, `outside-hours`, `quota-spent`, `other-purpose`, `lapsed`, `unguarded`,
    /// `blocked` or `live:<precision>`.
    standing: String,
    recipient: Asker,
    expect: Expect,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asker {
    country: Country,
    assurance: Assurance,
    /// Purposes the contract declares; the purpose of the folder if left out.
    purposes: Option<Vec<Purpose>>,
    /// Contract ceiling by category.
    ceiling: BTreeMap<Category, Precision>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Expect {
    Permit(Obligations),
    Refuse { reason: Reason },
}

fn adult() -> AgeBand {
    AgeBand::Adult
}

/// A case that did not come out as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Name of the case.
    pub name: String,
    /// What was expected and what came.
    pub what: String,
}

/// What came of a run over cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many cases ran.
    pub ran: usize,
    /// Those that did not come out as written.
    pub failures: Vec<Failure>,
    /// Policies that decided none of the cases: untested, or dead.
    pub unexercised: Vec<Arc<str>>,
    /// Reasons that the cases gave.
    pub reasons: BTreeSet<Reason>,
    /// Home countries that the cases spoke of.
    pub homes: BTreeSet<Jurisdiction>,
}

impl Report {
    /// Every case came out as written and every policy decided one.
    pub fn is_clean(&self) -> bool {
        self.failures.is_empty() && self.unexercised.is_empty()
    }
}

/// Runs cases, each a name (`<Purpose>/{permit,refuse}/<sentence>.json`) and its text.
pub fn check(engine: &Engine, cases: &[(String, String)]) -> Report {
    let mut report = Report { ran: cases.len(), ..Report::default() };
    let mut used: BTreeSet<Arc<str>> = BTreeSet::new();
    for (name, text) in cases {
        if let Err(what) = run(engine, name, text, &mut used, &mut report) {
            report.failures.push(Failure { name: name.clone(), what });
        }
    }
    report.unexercised = engine.policies().filter(|id| !used.contains(*id)).cloned().collect();
    report
}

fn run(
    engine: &Engine,
    name: &str,
    text: &str,
    used: &mut BTreeSet<Arc<str>>,
    report: &mut Report,
) -> Result<(), String> {
    let (purpose, permits) = placed(name)?;
    let case: Case = serde_json::from_str(text).map_err(|e| e.to_string())?;
    if permits != matches!(case.expect, Expect::Permit(_)) {
        return Err("it expects the opposite of what its folder says".to_owned());
    }
    let recipient = Recipient {
        id: RecipientId([0; 16]),
        name: "a recipient".to_owned(),
        country: case.recipient.country,
        assurance: case.recipient.assurance,
        purposes: case.recipient.purposes.unwrap_or_else(|| vec![purpose]),
        ceiling: case.recipient.ceiling.into_iter().collect(),
        webhook: None,
        consent_management: false,
        wordings: Vec::new(),
    };
    let stop = Ground::parse("a case").map(|ground| {
        let reach = Reach { recipient: Some(recipient.id), home: None, country: None };
        Stop { id: StopId([0; 16]), reach, ground, at: At(0), lifted: None }
    });
    let scene = Scene {
        recipient: &recipient,
        home: case.home,
        age: case.age,
        guardian: case.guardian,
        purpose,
        category: case.category,
        standing: standing(&case.standing)?,
        stop: if case.stopped { stop.as_ref() } else { None },
        now: At(0),
    };
    report.homes.insert(case.home);
    match (case.expect, decide(engine, &scene)) {
        (Expect::Permit(expected), Ok(permit)) => {
            used.extend(permit.by().iter().cloned());
            let came = permit.obligations();
            (came == expected).then_some(()).ok_or_else(|| format!("expected {expected:?}, came {came:?}"))
        }
        (Expect::Refuse { reason }, Err(refusal)) => {
            used.extend(refusal.by.iter().cloned());
            report.reasons.insert(refusal.reason);
            (refusal.reason == reason)
                .then_some(())
                .ok_or_else(|| format!("expected `{}`, came {}", reason.as_str(), words(&refusal)))
        }
        (Expect::Permit(_), Err(refusal)) => Err(format!("expected a permit, came {}", words(&refusal))),
        (Expect::Refuse { reason }, Ok(permit)) => {
            Err(format!("expected `{}`, came {:?}", reason.as_str(), permit.obligations()))
        }
    }
}

fn words(refusal: &Refusal) -> String {
    format!("`{}` by [{}]", refusal.reason.as_str(), refusal.by.join(", "))
}

fn placed(name: &str) -> Result<(Purpose, bool), String> {
    let wrong = || "expected the name `<Purpose>/{permit,refuse}/<sentence>.json`".to_owned();
    let parts: Vec<&str> = name.split('/').collect();
    let &[term, outcome, sentence] = parts.as_slice() else { return Err(wrong()) };
    let purpose = Purpose::parse(&format!("dpv:{term}")).ok_or_else(wrong)?;
    if !sentence.ends_with(".json") {
        return Err(wrong());
    }
    match outcome {
        "permit" => Ok((purpose, true)),
        "refuse" => Ok((purpose, false)),
        _ => Err(wrong()),
    }
}

fn standing(text: &str) -> Result<Standing, String> {
    match text {
        "absent" => Ok(Standing::Absent),
        "expired" => Ok(Standing::Expired),
        "paused" => Ok(Standing::Paused),
        "outside-hours" => Ok(Standing::OutsideHours),
        "quota-spent" => Ok(Standing::QuotaSpent),
        "other-purpose" => Ok(Standing::OtherPurpose),
        "lapsed" => Ok(Standing::Lapsed),
        "unguarded" => Ok(Standing::Unguarded),
        "blocked" => Ok(Standing::Blocked),
        _ => text
            .strip_prefix("live:")
            .and_then(Precision::parse)
            .map(|precision| Standing::Live { grant: GrantId([0; 16]), precision })
            .ok_or_else(|| {
                "expected `standing` to be `absent`, `expired`, `paused`, `outside-hours`, `quota-spent`, `other-purpose`, `lapsed`, `unguarded`, `blocked` or `live:<precision>`".to_owned()
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::annotation::REASONS;
    use super::*;
    use crate::policy::sources::Sources;
    use std::path::Path;

    fn bundled() -> Vec<(String, String)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/cases");
        let mut out = Vec::new();
        for purpose in std::fs::read_dir(&root).unwrap() {
            for outcome in std::fs::read_dir(purpose.unwrap().path()).unwrap() {
                for file in std::fs::read_dir(outcome.unwrap().path()).unwrap() {
                    let path = file.unwrap().path();
                    let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                    out.push((name, std::fs::read_to_string(path).unwrap()));
                }
            }
        }
        out
    }

    #[test]
    fn every_case_comes_out_as_written_and_every_policy_decides_one() {
        let engine = Engine::load(&Sources::bundled()).unwrap();
        let report = check(&engine, &bundled());
        assert!(report.is_clean(), "{report:#?}");
        assert!(report.ran >= 25);
        let registry = [
            Reason::NotGranted,
            Reason::Expired,
            Reason::PurposeMismatch,
            Reason::Paused,
            Reason::OutsideHours,
            Reason::QuotaSpent,
            Reason::Lapsed,
            Reason::Blocked,
        ];
        for reason in REASONS.into_iter().chain(registry) {
            assert!(report.reasons.contains(&reason), "no case is refused as `{}`", reason.as_str());
        }
        assert_eq!(report.homes.len(), Jurisdiction::ALL.len());
        for purpose in Purpose::ALL {
            let term = purpose.as_str().trim_start_matches("dpv:");
            assert!(bundled().iter().any(|(n, _)| n.starts_with(term)), "no case asks for {term}");
        }
    }

    #[test]
    fn a_policy_that_no_case_exercises_and_a_case_that_fails_are_named() {
        let mut sources = Sources::bundled();
        sources.insert(
            "30-more.cedar",
            r#"@id("nobody-asks") @reason("not-permitted") forbid (principal, action in Action::"disclose", resource)
               when { principal.country == "ZZ" };"#,
        );
        let engine = Engine::load(&sources).unwrap();
        let mut cases = bundled();
        assert_eq!(check(&engine, &cases).unexercised, [Arc::from("nobody-asks")]);
        let text = cases.iter().find(|(n, _)| n.contains("leaves-no-finer-than-r6")).unwrap().1.clone();
        cases.clear();
        let purpose = "ProvidePersonalisedRecommendations";
        cases.push((format!("{purpose}/permit/wrong.json"), text.replace("\"zone-r6\"", "\"zone-r7\"")));
        cases.push((format!("{purpose}/refuse/wrong-folder.json"), text.clone()));
        cases.push((format!("{purpose}/permit/unknown-key.json"), text.replace("\"home\"", "\"house\"")));
        cases.push(("Selling/permit/unknown-purpose.json".to_owned(), text.clone()));
        cases.push((format!("{purpose}/permit/right.json"), text));
        assert_eq!(check(&engine, &cases).failures.len(), 4);
    }
}
