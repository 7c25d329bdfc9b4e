//! A decision in words, for the subscriber and the regulator: what came of it, and each limit by itself.
//!
//! Deliberately absent: a second way of deciding. The outcome is `decide`'s; this only tells what it looked at. Nothing here
//! is for a recipient.
use super::ceiling;
use super::decide::decide;
use super::engine::{Engine, Outcome};
use super::entities::Facts;
use super::pack::{Pack, tells_place};
use crate::domain::category::Precision;
use crate::domain::id::GrantId;
use crate::domain::obligation::Obligations;
use crate::domain::reason::{Reason, Withheld};
use crate::domain::recipient::Assurance;
use crate::domain::scene::{Scene, Standing};
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// Who set a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The subscriber.
    Consent,
    /// The recipient's contract.
    Contract,
    /// What the purpose is good for.
    Purpose,
    /// How the client proves itself.
    Assurance,
    /// A stop order.
    Stop,
    /// A policy.
    Policy,
    /// The home country's pack.
    Country,
}

/// One limit and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// Who set it.
    pub source: Source,
    /// In words.
    pub says: String,
    /// The finest rung it leaves, where it speaks of precision.
    pub precision: Option<Precision>,
    /// The rule it rests on.
    pub citation: Option<String>,
}

/// A decision in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Whether it may leave.
    pub permitted: bool,
    /// The true reason, if not.
    pub reason: Option<Reason>,
    /// What the recipient hears, if not.
    pub told: Option<Withheld>,
    /// One sentence for the subscriber.
    pub sentence: String,
    /// What binds the answer, if it may leave.
    pub obligations: Option<Obligations>,
    /// Only a grant is missing: with one, policies and ceilings would let it leave.
    pub consent_would_permit: bool,
    /// Every limit that speaks of this scene.
    pub limits: Vec<Limit>,
    /// Ids of the policies that decided, and of those that would have said no as well.
    pub by: Vec<Arc<str>>,
    /// Digest of the policy set.
    pub policy_set: String,
}

/// Explains the decision about `scene`.
pub fn explain(engine: &Engine, scene: &Scene<'_>) -> Explanation {
    let decision = decide(engine, scene);
    let facts = Facts::of(scene, engine.pack(scene.home));
    // Cedar's default denial names no policy: asked again as if consent were there, it tells what else stands in the way.
    let with_consent = engine.verdict(&Facts { consented: true, ..facts });
    let limits = limits(engine, scene, &with_consent.outcome);
    let mut by: Vec<Arc<str>> = match &decision {
        Ok(permit) => permit.by().to_vec(),
        Err(refusal) => refusal.by.clone(),
    };
    if let Outcome::Forbid(_) = with_consent.outcome {
        by.extend(with_consent.by.iter().cloned());
        by.extend(with_consent.also.iter().map(|(_, id)| Arc::clone(id)));
    }
    by.sort();
    by.dedup();
    let consent_would_permit =
        !matches!(scene.standing, Standing::Live { .. }) && decide(engine, &granted(scene)).is_ok();
    let (reason, obligations) = match decision {
        Ok(permit) => (None, Some(permit.obligations())),
        Err(refusal) => (Some(refusal.reason), None),
    };
    Explanation {
        permitted: obligations.is_some(),
        reason,
        told: reason.map(Reason::told),
        sentence: sentence(scene, reason, obligations, consent_would_permit),
        obligations,
        consent_would_permit,
        limits,
        by,
        policy_set: engine.digest().to_owned(),
    }
}

/// The scene as if the subscriber had granted the finest rung. Whatever permit it gives is looked at and dropped.
fn granted<'a>(scene: &Scene<'a>) -> Scene<'a> {
    let grant = GrantId([0; 16]);
    Scene { standing: Standing::Live { grant, precision: Precision::ZoneR7 }, ..scene.clone() }
}

fn sentence(
    scene: &Scene<'_>,
    reason: Option<Reason>,
    may: Option<Obligations>,
    only_consent: bool,
) -> String {
    let what = format!("`{}` for `{}`", scene.category.as_str(), scene.purpose.as_str());
    match (reason, may) {
        (None, Some(o)) => format!(
            "{what} may leave as `{}` when at least {} people are alike, at least {} s old; the recipient may keep it {} s",
            o.precision.as_str(),
            o.crowd,
            o.delay_s,
            o.retain_s
        ),
        (Some(r), _) if only_consent => {
            format!("{what} stays: {}; nothing else stands in the way", r.sentence())
        }
        (Some(r), _) => format!("{what} stays: {}", r.sentence()),
        (None, None) => format!("{what} stays"),
    }
}

fn limits(engine: &Engine, scene: &Scene<'_>, verdict: &Outcome) -> Vec<Limit> {
    let of = |source, precision: Option<Precision>, nothing: &str| Limit {
        source,
        says: precision.map_or_else(|| nothing.to_owned(), |p| format!("no finer than `{}`", p.as_str())),
        precision,
        citation: None,
    };
    let consent = match scene.standing {
        Standing::Live { precision, .. } => of(Source::Consent, Some(precision), ""),
        Standing::Absent => of(Source::Consent, None, "there is no grant"),
        Standing::Expired => of(Source::Consent, None, "the grant has ended"),
        Standing::Paused => of(Source::Consent, None, "the grant is paused"),
        Standing::OutsideHours => of(Source::Consent, None, "the grant holds at other hours of the day"),
        Standing::QuotaSpent => of(Source::Consent, None, "the grant gives no more answers in this period"),
        Standing::OtherPurpose => of(Source::Consent, None, "the grant is for another purpose"),
        Standing::Lapsed => {
            of(Source::Consent, None, "who gave the grant speaks for the subscriber no longer")
        }
        Standing::Unguarded => of(Source::Consent, None, "a minor gave the grant alone"),
        Standing::Blocked => of(Source::Consent, None, "the owner of the line forbids it"),
    };
    let mut out = vec![
        consent,
        of(
            Source::Contract,
            scene.recipient.ceiling_for(scene.category),
            "the contract does not reach the category",
        ),
        of(
            Source::Purpose,
            ceiling::of_purpose(scene.purpose, scene.category),
            "the purpose has no use for the category",
        ),
    ];
    if scene.recipient.assurance == Assurance::Hosted {
        out.push(of(Source::Assurance, Some(ceiling::of_assurance(Assurance::Hosted)), ""));
    }
    if let Some(stop) = scene.stop {
        let says = format!("stopped since {} by {}", stop.at.rfc3339(), stop.id);
        let citation = Some(stop.ground.as_str().to_owned());
        out.push(Limit { source: Source::Stop, says, precision: None, citation });
    }
    out.push(match verdict {
        Outcome::Permit(o) => Limit {
            source: Source::Policy,
            says: format!(
                "no finer than `{}`, crowd {}, kept {} s, {} s old",
                o.precision.as_str(),
                o.crowd,
                o.retain_s,
                o.delay_s
            ),
            precision: Some(o.precision),
            citation: None,
        },
        Outcome::Forbid(r) => of(Source::Policy, None, &format!("no: {}", r.sentence())),
        Outcome::Silent => of(Source::Policy, None, "no policy permits it"),
    });
    country(engine.pack(scene.home), scene, &mut out);
    out
}

fn country(pack: &Pack, scene: &Scene<'_>, out: &mut Vec<Limit>) {
    let mut push = |says: String, precision: Option<Precision>, citation: Option<&String>| {
        out.push(Limit { source: Source::Country, says, precision, citation: citation.cloned() });
    };
    let to = scene.recipient.country;
    match pack.transfer(to) {
        Some(t) => push(
            format!("{} to {}: {}", pack.home.as_str(), to.as_str(), t.basis.sentence()),
            None,
            Some(&t.citation),
        ),
        None => {
            let home = pack.transfer.first().map(|t| &t.citation);
            push(
                format!("{} to {}: not among those that may receive", pack.home.as_str(), to.as_str()),
                None,
                home,
            );
        }
    }
    if let Some(p) = &pack.precision {
        push(format!("no finer than `{}`", p.finest.as_str()), Some(p.finest), Some(&p.citation));
    }
    if let Some(c) = &pack.crowd {
        push(format!("a crowd of at least {}", c.least), None, Some(&c.citation));
    }
    if tells_place(scene.category) {
        if let Some(r) = &pack.retain {
            push(format!("kept by the recipient {} s at most", r.location_s), None, Some(&r.citation));
        }
        if let Some(d) = &pack.delay {
            push(format!("at least {} s old", d.location_s), None, Some(&d.citation));
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.sentence)?;
        if let Some(reason) = self.reason {
            writeln!(f, "reason    {}", reason.as_str())?;
        }
        for limit in &self.limits {
            let source = match limit.source {
                Source::Consent => "consent",
                Source::Contract => "contract",
                Source::Purpose => "purpose",
                Source::Assurance => "client",
                Source::Stop => "stop",
                Source::Policy => "policy",
                Source::Country => "country",
            };
            write!(f, "{source:<9} {}", limit.says)?;
            match &limit.citation {
                Some(citation) => writeln!(f, " ({citation})")?,
                None => writeln!(f)?,
            }
        }
        if !self.by.is_empty() {
            writeln!(f, "by        {}", self.by.join(", "))?;
        }
        writeln!(f, "set       {}", self.policy_set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::Category;
    use crate::domain::id::{RecipientId, StopId};
    use crate::domain::purpose::Purpose;
    use crate::domain::recipient::Recipient;
    use crate::domain::stop::{Ground, Reach, Stop};
    use crate::domain::subscriber::{AgeBand, Country, Jurisdiction};
    use crate::domain::time::At;
    use crate::policy::sources::Sources;

    fn said(change: impl Fn(&mut Recipient, &mut Scene<'static>)) -> Explanation {
        let mut recipient = Recipient {
            id: RecipientId([1; 16]),
            name: "a recipient".to_owned(),
            country: Country::parse("US").unwrap(),
            assurance: Assurance::Server,
            purposes: vec![Purpose::ProvidePersonalisedRecommendations],
            ceiling: vec![(Category::LocationZone, Precision::ZoneR6)],
            webhook: None,
            consent_management: false,
            wordings: Vec::new(),
        };
        let none: &'static Recipient = Box::leak(Box::new(recipient.clone()));
        let mut scene = Scene {
            recipient: none,
            home: Jurisdiction::KR,
            age: AgeBand::Adult,
            guardian: false,
            purpose: Purpose::ProvidePersonalisedRecommendations,
            category: Category::LocationZone,
            standing: Standing::Absent,
            stop: None,
            now: At(0),
        };
        change(&mut recipient, &mut scene);
        let scene = Scene { recipient: &recipient, ..scene };
        explain(&Engine::load(&Sources::bundled()).unwrap(), &scene)
    }

    #[test]
    fn a_missing_consent_is_told_as_the_only_thing_missing() {
        let said = said(|_, _| {});
        assert!(said.consent_would_permit && !said.permitted);
        assert_eq!(said.reason, Some(Reason::NotGranted));
        assert!(said.sentence.ends_with("you have not allowed this; nothing else stands in the way"));
    }

    #[test]
    fn what_stands_in_the_way_beside_consent_is_told_too() {
        let minor = said(|_, s| s.age = AgeBand::Minor);
        assert!(!minor.consent_would_permit);
        assert_eq!(minor.reason, Some(Reason::NotGranted));
        assert_eq!(minor.by, [Arc::from("rail-minor")]);
        let contract = said(|r, _| r.ceiling.clear());
        assert!(
            !contract.consent_would_permit
                && contract.to_string().contains("contract  the contract does not reach")
        );
    }

    #[test]
    fn every_limit_of_a_permit_is_told_with_its_citation() {
        let text =
            said(|_, s| s.standing = Standing::Live { grant: GrantId([2; 16]), precision: Precision::City });
        assert!(text.permitted);
        let text = text.to_string();
        for line in [
            "may leave as `city` when at least 50 people are alike",
            "consent   no finer than `city`",
            "contract  no finer than `zone-r6`",
            "purpose   no finer than `zone-r7`",
            "policy    no finer than `zone-r6`, crowd 50, kept 3600 s, 0 s old",
            "country   KR to US: the grant is the separate consent to this transfer (PIPA Art. 28-8(1) no. 1)",
            "by        assistant-zone",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn a_stop_is_told_with_its_ground() {
        let ground = Ground::parse("PIPA Art. 28-9(1), case 2026-17").unwrap();
        let reach = Reach { recipient: None, home: Some(Jurisdiction::KR), country: None };
        let stop = Stop { id: StopId([3; 16]), reach, ground, at: At(0), lifted: None };
        let stop: &'static Stop = Box::leak(Box::new(stop));
        let standing = Standing::Live { grant: GrantId([2; 16]), precision: Precision::City };
        let text = said(|_, s| (s.stop, s.standing) = (Some(stop), standing));
        assert_eq!((text.reason, text.told), (Some(Reason::Stopped), Some(Withheld::NotAvailable)));
        assert_eq!(text.by, [Arc::from("rail-stop")]);
        let line = "stop      stopped since 1970-01-01T00:00:00Z by stp_03030303030303030303030303030303 (PIPA Art. 28-9(1), case 2026-17)";
        assert!(text.to_string().contains(line), "{text}");
    }

    #[test]
    fn a_country_that_may_not_receive_is_told_by_the_pack() {
        let text = said(|r, s| {
            r.country = Country::parse("CN").unwrap();
            s.standing = Standing::Live { grant: GrantId([2; 16]), precision: Precision::City };
        });
        assert_eq!(text.reason, Some(Reason::Residency));
        assert!(text.to_string().contains("KR to CN: not among those that may receive"));
    }
}
