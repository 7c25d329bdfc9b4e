//! `dongui client register`: a recipient to try things with, from the operator's own machine. Deliberately absent: consent, which is the subscriber's.
use super::client::{Trial, make_key};
use super::register::reference;
use super::{Answer, Installation, Trouble};
use crate::broker::authenticate::Caller;
use crate::domain::category::Category;
use crate::domain::client::{Client, Role};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::subscriber::{AgeBand, Country};
use serde_json::json;

/// Registers it and its client, and hands out its pseudonym of a subscriber.
pub(super) fn registered(installation: &Installation, trial: &Trial) -> Result<Answer, Trouble> {
    let (broker, console) = (installation.broker()?, Caller::console());
    let reference = reference(&trial.subscriber)?;
    let country = Country::parse(installation.home.as_str());
    let country = country.ok_or_else(|| Trouble("the home country is no country".to_owned()))?;
    // The key comes first: what fails here has registered nothing.
    let key = make_key(&trial.out, &trial.client)?;
    let id = broker.new_recipient_id()?;
    let finest = |category: Category| category.rungs().last().map(|precision| (category, *precision));
    broker.register_recipient(
        &console,
        Recipient {
            id,
            name: trial.client.clone(),
            country,
            assurance: Assurance::Server,
            purposes: Purpose::ALL.to_vec(),
            ceiling: Category::ALL.into_iter().filter_map(finest).collect(),
            webhook: None,
            consent_management: false,
            wordings: Vec::new(),
        },
    )?;
    let jwks = serde_json::to_string(&key.jwks()).map_err(Trouble::of)?;
    let client = Client {
        id: trial.client.clone(),
        role: Role::Recipient,
        recipient: Some(id),
        assurance: Assurance::Server,
        audience_profile: Default::default(),
        jwks,
        redirect_uris: Vec::new(),
    };
    broker.register_client(&console, client)?;
    broker.enrol(&console, &reference, AgeBand::Adult, None)?;
    let subject = broker.link(&console, &reference, id)?;
    let text = format!("{subject}\n\nis whom `{}` may ask about; {id}", trial.client);
    Ok(Answer::new(text, json!({ "client": trial.client, "recipient": id, "subject": subject })))
}
