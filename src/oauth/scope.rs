//! Scopes: the closed list, and which role may have which. Deliberately absent: purposes and categories, which are consent's.
use super::problem::OAuthError;
use crate::domain::camara;
use crate::domain::client::Role;

macro_rules! scopes {
    ($(#[doc = $doc:literal] $variant:ident = $word:literal),+ $(,)?) => {
        /// What a token allows its bearer to call. It never allows data: consent does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope { $(#[doc = $doc] $variant),+ }
        impl Scope {
            /// All of them.
            pub const ALL: &[Scope] = &[$(Scope::$variant),+];
            /// The word in tokens and requests.
            pub const fn as_str(self) -> &'static str {
                match self { $(Scope::$variant => $word),+ }
            }
            /// What it allows, in words.
            pub fn sentence(self) -> &'static str {
                match self { $(Scope::$variant => $doc.trim_ascii()),+ }
            }
        }
    };
}
scopes! {
    /// Ask for context of subscribers who granted it.
    ContextRead = "context:read",
    /// Hand recipients their pseudonyms, make one-time links to a subscriber's own screens.
    LinksWrite = "links:write",
    /// Enrol subscribers, take notice of ported and ended numbers.
    SubscribersWrite = "subscribers:write",
    /// Register recipients, their clients and ceilings.
    RecipientsWrite = "recipients:write",
    /// Send events.
    FeedsWrite = "feeds:write",
    /// Read the ledger, take exports.
    AuditRead = "audit:read",
    /// Stand for exports that regulators ask for.
    ExportsApprove = "exports:approve",
    /// Draft what recipients say of themselves, and stand for it and for policies.
    NoticesWrite = "notices:write",
    /// Show subscribers questions in the operator's own app, and take their answers.
    ConsentsWrite = "consents:write",
    /// State what became of what one was asked to delete.
    PurgesWrite = "purges:write",
    /// Ask how many people were where.
    PopulationRead = "population:read",
    /// Stop what leaves, and stand for lifting it.
    StopsWrite = "stops:write",
    /// Declare incidents at recipients, and say what became of them.
    BreachesWrite = "breaches:write",
    /// Look at the pages of the operator's data protection officer.
    OfficerLook = "officer:look",
    /// Ask where somebody is whose life is in danger.
    EmergencyLocate = "emergency:locate",
}

impl Scope {
    /// Reads the word, or CAMARA's for the same.
    pub fn parse(text: &str) -> Option<Scope> {
        let population = (text == camara::POPULATION).then_some(Scope::PopulationRead);
        Self::ALL.iter().copied().find(|s| s.as_str() == text).or(population)
    }
    fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Scopes(u16);

impl Scopes {
    /// The most that a role may have. No two roles share a scope: a leaked key opens one door.
    pub fn of(role: Role) -> Scopes {
        use Scope::{
            AuditRead, BreachesWrite, ConsentsWrite, ContextRead, EmergencyLocate, ExportsApprove,
            FeedsWrite, LinksWrite, NoticesWrite, OfficerLook, PopulationRead, PurgesWrite, RecipientsWrite,
            StopsWrite, SubscribersWrite,
        };
        let scopes: &[Scope] = match role {
            Role::Operator => &[
                LinksWrite,
                SubscribersWrite,
                RecipientsWrite,
                NoticesWrite,
                ConsentsWrite,
                ExportsApprove,
                StopsWrite,
                BreachesWrite,
                OfficerLook,
            ],
            Role::Feed => &[FeedsWrite],
            Role::Regulator => &[AuditRead],
            Role::Recipient => &[ContextRead, PurgesWrite, PopulationRead],
            Role::Rescue => &[EmergencyLocate],
        };
        scopes.iter().copied().collect()
    }

    /// Reads words parted by single blanks (RFC 6749 section 3.3); a word twice counts once.
    ///
    /// # Errors
    /// `invalid_scope` for an unknown word, an empty one, or none.
    pub fn parse(text: &str) -> Result<Scopes, OAuthError> {
        text.split(' ').map(Scope::parse).collect::<Option<Scopes>>().ok_or(OAuthError::InvalidScope)
    }

    /// What a client of `role` gets: all that the role may have when it asked for nothing, else what it asked for.
    ///
    /// # Errors
    /// `invalid_scope` when it asked for more than the role may have: asking narrows, never widens.
    pub fn granted(role: Role, asked: Option<Scopes>) -> Result<Scopes, OAuthError> {
        let most = Scopes::of(role);
        match asked {
            None => Ok(most),
            Some(asked) if asked.0 != 0 && asked.0 & !most.0 == 0 => Ok(asked),
            Some(_) => Err(OAuthError::InvalidScope),
        }
    }

    /// Whether `scope` is in it.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// The set, or a refusal that the caller returns.
    ///
    /// # Errors
    /// `insufficient_scope`.
    pub fn need(self, scope: Scope) -> Result<(), OAuthError> {
        if self.has(scope) { Ok(()) } else { Err(OAuthError::InsufficientScope) }
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Scopes {
        Scopes(scopes.into_iter().fold(0, |set, scope| set | scope.bit()))
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut between = "";
        for scope in Scope::ALL.iter().filter(|scope| self.has(**scope)) {
            write!(f, "{between}{}", scope.as_str())?;
            between = " ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn roles_have_disjoint_scopes_and_together_all_of_them() {
        let mut union = 0;
        for role in Role::ALL {
            assert_eq!(union & Scopes::of(role).0, 0, "{role:?}");
            union |= Scopes::of(role).0;
        }
        assert_eq!(Scopes(union), Scope::ALL.iter().copied().collect());
    }

    #[test]
    fn a_recipient_that_asks_for_audit_gets_nothing() {
        let audit = Scopes::parse("context:read audit:read").ok();
        assert_eq!(Scopes::granted(Role::Recipient, audit), Err(OAuthError::InvalidScope));
        assert_eq!(Scopes::parse("context:read  audit:read"), Err(OAuthError::InvalidScope));
        assert_eq!(Scopes::parse(""), Err(OAuthError::InvalidScope));
        assert_eq!(Scopes::parse("CONTEXT:READ"), Err(OAuthError::InvalidScope));
        assert_eq!(Scopes::of(Role::Recipient).need(Scope::AuditRead), Err(OAuthError::InsufficientScope));
    }

    proptest! {
        #[test]
        fn asking_narrows_and_never_widens(bits in 0u16..1 << Scope::ALL.len(), role in 0usize..Role::ALL.len()) {
            let (asked, role) = (Scopes(bits), Role::ALL[role]);
            if let Ok(granted) = Scopes::granted(role, Some(asked)) {
                prop_assert_eq!(granted, asked);
                prop_assert_eq!(granted.0 & !Scopes::of(role).0, 0);
            }
            if bits != 0 {
                prop_assert_eq!(Scopes::parse(&asked.to_string()), Ok(asked));
            }
        }
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,64}") {
            let _read = Scopes::parse(&text);
        }
    }
}
