//! One field or claim at a time is made another: every such request is refused, and nothing is used up by it. What is changed is drawn at random,
//! and so is how.
use super::super::screens::visitor::Visitor;
use super::super::support::World;
use super::super::support::house::House;
use super::super::support::linker::{Fields, Linker, but, part};
use super::{asked, code, links_with, redeemed, stated, text};
use dongui::domain::time::SECOND_US;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// How a value is made another.
#[derive(Debug, Clone)]
enum Bend {
    Gone,
    Twice,
    Cut,
    Longer,
    Byte(usize),
    Other(String),
}

fn bends() -> impl Strategy<Value = Bend> {
    prop_oneof![
        Just(Bend::Gone),
        Just(Bend::Twice),
        Just(Bend::Cut),
        Just(Bend::Longer),
        (0usize..4096).prop_map(Bend::Byte),
        "[ -~]{1,60}".prop_map(Bend::Other),
    ]
}

/// The fields with one made another; `None` where that comes out the same.
fn bent(fields: &Fields, which: usize, bend: &Bend) -> Option<Fields> {
    let (name, value) = fields[which % fields.len()].clone();
    let other = match bend {
        Bend::Gone => return Some(fields.iter().filter(|(n, _)| *n != name).cloned().collect()),
        Bend::Twice => return Some(fields.iter().cloned().chain([(name, value)]).collect()),
        Bend::Cut => value[..value.len() - 1].to_owned(),
        Bend::Longer => format!("{value}A"),
        Bend::Byte(at) => {
            let at = at % value.len();
            let letter = if value.as_bytes()[at] == b'Q' { "g" } else { "Q" };
            format!("{}{letter}{}", &value[..at], &value[at + 1..])
        }
        Bend::Other(text) => text.clone(),
    };
    // The last letter of base64url may hold bits that count for nothing.
    let same = other == value || matches!(bend, Bend::Byte(at) if at % value.len() == value.len() - 1);
    (!same).then(|| but(fields, &name, &other))
}

/// What may be another without harm: a state is brought back as it is.
fn is_free(name: &str) -> bool {
    ["state", "days", "authorization_details"].contains(&name)
}

#[test]
fn one_changed_field_refuses_a_token_and_uses_up_neither_code_nor_refresh_token() {
    let w = World::new(House::sqlite());
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    let address = links_with(&linker, &mina);
    let code = part(&address, "code").unwrap();
    let mut runner = TestRunner::new(Config { cases: 150, failure_persistence: None, ..Config::default() });
    runner
        .run(&(0usize..64, bends()), |(which, bend)| {
            let Some(fields) = bent(&linker.redeems(&code), which, &bend) else { return Ok(()) };
            let reply = linker.token(&fields);
            prop_assert!(matches!(reply.status, 400 | 401), "{fields:?}: {}", reply.text());
            Ok(())
        })
        .unwrap();
    let answer = redeemed(&linker, &address);
    let refresh = text(&answer, "refresh_token");
    runner
        .run(&(0usize..64, bends()), |(which, bend)| {
            let Some(fields) = bent(&linker.refreshes(&refresh), which, &bend) else { return Ok(()) };
            let reply = linker.token(&fields);
            prop_assert!(matches!(reply.status, 400 | 401), "{fields:?}: {}", reply.text());
            Ok(())
        })
        .unwrap();
    assert_eq!(linker.token(&linker.refreshes(&refresh)).status, 200, "nothing was used up");
}

#[test]
fn one_changed_field_refuses_a_push() {
    let w = World::new(House::sqlite());
    let linker = Linker::new(&w, "assistant");
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    runner
        .run(&(0usize..64, bends()), |(which, bend)| {
            let fields = linker.wants();
            let name = fields[which % fields.len()].0.clone();
            let Some(bent) = bent(&fields, which, &bend) else { return Ok(()) };
            let reply = linker.pushes(&bent);
            let refused = matches!(reply.status, 400 | 401);
            prop_assert!(refused || (is_free(&name) && reply.status == 201), "{bent:?}: {}", reply.text());
            // A challenge of the right shape is the client's own affair: no code of it can be redeemed.
            Ok(())
        })
        .unwrap_or_else(|e| match e {
            proptest::test_runner::TestError::Fail(why, (which, bend)) => {
                let fields = linker.wants();
                let name = &fields[which % fields.len()].0;
                let shaped = name == "code_challenge" && matches!(bend, Bend::Byte(_));
                assert!(shaped, "{why}: {name} {bend:?}");
            }
            other => panic!("{other}"),
        });
}

#[test]
fn one_changed_field_refuses_a_token_without_a_browser_and_uses_up_nothing() {
    let w = World::new(House::sqlite());
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    let code = code::code_of(&linker, &mina);
    let name = linker.provider.knows(&mina);
    let asked = asked::asks(&linker, &name);
    let mut visitor = Visitor::enters(&w, &mina);
    let path = asked::waits(&mut visitor).unwrap();
    assert_eq!(asked::presses(&mut visitor, &path, "allow").status, 303);
    w.clock.advance(5 * SECOND_US);
    let statement = stated::signed(&linker, &stated::claims(&linker, &name));
    let ways: [(&str, &dyn Fn() -> Fields); 3] = [
        ("a poll", &|| asked::polling(&linker, &asked)),
        ("a code", &|| code::redeems(&linker, &code)),
        ("a statement", &|| stated::showing(&linker, &statement)),
    ];
    let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
    for (way, fields) in ways {
        runner
            .run(&(0usize..64, bends()), |(which, bend)| {
                // Tries at a code count, and one that is a symbol off is a try.
                let well = fields();
                if well[which % well.len()].0 == "link_code" {
                    return Ok(());
                }
                let Some(fields) = bent(&well, which, &bend) else { return Ok(()) };
                let reply = linker.token(&fields);
                prop_assert!(matches!(reply.status, 400 | 401), "{way} {fields:?}: {}", reply.text());
                Ok(())
            })
            .unwrap();
        let reply = linker.token(&fields());
        assert_eq!(reply.status, 200, "{way}: nothing was used up: {}", reply.text());
    }
}
