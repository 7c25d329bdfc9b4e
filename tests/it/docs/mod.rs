//! Documents that run: every line of their shell blocks is executed as it is written, by a reader who has only the document, the binary and a
//! fresh directory; and what they name of the command line exists. A document is the only source: registrations, headers of feeds and programs are
//! taken out of it. Deliberately absent: what the commands do (the stories), prose.
mod named;
mod reader;
mod webhooks;

use super::sources::tree;
use super::support::house::House;
use super::support::site::each_engine;
use reader::Reader;
use std::collections::BTreeSet;

/// What an operator and those it deals with do one after the other, on one installation.
const OPERATION: [&str; 6] = [
    "docs/operators.md",
    "docs/connect/server-to-server.md",
    "docs/connect/link.md",
    "docs/connect/mcp.md",
    "docs/regulator.md",
    "docs/real-data.md",
];
/// What anybody does for himself.
const ALONE: [&str; 3] = ["README.md", "CONTRIBUTING.md", "docs/performance.md"];
/// Lines that no test can run, by their beginning, and why.
const NOT_RUN: [(&str, &str); 7] = [
    ("sudo apt-get install ", "changes the machine"),
    ("cargo run --release -- demo", "builds a release; `demo` runs what comes then"),
    ("cargo build --release ", "builds a release"),
    ("install -m 0755 ", "writes outside the directory"),
    ("tests/run", "runs this"),
    ("export DONGUI_DATABASE=", "names a far server; `tls` reaches one"),
    ("openssl genpkey ", "the key would not be the registered one"),
];

/// A fenced block: its language, its text, the line on which it opens.
struct Block {
    language: String,
    text: String,
    line: usize,
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut out, mut open): (Vec<Block>, bool) = (Vec::new(), false);
    for (n, line) in text.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(language) if !open => {
                out.push(Block { language: language.to_owned(), text: String::new(), line: n + 1 });
                open = true;
            }
            Some(_) => open = false,
            None if open => {
                let block = out.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {}
        }
    }
    out
}

/// The commands of a shell block with their lines; one that goes on behind a backslash is one.
fn commands(block: &Block) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    for (n, line) in block.text.lines().enumerate() {
        match out.last_mut().filter(|(_, before)| before.ends_with('\\')) {
            Some((_, before)) => *before = format!("{before}\n{line}"),
            None => out.push((block.line + n + 1, line.to_owned())),
        }
    }
    out.retain(|(_, command)| !command.trim().is_empty());
    out
}

fn document(path: &str) -> String {
    tree(&[""], &[".md"]).into_iter().find(|d| d.path == path).unwrap_or_else(|| panic!("no {path}")).text
}

/// The blocks of one language in a document.
fn written(path: &str, language: &str) -> Vec<Block> {
    blocks(&document(path)).into_iter().filter(|b| b.language == language).collect()
}

fn is_run(command: &str) -> bool {
    !NOT_RUN.iter().any(|(beginning, _)| command.starts_with(beginning))
}

fn read(reader: &mut Reader, path: &str) {
    for block in written(path, "sh") {
        for (line, command) in commands(&block).into_iter().filter(|(_, c)| is_run(c)) {
            reader.does(&format!("{path}:{line}"), &command);
        }
    }
}

fn operate(house: House) {
    let mut reader = Reader::new(house);
    for path in OPERATION {
        read(&mut reader, path);
        if path.ends_with("server-to-server.md") {
            reader.asks_by_hand(&written(path, "http")[0].text);
            reader.asks_with_node(&written(path, "js")[0].text);
        }
    }
    reader.stops();
}

#[test]
fn what_the_documents_say_to_operate_it_runs_as_it_is_written() {
    each_engine(operate);
}

#[test]
fn what_the_documents_say_to_measure_runs_as_it_is_written() {
    let mut reader = Reader::new(House::sqlite());
    ALONE.iter().for_each(|path| read(&mut reader, path));
}

/// The words of a report; what holds a digit is another on another machine, and where a line ends hangs on it.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().filter(|word| !word.contains(|c: char| c.is_ascii_digit())).collect()
}

#[test]
fn the_demo_reports_what_the_first_document_shows() {
    let shown = &written("README.md", "text")[0].text;
    let told = Reader::new(House::sqlite()).does("README.md", "dongui demo --once");
    assert_eq!(words(&told), words(shown), "paste the report of `dongui demo --once` into README.md");
}

#[test]
fn every_document_with_commands_is_read_and_nothing_is_excused_in_vain() {
    let (mut with, mut unused) = (BTreeSet::new(), NOT_RUN.map(|(beginning, _)| beginning).to_vec());
    for document in tree(&[""], &[".md"]) {
        for block in blocks(&document.text).iter().filter(|b| b.language == "sh") {
            with.insert(document.path.clone());
            for (_, command) in commands(block) {
                unused.retain(|beginning| !command.starts_with(beginning));
            }
        }
    }
    let read: BTreeSet<String> = OPERATION.iter().chain(&ALONE).map(|p| (*p).to_owned()).collect();
    assert_eq!(with, read, "a document with a `sh` block is to be read in tests/it/docs");
    assert_eq!(unused, Vec::<&str>::new(), "what is not run stands in no document any more");
}

#[test]
fn a_block_is_taken_apart_into_its_commands() {
    let blocks = blocks("# A\n```sh\na \\\n  b\n\nc # d\n```\n```json\n{}\n```\n");
    assert_eq!(
        blocks.iter().map(|b| (b.language.as_str(), b.line)).collect::<Vec<_>>(),
        [("sh", 2), ("json", 8)]
    );
    assert_eq!(commands(&blocks[0]), [(3, "a \\\n  b".to_owned()), (6, "c # d".to_owned())]);
    assert!(is_run("dongui demo") && !is_run("tests/run --quick"));
}
