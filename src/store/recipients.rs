//! Recipients and OAuth clients: small reference tables.
use super::schema::{clients, recipients};
use super::tx::on;
use super::{Fault, Tx, counters};
use crate::domain::client::{AudienceProfile, Client, Role};
use crate::domain::id::RecipientId;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::time::At;
use diesel::prelude::*;

/// Writes the registration; an older one is replaced.
pub fn put(tx: &mut Tx<'_>, recipient: &Recipient, at: At) -> Result<(), Fault> {
    let document = serde_json::to_string(recipient).map_err(|_| Fault::Corrupt("recipients"))?;
    let row = (
        recipients::id.eq(recipient.id.0.as_slice()),
        recipients::document.eq(document.as_str()),
        recipients::created_at.eq(at.0),
    );
    on!(tx, c => diesel::insert_into(recipients::table).values(row).on_conflict(recipients::id)
        .do_update().set(recipients::document.eq(document.as_str())).execute(c))?;
    counters::next(tx, counters::REGISTRATIONS).map(drop)
}

/// By id.
pub fn find(tx: &mut Tx<'_>, id: RecipientId) -> Result<Option<Recipient>, Fault> {
    let text: Option<String> = on!(tx, c => recipients::table.find(id.0.as_slice()).select(recipients::document).get_result(c).optional())?;
    text.map(|t| read(&t)).transpose()
}

/// All of them, in id order.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Recipient>, Fault> {
    let texts: Vec<String> =
        on!(tx, c => recipients::table.order(recipients::id.asc()).select(recipients::document).load(c))?;
    texts.iter().map(|t| read(t)).collect()
}

fn read(text: &str) -> Result<Recipient, Fault> {
    serde_json::from_str(text).map_err(|_| Fault::Corrupt("recipients"))
}

/// Writes a client; an older one of the same id is replaced.
pub fn put_client(tx: &mut Tx<'_>, client: &Client) -> Result<(), Fault> {
    let redirect_uris =
        serde_json::to_string(&client.redirect_uris).map_err(|_| Fault::Corrupt("clients"))?;
    let changed = (
        clients::role.eq(client.role.as_str()),
        clients::recipient_id.eq(client.recipient.as_ref().map(|r| r.0.as_slice())),
        clients::jwks.eq(client.jwks.as_str()),
        clients::redirect_uris.eq(redirect_uris.as_str()),
        clients::assurance.eq(client.assurance.as_str()),
        clients::audience_profile.eq(client.audience_profile.as_str()),
    );
    let row = (clients::client_id.eq(client.id.as_str()), changed);
    on!(tx, c => diesel::insert_into(clients::table).values(row).on_conflict(clients::client_id)
        .do_update().set(changed).execute(c))?;
    counters::next(tx, counters::REGISTRATIONS).map(drop)
}

type ClientRow = (String, String, Option<Vec<u8>>, String, String, String, String);

/// A client by id.
pub fn find_client(tx: &mut Tx<'_>, id: &str) -> Result<Option<Client>, Fault> {
    let row: Option<ClientRow> = on!(tx, c => clients::table.find(id).get_result(c).optional())?;
    let Some((id, role, recipient, jwks, redirect_uris, assurance, profile)) = row else { return Ok(None) };
    let role = Role::parse(&role).ok_or(Fault::Corrupt("clients"))?;
    let recipient =
        recipient.map(|r| RecipientId::from_slice(&r).ok_or(Fault::Corrupt("clients"))).transpose()?;
    let redirect_uris = serde_json::from_str(&redirect_uris).map_err(|_| Fault::Corrupt("clients"))?;
    let assurance = Assurance::parse(&assurance).ok_or(Fault::Corrupt("clients"))?;
    let audience_profile = AudienceProfile::parse(&profile).ok_or(Fault::Corrupt("clients"))?;
    Ok(Some(Client { id, role, recipient, assurance, audience_profile, jwks, redirect_uris }))
}
