//! `dongui console`: a link into a console, for whoever has the key of a client that may look. Deliberately absent: the machine's own way in; a
//! console is entered on behalf of a registered client or not at all.
use super::client::read_key;
use super::connection::{Connection, agent};
use super::{Answer, Installation, Trouble};
use crate::ambient::SystemClock;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

/// Where links are asked for.
const VISITS: &str = "/v1/console/visits";

/// Who looks and why.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Why: the number of a case, or a provision of law. It is recorded with every look.
    #[arg(long)]
    ground: String,
    /// The client's id: one of the role `regulator`, or `operator` for its data protection officer.
    #[arg(long, value_name = "ID")]
    client: String,
    /// The client's key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Trust the authorities in this PEM file instead of the usual ones, for a broker behind a private authority.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

pub fn run(installation: &Installation, a: &Arguments) -> Result<Answer, Trouble> {
    let (key, agent) = (read_key(&a.key, &a.client)?, agent(a.ca.as_deref())?);
    let connection = Connection::new(key, &installation.issuer, agent, Arc::new(SystemClock));
    let answer = connection.post(VISITS, &json!({ "ground": a.ground }))?.success()?;
    let url = answer["url"].as_str().unwrap_or_default().to_owned();
    Ok(Answer::new(url, answer))
}
