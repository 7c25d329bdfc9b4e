//! Why a verb did not do what was asked. A refusal of context is no failure: it is an answer (`minimise::Context`).
use crate::domain::subscriber::Jurisdiction;
use crate::oauth::OAuthError;
use crate::store::Fault;

/// Anything but success.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The caller has not proven who it is.
    #[error("{0}")]
    Unproven(OAuthError),
    /// The caller's role does not reach this.
    #[error("the role of this client does not have the scope `{0}`")]
    Forbidden(&'static str),
    /// The registration of a recipient does not reach what it asks for.
    #[error("this recipient is not registered for {0}")]
    Unregistered(&'static str),
    /// A one-time link that is used, expired or not ours: all one answer.
    #[error("this link is no longer valid; ask your operator for a new one")]
    DeadLink,
    /// Who logged in is let in nowhere here: all one answer.
    #[error("this login opens no page here")]
    Stranger,
    /// A value in the request is not acceptable.
    #[error("`{field}`: {cure}")]
    Invalid {
        /// Where: a JSON pointer or a parameter's name.
        field: &'static str,
        /// What would be acceptable.
        cure: String,
    },
    /// What is named does not exist.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// Something was decided since the caller looked.
    #[error("something was decided since what `If-Match` names; look again")]
    Moved,
    /// No rule is known by which rescue agencies are told where somebody of this country is.
    #[error(
        "the pack of {} has no `[emergency]` rule, so no agency is told anything about its subscribers",
        .0.as_str()
    )]
    NoRule(Jurisdiction),
    /// A client of a rescue agency asked about as many people within the hour as it may.
    #[error(
        "this client has asked about {0} people within the hour; the operator sets how many it may (`--emergency-most`)"
    )]
    TooMany(u32),
    /// The state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// An answer to a recipient's words that say something else by now.
    #[error(
        "the recipient has changed what it does since this was shown (edition {shown}, now {in_force}); show the question again"
    )]
    Outdated {
        /// The material edition that was shown.
        shown: u32,
        /// The one in force.
        in_force: u32,
        /// What the recipient said then.
        before: String,
        /// What it says now.
        now: String,
    },
    /// Everything is refused until an operator acts.
    #[error("{0}")]
    Halted(&'static str),
    /// Ours.
    #[error("{0}")]
    Fault(Fault),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::Fault(fault)
    }
}

impl From<OAuthError> for Failure {
    fn from(e: OAuthError) -> Failure {
        Failure::Unproven(e)
    }
}

impl Failure {
    /// An unacceptable value.
    pub fn invalid(field: &'static str, cure: impl Into<String>) -> Failure {
        Failure::Invalid { field, cure: cure.into() }
    }

    /// The same once more; what is wrong with a request does not change by trying.
    pub(super) fn again(&self) -> Failure {
        match self {
            Failure::Invalid { field, cure } => Failure::Invalid { field, cure: cure.clone() },
            Failure::NotFound(what) => Failure::NotFound(what),
            Failure::Halted(why) => Failure::Halted(why),
            other => Failure::Conflict(other.to_string()),
        }
    }
}
