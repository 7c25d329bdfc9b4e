//! Why a policy set is not loaded. One fault refuses the whole set: half a set would permit what the other half forbids.

/// A fault in the texts of a policy set. It names texts and policies, never a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A text that does not read.
    #[error("`{file}`: {what}")]
    Text {
        /// Name of the text.
        file: String,
        /// What is wrong with it.
        what: String,
    },
    /// A policy that may not stand as written.
    #[error("`{file}`: policy `{policy}`: {what}")]
    Policy {
        /// Name of the text.
        file: String,
        /// Its `@id`, or its place in the text where it has none.
        policy: String,
        /// What is wrong with it.
        what: String,
    },
    /// A text or policy that every set must have.
    #[error("the set lacks {what}")]
    Missing {
        /// What is lacking.
        what: String,
    },
}

impl PolicyError {
    pub(super) fn text(file: &str, what: impl std::fmt::Display) -> PolicyError {
        PolicyError::Text { file: file.to_owned(), what: one_line(&what.to_string()) }
    }
    pub(super) fn policy(file: &str, policy: &str, what: impl std::fmt::Display) -> PolicyError {
        PolicyError::Policy {
            file: file.to_owned(),
            policy: policy.to_owned(),
            what: one_line(&what.to_string()),
        }
    }
    pub(super) fn missing(what: impl Into<String>) -> PolicyError {
        PolicyError::Missing { what: what.into() }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
