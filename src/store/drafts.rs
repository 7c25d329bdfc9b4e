//! What wants the word of two people before it holds, and who stands for it.
use super::schema::{approvals, drafts};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::time::At;
use diesel::prelude::*;

/// A draft as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// SHA-256 of kind and document, hex.
    pub hash: String,
    /// What it is.
    pub kind: String,
    /// Canonical JSON.
    pub document: String,
}

/// Keeps a draft; a repeat changes nothing.
pub fn put(tx: &mut Tx<'_>, draft: &Draft, at: At) -> Result<(), Fault> {
    let row = (
        drafts::hash.eq(draft.hash.as_str()),
        drafts::kind.eq(draft.kind.as_str()),
        drafts::document.eq(draft.document.as_str()),
        drafts::at.eq(at.0),
    );
    on!(tx, c => diesel::insert_into(drafts::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// A draft by its hash.
pub fn find(tx: &mut Tx<'_>, hash: &str) -> Result<Option<Draft>, Fault> {
    let row: Option<(String, String, String)> = on!(tx, c => drafts::table.find(hash)
        .select((drafts::hash, drafts::kind, drafts::document)).get_result(c).optional())?;
    Ok(row.map(|(hash, kind, document)| Draft { hash, kind, document }))
}

/// All of a kind, newest first.
pub fn all(tx: &mut Tx<'_>, kind: &str) -> Result<Vec<Draft>, Fault> {
    let rows: Vec<(String, String, String)> = on!(tx, c => drafts::table.filter(drafts::kind.eq(kind))
        .order((drafts::at.desc(), drafts::hash.asc())).select((drafts::hash, drafts::kind, drafts::document)).load(c))?;
    Ok(rows.into_iter().map(|(hash, kind, document)| Draft { hash, kind, document }).collect())
}

/// Writes down that a client stands for it; false when it did already.
pub fn approve(tx: &mut Tx<'_>, hash: &str, client: &str, at: At) -> Result<bool, Fault> {
    let row = (approvals::hash.eq(hash), approvals::client_id.eq(client), approvals::at.eq(at.0));
    let added =
        on!(tx, c => diesel::insert_into(approvals::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(added == 1)
}

/// Who stands for it, first come first.
pub fn approved_by(tx: &mut Tx<'_>, hash: &str) -> Result<Vec<String>, Fault> {
    Ok(on!(tx, c => approvals::table.filter(approvals::hash.eq(hash))
        .order((approvals::at.asc(), approvals::client_id.asc())).select(approvals::client_id).load(c))?)
}
