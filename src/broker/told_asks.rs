//! Subscribers are told that an assistant waits for their answer: of each client at most once while something of it waits, and not in their
//! quiet hours, for it waits some minutes only. Deliberately absent: the request path, where a message would tell that there is somebody.
use super::telling::manner;
use super::{Broker, Failure, enrol};
use crate::domain::courier::{Courier, Letter, Says};
use crate::domain::time::At;
use crate::store::link_asks::{self, LinkAsk};
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Tx, recipients, subscribers, tellings};

/// Requests looked at in one go.
const MOST: i64 = 100;

/// Whom to tell, of which recipient.
struct Waits {
    found: Subscriber,
    sealed: Vec<u8>,
    recipient: String,
}

impl Broker {
    /// Tells those whom a request waits for. One that messaging does not take is on their pages alone.
    pub(super) fn tell_asks(&self, courier: &dyn Courier) -> Result<(), Failure> {
        let now = self.now()?;
        for ask in self.store.read("telling.asks", |tx| link_asks::untold(tx, now, MOST))? {
            let waits = self.store.read("telling.ask", |tx| self.waits(tx, &ask, now))?;
            let (subscriber, id) = (ask.subscriber, ask.id);
            let taken = self.store.write("telling.ask", move |tx| link_asks::tell(tx, subscriber, id))?;
            let Some(Waits { found, sealed, recipient }) = waits.filter(|_| taken) else { continue };
            let to = self.open_reference(&sealed, enrol::PLACE, &found.id.0)?;
            let address = format!("{}/me/requests/{id}", self.settings.issuer);
            let says = Says::Asked { recipient: &recipient, address: &address, until: ask.until };
            if let Err(problem) = courier.carry(&Letter { id: id.to_string(), to, at: now, says }) {
                tracing::error!(problem, "a subscriber is not told that somebody asks");
            }
        }
        Ok(())
    }

    /// Who is to be told of a request; nobody where it leads to nobody, at a quiet hour, and where another one of the same client waits.
    fn waits(&self, tx: &mut Tx<'_>, ask: &LinkAsk, now: At) -> Result<Option<Waits>, Fault> {
        let found =
            subscribers::find(tx, ask.subscriber)?.filter(|s| s.ended.is_none() && s.epoch == ask.epoch);
        let Some(found) = found else { return Ok(None) };
        let told = link_asks::of(tx, found.id, now)?.iter().any(|one| one.told && one.client == ask.client);
        let row = tellings::find(tx, found.id)?;
        let quiet = manner(row.as_ref(), self.rhythm(found.home)).quiet_until(now, found.home);
        let client = recipients::find_client(tx, &ask.client)?.and_then(|c| c.recipient);
        let Some(recipient) = client.filter(|_| !told && quiet.is_none()) else { return Ok(None) };
        let recipient = recipients::find(tx, recipient)?;
        let sealed = subscribers::sealed_reference(tx, found.id)?;
        Ok(recipient.zip(sealed).map(|(recipient, sealed)| Waits {
            found,
            sealed,
            recipient: recipient.name,
        }))
    }
}
