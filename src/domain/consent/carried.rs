//! One act on a consent as it is carried from one registry to another: the words of a line, and what they mean. Deliberately absent:
//! files, and whether the registry that it comes to takes it.
use super::line::{Words, Wrong, may, must};
use super::{Act, Actor, Hours, Limits, Provenance, Quota};
use crate::domain::category::{Category, Precision};
use crate::domain::id::{GrantId, RecipientId, RelationId};
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::Reference;
use crate::domain::time::At;

/// An act with everything that it says of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Carried {
    /// Whose consent.
    pub subscriber: Reference,
    /// To whom.
    pub recipient: RecipientId,
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// What was done.
    pub act: Act,
    /// How fine, of a yes.
    pub precision: Option<Precision>,
    /// The end of a yes, a renewal or a pause.
    pub until: Option<At>,
    /// Limits of a yes.
    pub limits: Limits,
    /// SHA-256 of the words that were shown, hex.
    pub notice: Option<String>,
    /// Language and text of these words.
    pub words: Option<(String, String)>,
    /// The material edition of the recipient's words in it; 0 where it had none.
    pub edition: u32,
    /// Who acted, where the line says so.
    pub actor: Option<Actor>,
    /// How it was said, where the line says so.
    pub channel: Option<String>,
    /// When it was done.
    pub valid: At,
    /// Whether it was said, or drawn from something else.
    pub provenance: Provenance,
    /// The chain of acts that it belongs to, where it has a name.
    pub grant: Option<GrantId>,
    /// By which relation to the subscriber, of who speaks for him.
    pub relation: Option<RelationId>,
}

impl std::fmt::Debug for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The reference is a phone number.
        f.debug_struct("Carried").field("act", &self.act).field("valid", &self.valid).finish_non_exhaustive()
    }
}

/// Longest name of a channel, bytes.
const CHANNEL: usize = 64;

impl Carried {
    /// Reads a line.
    ///
    /// # Errors
    /// The first column that does not say what it should.
    pub fn read(words: &Words<'_>) -> Result<Carried, Wrong> {
        let [
            subscriber,
            recipient,
            purpose,
            category,
            act,
            precision,
            until,
            hours,
            quota,
            notice,
            locale,
            text,
            edition,
            actor,
            channel,
            valid,
            provenance,
            grant,
            relation,
            ..,
        ] = *words;
        let limits = Limits {
            hours: may("hours", hours, Hours::parse, "local hours such as `09:00-17:00`")?,
            quota: may("quota", quota, Quota::parse, "`once`, or such as `3/day`")?,
        };
        let said = match (locale, text) {
            ("", "") => None,
            ("", _) => return Err(Wrong { field: "locale", cure: "the language of `text`, such as `en`" }),
            (_, "") => return Err(Wrong { field: "text", cure: "the words in the language of `locale`" }),
            _ => Some((locale.to_owned(), text.to_owned())),
        };
        Ok(Carried {
            subscriber: must(
                "subscriber",
                subscriber,
                Reference::parse,
                "a phone number in E.164 form or an account reference",
            )?,
            recipient: must("recipient", recipient, RecipientId::parse, "the id of a recipient, `rcp_…`")?,
            purpose: must("purpose", purpose, Purpose::parse, "a `dpv:` term of the list of purposes")?,
            category: must("category", category, Category::parse, "a category, such as `location.zone`")?,
            act: must("act", act, Act::parse, "an act, such as `grant`, `refuse` or `withdraw`")?,
            precision: may("precision", precision, Precision::parse, "a rung, such as `city`")?,
            until: may("until", until, At::parse, "an instant; write RFC 3339")?,
            limits,
            notice: may("notice", notice, hash, "SHA-256 of what was shown, 64 hex digits in lower case")?,
            words: said,
            edition: may("edition", edition, |t| t.parse().ok(), "a whole number")?.unwrap_or(0),
            actor: may(
                "actor",
                actor,
                Actor::parse,
                "subscriber, guardian, delegate, staff, operator or authority",
            )?,
            channel: may("channel", channel, plain, "a short word of letters, digits, `.`, `-` and `_`")?,
            valid: must("valid_at", valid, At::parse, "when it was done; write RFC 3339")?,
            provenance: may("provenance", provenance, Provenance::parse, "`explicit` or `inferred`")?
                .ok_or(Wrong { field: "provenance", cure: "`explicit` or `inferred`" })?,
            grant: may("grant", grant, GrantId::parse, "the id of a consent, `grn_…`")?,
            relation: may("relation", relation, RelationId::parse, "the id of a relation, `rel_…`")?,
        })
    }

    /// Hands its words to `take`, in the order of `COLUMNS`; empty where it says nothing.
    pub fn write<T>(&self, take: impl FnOnce(&Words<'_>) -> T) -> T {
        let id = |id: &dyn std::fmt::Display| id.to_string();
        let recipient = id(&self.recipient);
        let until = self.until.map(At::rfc3339_exact).unwrap_or_default();
        let hours = self.limits.hours.map(Hours::text).unwrap_or_default();
        let quota = self.limits.quota.map(Quota::text).unwrap_or_default();
        let (locale, text) = self.words.as_ref().map_or(("", ""), |(l, t)| (l.as_str(), t.as_str()));
        let edition = if self.edition == 0 { String::new() } else { self.edition.to_string() };
        let valid = self.valid.rfc3339_exact();
        let grant = self.grant.as_ref().map(|g| id(g)).unwrap_or_default();
        let relation = self.relation.as_ref().map(|r| id(r)).unwrap_or_default();
        take(&[
            self.subscriber.text(),
            &recipient,
            self.purpose.as_str(),
            self.category.as_str(),
            self.act.as_str(),
            self.precision.map_or("", Precision::as_str),
            &until,
            &hours,
            &quota,
            self.notice.as_deref().unwrap_or_default(),
            locale,
            text,
            &edition,
            self.actor.map_or("", Actor::as_str),
            self.channel.as_deref().unwrap_or_default(),
            &valid,
            self.provenance.as_str(),
            &grant,
            &relation,
            "",
            "",
            "",
            "",
            "",
            "",
            "",
        ])
    }
}

fn hash(text: &str) -> Option<String> {
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (text.len() == 64 && text.bytes().all(hex)).then(|| text.to_owned())
}

/// A channel is told to everybody, so that nothing long or personal is to be in it.
fn plain(text: &str) -> Option<String> {
    let well = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    // So many digits are a phone number.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (text.len() <= CHANNEL && digits < 7 && text.bytes().all(well)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::consent::line::{COLUMNS, Line};
    use proptest::prelude::*;
    use proptest::sample::select;

    fn optional<T: Clone + std::fmt::Debug>(
        of: impl Strategy<Value = T>,
    ) -> impl Strategy<Value = Option<T>> {
        proptest::option::of(of)
    }

    fn carried() -> impl Strategy<Value = Carried> {
        let limits = (optional((0u16..1440, 0u16..1440)), optional(select(vec!["once", "3/day", "40/life"])));
        let what = (select(Act::ALL.to_vec()), select(Category::ALL.to_vec()), select(Purpose::ALL.to_vec()));
        let words = optional(("[a-z]{2}", "[^\r]{1,20}"));
        let by = (
            optional(select(Actor::ALL.to_vec())),
            optional("[a-z._-]{1,8}"),
            select(Provenance::ALL.to_vec()),
        );
        let at = -1_000_000_000_000_000i64..4_000_000_000_000_000;
        let rest = (
            optional(select(Precision::ALL.to_vec())),
            optional(at.clone()),
            at,
            (optional(any::<[u8; 16]>()), optional(any::<[u8; 16]>())),
            0u32..3,
        );
        (what, limits, words, by, rest).prop_map(
            |(
                (act, category, purpose),
                (hours, quota),
                words,
                (actor, channel, provenance),
                (precision, until, valid, (grant, relation), edition),
            )| Carried {
                subscriber: Reference::parse("+4915550100000").unwrap(),
                recipient: RecipientId([7; 16]),
                purpose,
                category,
                act,
                precision,
                until: until.map(At),
                limits: Limits {
                    hours: hours.and_then(|(a, b)| Hours::new(a, b)),
                    quota: quota.and_then(Quota::parse),
                },
                notice: words.as_ref().map(|_| "0a".repeat(32)),
                words,
                edition,
                actor,
                channel,
                valid: At(valid),
                provenance,
                grant: grant.map(GrantId),
                relation: relation.map(RelationId),
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(one in carried()) {
            let back = one.write(Carried::read);
            prop_assert!(back == Ok(one.clone()), "{back:?}");
        }
    }

    #[test]
    fn a_wrong_word_is_named_by_its_column_and_never_quoted() {
        let good = Carried {
            subscriber: Reference::parse("+4915550100000").unwrap(),
            recipient: RecipientId([7; 16]),
            purpose: Purpose::ServicePersonalisation,
            category: Category::LocationZone,
            act: Act::Grant,
            precision: Some(Precision::City),
            until: Some(At(2)),
            limits: Limits { hours: Hours::parse("09:00-17:00"), quota: Quota::parse("once") },
            notice: Some("0a".repeat(32)),
            words: Some(("en".to_owned(), "May it?".to_owned())),
            edition: 1,
            actor: Some(Actor::Subscriber),
            channel: Some("shop".to_owned()),
            valid: At(1),
            provenance: Provenance::Explicit,
            grant: Some(GrantId([1; 16])),
            relation: Some(RelationId([2; 16])),
        };
        for (i, column) in COLUMNS.into_iter().enumerate().filter(|(_, c)| !["locale", "text"].contains(c)) {
            let wrong = good.write(|words| {
                let mut words = *words;
                words[i] = "+49155501 00001 Mina";
                Line::read(&words)
            });
            if column == "subscriber" {
                continue;
            }
            let wrong = wrong.unwrap_err();
            assert_eq!(wrong.field, column);
            assert!(!wrong.sentence().contains("49155"), "{}", wrong.sentence());
        }
        let half = good.write(|words| {
            let mut words = *words;
            words[10] = "";
            Carried::read(&words)
        });
        assert_eq!(half.unwrap_err().field, "locale");
        assert!(!format!("{good:?}").contains("49155"));
    }
}
