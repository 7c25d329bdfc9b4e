//! Consoles: pages that regulators and the operator's own officer look at, and what is written down of a look. Deliberately absent: how
//! they are entered (`broker::console`), what is on them.
use super::client::Role;
use serde::{Deserialize, Serialize};

/// Whose pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Console {
    /// A supervisory authority's.
    Regulator,
    /// The operator's data protection officer's.
    Officer,
}

impl Console {
    /// All of them.
    pub const ALL: [Console; 2] = [Console::Regulator, Console::Officer];

    /// The one that clients of a role may enter.
    pub fn of(role: Role) -> Option<Console> {
        match role {
            Role::Regulator => Some(Console::Regulator),
            Role::Operator => Some(Console::Officer),
            Role::Feed | Role::Recipient | Role::Rescue => None,
        }
    }

    /// Where its pages are, without a slash at the end.
    pub fn path(self) -> &'static str {
        match self {
            Console::Regulator => "/regulator",
            Console::Officer => "/operator/dpo",
        }
    }

    /// The one below which an address is.
    pub fn at(address: &str) -> Option<Console> {
        let below = |c: &Console| {
            address.strip_prefix(c.path()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Console::ALL.into_iter().find(below)
    }
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Page {
    /// The console was entered.
    Enter,
    /// Its first page.
    Home,
    /// An export with its reports.
    Case,
    /// The entries of an export.
    Entries,
    /// One of them.
    Entry,
    /// Entries of an export that were drawn by lot.
    Sample,
    /// An export was taken away.
    Bundle,
    /// Which policies were in force when.
    Policies,
    /// Incidents, and what is due about them.
    Incidents,
    /// One of them.
    Incident,
    /// Whom an incident would touch that is not declared.
    Scope,
    /// What recipients were asked to delete.
    Deletions,
    /// What people and recipients are to be told.
    Notices,
    /// What was spent of what may leave.
    Budgets,
    /// How consents stand.
    Consents,
}

impl Page {
    /// The word in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Page::Enter => "enter",
            Page::Home => "home",
            Page::Case => "case",
            Page::Entries => "entries",
            Page::Entry => "entry",
            Page::Sample => "sample",
            Page::Bundle => "bundle",
            Page::Policies => "policies",
            Page::Incidents => "incidents",
            Page::Incident => "incident",
            Page::Scope => "scope",
            Page::Deletions => "deletions",
            Page::Notices => "notices",
            Page::Budgets => "budgets",
            Page::Consents => "consents",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_below_one_console_and_no_role_has_two() {
        for (address, console) in [
            ("/regulator", Some(Console::Regulator)),
            ("/regulator/cases/x", Some(Console::Regulator)),
            ("/regulatory", None),
            ("/operator/dpo/", Some(Console::Officer)),
            ("/operator", None),
            ("/me", None),
        ] {
            assert_eq!(Console::at(address), console, "{address}");
        }
        let entered: Vec<Console> = Role::ALL.into_iter().filter_map(Console::of).collect();
        assert_eq!(entered.len(), 2);
        assert_ne!(entered[0], entered[1]);
    }
}
