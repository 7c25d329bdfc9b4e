//! What is due, for the operator's data protection officer and whoever watches for him. It counts people and names nobody.
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::due::{Due, Duty};
use crate::domain::id::{BreachId, RecipientId};
use crate::domain::subscriber::Jurisdiction;
use crate::oauth::scope::Scope;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

/// A duty and by when it is due.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueAnswer {
    /// `subscribers` and `authority` are told of an incident; `deletion`: a recipient answers requests to delete; `letters`, `digests`, `emergencies`: subscribers are told of what left, of
    /// a year, or that a rescue agency asked; `export`: two people stand for one, or it lapses.
    #[schema(value_type = String, example = "subscribers")]
    pub duty: &'static str,
    /// By when, RFC 3339; of several alike the earliest.
    pub by: String,
    /// Whether that is over.
    pub late: bool,
    /// How many people, requests or exports it is about.
    pub count: u64,
    /// The incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub breach: Option<BreachId>,
    /// Whose subscribers or authority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "KR")]
    pub home: Option<Jurisdiction>,
    /// Which recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub recipient: Option<RecipientId>,
    /// Which export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export: Option<String>,
    /// The rule it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

impl From<Due> for DueAnswer {
    fn from(Due { duty, by, late, count, citation }: Due) -> DueAnswer {
        let word = duty.as_str();
        let (breach, home, recipient, export) = match duty {
            Duty::Subscribers(id, home) | Duty::Authority(id, home) => (Some(id), Some(home), None, None),
            Duty::Deletion(id) => (None, None, Some(id), None),
            Duty::Letters | Duty::Digests | Duty::Emergencies => (None, None, None, None),
            Duty::Export(id) => (None, None, None, Some(id)),
        };
        DueAnswer {
            duty: word,
            by: by.rfc3339(),
            late,
            count,
            breach,
            home,
            recipient,
            export,
            rule: citation,
        }
    }
}

/// Everything that is due or will be, the earliest first.
#[utoipa::path(tag = "operator", security(("dpop" = ["officer:look"])),
    responses((status = 200, description = "What is due", body = Vec<DueAnswer>), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/dues")]
pub async fn dues(broker: Shared, credentials: Credentials) -> Result<HttpResponse, Problem> {
    let all = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::OfficerLook)?;
        b.dues(&caller)
    })
    .await?;
    let all: Vec<DueAnswer> = all.into_iter().map(DueAnswer::from).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(all))
}
