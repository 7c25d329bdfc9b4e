//! Sub-commands and options that documents name in running text exist. Deliberately absent: options of other programs.
use crate::sources::tree;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What the help of one command tells.
#[derive(Default)]
struct Help {
    commands: Vec<String>,
    options: BTreeSet<String>,
}

/// Words that begin with two dashes.
fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter(|w| w.len() > 2 && w.starts_with("--")).map(str::to_owned).collect()
}

/// The help of every command by its path, such as `feed load`; the whole program is the empty path.
fn helps() -> BTreeMap<String, Help> {
    let (mut out, mut open) = (BTreeMap::new(), vec![String::new()]);
    while let Some(path) = open.pop() {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dongui"));
        let output = command.args(path.split_whitespace()).arg("--help").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let section =
            text.split("Commands:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap_or_default();
        let name = |line: &str| line.split_whitespace().next().map(str::to_owned);
        let named = section.lines().filter(|l| l.starts_with("  ") && !l.starts_with("   ")).filter_map(name);
        let commands: Vec<String> = named.filter(|c| c != "help").collect();
        open.extend(commands.iter().map(|c| format!("{path} {c}").trim().to_owned()));
        out.insert(path, Help { commands, options: options(&text) });
    }
    out
}

/// Inline code of a Markdown text with its lines.
fn spans(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let prose = text.lines().enumerate().filter(|(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fence && !fenced
    });
    prose.flat_map(|(n, line)| line.split('`').skip(1).step_by(2).map(move |s| (n + 1, s))).collect()
}

/// What a span names that is not there.
fn lacking(span: &str, helps: &BTreeMap<String, Help>) -> Option<String> {
    let mut words: Vec<&str> = span.split_whitespace().collect();
    let (top, first) = (&helps[""], *words.first()?);
    if first.starts_with("--") {
        let unknown = options(first).into_iter().find(|o| helps.values().all(|h| !h.options.contains(o)));
        return unknown.map(|o| format!("no command has `{o}`"));
    }
    if first == "dongui" {
        words.remove(0);
    } else if words.len() < 2 || !top.commands.iter().any(|c| c == first) {
        return None;
    }
    let mut path = String::new();
    for word in words.iter().take_while(|w| !w.starts_with('-')) {
        let commands = &helps[&path].commands;
        if commands.is_empty() {
            break;
        }
        if !commands.iter().any(|c| c == word) {
            return Some(format!("`dongui {path}` has no `{word}`"));
        }
        path = format!("{path} {word}").trim().to_owned();
    }
    let known = &helps[&path].options;
    let unknown = options(span).into_iter().find(|o| !known.contains(o));
    unknown.map(|o| format!("`dongui {path}` has no `{o}`"))
}

#[test]
fn every_command_and_option_that_a_document_names_exists() {
    let helps = helps();
    assert!(helps.len() > 25 && helps["feed load"].options.contains("--own-time"), "the help is not read");
    let mut found = Vec::new();
    for document in tree(&[""], &[".md"]) {
        for (line, span) in spans(&document.text) {
            found.extend(
                lacking(span, &helps).map(|what| format!("{}:{line} `{span}`: {what}", document.path)),
            );
        }
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_command_or_option_that_is_not_there_is_found() {
    let helps = helps();
    for good in
        ["dongui", "dongui feed load --own-time x.csv", "demo --once", "--json", "feed", "tests/run --quick"]
    {
        assert_eq!(lacking(good, &helps), None, "{good}");
    }
    for bad in
        ["dongui feeds", "dongui feed unload", "feed load --kinds", "--jason", "dongui serve --residents 3"]
    {
        assert!(lacking(bad, &helps).is_some(), "{bad}");
    }
}
