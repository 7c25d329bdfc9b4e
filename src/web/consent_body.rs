//! Bodies of the operator's own app (`consents`), as the OpenAPI document has them.
use super::showing_body::Words;
use crate::broker::Failure;
use crate::broker::consent::{Decided, Shown, Wish};
use crate::broker::history::{AsOf, Held};
use crate::broker::timeline::Overview;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Actor, Grant, Hours, Limits, Quota, Status};
use crate::domain::id::{EntryId, GrantId, RecipientId};
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::time::{At, DAY_US};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An answer to one question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// Whether somebody of the operator writes it down; such a yes waits for the subscriber's own.
    #[serde(default)]
    #[schema(required = false)]
    pub staff: bool,
    /// Who asks.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
    /// What for.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// What.
    #[schema(value_type = String, example = "location.zone")]
    pub category: Category,
    /// `allow`, `refuse` or `later`.
    #[schema(value_type = String, example = "allow")]
    pub answer: Said,
    /// The showing that is answered; a yes of the subscriber needs it.
    #[serde(default)]
    pub showing: Option<String>,
    /// The words that were shown, letter by letter.
    pub notice: Words,
    /// How fine, with `allow`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "city")]
    pub precision: Option<Precision>,
    /// How long, days, with `allow`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 366)]
    pub days: Option<u16>,
    /// Local hours of the day, such as `09:00-17:00`.
    #[serde(default)]
    pub hours: Option<String>,
    /// How many answers: `once`, or such as `3/day`.
    #[serde(default)]
    pub quota: Option<String>,
}

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum Said {
    Allow,
    Refuse,
    Later,
}

impl AnswerBody {
    /// The wish.
    pub fn wish(self, now: At) -> Result<Wish, Failure> {
        let (recipient, purpose, category) = (self.recipient, self.purpose, self.category);
        let notice = self.notice.notice();
        let shown = match self.showing {
            Some(token) => Shown::Presented { token, notice },
            None => Shown::Told(notice),
        };
        let limits = Limits {
            hours: self.hours.map(|t| Hours::parse(&t).ok_or_else(no_hours)).transpose()?,
            quota: self.quota.map(|t| Quota::parse(&t).ok_or_else(no_quota)).transpose()?,
        };
        Ok(match self.answer {
            Said::Refuse => Wish::Refuse { recipient, purpose, category, shown },
            Said::Later => Wish::Defer { recipient, purpose, category, shown },
            Said::Allow => {
                let needed = |field| Failure::invalid(field, "needed with `allow`");
                let precision = self.precision.ok_or_else(|| needed("precision"))?;
                let until = now.plus(i64::from(self.days.ok_or_else(|| needed("days"))?) * DAY_US);
                Wish::Allow { recipient, purpose, category, precision, until, limits, shown }
            }
        })
    }
}

fn no_hours() -> Failure {
    Failure::invalid("hours", "local hours such as `09:00-17:00`")
}

fn no_quota() -> Failure {
    Failure::invalid("quota", "`once`, or such as `3/day`")
}

/// A change of what was given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// Whether somebody of the operator writes it down.
    #[serde(default)]
    pub staff: bool,
    /// `pause`, `resume`, `renew` or `withdraw`.
    #[schema(value_type = String, example = "withdraw")]
    pub change: Act,
    /// When a pause ends by itself, or to when a renewal goes, RFC 3339.
    #[serde(default)]
    pub until: Option<String>,
    /// Only this recipient's; all if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub recipient: Option<RecipientId>,
    /// Only this purpose; all if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub purpose: Option<Purpose>,
    /// Only this category; all if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub category: Option<Category>,
}

impl ChangeBody {
    /// The wish.
    pub fn wish(self) -> Result<Wish, Failure> {
        let ChangeBody { change: act, until, recipient, purpose, category, .. } = self;
        if !matches!(act, Act::Pause | Act::Resume | Act::Renew | Act::Withdraw) {
            return Err(Failure::invalid("change", "`pause`, `resume`, `renew` or `withdraw`"));
        }
        Ok(Wish::Change { act, until: instant("until", until)?, recipient, purpose, category })
    }
}

fn instant(field: &'static str, text: Option<String>) -> Result<Option<At>, Failure> {
    let read = |t: String| {
        At::parse(&t)
            .ok_or_else(|| Failure::invalid(field, "RFC 3339 in UTC, such as `2026-12-01T08:00:00Z`"))
    };
    text.map(read).transpose()
}

/// One consent.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentItem {
    /// Its id.
    #[schema(value_type = String)]
    pub consent: GrantId,
    /// To whom.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
    /// What for.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// What.
    #[schema(value_type = String)]
    pub category: Category,
    /// How fine.
    #[schema(value_type = String)]
    pub precision: Precision,
    /// Its state, as the Data Privacy Vocabulary has them, and `paused`, `superseded`.
    #[schema(value_type = String)]
    pub status: Status,
    /// When it ends, RFC 3339.
    pub until: String,
    /// When its pause ends by itself, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<String>,
    /// Local hours of the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// How many answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<String>,
    /// `guardian` where a minor said yes and it counts only when his guardian does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub waits_for: Option<Actor>,
}

impl ConsentItem {
    fn of(grant: &Grant, now: At) -> ConsentItem {
        let Limits { hours, quota } = grant.terms.limits;
        ConsentItem {
            consent: grant.id,
            recipient: grant.cell.recipient,
            purpose: grant.cell.purpose,
            category: grant.cell.category,
            precision: grant.precision,
            status: grant.status(now),
            until: grant.until.rfc3339(),
            paused_until: grant.at(now).terms.paused_until.map(At::rfc3339),
            hours: hours.map(Hours::text),
            quota: quota.map(Quota::text),
            waits_for: grant.waits_for_guardian().then_some(Actor::Guardian),
        }
    }
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecidedAnswer {
    /// What changed, as it is now; empty when nothing did.
    pub consents: Vec<ConsentItem>,
    /// The ledger's entry; absent when nothing changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub entry: Option<EntryId>,
}

impl DecidedAnswer {
    /// What became of a wish.
    pub fn of(decided: &Decided, now: At) -> DecidedAnswer {
        let consents = decided.grants.iter().map(|g| ConsentItem::of(g, now)).collect();
        DecidedAnswer { consents, entry: decided.entry }
    }
}

/// Whose consents.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StateBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
}

/// What holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentsAnswer {
    /// What was decided.
    pub consents: Vec<ConsentItem>,
    /// What waits for an answer.
    pub asked: Vec<ConsentItem>,
}

impl ConsentsAnswer {
    /// Everything of one subscriber.
    pub fn of(overview: &Overview, now: At) -> ConsentsAnswer {
        let item = |g: &Grant| ConsentItem::of(g, now);
        let asked = overview.asked.iter().chain(overview.put_off.iter().map(|(g, _)| g));
        ConsentsAnswer {
            consents: overview.grants.iter().map(item).collect(),
            asked: asked.map(item).collect(),
        }
    }
}

/// What is asked of the registry.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// To whom.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
    /// What for.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// What.
    #[schema(value_type = String)]
    pub category: Category,
    /// What held then, RFC 3339; now if absent.
    #[serde(default)]
    pub at: Option<String>,
    /// As it was known then, RFC 3339; now if absent.
    #[serde(default)]
    pub known: Option<String>,
}

impl CheckBody {
    /// The question.
    pub fn asked(&self) -> Result<AsOf, Failure> {
        let (at, known) = (instant("at", self.at.clone())?, instant("known", self.known.clone())?);
        Ok(AsOf { recipient: self.recipient, purpose: self.purpose, category: self.category, at, known })
    }
}

/// What the registry says. Policies, crowds and budgets may still withhold.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckAnswer {
    /// Whether consent permits.
    pub permits: bool,
    /// The state.
    #[schema(value_type = String)]
    pub status: Status,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reason: Option<Reason>,
    /// The first instant at which this may change by itself, RFC 3339; absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Numbers of the events it rests on.
    pub evidence: Vec<i64>,
}

impl From<&Held> for CheckAnswer {
    fn from(held: &Held) -> CheckAnswer {
        let answer = &held.answer;
        CheckAnswer {
            permits: answer.standing.live().is_ok(),
            status: answer.status,
            reason: answer.standing.live().err(),
            until: answer.until.map(At::rfc3339),
            evidence: answer.evidence.clone(),
        }
    }
}
