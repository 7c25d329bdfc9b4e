//! Registering recipients and the OAuth clients of every role.
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::crypt::jose::JwkSet;
use crate::domain::client::{Client, Role};
use crate::domain::id::RecipientId;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::record::{Event, Record};
use crate::domain::time::At;
use crate::store::{entries, recipients};

/// How records name the operator's own machine.
const CONSOLE: &str = "console";

impl Broker {
    /// Registers a recipient or replaces its registration.
    /// Its own words stay: those are published by two (`approve`).
    pub fn register_recipient(&self, _caller: &Caller, mut recipient: Recipient) -> Result<(), Failure> {
        check(&recipient)?;
        let now = self.now()?;
        let entry =
            self.operation(now, Some(recipient.id), "recipient.register", recipient.id.to_string())?;
        self.store.write("recipient.register", move |tx| {
            let before = recipients::find(tx, recipient.id)?;
            recipient.wordings = before.map(|r| r.wordings).unwrap_or_default();
            recipients::put(tx, &recipient, now)?;
            entries::append(tx, &entry)
        })?;
        Ok(())
    }

    /// Registers a client or replaces its keys.
    pub fn register_client(&self, caller: &Caller, client: Client) -> Result<(), Failure> {
        let named = (1..=128).contains(&client.id.len()) && client.id.bytes().all(|b| b.is_ascii_graphic());
        if !named {
            return Err(Failure::invalid("id", "1 to 128 visible ASCII characters"));
        }
        if client.id == CONSOLE {
            return Err(Failure::invalid("id", "another one: `console` is the operator's own machine"));
        }
        // Whoever holds a key of one of the operator's systems would else be an agency the next moment.
        if client.role == Role::Rescue && !caller.is_here() {
            let cure = "another one: `rescue` is registered on the operator's own machine alone (`dongui register client`)";
            return Err(Failure::invalid("role", cure));
        }
        if (client.role == Role::Recipient) != client.recipient.is_some() {
            return Err(Failure::invalid("recipient", "needed for the role `recipient` and for no other"));
        }
        if client.role != Role::Recipient && !client.redirect_uris.is_empty() {
            return Err(Failure::invalid("redirect_uris", "for the role `recipient` only"));
        }
        if client.role != Role::Recipient && client.assurance == Assurance::Hosted {
            return Err(Failure::invalid("assurance", "`hosted` is for the role `recipient` only"));
        }
        if !client.is_public() {
            JwkSet::parse(&client.jwks).map_err(|e| Failure::invalid("jwks", e.to_string()))?;
        } else if client.redirect_uris.is_empty() {
            return Err(Failure::invalid("redirect_uris", "needed, where there is no key"));
        }
        let now = self.now()?;
        let rescue = if client.role == Role::Rescue { " (rescue)" } else { "" };
        let which = format!("{}{rescue}", client.id);
        let entry = self.operation(now, client.recipient, "client.register", which)?;
        self.store
            .write("client.register", move |tx| {
                if let Some(recipient) = client.recipient
                    && recipients::find(tx, recipient)?.is_none()
                {
                    return Ok(false);
                }
                recipients::put_client(tx, &client)?;
                entries::append(tx, &entry)?;
                Ok(true)
            })?
            .then_some(())
            .ok_or(Failure::NotFound("recipient"))
    }

    /// A new recipient's id.
    pub fn new_recipient_id(&self) -> Result<RecipientId, Failure> {
        Ok(RecipientId::new(self.now()?, self.rng.as_ref()))
    }

    /// All recipients.
    pub fn recipients(&self) -> Result<Vec<Recipient>, Failure> {
        Ok(self.store.read("recipient.all", recipients::all)?)
    }

    pub(super) fn operation(
        &self,
        at: At,
        recipient: Option<RecipientId>,
        what: &str,
        which: String,
    ) -> Result<crate::store::entries::EntryRow, Failure> {
        let event = Event::Operation { what: what.to_owned(), which };
        Ok(self.entry(&Record { at, subscriber: None, recipient, purpose: None, event })?)
    }
}

fn check(recipient: &Recipient) -> Result<(), Failure> {
    if !(1..=80).contains(&recipient.name.chars().count()) || recipient.name.chars().any(char::is_control) {
        return Err(Failure::invalid("name", "1 to 80 printable characters"));
    }
    if recipient.purposes.is_empty() {
        return Err(Failure::invalid("purposes", "at least one `dpv:` term"));
    }
    for (i, (category, rung)) in recipient.ceiling.iter().enumerate() {
        if recipient.ceiling.iter().take(i).any(|(c, _)| c == category) {
            return Err(Failure::invalid("ceiling", "each category once"));
        }
        if !category.rungs().contains(rung) {
            return Err(Failure::invalid(
                "ceiling",
                format!("`{}` is no rung of `{}`", rung.as_str(), category.as_str()),
            ));
        }
    }
    Ok(())
}
