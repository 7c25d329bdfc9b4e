//! Who may speak for whom, as it is carried from one registry to another beside the consents that lean on it. Deliberately absent: owners of
//! lines, who say nothing that a consent could lean on; whether the registry that it comes to takes it.
use super::line::{RELATION, Words, Wrong, may, must};
use crate::domain::id::RelationId;
use crate::domain::relation::{RelationKind, Verified};
use crate::domain::subscriber::Reference;
use crate::domain::time::At;

/// Who holds a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// A subscriber.
    Subscriber(Reference),
    /// Somebody who is none, by the operator's reference to him.
    Outsider(Reference),
    /// A subscriber whose number is his no longer, with which the relation was ended.
    Gone,
}

/// A relation, with everything that it says of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct CarriedRelation {
    /// For whom somebody may speak.
    pub subscriber: Reference,
    /// Who may.
    pub holder: Party,
    /// Its id, by which consents name it.
    pub id: RelationId,
    /// As what: guardian or delegate.
    pub kind: RelationKind,
    /// How that was made sure of.
    pub verified: Verified,
    /// Of a delegate: whether he may also say yes.
    pub may_allow: bool,
    /// From when it counts.
    pub from: At,
    /// Until when it was made.
    pub until: Option<At>,
    /// When it was ended.
    pub ended: Option<At>,
}

impl std::fmt::Debug for CarriedRelation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Both references are phone numbers.
        f.debug_struct("CarriedRelation").field("id", &self.id).finish_non_exhaustive()
    }
}

const NUMBER: &str = "a phone number in E.164 form or an account reference";
const SCOPE: Wrong = Wrong { field: "scope", cure: "of a delegate `all` or `stop`, of a guardian nothing" };

impl CarriedRelation {
    pub(super) fn read(words: &Words<'_>) -> Result<CarriedRelation, Wrong> {
        let [subscriber, _, _, _, _, _, until, ..] = *words;
        let [.., from, _, _, id, _, holder, outsider, kind, verified, scope, ended] = *words;
        let kind = must("kind", kind, speaker, "`guardian` or `delegate`")?;
        let may_allow = match (kind, scope) {
            (RelationKind::Delegate, "all") => true,
            (RelationKind::Delegate, "stop") | (RelationKind::Guardian, "") => false,
            _ => return Err(SCOPE),
        };
        Ok(CarriedRelation {
            subscriber: must("subscriber", subscriber, Reference::parse, NUMBER)?,
            holder: match (holder, outsider) {
                ("", "") if !ended.is_empty() => Party::Gone,
                (_, "") => Party::Subscriber(must("holder", holder, Reference::parse, NUMBER)?),
                ("", _) => Party::Outsider(must("outsider", outsider, Reference::parse, NUMBER)?),
                _ => return Err(Wrong { field: "outsider", cure: "nothing beside `holder`" }),
            },
            id: must("relation", id, RelationId::parse, "the id of a relation, `rel_…`")?,
            kind,
            verified: must(
                "verified",
                verified,
                Verified::parse,
                "document, register, court, in-store or contract",
            )?,
            may_allow,
            from: must("valid_at", from, At::parse, "from when it counts; write RFC 3339")?,
            until: may("until", until, At::parse, "an instant; write RFC 3339")?,
            ended: may("ended", ended, At::parse, "when it was ended; write RFC 3339")?,
        })
    }

    pub(super) fn write<T>(&self, take: impl FnOnce(&Words<'_>) -> T) -> T {
        let text = |at: Option<At>| at.map(At::rfc3339_exact).unwrap_or_default();
        let (id, from) = (self.id.to_string(), self.from.rfc3339_exact());
        let (until, ended) = (text(self.until), text(self.ended));
        let scope = match self.kind {
            RelationKind::Delegate if self.may_allow => "all",
            RelationKind::Delegate => "stop",
            RelationKind::Guardian | RelationKind::Owner => "",
        };
        let subscriber = self.subscriber.text();
        let (kind, verified) = (self.kind.as_str(), self.verified.as_str());
        let (holder, outsider) = match &self.holder {
            Party::Subscriber(holder) => (holder.text(), ""),
            Party::Outsider(outsider) => ("", outsider.text()),
            Party::Gone => ("", ""),
        };
        take(&[
            subscriber, "", "", "", "", "", &until, "", "", "", "", "", "", "", "", &from, "", "", &id,
            RELATION, holder, outsider, kind, verified, scope, &ended,
        ])
    }
}

fn speaker(text: &str) -> Option<RelationKind> {
    RelationKind::parse(text).filter(|kind| *kind != RelationKind::Owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::consent::line::{COLUMNS, Line};
    use proptest::prelude::*;
    use proptest::sample::select;

    fn reference(text: &str) -> Reference {
        Reference::parse(text).unwrap()
    }

    fn carried() -> impl Strategy<Value = CarriedRelation> {
        let kinds = select(vec![RelationKind::Guardian, RelationKind::Delegate]);
        let other = || reference("+4915550100001");
        let holders = select(vec![Party::Subscriber(other()), Party::Outsider(other()), Party::Gone]);
        let at = 0i64..4_000_000_000_000_000;
        let ends = (proptest::option::of(at.clone()), proptest::option::of(at.clone()));
        (kinds, holders, select(Verified::ALL.to_vec()), any::<bool>(), at, ends, any::<[u8; 16]>()).prop_map(
            |(kind, holder, verified, may_allow, from, (until, ended), id)| CarriedRelation {
                subscriber: reference("+4915550100000"),
                ended: ended.or((holder == Party::Gone).then_some(from)).map(At),
                holder,
                id: RelationId(id),
                kind,
                verified,
                may_allow: may_allow && kind == RelationKind::Delegate,
                from: At(from),
                until: until.map(At),
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same_and_a_wrong_word_is_named_and_never_quoted(
            one in carried(), column in 1..COLUMNS.len()
        ) {
            let line = Line::Relation(one);
            prop_assert_eq!(line.write(Line::read), Ok(line.clone()));
            let wrong = line.write(|words| {
                let mut words = *words;
                words[column] = "+49155501 00001 Mina";
                Line::read(&words)
            });
            let wrong = wrong.unwrap_err();
            // What stands beside another may be what is wrong.
            let beside = ["holder", "outsider"].contains(&COLUMNS[column]) && wrong.field == "outsider";
            prop_assert!(beside || wrong.field == COLUMNS[column], "{}", COLUMNS[column]);
            let told = format!("{line:?} {}", wrong.sentence());
            prop_assert!(!told.contains("49155"), "{}", told);
        }
    }

    #[test]
    fn an_owner_is_not_carried_and_a_guardian_has_no_scope() {
        let read = |column: &str, word: &str| {
            let at = COLUMNS.iter().position(|c| *c == column).unwrap();
            let guardian = CarriedRelation {
                subscriber: reference("+4915550100000"),
                holder: Party::Subscriber(reference("+4915550100001")),
                id: RelationId([1; 16]),
                kind: RelationKind::Guardian,
                verified: Verified::Court,
                may_allow: false,
                from: At(1),
                until: None,
                ended: None,
            };
            guardian.write(|words| {
                let mut words = *words;
                words[at] = word;
                Line::read(&words).map_err(|wrong| wrong.field)
            })
        };
        assert_eq!(read("kind", "owner"), Err("kind"));
        assert_eq!(read("kind", "delegate"), Err("scope"));
        assert_eq!(read("scope", "all"), Err("scope"));
        assert_eq!(read("holder", ""), Err("holder"));
        assert_eq!(read("outsider", "an-uncle"), Err("outsider"));
        assert_eq!(read("event", ""), Err("holder"));
        assert_eq!(read("act", "grant"), Err("act"));
    }
}
