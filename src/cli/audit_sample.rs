//! `dongui audit sample`: entries of a bundle, drawn by lot as the console draws them. Deliberately absent: chance (`ledger::lot`).
use super::audit::own_key;
use super::{Answer, Trouble};
use crate::domain::entry::{Kind, Leaf};
use crate::ledger::bundle;
use crate::ledger::lot::{LONGEST, Lot, MOST};
use crate::ledger::manifest::Manifest;
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// What to draw.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The bundle.
    dir: PathBuf,
    /// What is drawn by: chosen by whoever looks, after the log was published.
    #[arg(long)]
    seed: String,
    /// How many entries, 1000 at most.
    #[arg(long, default_value_t = 50)]
    size: usize,
    /// Of this kind alone, such as `request`.
    #[arg(long, value_parser = kind)]
    kind: Option<Kind>,
    /// The log's public key as published by the operator; the bundle's own if absent.
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::parse(text).ok_or_else(|| format!("one of {}", Kind::ALL.map(Kind::as_str).join(", ")))
}

/// A line of a file, with its index.
type Numbered = (u64, String);

pub(super) fn sample(a: &Arguments) -> Result<Answer, Trouble> {
    if a.seed.is_empty() || a.seed.chars().count() > LONGEST || a.size == 0 || a.size > MOST {
        return Err(Trouble(format!("`--seed`: 1 to {LONGEST} characters; `--size`: 1 to {MOST}")));
    }
    let key = a.key.as_ref().map_or_else(|| own_key(&a.dir), |key| Ok(key.clone()))?;
    bundle::verify(&a.dir, &key)
        .map_err(|broken| Trouble(format!("the bundle does not verify: {broken}")))?;
    let path = a.dir.join("manifest.json");
    let bytes = std::fs::read(&path).map_err(|e| Trouble::file(&path, &e))?;
    let first = Manifest::parse(&bytes).map_err(|what| Trouble(format!("`manifest.json` {what}")))?.first;
    let mut lot = Lot::new(&a.seed, a.size);
    for line in lines(&a.dir, "leaves.jsonl", first)? {
        let (index, text) = line?;
        let leaf: Leaf = serde_json::from_str(&text).map_err(Trouble::of)?;
        if a.kind.is_none_or(|kind| leaf.kind == kind) {
            lot.offer(index);
        }
    }
    let taken: BTreeSet<u64> = lot.taken().into_iter().collect();
    let mut drawn = Vec::new();
    let both = lines(&a.dir, "leaves.jsonl", first)?.zip(lines(&a.dir, "records.jsonl", first)?);
    for (leaf, record) in both {
        let ((index, leaf), (_, record)) = (leaf?, record?);
        if taken.contains(&index) {
            let read = |text: &str| serde_json::from_str::<Value>(text).map_err(Trouble::of);
            drawn.push(json!({ "index": index, "leaf": read(&leaf)?, "record": read(&record)?["record"] }));
        }
    }
    let text: Vec<String> = drawn.iter().map(told).collect();
    Ok(Answer::new(
        text.join("\n"),
        json!({ "seed": a.seed, "size": a.size, "kind": a.kind, "entries": drawn }),
    ))
}

fn lines(
    dir: &Path,
    name: &str,
    first: u64,
) -> Result<impl Iterator<Item = Result<Numbered, Trouble>> + use<>, Trouble> {
    let path = dir.join(name);
    let file = File::open(&path).map_err(|e| Trouble::file(&path, &e))?;
    let read = move |(line, index): (std::io::Result<String>, u64)| {
        line.map(|text| (index, text)).map_err(|e| Trouble::file(&path, &e))
    };
    Ok(BufReader::new(file).lines().zip(first..).map(read))
}

fn told(entry: &Value) -> String {
    let record = match &entry["record"] {
        Value::Null => "not there".to_owned(),
        record => record.to_string(),
    };
    format!("{}  {}  {record}", entry["index"], entry["leaf"]["kind"].as_str().unwrap_or_default())
}
