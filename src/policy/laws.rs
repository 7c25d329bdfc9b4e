//! Laws of the decision, tried on random scenes: adding a limit never reveals more, only a live grant permits, a refusal
//! tells nothing about the person, faulty text fails closed. Deliberately absent: anything but tests.
use super::decide::{Refusal, decide};
use super::engine::Engine;
use super::explain::{Source, explain};
use super::sources::{RAILS, Sources};
use super::{Permit, ceiling};
use crate::domain::category::{Category, Precision};
use crate::domain::id::{GrantId, RecipientId, StopId};
use crate::domain::obligation::Obligations;
use crate::domain::purpose::Purpose;
use crate::domain::reason::{Reason, Withheld};
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::scene::{Scene, Standing};
use crate::domain::stop::{Ground, Reach, Stop};
use crate::domain::subscriber::{AgeBand, Country, Jurisdiction};
use crate::domain::time::At;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::sync::OnceLock;

/// A scene that owns its recipient.
#[derive(Debug, Clone)]
struct Stage {
    recipient: Recipient,
    home: Jurisdiction,
    age: AgeBand,
    guardian: bool,
    purpose: Purpose,
    category: Category,
    standing: Standing,
    stop: Option<Stop>,
}

impl Stage {
    fn scene(&self) -> Scene<'_> {
        Scene {
            recipient: &self.recipient,
            home: self.home,
            age: self.age,
            guardian: self.guardian,
            purpose: self.purpose,
            category: self.category,
            standing: self.standing,
            stop: self.stop.as_ref(),
            now: At(0),
        }
    }
}

fn rung() -> impl Strategy<Value = Precision> {
    select(Precision::ALL.to_vec())
}

fn standing() -> impl Strategy<Value = Standing> {
    prop_oneof![
        4 => rung().prop_map(|precision| Standing::Live { grant: GrantId([7; 16]), precision }),
        1 => select(vec![Standing::Absent, Standing::Expired, Standing::Paused, Standing::OutsideHours, Standing::QuotaSpent, Standing::OtherPurpose, Standing::Lapsed, Standing::Unguarded, Standing::Blocked]),
    ]
}

fn recipient() -> impl Strategy<Value = Recipient> {
    (
        select(vec!["KR", "DE", "SG", "AE", "US", "CN"]),
        select(vec![Assurance::Hosted, Assurance::Server]),
        prop_oneof![3 => Just(Purpose::ALL.to_vec()), 1 => subsequence(Purpose::ALL.to_vec(), 0..=6)],
        prop_oneof![3 => Just(Category::ALL.to_vec()), 1 => subsequence(Category::ALL.to_vec(), 0..=5)],
        prop::collection::vec(rung(), 5),
    )
        .prop_map(|(country, assurance, purposes, reached, rungs)| Recipient {
            id: RecipientId([1; 16]),
            name: "a recipient".to_owned(),
            country: Country::parse(country).unwrap(),
            assurance,
            purposes,
            ceiling: reached.into_iter().zip(rungs).collect(),
            webhook: None,
            consent_management: false,
            wordings: Vec::new(),
        })
}

fn stage() -> impl Strategy<Value = Stage> {
    let age = prop_oneof![4 => Just(AgeBand::Adult), 1 => Just(AgeBand::Minor)];
    let who = (recipient(), select(Jurisdiction::ALL.to_vec()), age, any::<bool>());
    let what = (select(Purpose::ALL.to_vec()), select(Category::ALL.to_vec()), standing());
    let stop = prop_oneof![6 => Just(None), 1 => Just(Some(stop()))];
    (who, what, stop).prop_map(|((recipient, home, age, guardian), (purpose, category, standing), stop)| {
        Stage { recipient, home, age, guardian, purpose, category, standing, stop }
    })
}

fn stop() -> Stop {
    let reach = Reach { recipient: Some(RecipientId([1; 16])), home: None, country: None };
    let ground = Ground::parse("a case").unwrap();
    Stop { id: StopId([5; 16]), reach, ground, at: At(0), lifted: None }
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::load(&Sources::bundled()).unwrap())
}

/// The bundled set with one limit more, in several ways.
fn stricter() -> &'static [Engine] {
    static ENGINES: OnceLock<Vec<Engine>> = OnceLock::new();
    let with = |name: &str, text: String| {
        let mut sources = Sources::bundled();
        sources.insert(name, text);
        Engine::load(&sources).unwrap()
    };
    let forbid = |when: &str| {
        let head = r#"@id("one-more") @reason("not-permitted")"#;
        with(
            "30-more.cedar",
            format!("{head} forbid (principal, action in Action::\"disclose\", resource) when {{ {when} }};"),
        )
    };
    let pack = |cut: &str, by: &str| {
        let text = Sources::bundled().find("country/kr.toml").unwrap().to_owned();
        assert!(text.contains(cut));
        with("country/kr.toml", text.replace(cut, by))
    };
    ENGINES.get_or_init(|| {
        vec![
            forbid(r#"resource == Category::"location.zone""#),
            forbid(r#"context.home == Home::"DE" && principal.country != "DE""#),
            forbid(r#"principal.assurance == Assurance::"hosted""#),
            // A narrower permit beside the wide one: the strictest obligation of each kind wins.
            with(
                "30-more.cedar",
                r#"@id("one-more") @obligation("precision:country;crowd:500;retain_s:60;delay_s:900")
                   permit (principal, action in Action::"disclose", resource) when { context.consented };"#
                    .to_owned(),
            ),
            pack("to = [\"US\"]", "to = []"),
            pack("least = 50", "least = 5000"),
            pack("location_s = 3600", "location_s = 60"),
            pack(
                "[retain]",
                "[precision]\nfinest = \"region\"\ncitation = \"a decree\"\nchecked = \"memory\"\n[delay]\nlocation_s = 900\n\
                 citation = \"a decree\"\nchecked = \"memory\"\n[retain]",
            ),
        ]
    })
}

/// What a decision lets out; `None` is nothing.
fn reveals(decision: Result<Permit, Refusal>) -> Option<Obligations> {
    decision.ok().map(|p| p.obligations())
}

fn no_more(less: Option<Obligations>, more: Option<Obligations>) -> bool {
    match (less, more) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(a), Some(b)) => {
            a.precision <= b.precision
                && a.crowd >= b.crowd
                && a.retain_s <= b.retain_s
                && a.delay_s >= b.delay_s
        }
    }
}

fn told(decision: &Result<Permit, Refusal>) -> Option<Withheld> {
    decision.as_ref().err().map(|r| r.reason.told())
}

fn any_obligations() -> impl Strategy<Value = Obligations> {
    (rung(), any::<u32>(), any::<u32>(), any::<u32>())
        .prop_map(|(precision, crowd, retain_s, delay_s)| Obligations { precision, crowd, retain_s, delay_s })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_forbid_a_permit_or_a_stricter_pack_never_reveals_more(stage in stage(), which in 0usize..8) {
        let before = reveals(decide(engine(), &stage.scene()));
        let after = reveals(decide(&stricter()[which], &stage.scene()));
        // A permit more may open what no policy spoke of, never what a limit lowered.
        if which != 3 || before.is_some() {
            prop_assert!(no_more(after, before), "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_lower_contract_or_consent_never_reveals_more(stage in stage(), at in 0usize..5, lower in rung(), cut in any::<bool>()) {
        let before = reveals(decide(engine(), &stage.scene()));
        let mut contract = stage.clone();
        if cut {
            contract.recipient.ceiling.truncate(at);
        } else if let Some((_, p)) = contract.recipient.ceiling.get_mut(at) {
            *p = (*p).min(lower);
        }
        prop_assert!(no_more(reveals(decide(engine(), &contract.scene())), before));
        let mut consent = stage.clone();
        if let Standing::Live { grant, precision } = stage.standing {
            consent.standing = Standing::Live { grant, precision: precision.min(lower) };
        }
        prop_assert!(no_more(reveals(decide(engine(), &consent.scene())), before));
        let mut undeclared = stage.clone();
        undeclared.recipient.purposes.truncate(at);
        prop_assert!(no_more(reveals(decide(engine(), &undeclared.scene())), before));
        let mut hosted = stage;
        hosted.recipient.assurance = Assurance::Hosted;
        prop_assert!(no_more(reveals(decide(engine(), &hosted.scene())), before));
    }

    #[test]
    fn what_is_stopped_does_not_leave_and_sounds_like_anything_else(stage in stage()) {
        let before = decide(engine(), &Stage { stop: None, ..stage.clone() }.scene());
        let after = decide(engine(), &Stage { stop: Some(stop()), ..stage }.scene());
        prop_assert!(after.is_err());
        let heard = told(&before).unwrap_or(Withheld::NotAvailable);
        prop_assert_eq!(told(&after), Some(heard), "what it knows anyway of its own grants it goes on hearing");
    }

    #[test]
    fn nothing_is_finer_than_consent_contract_purpose_or_a_rung_of_the_category(stage in stage()) {
        if let Ok(permit) = decide(engine(), &stage.scene()) {
            let Standing::Live { grant, precision } = stage.standing else {
                return Err(TestCaseError::fail("a permit without a live grant"));
            };
            let came = permit.obligations();
            prop_assert_eq!((permit.grant(), permit.category(), permit.purpose()), (grant, stage.category, stage.purpose));
            prop_assert!(came.precision <= precision);
            prop_assert!(came.precision <= stage.recipient.ceiling_for(stage.category).unwrap());
            prop_assert!(came.precision <= ceiling::of_purpose(stage.purpose, stage.category).unwrap());
            prop_assert!(stage.category.rungs().contains(&came.precision));
            // A count of many has a least crowd of its own: see `minimise::population`.
            let least = if stage.category == Category::Population { 20 } else { 50 };
            prop_assert!(came.crowd >= least && !permit.by().is_empty());
            prop_assert!(stage.age == AgeBand::Adult || (stage.guardian && stage.purpose != Purpose::PersonalisedAdvertising));
            prop_assert!(stage.recipient.purposes.contains(&stage.purpose));
            prop_assert!(engine().pack(stage.home).transfer(stage.recipient.country).is_some());
        }
    }

    #[test]
    fn only_a_live_grant_permits(stage in stage(), which in 0usize..8) {
        for standing in [Standing::Absent, Standing::Expired, Standing::Paused, Standing::OutsideHours, Standing::QuotaSpent, Standing::OtherPurpose, Standing::Lapsed, Standing::Unguarded, Standing::Blocked] {
            let ungranted = Stage { standing, ..stage.clone() };
            prop_assert!(decide(engine(), &ungranted.scene()).is_err());
            prop_assert!(decide(&stricter()[which], &ungranted.scene()).is_err());
        }
    }

    #[test]
    fn what_a_recipient_hears_depends_on_the_person_only_by_the_one_uniform_word(stage in stage(), rung in rung()) {
        // Age, who said yes, and live or paused, are the person's; home is the operator that answers, consent's fineness the grant's.
        let base = told(&decide(engine(), &stage.scene()));
        let mut others = vec![Stage { age: AgeBand::Minor, ..stage.clone() }, Stage { age: AgeBand::Adult, ..stage.clone() }];
        if matches!(stage.standing, Standing::Live { .. } | Standing::Paused | Standing::OutsideHours | Standing::QuotaSpent | Standing::Lapsed | Standing::Unguarded | Standing::Blocked) {
            for standing in [Standing::Paused, Standing::OutsideHours, Standing::QuotaSpent, Standing::Lapsed, Standing::Unguarded, Standing::Blocked, Standing::Live { grant: GrantId([9; 16]), precision: rung }] {
                others.push(Stage { standing, ..stage.clone() });
                others.push(Stage { standing, age: AgeBand::Minor, ..stage.clone() });
                others.push(Stage { standing, age: AgeBand::Minor, guardian: !stage.guardian, ..stage.clone() });
            }
        }
        for other in others {
            let word = told(&decide(engine(), &other.scene()));
            let uniform = |w: Option<Withheld>| w.is_none() || w == Some(Withheld::NotAvailable);
            prop_assert!(word == base || (uniform(word) && uniform(base)), "{base:?} {word:?}");
        }
    }

    #[test]
    fn the_meet_of_obligations_is_associative_commutative_and_idempotent(
        a in any_obligations(), b in any_obligations(), c in any_obligations()
    ) {
        prop_assert_eq!(a.meet(b).meet(c), a.meet(b.meet(c)));
        prop_assert_eq!(a.meet(b), b.meet(a));
        prop_assert_eq!(a.meet(a), a);
        prop_assert!(no_more(Some(a.meet(b)), Some(a)));
    }

    #[test]
    fn an_explanation_says_what_was_decided_and_its_limits_add_up(stage in stage()) {
        let scene = stage.scene();
        let said = explain(engine(), &scene);
        match decide(engine(), &scene) {
            Ok(permit) => {
                prop_assert_eq!(said.obligations, Some(permit.obligations()));
                prop_assert_eq!(&said.by, &permit.by().to_vec());
                let least = said.limits.iter().filter_map(|l| l.precision).min().unwrap();
                prop_assert_eq!(ceiling::rung(stage.category, least), Some(permit.obligations().precision));
            }
            Err(refusal) => {
                prop_assert!(!said.permitted);
                prop_assert_eq!(said.reason, Some(refusal.reason));
                prop_assert!(refusal.by.iter().all(|id| said.by.contains(id)));
            }
        }
        let cited = |s: &Source| *s == Source::Country;
        prop_assert!(said.limits.iter().filter(|l| cited(&l.source)).all(|l| l.citation.is_some()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_cut_rail_text_loads_whole_or_not_at_all(cut in any::<prop::sample::Index>()) {
        let whole = Sources::bundled().find(RAILS).unwrap().to_owned();
        let last = whole.find(r#"@id("rail-advertising")"#).unwrap();
        let at = cut.index(last);
        prop_assume!(whole.is_char_boundary(at));
        let mut sources = Sources::bundled();
        sources.insert(RAILS, &whole[..at]);
        // Once every required rail is whole only the comment above the last rail can be cut.
        let all_there = whole[..at].contains(r#"Assurance::"server" };"#);
        // A comment cut between its two slashes is none.
        let torn = whole[..at].ends_with('/') && !whole[..at].ends_with("//");
        prop_assert_eq!(Engine::load(&sources).is_ok(), all_there && !torn);
    }

    #[test]
    fn any_text_that_is_no_policy_refuses_the_set(junk in "[a-z(){}@\";=.]{1,60}", name in "[a-z]{1,9}") {
        let mut sources = Sources::bundled();
        sources.insert(format!("30-{name}.cedar"), junk);
        prop_assert!(Engine::load(&sources).is_err());
    }
}

#[test]
fn the_one_word_for_all_else_covers_every_reason_that_looks_at_the_person() {
    for reason in [
        Reason::Paused,
        Reason::OutsideHours,
        Reason::QuotaSpent,
        Reason::Lapsed,
        Reason::Blocked,
        Reason::Minor,
        Reason::Residency,
        Reason::NotPermitted,
        Reason::CeilingTooLow,
    ] {
        assert_eq!(reason.told(), Withheld::NotAvailable);
    }
}
