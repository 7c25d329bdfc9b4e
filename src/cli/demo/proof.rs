//! What a regulator takes home: the bundle over HTTP verifies offline, and a changed one does not.
use super::story::{Story, count};
use crate::broker::authenticate::Caller;
use crate::cli::Trouble;
use crate::domain::time::{DAY_US, HOUR_US};
use crate::ledger::note::Verifier;
use crate::ledger::verify;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

/// A bundle in memory.
type Files = BTreeMap<String, Vec<u8>>;

impl Story<'_> {
    /// Takes the bundle of everything that happened, verifies it, changes one byte of it in turn and verifies again.
    pub fn audited(&mut self) -> Result<(), Trouble> {
        let bar = self.progress.stage("the regulator takes an export", 0);
        let asked = self.asked();
        let now = self.stage.now()?;
        let (from, to) = (now.plus(-2 * DAY_US).unix_s(), now.plus(HOUR_US).unix_s());
        let mut files = unpack(&self.fetched(from, to)?)?;
        // The key comes from the operator's own publication, not out of the bundle.
        let verifier = self.stage.broker.log_verifier()?;
        let report = verify::check(&files, &verifier);
        let records = records(&files);
        let requests = records.iter().filter(|r| r["record"]["event"]["kind"] == "request").count() as u64;
        let (leaves, opened) = report.as_ref().map_or((0, 0), |r| (r.leaves, r.opened));
        let says = format!(
            "the regulator's export verifies offline with the log's public key: {} entries, every record opened; all {} \
             questions of this run are in it, also the refused ones",
            count(leaves),
            count(asked)
        );
        self.report.step("bundle_verifies", report.is_ok() && opened == leaves && requests == asked, says);
        self.withheld_for(&records);
        let (broken, tried) = tampered(&mut files, &verifier);
        drop(bar);
        let says =
            format!("one changed byte is found: {broken} of {tried} changed files are rejected by name");
        self.report.step("tampering_found", broken == tried && tried > 5, says);
        Ok(())
    }

    /// The regulator asks, two people of the operator stand for it, and it is fetched once it is made.
    fn fetched(&mut self, from: i64, to: i64) -> Result<Vec<u8>, Trouble> {
        let body = json!({ "from": from.to_string(), "to": to.to_string(), "ground": "a look at the demo" });
        let asked = self.regulator.post("/v1/audit/exports", &body)?.success()?;
        let id = asked["id"].as_str().unwrap_or_default().to_owned();
        let path = format!("/v1/audit/exports/{id}/bundle");
        let early = self.regulator.send("GET", &path, "", b"")?.status;
        self.stage.broker.approve_export(&Caller::console(), &id)?;
        self.operator.post("/v1/audit/exports/approvals", &json!({ "id": id }))?.success()?;
        self.report.step(
            "export_approved",
            early == 409,
            "no export leaves before two people of the operator stand for it",
        );
        loop {
            let reply = self.regulator.send("GET", &path, "", b"")?;
            match reply.status {
                200 => return Ok(reply.body),
                202 => std::thread::sleep(Duration::from_millis(100)),
                _ => drop(reply.success()?),
            }
        }
    }

    /// Why what was asked was withheld, from the records that only the regulator and the subscriber can read.
    fn withheld_for(&mut self, records: &[Value]) {
        let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
        let mut told = 0u64;
        for record in records {
            for outcome in record["record"]["event"]["outcomes"].as_array().into_iter().flatten() {
                match outcome["reason"].as_str() {
                    Some(reason) => *reasons.entry(reason.to_owned()).or_default() += 1,
                    None => told += 1,
                }
            }
        }
        let words: Vec<String> = reasons.iter().map(|(r, n)| format!("{r} {}", count(*n))).collect();
        let means = format!("answers: {} facts told; withheld: {}", count(told), words.join(", "));
        self.report.figure("outcomes", json!({ "told": told, "withheld": reasons }), means);
    }
}

fn unpack(archive: &[u8]) -> Result<Files, Trouble> {
    let mut files = Files::new();
    for entry in tar::Archive::new(archive).entries().map_err(Trouble::of)? {
        let mut entry = entry.map_err(Trouble::of)?;
        let path = entry.path().map_err(Trouble::of)?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(Trouble::of)?;
        files.insert(name, bytes);
    }
    Ok(files)
}

fn records(files: &Files) -> Vec<Value> {
    let text = files.get("records.jsonl").map(|b| String::from_utf8_lossy(b)).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Flips a bit in the middle of each file in turn. Returns how many of the changes were found, and in the right file or its
/// signature, and how many there were.
fn tampered(files: &mut Files, verifier: &Verifier) -> (usize, usize) {
    let names: Vec<String> = files.iter().filter(|(_, b)| !b.is_empty()).map(|(n, _)| n.clone()).collect();
    let mut found = 0;
    for name in &names {
        let flip = |files: &mut Files| {
            if let Some(bytes) = files.get_mut(name)
                && let middle = bytes.len() / 2
                && let Some(byte) = bytes.get_mut(middle)
            {
                *byte ^= 1;
            }
        };
        flip(files);
        let at_fault = |file: &str| file == *name || (name == "manifest.json" && file == "manifest.sig");
        found += usize::from(verify::check(files, verifier).is_err_and(|broken| at_fault(&broken.file)));
        flip(files);
    }
    (found, names.len())
}
