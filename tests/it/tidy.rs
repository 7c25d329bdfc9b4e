//! The rules of the house that no compiler checks, each failing with a sentence that teaches. The tables are in `rooms`; the
//! reader's copy of the arrows in `docs/architecture.md#rings` is compared with it. Deliberately absent: what clippy and rustfmt say.
use crate::rooms::{ASKING, CRATES, DOOR, DRAWERS, LINES, PURE, RESERVED, ROOMS};
use crate::sources::{Named, Text, blanked, paths, tree};
use std::path::Path;

/// The room of a path such as `src/store/tx.rs`.
fn room(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// The line from which on a file holds unit tests only: those at its end, or all of it where its room says so.
fn tests_from(file: &Text) -> usize {
    let (dir, name) = file.path.rsplit_once('/').unwrap_or_default();
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir).join("mod.rs");
    let modules = std::fs::read_to_string(room).unwrap_or_default();
    let stem = name.trim_end_matches(".rs");
    let only_tested = |attribute: &str| modules.contains(&format!("#[cfg(test)]\n{attribute}mod {stem};"));
    if ["", "pub ", "pub(crate) ", "pub(super) "].into_iter().any(only_tested) {
        return 0;
    }
    let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
    let begins = |w: &[&str]| w[0] == "#[cfg(test)]" && w[1].starts_with("mod ") && w[1].ends_with('{');
    lines.windows(2).position(begins).map_or(usize::MAX, |i| i + 1)
}

/// Arrows that the table does not allow.
fn arrows(file: &Text) -> Vec<String> {
    let from = room(&file.path);
    let Some(rules) = ROOMS.iter().find(|r| r.name == from) else {
        return vec![format!(
            "{} is in no room of the house: put it into one, or add its row to the tables in tests/it/rooms.rs and docs/architecture.md#rings",
            file.path
        )];
    };
    // In the root of a room `super` is the root of the package, outside of its inner modules.
    let at_root = file.path.ends_with("/mod.rs") || file.path.matches('/').count() == 1;
    let tests = tests_from(file);
    let mut out = Vec::new();
    for Named { line, segments } in paths(&file.text) {
        let place = format!("{}:{line}", file.path);
        let root = segments.first().map_or("", String::as_str);
        let second = segments.get(1).map_or("", String::as_str);
        // In unit tests it is the room, as `super` is elsewhere in the file.
        if root == "super" && second == "super" && line < tests {
            out.push(format!("{place} climbs with `super::super`: write the path from `crate::`, so that the room stays movable"));
        }
        if root == "crate" && second.is_empty() {
            out.push(format!("{place} renames `crate`: write paths out, so that every arrow can be seen"));
        }
        let ours = root == "crate"
            || root == "dongui"
            || (root == "super" && at_root && ROOMS.iter().any(|r| r.name == second));
        if !ours
            || second == from
            || rules.may.contains(&"*")
            || ROOMS.iter().all(|r| r.name != second && second != "*")
        {
            continue;
        }
        let wanted = segments[1..].join("::");
        let allowed = |may: &&&str| {
            wanted == **may || wanted.strip_prefix(**may).is_some_and(|rest| rest.starts_with("::"))
        };
        // Unit tests need real keys, hence randomness, and real proofs, hence all of a room that else gives a part.
        let part = |may: &&str| may.starts_with(&format!("{second}::"));
        let in_tests = line >= tests && (second == "ambient" || rules.may.iter().any(part));
        if !in_tests && rules.may.iter().find(allowed).is_none() {
            let because = if rules.because == DOOR && second == "store" {
                "a door never opens a transaction; call a verb in `crate::broker`"
            } else {
                rules.because
            };
            let parts: Vec<String> = rules
                .may
                .iter()
                .filter(|m| m.starts_with(&format!("{second}::")))
                .map(|m| format!("`crate::{m}`"))
                .collect();
            let only = if parts.is_empty() {
                String::new()
            } else {
                format!(" of that room it may take {} only;", parts.join(" and "))
            };
            out.push(format!(
                "{place} imports `crate::{wanted}`:{only} {because} (docs/architecture.md#rings)"
            ));
        }
    }
    out
}

/// Third-party crates outside their room.
fn crates(file: &Text) -> Vec<String> {
    let (from, tests) = (room(&file.path), tests_from(file));
    let named = paths(&file.text).into_iter().filter(|p| p.line < tests);
    named
        .filter_map(|Named { line, segments }| {
            let (_, rooms) = CRATES.iter().find(|(names, _)| names.contains(&segments[0].as_str()))?;
            let place = format!("{}:{line}", file.path);
            (!rooms.contains(&from)).then(|| {
                format!(
                    "{place} names `{}`, which lives in `src/{}` only: ask that room for what you need, in our own nouns (docs/architecture.md#rings)",
                    segments[0],
                    rooms.join("` and `src/")
                )
            })
        })
        .collect()
}

/// Clock and randomness asked for outside `src/ambient.rs`.
fn asking(file: &Text) -> Vec<String> {
    let pure = PURE.contains(&room(&file.path));
    let tests = tests_from(file);
    let mut out = Vec::new();
    for (n, line) in blanked(&file.text).lines().enumerate().take_while(|(n, _)| n + 1 < tests) {
        let asked = ASKING.iter().copied().chain(pure.then_some("Instant::now")).find(|a| line.contains(a));
        if let Some(asked) = asked.filter(|_| file.path != "src/ambient.rs") {
            out.push(format!(
                "{}:{} asks the machine with `{asked}`: take the time (`At`) or the randomness (`&dyn Rng`) as an argument; only `src/ambient.rs` asks",
                file.path,
                n + 1
            ));
        }
    }
    out
}

/// Names that belong to one folder, anywhere else, unit tests and comments included.
fn reserved(file: &Text) -> Vec<String> {
    let strays = RESERVED.iter().filter(|(name, places, _)| {
        file.text.contains(name) && !places.iter().any(|place| file.path.starts_with(place))
    });
    strays.map(|(name, _, because)| format!("{} names `{name}`: {because}", file.path)).collect()
}

/// Size, name, header and module style of a Rust file; `others` are the paths of all of them.
fn shape(file: &Text, others: &[&str]) -> Vec<String> {
    let mut out = Vec::new();
    let (path, lines) = (&file.path, file.text.lines().count());
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.trim_end_matches(".rs");
    if lines > LINES {
        out.push(format!("{path} has {lines} lines: above {LINES} a file tells more than one story; split it along its nouns"));
    }
    if let Some(drawer) = DRAWERS.iter().find(|d| stem.split('_').any(|word| word == **d)) {
        out.push(format!(
            "{path} is named `{drawer}`: a drawer for anything; name it after the thing it is about"
        ));
    }
    if !file.text.starts_with("//! ") {
        out.push(format!("{path} does not open with `//!`: say on its first line what it is, then what is deliberately absent"));
    }
    if stem != "mod" && others.contains(&format!("{dir}/{stem}/mod.rs").as_str()) {
        out.push(format!(
            "{path} stands beside `{stem}/mod.rs`: one of the two must go; a room opens in its `mod.rs`"
        ));
    }
    let parent_is_folder = dir.matches('/').count() >= 1 && dir.starts_with("src/");
    if parent_is_folder && !others.contains(&format!("{dir}/mod.rs").as_str()) {
        out.push(format!("{path} lies in a folder without `mod.rs`: a folder of modules opens in its `mod.rs`, not in a file beside it"));
    }
    out
}

/// Paths of one particular machine.
fn machine_paths(file: &Text) -> Vec<String> {
    let mut out = Vec::new();
    for (n, line) in file.text.lines().enumerate() {
        for root in ["/tmp/", "/home/", "/work/", "/root/", "/Users/"] {
            let starts = |at: usize| {
                line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !"./_-}*~".contains(c))
            };
            if line.match_indices(root).any(|(at, _)| starts(at)) {
                out.push(format!("{}:{} names a path below `{root}`: that is one machine's; write it relative, or take it as an argument", file.path, n + 1));
            }
        }
    }
    out
}

/// The rows `| room | may import | …` of the table in `docs/architecture.md`.
fn documented(text: &str) -> Vec<(String, Vec<String>)> {
    let section =
        text.split("\n## Rings").nth(1).unwrap_or_default().split("\n## ").next().unwrap_or_default();
    let cell = |c: &str| c.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let rows = section.lines().filter(|l| l.starts_with("| `"));
    rows.filter_map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        Some((cell(cells.get(1)?).pop()?, cell(cells.get(2)?)))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(complaints: Vec<String>) {
        assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
    }

    fn file(path: &str, text: &str) -> Text {
        Text { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn every_arrow_in_the_source_is_in_the_table() {
        none(tree(&["src"], &[".rs"]).iter().flat_map(arrows).collect());
    }

    #[test]
    fn every_crate_of_weight_is_named_in_its_room_only() {
        none(tree(&["src"], &[".rs"]).iter().flat_map(crates).collect());
    }

    #[test]
    fn only_ambient_asks_the_machine() {
        none(tree(&["src"], &[".rs"]).iter().flat_map(asking).collect());
    }

    #[test]
    fn nobody_but_the_attacks_turns_the_guard_off() {
        none(tree(&["src"], &[".rs"]).iter().flat_map(reserved).collect());
        let off = "fn f() -> Guard { Guard::off_for_made_up_people() }";
        for path in
            ["src/cli/serve.rs", "src/cli/installation.rs", "src/cli/demo/stage.rs", "src/broker/mod.rs"]
        {
            assert_eq!(reserved(&file(path, off)).len(), 1, "{path}");
        }
        none(reserved(&file("src/cli/privacy/house.rs", off)));
    }

    #[test]
    fn every_rust_file_has_the_shape_of_the_house() {
        let files = tree(&["src", "tests"], &[".rs"]);
        let names: Vec<&str> = files.iter().map(|f| f.path.as_str()).collect();
        none(files.iter().flat_map(|f| shape(f, &names)).collect());
    }

    #[test]
    fn no_file_names_a_path_of_one_machine() {
        let endings = [
            ".rs",
            ".md",
            ".toml",
            ".sql",
            ".cedar",
            ".cedarschema",
            ".html",
            ".css",
            ".json",
            ".py",
            ".svg",
            ".ftl",
        ];
        let ours = |f: &&Text| !f.path.starts_with("tests/") && !f.path.starts_with(".ci/");
        none(tree(&[""], &endings).iter().filter(ours).flat_map(machine_paths).collect());
    }

    #[test]
    fn the_table_in_the_architecture_is_the_table_that_is_checked() {
        let text = tree(&["docs"], &["architecture.md"]).pop().unwrap().text;
        let checked: Vec<_> = ROOMS
            .iter()
            .map(|r| (r.name.to_owned(), r.may.iter().map(|m| (*m).to_owned()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(documented(&text), checked, "docs/architecture.md#rings and tests/it/rooms.rs disagree");
    }

    #[test]
    fn a_door_that_opens_a_transaction_is_told_what_to_do_instead() {
        let found = arrows(&file(
            "src/web/consents.rs",
            "//! Consents.\nuse crate::{\n    domain::id::ConsentId,\n    store::Store,\n};\n",
        ));
        assert_eq!(
            found,
            [
                "src/web/consents.rs:4 imports `crate::store::Store`: a door never opens a transaction; call a verb in `crate::broker` (docs/architecture.md#rings)"
            ]
        );
    }

    #[test]
    fn every_way_round_the_arrows_is_found() {
        for (path, text) in [
            ("src/policy/decide.rs", "use crate::crypt::keyring::Keyring;"),
            ("src/policy/decide.rs", "use crate::crypt::{hash, keyring};"),
            ("src/policy/decide.rs", "fn f(s: &crate::store::Store) {}"),
            ("src/minimise/apply.rs", "use crate::policy::Engine;"),
            ("src/minimise/apply.rs", "use crate::policy::*;"),
            ("src/domain/id.rs", "use crate::*;"),
            ("src/domain/mod.rs", "use super::store::Tx;"),
            ("src/ledger/tree.rs", "use super::super::store::Tx;"),
            ("src/ambient.rs", "use super::broker::Broker;"),
            ("src/main.rs", "dongui::broker::run();"),
            ("src/broker/grant.rs", "use crate::web;"),
            ("src/broker/grant.rs", "use crate as c;"),
            ("src/broker/grant.rs", "use super::super::web;"),
            ("src/attic/old.rs", ""),
            ("src/web/mod.rs", "#[cfg(test)]\nmod tests {\n    use crate::store::Store;\n}"),
        ] {
            assert_eq!(arrows(&file(path, text)).len(), 1, "{path}: {text}");
        }
        for (path, text) in [
            ("src/policy/decide.rs", "use crate::crypt::hash::Digest; use super::entities; // crate::store"),
            ("src/minimise/apply.rs", "use crate::policy::Permit; use crate::minimise::crowd;"),
            ("src/cli/serve.rs", "use crate::store::Store; use crate::web::routes;"),
            ("src/cli/serve.rs", "use super::policy;"),
            ("src/policy/laws.rs", "use crate::ambient::SystemRng;"),
            ("src/minimise/apply.rs", "#[cfg(test)]\nmod tests {\n    use crate::policy::Engine;\n}"),
            (
                "src/crypt/keyring.rs",
                "fn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::ambient::SystemRng;\n}",
            ),
        ] {
            none(arrows(&file(path, text)));
        }
    }

    #[test]
    fn a_crate_outside_its_room_is_found() {
        for text in [
            "use diesel::prelude::*;",
            "fn f(c: ::diesel::PgConnection) {}",
            "#[derive(diesel::Queryable)] struct A;",
            "use ring;",
        ] {
            assert_eq!(crates(&file("src/broker/grant.rs", text)).len(), 1, "{text}");
        }
        none(crates(&file("src/store/tx.rs", "use diesel::prelude::*;")));
        none(crates(&file("src/broker/grant.rs", "/// As diesel::insert does.\nfn ring(csv: u8) {}")));
    }

    #[test]
    fn asking_the_machine_is_found() {
        assert_eq!(asking(&file("src/broker/grant.rs", "let now = std::time::SystemTime::now();")).len(), 1);
        assert_eq!(asking(&file("src/ledger/tree.rs", "let t = Instant::now();")).len(), 1);
        none(asking(&file("src/cli/bench.rs", "let t = Instant::now(); // not SystemTime::now")));
    }

    #[test]
    fn a_file_out_of_shape_is_found() {
        let all = ["src/store/tx.rs", "src/store/mod.rs", "src/store/tx/mod.rs"];
        let long = format!("//! Long.\n{}", "\n".repeat(LINES));
        for (path, text) in [
            ("src/store/rows.rs", long.as_str()),
            ("src/store/string_utils.rs", "//! Strings."),
            ("src/store/rows.rs", "use std::fmt;"),
            ("src/store/tx.rs", "//! Transactions."),
            ("src/lost/rows.rs", "//! Rows."),
        ] {
            assert_eq!(shape(&file(path, text), &all).len(), 1, "{path}");
        }
        none(shape(&file("src/store/rows.rs", "//! Rows."), &all));
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        for text in ["see `/tmp/x`", "/home/mina/keys", "\"/root/.config\""] {
            assert_eq!(machine_paths(&file("docs/a.md", text)).len(), 1, "{text}");
        }
        none(machine_paths(&file(
            "docs/a.md",
            "https://example.org/home/index.html ~/work/x a/tmp/b {dir}/tmp/",
        )));
    }
}
