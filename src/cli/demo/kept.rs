//! What the demo that stays up has written down of its directory, so that the next start goes on where the last one ended.
//! Deliberately absent: anything of a resident that the feeds say.
use super::Arguments;
use crate::cli::Trouble;
use crate::domain::time::At;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What a directory holds already.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Address, after which the log is named.
    pub issuer: String,
    pub residents: u16,
    pub days: u8,
    pub seed: u64,
    /// Base stations, places and topics are in.
    pub reference: bool,
    /// Residents whose page and pseudonyms are shown; not empty once everybody is enrolled and has decided.
    pub shown: Vec<Shown>,
    /// Events are in until here.
    pub fed_until: Option<At>,
    /// Those who pause have paused.
    pub paused: bool,
}

/// A resident to look at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Shown {
    pub words: String,
    pub number: String,
    pub subjects: Vec<String>,
}

impl Kept {
    /// Where it is written down.
    fn file(data: &Path) -> PathBuf {
        data.join("demo.json")
    }

    /// What is in `data`, or a beginning. A directory with another installation in it is left alone.
    pub fn open(data: &Path, arguments: &Arguments, issuer: &str) -> Result<Kept, Trouble> {
        let path = Kept::file(data);
        let kept: Kept = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| {
                Trouble(format!(
                    "`{}` is not of a demo; name another directory with `--data`",
                    path.display()
                ))
            })?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Kept::begin(data, arguments, issuer);
            }
            Err(e) => return Err(Trouble::file(&path, &e)),
        };
        if kept.issuer == issuer {
            return Ok(kept);
        }
        Err(Trouble(format!(
            "`{}` is a demo at {}, after which its log is named; `--listen` there again, or name another directory with `--data`",
            data.display(),
            kept.issuer
        )))
    }

    fn begin(data: &Path, arguments: &Arguments, issuer: &str) -> Result<Kept, Trouble> {
        if data.join("dongui.db").exists() || data.join("keys").exists() {
            return Err(Trouble(format!(
                "`{}` holds an installation that is no demo; name another directory with `--data`",
                data.display()
            )));
        }
        std::fs::create_dir_all(data).map_err(|e| Trouble::file(data, &e))?;
        let Arguments { residents, days, seed, .. } = *arguments;
        let kept = Kept {
            issuer: issuer.to_owned(),
            residents,
            days,
            seed,
            reference: false,
            shown: Vec::new(),
            fed_until: None,
            paused: false,
        };
        kept.save(data)?;
        Ok(kept)
    }

    /// Writes it down, whole or not at all.
    pub fn save(&self, data: &Path) -> Result<(), Trouble> {
        let (path, beside) = (Kept::file(data), data.join("demo.json.part"));
        let text = serde_json::to_vec_pretty(self).map_err(Trouble::of)?;
        std::fs::write(&beside, text).map_err(|e| Trouble::file(&beside, &e))?;
        std::fs::rename(&beside, &path).map_err(|e| Trouble::file(&path, &e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    #[test]
    fn a_directory_of_another_installation_is_left_alone_and_a_demo_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let listen: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let arguments = |residents| Arguments { once: false, listen, residents, days: 7, seed: 9 };
        let fresh = dir.path().join("fresh");
        let open = |dir: &Path, residents| Kept::open(dir, &arguments(residents), "http://127.0.0.1:8080");
        assert_eq!(open(&fresh, 70).unwrap().residents, 70);
        assert_eq!(open(&fresh, 80).unwrap().residents, 70, "the first start counts");
        let moved = Kept::open(&fresh, &arguments(70), "http://127.0.0.1:8081").unwrap_err();
        assert!(moved.to_string().contains("http://127.0.0.1:8080"));
        let other = dir.path().join("other");
        std::fs::create_dir(&other).unwrap();
        std::fs::write(other.join("dongui.db"), b"").unwrap();
        assert!(open(&other, 70).is_err());
        assert!(!Kept::file(&other).exists());
        std::fs::write(Kept::file(&fresh), b"{").unwrap();
        assert!(open(&fresh, 70).is_err());
    }
}
