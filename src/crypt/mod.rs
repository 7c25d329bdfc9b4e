//! Keys and what is made with them. Deliberately absent: fetching keys from anywhere, deciding anything.
pub mod document;
pub mod hash;
pub mod hex;
pub mod jose;
pub mod keyring;
pub mod nonce;
pub mod pin;
pub mod pseudonym;
pub mod receipt;
pub mod record;
pub mod seal;
pub mod shuffle;
pub mod sign;
pub mod signing;
pub mod webhook;
