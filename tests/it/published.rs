//! The published log as others read it: Go's own packages for checksum databases, which know nothing of this house, take every file by HTTP and
//! come to the same tree. Deliberately absent: bundles (`audit`).
use super::support::watcher::{Watcher, outside, policy};
use super::support::world::Opening;
use super::support::{ASSISTANT, MUNICH, R6, World, ZONE};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dongui::crypt::hash::Digest;
use dongui::domain::id::EntryId;
use dongui::ledger::proof::{consistency, inclusion};
use dongui::ledger::tile::Tiles;
use dongui::ledger::tree::leaf_hash;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The reader in Go, built once: with Debian's packages, without a network.
fn reader() -> &'static Path {
    static READER: OnceLock<PathBuf> = OnceLock::new();
    READER.get_or_init(|| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let program = dir.join(format!("log-{}", std::process::id()));
        let built = Command::new("go")
            .args(["build", "-o"])
            .arg(&program)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go/main.go"))
            .env("GO111MODULE", "off")
            .env("GOPATH", "/usr/share/gocode")
            .env("GOCACHE", dir.join("gocache"))
            .env("GOFLAGS", "")
            .output()
            .expect("Go is installed (golang-go and golang-golang-x-mod-dev, as tests/run does)");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        program
    })
}

fn reads(url: &str, vkey: &str, more: &[&str]) -> Result<Value, String> {
    let out = Command::new(reader()).arg(url).arg(vkey).args(more).output().unwrap();
    if out.status.success() {
        return Ok(serde_json::from_slice(&out.stdout).unwrap());
    }
    Err(String::from_utf8_lossy(&out.stderr).into_owned())
}

fn words(proof: &[Digest]) -> String {
    proof.iter().map(|h| STANDARD.encode(h)).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_reader_in_another_language_comes_to_the_same_tree_proofs_and_signatures() {
    World::each(|w| {
        let vkey = w.broker().log_verifier().unwrap().vkey();
        let watcher = Watcher::start("witness.regulator.example/w1", &vkey);
        let asked = outside(&policy(&w.broker(), "any", &[&watcher]));
        w.restart(Opening { outside: asked, ..Opening::default() });
        let old = w.broker().sequence().unwrap();
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        let published = w.broker().sequence().unwrap();
        w.broker().ask_witnesses().unwrap();
        let door = w.http();
        let url = format!("http://{}/log", door.address());
        let dir = tempfile::tempdir().unwrap();
        let ids = super::support::rows::texts(&w.house.url, &ids(w));
        let files: Vec<String> = ids
            .iter()
            .enumerate()
            .map(|(n, hex)| {
                let id = EntryId::from_slice(&dongui::crypt::hex::decode(hex).unwrap()).unwrap();
                let reply = door.get(&format!("/log/proof/{id}"));
                assert_eq!(reply.status, 200, "{}", reply.text());
                let bare = door.get(&format!("/log/proof/{id}.tlog-proof")).text();
                assert!(
                    bare.starts_with("c2sp.org/tlog-proof@v1\nindex ") && reply.text().ends_with(&bare),
                    "{bare}"
                );
                let file = dir.path().join(n.to_string());
                std::fs::write(&file, &reply.body).unwrap();
                file.display().to_string()
            })
            .collect();
        let mut more =
            vec!["-old".to_owned(), old.size.to_string(), "-witness".to_owned(), watcher.vkey.clone()];
        more.extend(files.iter().flat_map(|f| ["-proof".to_owned(), f.clone()]));
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let said = reads(&url, &vkey, &more).unwrap();
        let source = dongui::broker::sequence::Directory(w.house.log_dir());
        let (tiles, size) = (Tiles::new(&source, published.size), published.size);
        assert_eq!(
            (said["size"].as_u64(), said["root"].as_str()),
            (Some(size), Some(STANDARD.encode(published.root).as_str()))
        );
        assert_eq!(said["witnesses"], serde_json::json!(["witness.regulator.example/w1"]));
        let leaves: Vec<String> =
            (0..size).map(|i| STANDARD.encode(leaf_hash(&tiles.entry(i).unwrap()))).collect();
        assert_eq!(said["leaves"], serde_json::json!(leaves));
        let proofs = said["inclusion"].as_object().unwrap();
        assert!(proofs.len() > 10);
        for (index, proof) in proofs {
            assert_eq!(*proof, words(&inclusion(&tiles, index.parse().unwrap(), size).unwrap()), "{index}");
        }
        let before =
            format!("{} {}", STANDARD.encode(old.root), words(&consistency(&tiles, old.size, size).unwrap()));
        assert_eq!(said["consistency"], before);
        assert_eq!(said["proofs"].as_array().unwrap().len(), ids.len());
        // And it takes nothing else.
        assert!(reads(&url, &vkey.replace("/log+", "/lag+"), &[]).is_err(), "another key");
        let text = std::fs::read_to_string(&files[0]).unwrap();
        std::fs::write(&files[0], text.replacen("\"v\":1", "\"v\":2", 1)).unwrap();
        assert!(reads(&url, &vkey, &["-proof", &files[0]]).is_err(), "a changed leaf");
        for name in ["tile/entries/000", "tile/0/000"] {
            let path = w.house.log_dir().join(name);
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[40] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            assert!(reads(&url, &vkey, &[]).is_err(), "{name}");
            bytes[40] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
        }
        assert!(reads(&url, &vkey, &[]).is_ok());
    });
}

/// Of every tenth entry, hex.
fn ids(w: &World) -> String {
    let id = if w.house.is_postgres() { "encode(id, 'hex')" } else { "lower(hex(id))" };
    format!("SELECT {id} AS value FROM entries WHERE seq % 40 = 3 ORDER BY seq")
}
