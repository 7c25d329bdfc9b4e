//! C2SP tlog-policy (<https://c2sp.org/tlog-policy>): which logs and witnesses are trusted, and which of them together are enough.
//!
//! ```text
//! log <vkey> [<url>]
//! witness <name> <vkey> [<url>]
//! group <name> <k | any | all> <name>…
//! quorum <name | none>
//! ```
//! Deliberately absent: asking anybody; see `broker::witnessed`.
use super::checkpoint::Checkpoint;
use super::cosign::Witness;
use super::note::{NoteError, Verifier};
use super::report::{Broken, Report};
use super::shelf::Dir;
use std::collections::HashMap;
use std::path::Path;

/// The most lines read.
const MAX_LINES: usize = 1000;

/// What is wrong with a policy, or with a checkpoint under it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A line is not of its form.
    #[error("line {0} of the policy {1}")]
    Line(usize, &'static str),
    /// There must be one.
    #[error("the policy has no line `quorum`")]
    NoQuorum,
    /// A signature is missing or wrong.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Too few witnesses.
    #[error("the checkpoint is cosigned by {0}, which is not the quorum of the policy")]
    TooFew(String),
}

/// A key and where its owner is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known<K> {
    /// The key.
    pub key: K,
    /// Without a slash at its end.
    pub url: Option<String>,
}

/// Enough of its members make a group.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    enough: usize,
    members: Vec<Member>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Witness(usize),
    Group(usize),
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPolicy {
    /// Logs whose checkpoints are taken; any, where there are none and the log is known from elsewhere.
    pub logs: Vec<Known<Verifier>>,
    /// Witnesses, in their order.
    pub witnesses: Vec<Known<Witness>>,
    groups: Vec<Group>,
    /// `None` for none.
    quorum: Option<Member>,
}

/// A policy as far as it is read.
#[derive(Default)]
struct Reading {
    logs: Vec<Known<Verifier>>,
    witnesses: Vec<Known<Witness>>,
    groups: Vec<Group>,
    named: HashMap<String, Member>,
    /// Names that are a member of a group already.
    taken: Vec<String>,
    quorum: Option<Option<Member>>,
}

impl TrustPolicy {
    /// Reads a policy file.
    pub fn parse(text: &str) -> Result<TrustPolicy, PolicyError> {
        let mut reading = Reading::default();
        for (n, line) in text.split('\n').enumerate() {
            let bad = |what| PolicyError::Line(n + 1, what);
            if n >= MAX_LINES || line.chars().any(|c| c.is_control() && c != '\t') {
                return Err(bad("is one too many, or has a control character"));
            }
            let words: Vec<&str> = line.split([' ', '\t']).filter(|w| !w.is_empty()).collect();
            if words.first().is_some_and(|w| !w.starts_with('#')) {
                reading.line(&words).map_err(bad)?;
            }
        }
        let Reading { logs, witnesses, groups, quorum, .. } = reading;
        Ok(TrustPolicy { logs, witnesses, groups, quorum: quorum.ok_or(PolicyError::NoQuorum)? })
    }

    /// Whether cosignatures are asked for at all.
    pub fn wants_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Whether enough witnesses cosigned the checkpoint of `note`; who did.
    ///
    /// # Errors
    /// `TooFew`; a cosignature of a named witness that does not verify spoils the note.
    pub fn witnessed(&self, note: &str) -> Result<Vec<&str>, PolicyError> {
        let mut by = vec![false; self.witnesses.len()];
        for (found, known) in by.iter_mut().zip(&self.witnesses) {
            *found = match known.key.cosigned(note) {
                Ok(_) => true,
                Err(NoteError::Unsigned) => false,
                Err(e) => return Err(e.into()),
            };
        }
        let names: Vec<&str> =
            self.witnesses.iter().zip(&by).filter(|(_, b)| **b).map(|(w, _)| w.key.name()).collect();
        if self.quorum.is_none_or(|quorum| self.holds(quorum, &by)) {
            return Ok(names);
        }
        Err(PolicyError::TooFew(if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }))
    }

    /// The checkpoint of `note`, if one of the logs signed it and enough witnesses cosigned it.
    ///
    /// # Errors
    /// As of `witnessed`, and where no log of the policy signed it.
    pub fn open(&self, note: &str) -> Result<Checkpoint, PolicyError> {
        self.witnessed(note)?;
        let mut last = NoteError::Unsigned;
        for known in &self.logs {
            match Checkpoint::open(note, &known.key) {
                Ok(checkpoint) => return Ok(checkpoint),
                Err(e) => last = e,
            }
        }
        Err(last.into())
    }

    fn holds(&self, member: Member, by: &[bool]) -> bool {
        match member {
            Member::Witness(n) => by.get(n).copied().unwrap_or(false),
            // INVARIANT: groups name only what was before them, so this ends.
            Member::Group(n) => self.groups.get(n).is_some_and(|group| {
                group.members.iter().filter(|m| self.holds(**m, by)).count() >= group.enough
            }),
        }
    }
}

impl Reading {
    fn line(&mut self, words: &[&str]) -> Result<(), &'static str> {
        match *words {
            ["log", vkey, ref url @ ..] if url.len() < 2 => {
                let key = Verifier::parse(vkey).map_err(|_| "has no key of a log")?;
                if self.logs.iter().any(|l| l.key.public() == key.public()) {
                    return Err("names a log a second time");
                }
                self.logs.push(Known { key, url: address(url) });
            }
            ["witness", name, vkey, ref url @ ..] if url.len() < 2 => {
                let key = Witness::parse(vkey).map_err(|_| "has no key of a witness, which has type 4")?;
                if self.witnesses.iter().any(|w| w.key.public() == key.public()) {
                    return Err("names a witness a second time");
                }
                self.name(name, Member::Witness(self.witnesses.len()))?;
                self.witnesses.push(Known { key, url: address(url) });
            }
            ["group", name, enough, ref names @ ..] if !names.is_empty() => {
                let members = names.iter().map(|n| self.member(n)).collect::<Result<Vec<_>, _>>()?;
                let enough = match enough {
                    "any" => 1,
                    "all" => members.len(),
                    k => k.parse().ok().filter(|n: &usize| n.to_string() == k).unwrap_or(0),
                };
                if !(1..=members.len()).contains(&enough) {
                    return Err("asks for none of its members, or for more than it has");
                }
                self.name(name, Member::Group(self.groups.len()))?;
                self.groups.push(Group { enough, members });
            }
            ["quorum", name] => {
                if self.quorum.is_some() {
                    return Err("is a second `quorum`");
                }
                let found = self.named.get(name).copied();
                self.quorum = Some(if name == "none" {
                    None
                } else {
                    Some(found.ok_or("names nobody from before it")?)
                });
            }
            _ => return Err("is none of `log`, `witness`, `group`, `quorum` with what belongs to it"),
        }
        Ok(())
    }

    fn name(&mut self, name: &str, member: Member) -> Result<(), &'static str> {
        if name == "none" || self.named.insert(name.to_owned(), member).is_some() {
            return Err("takes a name that is taken");
        }
        Ok(())
    }

    /// A member of a group, of one only: each witness counts in one way.
    fn member(&mut self, name: &str) -> Result<Member, &'static str> {
        let member = self.named.get(name).copied().ok_or("names nobody from before it")?;
        if self.taken.iter().any(|t| t == name) {
            return Err("names a member that is one already");
        }
        self.taken.push(name.to_owned());
        Ok(member)
    }
}

/// Verifies the bundle in a directory: a log of the policy signed it, and enough of its witnesses cosigned the checkpoint.
pub fn verify(dir: &Path, policy: &TrustPolicy) -> Result<Report, Broken> {
    let read = |name| {
        let text = std::fs::read_to_string(dir.join(name));
        text.map_err(|e| Broken::file(name, format!("cannot be read: {e}")))
    };
    let own = read("vkey")?;
    let known = policy.logs.iter().find(|log| log.key.vkey() == own.trim());
    let known = known.ok_or_else(|| Broken::file("vkey", "is not a log of the policy"))?;
    let report = super::verify::check(&Dir(dir), &known.key)?;
    policy.witnessed(&read("checkpoint")?).map_err(|e| Broken::file("checkpoint", format!("fails: {e}")))?;
    Ok(report)
}

fn address(url: &[&str]) -> Option<String> {
    url.first().map(|u| u.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::sign::LogKey;
    use crate::ledger::cosign::Cosigner;
    use crate::ledger::note::Signer;

    fn key(n: u8) -> LogKey {
        LogKey::from_seed(&[n; 32]).unwrap()
    }

    fn vkey(n: u8) -> String {
        Cosigner::new(&format!("witness.example/w{n}"), &key(n)).unwrap().witness().vkey()
    }

    fn note(by: &[u8]) -> String {
        let log = key(0);
        let checkpoint = Checkpoint { origin: "log.example/a".to_owned(), size: 9, root: [7; 32] };
        let mut note = checkpoint.sign(&Signer::new("log.example/a", &log).unwrap()).unwrap();
        for n in by {
            let key = key(*n);
            note +=
                &Cosigner::new(&format!("witness.example/w{n}"), &key).unwrap().line(&checkpoint.text(), 5);
        }
        note
    }

    fn example() -> String {
        let log = Verifier::new("log.example/a", key(0).public()).unwrap().vkey();
        let witness = |n: u8| format!("witness W{n} {}  https://w{n}.example/\n", vkey(n));
        let all: String = (1..=6).map(witness).collect();
        format!(
            "# two of the one house and one of the other\nlog {log}\n\n{all}group X 2 W1 W2 W3\n\tgroup Y any W4 W5 W6 \ngroup both all X Y\nquorum both\n"
        )
    }

    #[test]
    fn the_quorum_of_the_specification_s_example_is_met_by_two_of_one_house_and_one_of_the_other() {
        let policy = TrustPolicy::parse(&example()).unwrap();
        assert_eq!(policy.witnesses[3].url.as_deref(), Some("https://w4.example"));
        for (by, enough) in [
            (&[][..], false),
            (&[1, 2], false),
            (&[1, 4, 5, 6], false),
            (&[1, 3, 5], true),
            (&[1, 2, 3, 4, 5, 6], true),
            (&[1, 1, 4], false),
        ] {
            assert_eq!(policy.open(&note(by)).is_ok(), enough, "{by:?}");
        }
        let none = TrustPolicy::parse("quorum none\n").unwrap();
        assert!(none.witnessed(&note(&[])).is_ok() && none.open(&note(&[])).is_err(), "of no log it knows");
        // A line that claims a witness and is not his spoils the note.
        let forged = note(&[1, 3, 5]).replace("log.example/a\n9", "log.example/a\n10");
        assert!(matches!(policy.open(&forged), Err(PolicyError::Note(NoteError::Invalid))));
    }

    #[test]
    fn what_is_not_a_policy_is_refused_by_its_line() {
        let good = example();
        for (from, to, line) in [
            ("quorum both", "quorum all", 13),
            ("quorum both", "quorum both\nquorum none", 14),
            ("group X 2", "group X 4", 10),
            ("group X 2", "group X 0", 10),
            ("group X 2", "group X 02", 10),
            ("group X 2", "group W1 2", 10),
            ("group X 2", "group none 2", 10),
            ("any W4 W5", "any W1 W5", 11),
            ("all X Y", "all X Z", 12),
            ("witness W2", "witness W1", 5),
            ("log ", "logs ", 2),
            ("# two", "\u{1}# two", 1),
        ] {
            let text = good.replacen(from, to, 1);
            assert!(
                matches!(TrustPolicy::parse(&text), Err(PolicyError::Line(n, _)) if n == line),
                "{from} to {to}"
            );
        }
        let twice = good.replace(&vkey(2), &vkey(1));
        assert!(matches!(TrustPolicy::parse(&twice), Err(PolicyError::Line(5, _))));
        assert_eq!(TrustPolicy::parse(""), Err(PolicyError::NoQuorum));
    }
}
