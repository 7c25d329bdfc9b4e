//! A code that goes to a subscriber by another way than his link. Deliberately absent: the way; the operator's messaging is reached by
//! whoever implements `Courier`.
use super::subscriber::Reference;
use super::time::At;

/// A code on its way.
pub struct Letter<'l> {
    /// The same for the same letter.
    pub id: String,
    /// To whom.
    pub to: Reference,
    /// Six digits.
    pub code: &'l str,
    /// The language of the page that waits for it.
    pub locale: &'l str,
    /// Until when it is good.
    pub until: At,
    /// When it is sent.
    pub at: At,
}

/// Carries letters. It has taken one when it returns; the word of an error says what went wrong, never with whom.
pub trait Courier: Send + Sync {
    /// Takes a letter.
    ///
    /// # Errors
    /// It could not be taken, or it is not known whether it was.
    fn carry(&self, letter: &Letter<'_>) -> Result<(), &'static str>;
}
