//! `dongui audit`.
use super::demo::progress::Progress;
use super::wording::By;
use super::{Answer, Installation, Trouble, audit_export};
use crate::broker::receipt::{ConsentReceipt, Proved};
use crate::crypt::{document, hex};
use crate::domain::time::At;
use crate::ledger::bundle;
use crate::ledger::note::Verifier;
use crate::ledger::quorum;
use crate::ledger::receipt::Receipt;
use crate::ledger::tally::Followed;
use crate::ledger::tree::leaf_hash;
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to do with the log.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a bundle of everything recorded in a period into a new directory, or of what is about one subscriber or with one recipient, with the
    /// reports drawn from it. Taking it is recorded.
    Export(super::audit_export::Arguments),
    /// Stand for an export that a regulator asked for; with the second who does, it may be fetched.
    Approve {
        /// Its id.
        id: String,
        #[command(flatten)]
        by: By,
    },
    /// Show the exports that regulators asked for, and who stands for them.
    Asked,
    /// Draw the reports of a bundle anew from its records into a new directory. Needs nothing but the bundle, which is verified first.
    Report {
        /// The bundle.
        dir: PathBuf,
        /// A directory that is new or empty.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// The log's public key as published by the operator; the bundle's own if absent.
        #[arg(long, value_name = "VKEY")]
        key: Option<String>,
    },
    /// Verify a bundle offline; needs nothing but the bundle and the log's public key, or a policy of the keys that are trusted.
    Verify {
        /// The bundle.
        dir: PathBuf,
        /// The log's public key as published by the operator (`dongui keys show`); the bundle's own if absent, which
        /// proves that nothing was changed since, not whose bundle it is.
        #[arg(long, value_name = "VKEY")]
        key: Option<String>,
        /// A C2SP policy file: its logs may have signed the bundle, and its quorum of witnesses must have cosigned the checkpoint.
        #[arg(long, value_name = "FILE", conflicts_with = "key")]
        policy: Option<PathBuf>,
    },
    /// Draw entries of a bundle by lot: the same seed draws the same ones, wherever it is drawn. The bundle is verified first.
    Sample(super::audit_sample::Arguments),
    /// Recompute the ledger from what is stored, entries, records, counters, tiles and checkpoint, and name whatever is not what comes
    /// out. Writes nothing; a server may run meanwhile. Exit code 1 if anything is named.
    Fsck,
    /// Verify the receipt of a consent offline, as `dongui consent receipt` wrote it.
    Receipt {
        /// The receipt.
        file: PathBuf,
        /// The log's public key as published by the operator (`dongui keys show`).
        #[arg(long, value_name = "VKEY")]
        key: String,
    },
}

/// Inspects the ledger.
fn fsck(installation: &Installation, quiet: bool) -> Result<Answer, Trouble> {
    let broker = installation.broker()?;
    let stage = Progress::new(quiet).stage("entries", 1);
    let inspected = broker.inspect(&mut |done, of| {
        stage.bar().set_length(of);
        stage.bar().set_position(done);
    })?;
    drop(stage);
    let mut text = format!(
        "{} entries, {} waiting for a number, {} records opened, {} erased, {} files of the log",
        inspected.entries, inspected.waiting, inspected.records, inspected.erased, inspected.files
    );
    let wrong: Vec<_> = inspected.wrong.iter().map(|w| json!({ "place": w.place, "what": w.what })).collect();
    for wrong in &inspected.wrong {
        text.push_str(&format!("\n`{}` {}", wrong.place, wrong.what));
    }
    match (inspected.is_sound(), inspected.more) {
        (true, _) => text.push_str("\neverything is as it was recorded"),
        (false, 0) => {}
        (false, more) => text.push_str(&format!("\nand {more} more")),
    }
    let json = json!({ "sound": inspected.is_sound(), "entries": inspected.entries, "waiting": inspected.waiting,
        "records": inspected.records, "erased": inspected.erased, "files": inspected.files,
        "wrong": wrong, "more": inspected.more });
    Ok(Answer { text, json, holds: inspected.is_sound() })
}

/// Verifies the receipt of a consent offline: its signature, and that each act it names is in the log.
fn receipt(file: &Path, key: &str) -> Result<Answer, Trouble> {
    let text = std::fs::read_to_string(file).map_err(|e| Trouble::file(file, &e))?;
    let given: ConsentReceipt = serde_json::from_str(&text)
        .map_err(|e| Trouble(format!("{}: no receipt of a consent ({e})", file.display())))?;
    let verifier = Verifier::parse(key.trim()).map_err(|e| Trouble(format!("`--key`: {e}")))?;
    match verified(&given, &verifier) {
        Ok(()) => {
            let named = given.document["dct:identifier"].as_str().unwrap_or_default().to_owned();
            let text = format!("the receipt {named} verifies; acts in the log: {}", given.proofs.len());
            Ok(Answer::new(text, json!({ "verifies": true, "receipt": named, "proven": given.proofs.len() })))
        }
        Err(what) => Ok(Answer {
            text: format!("the receipt does not verify: {what}"),
            json: json!({ "verifies": false, "what": what }),
            holds: false,
        }),
    }
}

fn verified(given: &ConsentReceipt, verifier: &Verifier) -> Result<(), String> {
    let signed =
        document::verify(document::RECEIPT, &given.receipt, verifier.public()).map_err(|e| e.to_string())?;
    if signed != given.document {
        return Err("the document beside the signature is another one".to_owned());
    }
    if let Some(shown) = &given.presentation {
        let shown = document::verify(document::PRESENTATION, shown, verifier.public());
        let shown = shown.map_err(|e| format!("what was shown: {e}"))?;
        let notice = &signed["dpv:hasRecordOfActivity"]["dpv:hasNotice"];
        let questions = shown["questions"].as_array().cloned().unwrap_or_default();
        let asked = questions.iter().any(|q| q["notice"] == notice["dongui:sha256"]);
        if shown["id"] != notice["dongui:presentation"] || !asked {
            return Err("what was shown is not what the receipt names".to_owned());
        }
    }
    let named =
        signed["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"].as_array().cloned().unwrap_or_default();
    for Proved { entry, leaf, proof } in &given.proofs {
        let entry = entry.to_string();
        let hash = hex::encode(&leaf_hash(leaf.as_bytes()));
        if !named.iter().any(|s| s["dongui:entry"] == entry && s["dongui:leaf"] == hash) {
            return Err(format!("the receipt names no such entry as {entry}"));
        }
        let proof = Receipt::parse(proof).map_err(|e| format!("{entry}: {e}"))?;
        proof.verify(leaf.as_bytes(), verifier).map_err(|e| format!("{entry}: {e}"))?;
    }
    Ok(())
}

pub(super) fn instant(text: &str) -> Result<At, String> {
    At::parse(text).ok_or_else(|| "RFC 3339, such as 2026-11-01T00:00:00Z, or Unix seconds".to_owned())
}

pub fn run(installation: &Installation, command: Command, json: bool) -> Result<Answer, Trouble> {
    match command {
        Command::Export(arguments) => audit_export::export(installation, arguments, json),
        Command::Approve { id, by } => audit_export::approve(installation, &id, &by),
        Command::Asked => audit_export::asked(installation),
        Command::Report { dir, out, key } => audit_export::report(&dir, &out, key.as_deref()),
        Command::Sample(arguments) => super::audit_sample::sample(&arguments),
        Command::Fsck => fsck(installation, json),
        Command::Receipt { file, key } => receipt(&file, &key),
        Command::Verify { dir, key, policy } => verify(&dir, key, policy.as_deref()),
    }
}

/// Verifies a bundle, and draws its reports anew.
fn verify(dir: &Path, key: Option<String>, policy: Option<&Path>) -> Result<Answer, Trouble> {
    let (by, verified) = match (policy, key) {
        (Some(policy), _) => ("policy", quorum::verify(dir, &super::witness::read_policy(policy)?)),
        (None, Some(key)) => ("key", bundle::verify(dir, &key)),
        (None, None) => ("own key", bundle::verify(dir, &own_key(dir)?)),
    };
    let verified = verified.map_err(|broken| broken.to_string());
    let verified = verified.and_then(|report| Ok((report, audit_export::redraw(dir)?)));
    match verified {
        Ok((report, reports)) => {
            let whose = match by {
                "own key" => " (by the key inside the bundle; compare it with the operator's)",
                "policy" => " (by the policy, with its quorum of witnesses)",
                _ => "",
            };
            let withheld = match report.withheld {
                0 => String::new(),
                n => format!(", {n} about others"),
            };
            let text = format!(
                "the bundle verifies{whose}: {} leaves from number {} on, of a log of {}; {} opened, {} erased{withheld}{}{}",
                report.leaves,
                report.first,
                report.size,
                report.opened,
                report.erased,
                followed(&report.followed),
                if reports.is_empty() { "" } else { "; its reports say what its records say" }
            );
            let json = json!({ "verifies": true, "own_key": by == "own key", "witnessed": by == "policy", "leaves": report.leaves,
                "first": report.first, "size": report.size, "opened": report.opened, "erased": report.erased,
                "withheld": report.withheld, "missing": report.followed.missing, "unproven": report.followed.unproven,
                "reports": reports.len() });
            Ok(Answer::new(text, json))
        }
        Err(broken) => Ok(Answer {
            text: format!("the bundle does not verify: {broken}"),
            json: json!({ "verifies": false, "what": broken }),
            holds: false,
        }),
    }
}

/// The key inside a bundle.
pub(super) fn own_key(dir: &Path) -> Result<String, Trouble> {
    let path = dir.join("vkey");
    std::fs::read_to_string(&path).map_err(|e| Trouble::file(&path, &e))
}

/// What the chains of subscribers and recipients say.
fn followed(followed: &Followed) -> String {
    let missing = match followed.missing {
        0 => "no entry about anybody is missing".to_owned(),
        n => format!("{n} entries about subscribers are counted and erased"),
    };
    match followed.unproven {
        0 => format!("; {missing}"),
        n => format!("; {missing}, the ordinals of {n} are committed to beyond this period"),
    }
}
