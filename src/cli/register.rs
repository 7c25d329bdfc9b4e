//! `dongui register`: what the operator's systems do over the API, from his own machine.
use super::metadata::Told;
use super::{Answer, Installation, Trouble};
use crate::broker::authenticate::Caller;
use crate::domain::age::Age;
use crate::domain::client::{AudienceProfile, Client, Role};
use crate::domain::id::RecipientId;
use crate::domain::id::RelationId;
use crate::domain::link::RedirectUri;
use crate::domain::recipient::Assurance;
use crate::domain::subscriber::Reference;
use crate::web::openapi::RecipientBody;
use clap::Subcommand;
use serde_json::json;
use std::path::PathBuf;

/// What to register.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register a recipient from a JSON file as `POST /v1/recipients` takes it.
    Recipient {
        /// The file.
        file: PathBuf,
    },
    /// Register an OAuth client with its public keys.
    Client {
        /// Its id.
        #[arg(long, required_unless_present = "metadata")]
        id: Option<String>,
        /// operator, feed, regulator, recipient, or rescue: one agency that may ask where somebody is whose life is in danger, and nothing else.
        #[arg(long, value_parser = role)]
        role: Role,
        /// For the role `recipient`: which, `rcp_…`.
        #[arg(long, value_parser = recipient)]
        recipient: Option<RecipientId>,
        /// A hosted assistant, which asks in the name of who uses it: a code and a bearer token are enough, and it hears less.
        #[arg(long)]
        hosted: bool,
        /// What its assertions name as their audience: `fapi`, the issuer, or `camara`, the endpoint that they are sent to.
        #[arg(long, value_name = "PROFILE", default_value = "fapi", value_parser = audience_profile)]
        audience_profile: AudienceProfile,
        /// JWK Set file; a hosted assistant may have none.
        #[arg(long, value_name = "FILE", required_unless_present_any = ["hosted", "metadata"])]
        jwks: Option<PathBuf>,
        /// A hosted assistant as the document at this address says, which is read now; the address is its id.
        #[arg(long, value_name = "URL", conflicts_with_all = ["id", "jwks", "redirect_uri"])]
        metadata: Option<String>,
        /// Where browsers are sent back to after a subscriber decided whether to be linked; several times for several.
        #[arg(long, value_name = "URI", value_parser = redirect_uri)]
        redirect_uri: Vec<RedirectUri>,
    },
    /// Make the secret that a recipient's webhooks are signed with; one that it has goes on signing beside it for a day.
    WebhookSecret {
        /// The recipient, `rcp_…`.
        #[arg(long, value_parser = recipient)]
        recipient: RecipientId,
    },
    /// Enrol subscribers: phone numbers or account references, one a line; `-` is standard input.
    Subscribers {
        /// The file. Behind a comma a line may say `adult`, `minor` or a day of birth, which is not kept.
        file: PathBuf,
        /// Of lines that do not say: `adult`, `minor`, or a day of birth such as `2012-03-05`.
        #[arg(long, default_value = "adult", value_parser = super::people::age)]
        age: Age,
    },
    /// Hand out the pseudonym under which a recipient may ask about a subscriber.
    Link {
        /// Phone number or account reference.
        #[arg(long)]
        subscriber: String,
        /// The recipient, `rcp_…`.
        #[arg(long, value_parser = recipient)]
        recipient: RecipientId,
    },
    /// Make a one-time link to a subscriber's own page.
    Invitation {
        /// Phone number or account reference.
        #[arg(long)]
        subscriber: String,
        /// For his guardian: the relation, `rel_…`.
        #[arg(long, value_parser = super::people::relation)]
        relation: Option<RelationId>,
        /// The link wants a code, printed below it, that goes to the subscriber by another way.
        #[arg(long, conflicts_with = "relation")]
        code: bool,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "one of operator, feed, regulator, recipient, rescue".to_owned())
}

fn audience_profile(text: &str) -> Result<AudienceProfile, String> {
    AudienceProfile::parse(text).ok_or_else(|| "one of fapi, camara".to_owned())
}

fn recipient(text: &str) -> Result<RecipientId, String> {
    RecipientId::parse(text).ok_or_else(|| "an id `rcp_…`".to_owned())
}

fn redirect_uri(text: &str) -> Result<RedirectUri, String> {
    let cure = "an `https` address without user or fragment; `http` for a loopback address only";
    RedirectUri::parse(text).ok_or_else(|| cure.to_owned())
}

pub(super) fn reference(text: &str) -> Result<Reference, Trouble> {
    Reference::parse(text).ok_or_else(|| {
        Trouble("`--subscriber`: a phone number in E.164 form or an account reference".to_owned())
    })
}

/// A line: a reference, and behind a comma what is said of the age.
fn subscriber(line: &str, usual: Age) -> Option<(Reference, Age)> {
    match line.split_once(',') {
        Some((reference, age)) => Some((Reference::parse(reference)?, Age::parse(age.trim())?)),
        None => Some((Reference::parse(line)?, usual)),
    }
}

/// A file, or standard input for `-`.
pub fn read(path: &PathBuf) -> Result<String, Trouble> {
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|e| Trouble::file(path, &e))
}

pub fn run(installation: &Installation, command: Command) -> Result<Answer, Trouble> {
    let broker = installation.broker()?;
    let console = Caller::console();
    match command {
        Command::Recipient { file } => {
            let wanted: RecipientBody = serde_json::from_str(&read(&file)?)
                .map_err(|e| Trouble(format!("`{}`: {e}", file.display())))?;
            let id = wanted.id.map_or_else(|| broker.new_recipient_id(), Ok)?;
            broker.register_recipient(&console, wanted.registration(id)?)?;
            Ok(Answer::new(id.to_string(), json!({ "recipient": id })))
        }
        Command::Client { id, role, recipient, hosted, audience_profile, jwks, metadata, redirect_uri } => {
            let assurance = if hosted || metadata.is_some() { Assurance::Hosted } else { Assurance::Server };
            let (id, jwks, redirect_uris) = match metadata {
                Some(address) => {
                    let Told { redirect_uris, jwks } = super::metadata::read(&address)?;
                    (address, jwks, redirect_uris)
                }
                None => {
                    let jwks = jwks.map(|file| read(&file)).transpose()?.unwrap_or_default();
                    (id.unwrap_or_default(), jwks, redirect_uri)
                }
            };
            let named = id.clone();
            let client = Client { id, role, recipient, assurance, audience_profile, jwks, redirect_uris };
            broker.register_client(&console, client)?;
            let id = named;
            Ok(Answer::new(format!("client `{id}` registered"), json!({ "client": id })))
        }
        Command::WebhookSecret { recipient } => {
            let new = broker.renew_webhook_secret(&console, recipient)?;
            let older_until = new.older_until.rfc3339();
            Ok(Answer::new(
                new.text.as_str(),
                json!({ "secret": new.text.as_str(), "older_until": older_until }),
            ))
        }
        Command::Subscribers { file, age } => {
            let text = read(&file)?;
            let (mut enrolled, mut rejected) = (0u64, Vec::new());
            for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
                match subscriber(line, age) {
                    Some((reference, age)) => {
                        broker.enrol(&console, &reference, age, None)?;
                        enrolled += 1;
                    }
                    None => rejected.push(i + 1),
                }
            }
            let text =
                format!("{enrolled} enrolled, {} lines are no reference: {rejected:?}", rejected.len());
            Ok(Answer {
                text,
                json: json!({ "enrolled": enrolled, "rejected_lines": rejected }),
                holds: rejected.is_empty(),
            })
        }
        Command::Link { subscriber, recipient } => {
            let subject = broker.link(&console, &reference(&subscriber)?, recipient)?;
            Ok(Answer::new(subject.clone(), json!({ "subject": subject })))
        }
        Command::Invitation { subscriber, relation, code } => {
            let reference = reference(&subscriber)?;
            if code {
                let (url, code) = broker.invite_with_code(&console, &reference)?;
                return Ok(Answer::new(format!("{url}\n{code}"), json!({ "url": url, "code": code })));
            }
            let url = match relation {
                Some(relation) => broker.invite_guardian(&console, &reference, relation)?,
                None => broker.invite(&console, &reference)?,
            };
            Ok(Answer::new(url.clone(), json!({ "url": url })))
        }
    }
}
