//! Laws across rooms: adding a limit never reveals more, end to end through `disclose`. Deliberately absent: the same laws inside one room,
//! which `policy` and `minimise` hold of themselves with many more cases.
use super::support::world::Opening;
use super::support::{ASSISTANT, MUNICH, World, ZONE};
use dongui::domain::category::{Category, Precision};
use dongui::domain::purpose::Purpose;
use dongui::domain::recipient::Assurance;
use dongui::domain::subscriber::Country;
use dongui::policy::Sources;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::atomic::{AtomicU32, Ordering};

/// The policy text that speaks of the assistant's purpose, and the obligation of its zone in it.
const FILE: &str = "20-purpose/ProvidePersonalisedRecommendations.cedar";
const ZONE_OBLIGATION: &str = "precision:zone-r6;crowd:50;retain_s:3600;delay_s:0";

/// Everything that limits one answer about one zone.
#[derive(Debug, Clone, PartialEq)]
struct Limits {
    consent: Precision,
    contract: Precision,
    policy: Precision,
    crowd: u32,
    delay_s: u32,
    neighbours: u32,
    server: bool,
    at_home_country: bool,
    declared: bool,
}

fn rung() -> impl Strategy<Value = Precision> {
    // Mostly fine ones: three are met, and the coarsest cannot be told at all.
    let rungs = ZONE.rungs().iter().zip([1u32, 2, 4, 6, 6, 8]);
    proptest::strategy::Union::new_weighted(rungs.map(|(rung, weight)| (weight, Just(*rung))).collect())
}

fn limits() -> impl Strategy<Value = Limits> {
    let yes = || proptest::bool::weighted(0.95);
    let crowd = prop_oneof![6 => Just(10u32), 6 => Just(50), 1 => Just(61), 1 => Just(62)];
    let delay_s = prop_oneof![12 => Just(0u32), 1 => Just(600)];
    let neighbours = prop_oneof![8 => Just(60u32), 1 => Just(30)];
    (rung(), rung(), rung(), (crowd, delay_s, neighbours), yes(), yes(), yes()).prop_map(|drawn| {
        let (consent, contract, policy, (crowd, delay_s, neighbours), server, at_home_country, declared) =
            drawn;
        Limits { consent, contract, policy, crowd, delay_s, neighbours, server, at_home_country, declared }
    })
}

/// One limit more: the same but for one, which is at least as strict.
fn stricter(limits: &Limits) -> impl Strategy<Value = Limits> + use<> {
    let limits = limits.clone();
    (0usize..8, rung()).prop_map(move |(which, rung)| {
        let mut out = limits.clone();
        match which {
            0 => out.consent = out.consent.meet(rung),
            1 => out.contract = out.contract.meet(rung),
            2 => out.policy = out.policy.meet(rung),
            3 => out.crowd += 20,
            4 => out.delay_s += 600,
            5 => out.server = false,
            6 => out.at_home_country = false,
            _ => out.declared = false,
        }
        out
    })
}

fn policies(limits: &Limits) -> Sources {
    let mut sources = Sources::bundled();
    let text = sources.remove(FILE).unwrap();
    assert!(text.contains(ZONE_OBLIGATION));
    let (precision, crowd, delay_s) = (limits.policy.as_str(), limits.crowd, limits.delay_s);
    let obligation = format!("precision:{precision};crowd:{crowd};retain_s:3600;delay_s:{delay_s}");
    sources.insert(FILE, text.replace(ZONE_OBLIGATION, &obligation));
    sources
}

/// What a recipient under these limits is told of the zone of one who has not been told of before.
fn told(w: &World, limits: &Limits) -> Option<Precision> {
    static NAMES: AtomicU32 = AtomicU32::new(0);
    let name = format!("assistant-{}", NAMES.fetch_add(1, Ordering::Relaxed));
    w.restart(Opening { policies: policies(limits), ..Opening::default() });
    let mina = w.subscriber("mina");
    // The subscriber decides under the widest contract; the operator narrows it afterwards.
    let assistant = w.provider(&name);
    mina.allows(&assistant, ASSISTANT, ZONE, limits.consent);
    mina.is_at(MUNICH);
    w.narrows(&assistant, |r| {
        r.ceiling = vec![(ZONE, limits.contract)];
        r.assurance = if limits.server { Assurance::Server } else { Assurance::Hosted };
        r.country = Country::parse(if limits.at_home_country { "DE" } else { "CN" }).unwrap();
        if !limits.declared {
            r.purposes = vec![Purpose::ServicePersonalisation];
        }
    });
    assistant.asks(&mina).precision(ZONE)
}

/// What one limit alone would let through at most.
fn bound(limits: &Limits) -> Precision {
    let hosted = if limits.server { Precision::ZoneR7 } else { Precision::City };
    limits.consent.meet(limits.contract).meet(limits.policy).meet(hosted)
}

#[test]
fn adding_a_limit_never_reveals_more() {
    World::each(|w| {
        let cases = std::env::var("DONGUI_TEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(24);
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let counts = [AtomicU32::new(0), AtomicU32::new(0)];
        let pairs = limits().prop_flat_map(|l| {
            let strict = stricter(&l);
            (Just(l), strict)
        });
        let law = |(loose, strict): (Limits, Limits)| {
            w.clock.advance(dongui::domain::time::HOUR_US);
            w.some_neighbours_are_at(loose.neighbours, MUNICH);
            // The stricter one first: whoever is asked about is one more in the crowd for the next.
            let less = told(w, &strict);
            let more = told(w, &loose);
            prop_assert!(less <= more, "{loose:?} told {more:?}, and one limit more told {less:?}");
            for (limits, told) in [(&loose, more), (&strict, less)] {
                let Some(told) = told else { continue };
                counts[0].fetch_add(1, Ordering::Relaxed);
                prop_assert!(told <= bound(limits), "{limits:?} told {told:?}");
                prop_assert!(
                    limits.at_home_country && limits.declared && limits.delay_s == 0,
                    "{limits:?} told {told:?}"
                );
                // Neighbours and the one asked about.
                prop_assert!(limits.crowd.max(50) <= limits.neighbours + 2, "{limits:?} told {told:?}");
            }
            counts[1].fetch_add(u32::from(more > less), Ordering::Relaxed);
            Ok(())
        };
        runner.run(&pairs, law).unwrap_or_else(|e| panic!("{e}"));
        let [told, lowered] = counts.map(|c| c.load(Ordering::Relaxed));
        eprintln!(
            "of {cases} pairs {told} answers told a zone, and {lowered} times one limit more told less"
        );
        assert!(told > 0 && lowered > 0, "the cases were too strict to show anything: {told} {lowered}");
    });
}

#[test]
fn asking_for_more_categories_at_once_tells_no_more_of_each() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        for category in Category::PERSONAL {
            mina.allows(&assistant, ASSISTANT, category, *category.rungs().last().unwrap());
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let each = Category::PERSONAL.map(|c| (c, assistant.asks_for(&mina, ASSISTANT, &[c]).precision(c)));
        let mut request = assistant.request(&mina, ASSISTANT, &Category::PERSONAL);
        request.max_tokens = Some(1000);
        let all = assistant.asks_with(&assistant.client.token(), &request);
        for (category, alone) in each {
            assert!(all.precision(category) <= alone, "{category:?}");
        }
        assert!(all.tells());
        // And a budget of tokens drops items, it never swaps one for a finer one.
        request.max_tokens = Some(100);
        let short = assistant.asks_with(&assistant.client.token(), &request);
        for category in Category::PERSONAL {
            assert!(short.precision(category) <= all.precision(category));
        }
    });
}
