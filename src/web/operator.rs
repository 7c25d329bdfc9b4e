//! The operator's own systems: enrol, link, invite, register.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::openapi::{
    ClientBody, InvitationAnswer, LinkAnswer, LinkBody, RecipientBody, RegisteredAnswer, SubscriberAnswer,
    SubscriberBody, WebhookSecretAnswer, WebhookSecretBody,
};
use super::people::said;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::Failure;
use crate::domain::client::Client;
use crate::domain::link::RedirectUri;
use crate::oauth::scope::Scope;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, post};

/// Enrols a subscription; one that is enrolled already is answered as it is.
#[utoipa::path(tag = "operator", request_body = SubscriberBody, security(("dpop" = ["subscribers:write"])),
    responses((status = 200, description = "Enrolled", body = SubscriberAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/subscribers")]
pub async fn enrol(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let answer = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::SubscribersWrite)?;
        Ok(match body::json::<SubscriberBody>(&bytes) {
            Ok(wanted) => Ok(b.enrol(
                &caller,
                &body::reference("reference", &wanted.reference)?,
                said(wanted.age, wanted.born.as_deref())?,
                wanted.person,
            )?),
            Err(problem) => Err(problem),
        })
    })
    .await??;
    Ok(HttpResponse::Ok().json(SubscriberAnswer { subscriber: answer.id, person: answer.person }))
}

/// Hands out the pseudonym under which a recipient may ask about a subscription.
#[utoipa::path(tag = "operator", request_body = LinkBody, security(("dpop" = ["links:write"])),
    responses((status = 200, description = "The recipient's pseudonym", body = LinkAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such subscriber or recipient", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/links")]
pub async fn link(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let subject = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::LinksWrite)?;
        Ok(match body::json::<LinkBody>(&bytes) {
            Ok(wanted) => {
                Ok(b.link(&caller, &body::reference("reference", &wanted.reference)?, wanted.recipient)?)
            }
            Err(problem) => Err(problem),
        })
    })
    .await??;
    Ok(HttpResponse::Ok().json(LinkAnswer { subject }))
}

/// Makes a one-time link to a subscriber's own page, to be sent to his phone, or to his guardian's.
#[utoipa::path(tag = "operator", request_body = super::openapi::InvitationBody, security(("dpop" = ["links:write"])),
    responses((status = 200, description = "The link, good once and for 15 minutes", body = InvitationAnswer),
        (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such subscriber, or guardian of his", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/invitations")]
pub async fn invite(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let url = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::LinksWrite)?;
        Ok(match body::json::<super::openapi::InvitationBody>(&bytes) {
            Ok(wanted) => {
                let reference = body::reference("reference", &wanted.reference)?;
                Ok(match wanted.relation {
                    Some(relation) => b.invite_guardian(&caller, &reference, relation)?,
                    None => b.invite(&caller, &reference)?,
                })
            }
            Err(problem) => Err(problem),
        })
    })
    .await??;
    Ok(HttpResponse::Ok().json(InvitationAnswer { url }))
}

/// Registers a recipient with its purposes and the ceiling of its contract, or replaces its registration.
#[utoipa::path(tag = "operator", request_body = RecipientBody, security(("dpop" = ["recipients:write"])),
    responses((status = 200, description = "Registered", body = RegisteredAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/recipients")]
pub async fn register(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let recipient = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::RecipientsWrite)?;
        let wanted = match body::json::<RecipientBody>(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        let id = match wanted.id {
            Some(id) => id,
            None => b.new_recipient_id()?,
        };
        b.register_recipient(&caller, wanted.registration(id)?)?;
        Ok(Ok(id))
    })
    .await??;
    Ok(HttpResponse::Ok().json(RegisteredAnswer { recipient }))
}

/// All recipients.
#[utoipa::path(tag = "operator", security(("dpop" = ["recipients:write"])),
    responses((status = 200, description = "All recipients", body = Vec<RecipientBody>), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/recipients")]
pub async fn recipients(broker: Shared, credentials: Credentials) -> Result<HttpResponse, Problem> {
    let all = run(&broker, move |b| {
        credentials.admit(b, Scope::RecipientsWrite)?;
        b.recipients()
    })
    .await?;
    Ok(HttpResponse::Ok().json(all))
}

/// Registers an OAuth client of any role with its public keys, or replaces them.
#[utoipa::path(tag = "operator", request_body = ClientBody, security(("dpop" = ["recipients:write"])),
    responses((status = 204, description = "Registered"), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such recipient", body = Problem), (status = 422, description = "Unacceptable value", body = Problem),
        (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/clients")]
pub async fn register_client(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::RecipientsWrite)?;
        let wanted = match body::json::<ClientBody>(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        let ClientBody { id, role, recipient, assurance, audience_profile, .. } = wanted;
        let redirect_uris = redirect_uris(wanted.redirect_uris)?;
        let jwks = wanted.jwks.map(|jwks| jwks.to_string()).unwrap_or_default();
        let client = Client { id, role, recipient, assurance, audience_profile, jwks, redirect_uris };
        b.register_client(&caller, client)?;
        Ok(Ok(()))
    })
    .await??;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes the secret that a recipient's webhooks are signed with, told this once. One that it has goes on signing beside it for a day.
#[utoipa::path(tag = "operator", request_body = WebhookSecretBody, security(("dpop" = ["recipients:write"])),
    responses((status = 200, description = "The secret, to be handed to the recipient", body = WebhookSecretAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such recipient", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/webhook-secrets")]
pub async fn renew_webhook_secret(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let new = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::RecipientsWrite)?;
        Ok(match body::json::<WebhookSecretBody>(&bytes) {
            Ok(wanted) => Ok(b.renew_webhook_secret(&caller, wanted.recipient)?),
            Err(problem) => Err(problem),
        })
    })
    .await??;
    let answer = WebhookSecretAnswer { secret: new.text.to_string(), older_until: new.older_until.rfc3339() };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// Addresses that a browser may be sent back to.
///
/// # Errors
/// `Invalid` for one that is none, and for too many.
fn redirect_uris(texts: Vec<String>) -> Result<Vec<RedirectUri>, Failure> {
    let read = |text: &String| RedirectUri::parse(text);
    let all: Option<Vec<RedirectUri>> = texts.iter().map(read).collect();
    all.filter(|all| all.len() <= 16).ok_or_else(|| {
        let cure =
            "16 `https` addresses at most, without user or fragment; `http` for a loopback address only";
        Failure::invalid("redirect_uris", cure)
    })
}
