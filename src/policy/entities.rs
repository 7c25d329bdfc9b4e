//! From the broker's nouns to Cedar's. Deliberately absent: ids. A verdict may depend only on this closed set, which is what
//! lets it be remembered, and what keeps it from being about one person.
use super::pack::Pack;
use crate::domain::category::Category;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Assurance;
use crate::domain::scene::{Scene, Standing};
use crate::domain::subscriber::{AgeBand, Country, Jurisdiction};
use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression, Schema,
};
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

/// All that a verdict depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Facts {
    pub purpose: Purpose,
    pub category: Category,
    pub home: Jurisdiction,
    pub country: Country,
    pub minor: bool,
    pub guardian: bool,
    pub server: bool,
    pub declared: bool,
    pub transfer: bool,
    pub consented: bool,
    pub stopped: bool,
}

impl Facts {
    /// What of `scene` a verdict may depend on; `pack` is the home country's.
    pub fn of(scene: &Scene<'_>, pack: &Pack) -> Facts {
        Facts {
            purpose: scene.purpose,
            category: scene.category,
            home: scene.home,
            country: scene.recipient.country,
            minor: scene.age == AgeBand::Minor,
            guardian: scene.guardian && matches!(scene.standing, Standing::Live { .. }),
            server: scene.recipient.assurance == Assurance::Server,
            declared: scene.recipient.purposes.contains(&scene.purpose),
            transfer: pack.transfer(scene.recipient.country).is_some(),
            consented: matches!(scene.standing, Standing::Live { .. }),
            stopped: scene.stop.is_some(),
        }
    }
}

/// The request and the entities, checked against the schema. The error is Cedar's, in words.
pub(super) fn request(facts: &Facts, schema: &Schema) -> Result<(Request, Entities), String> {
    let recipient = uid("Recipient", "asker")?;
    let attributes = HashMap::from([
        ("country".to_owned(), RestrictedExpression::new_string(facts.country.as_str().to_owned())),
        word("assurance", "Assurance", if facts.server { "server" } else { "hosted" })?,
        ("declared".to_owned(), RestrictedExpression::new_bool(facts.declared)),
    ]);
    let asker = Entity::new(recipient.clone(), attributes, HashSet::new()).map_err(|e| e.to_string())?;
    let entities = Entities::from_entities([asker], Some(schema)).map_err(|e| e.to_string())?;
    let context = Context::from_pairs([
        word("home", "Home", facts.home.as_str())?,
        word("age", "Age", if facts.minor { "minor" } else { "adult" })?,
        ("consented".to_owned(), RestrictedExpression::new_bool(facts.consented)),
        ("guardian".to_owned(), RestrictedExpression::new_bool(facts.guardian)),
        ("stopped".to_owned(), RestrictedExpression::new_bool(facts.stopped)),
        ("transfer".to_owned(), RestrictedExpression::new_bool(facts.transfer)),
    ])
    .map_err(|e| e.to_string())?;
    let resource = uid("Category", facts.category.as_str())?;
    Request::new(recipient, action(facts.purpose)?, resource, context, Some(schema))
        .map(|r| (r, entities))
        .map_err(|e| e.to_string())
}

/// The action of a purpose: its term without `dpv:`.
pub(super) fn action(purpose: Purpose) -> Result<EntityUid, String> {
    uid("Action", purpose.as_str().trim_start_matches("dpv:"))
}

fn word(key: &str, kind: &str, id: &str) -> Result<(String, RestrictedExpression), String> {
    Ok((key.to_owned(), RestrictedExpression::new_entity_uid(uid(kind, id)?)))
}

fn uid(kind: &str, id: &str) -> Result<EntityUid, String> {
    let kind = EntityTypeName::from_str(kind).map_err(|e| e.to_string())?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}
