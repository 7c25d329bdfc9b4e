//! The authorization protocol as pure checks: a client proves itself with a signed assertion, binds its token to a key of its
//! own, and shows with every request that it still has that key (OAuth 2.1, RFC 7523, RFC 9449, RFC 9068).
//!
//! Deliberately absent: the store of used ids (each check answers with a `Jti` that the caller must insert before it goes on),
//! rows of clients (a lookup is an argument), the clock (`now` is an argument), HTTP. In `login` we are the client.
pub mod access;
pub mod assertion;
pub mod audience;
pub mod backchannel;
pub mod binding;
pub mod client;
pub mod dpop;
pub mod form;
pub mod grant_assertion;
pub mod hint;
pub mod introspection;
pub mod jti;
pub mod login;
pub mod metadata;
mod numeric_date;
pub mod pkce;
pub mod problem;
pub mod pushed;
pub mod remembered;
pub mod scope;
pub mod token;
pub mod token_request;

pub use jti::Jti;
pub use problem::{OAuthError, OAuthProblem};
