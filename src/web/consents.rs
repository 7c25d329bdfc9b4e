//! The operator's own app, where its subscribers are logged in: what was shown, what they answered, what holds. The pages (`screens`) do
//! the same for everyone who has none.
use super::body::{self, Body};
use super::consent_body::{
    AnswerBody, ChangeBody, CheckAnswer, CheckBody, ConsentsAnswer, DecidedAnswer, StateBody,
};
use super::credentials::Credentials;
use super::problem::Problem;
use super::showing_body::{ShowingAnswer, ShowingBody};
use super::{Shared, run};
use crate::broker::condition::Condition;
use crate::broker::consent::{Decided, Wish};
use crate::broker::{Broker, Failure};
use crate::domain::consent::{Actor, Capture};
use crate::domain::time::At;
use crate::oauth::scope::Scope;
use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderMap, IF_MATCH};
use actix_web::{HttpRequest, HttpResponse, post};

/// How these decisions reached us, as the record says it.
const CHANNEL: &str = "app";
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Longest key, characters.
const LONGEST_KEY: usize = 128;

/// What the headers ask for.
struct Asked {
    seen: Option<i64>,
    key: Option<String>,
}

impl Asked {
    fn read(headers: &HeaderMap) -> Result<Asked, Problem> {
        let text = |name: &str| {
            let mut all = headers.get_all(name);
            match (all.next(), all.next()) {
                (None, _) => Ok(None),
                (Some(one), None) => one.to_str().map(Some).map_err(|_| ()),
                _ => Err(()),
            }
        };
        let key = text(IDEMPOTENCY_KEY).ok().filter(|key| {
            key.is_none_or(|k| {
                (1..=LONGEST_KEY).contains(&k.len()) && k.bytes().all(|b| b.is_ascii_graphic())
            })
        });
        let key = key.ok_or_else(|| {
            Problem::bad_request("`Idempotency-Key`: once, 1 to 128 visible ASCII characters")
        })?;
        let number = |tag: &str| tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
        let seen = match text(IF_MATCH.as_str()) {
            Ok(None | Some("*")) => None,
            Ok(Some(tag)) => Some(number(tag).ok_or(())),
            Err(()) => Some(Err(())),
        };
        let seen = seen
            .transpose()
            .map_err(|()| Problem::bad_request("`If-Match`: one tag as `ETag` gave it, such as `\"7\"`"))?;
        Ok(Asked { seen, key: key.map(str::to_owned) })
    }

    fn condition(&self, client: &str, body: &[u8]) -> Condition {
        Condition::new().seen(self.seen).key(client, self.key.as_deref(), body)
    }
}

fn answered(decided: &Decided, now: At) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    if let Some(seq) = decided.seq {
        response.insert_header((ETAG, format!("\"{seq}\"")));
    }
    response.json(DecidedAnswer::of(decided, now))
}

/// Signs questions as the app is about to show them. Nothing is recorded until they are answered.
#[utoipa::path(tag = "app", request_body = ShowingBody, security(("dpop" = ["consents:write"])),
    responses((status = 200, description = "The signed showing", body = ShowingAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such subscriber or recipient", body = Problem), (status = 422, description = "Unacceptable value, such as a yes that stands there beforehand", body = Problem),
        (status = 503, description = "Cannot answer", body = Problem)))]
#[post("/v1/showings")]
pub async fn show(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let (token, until) = run(&broker, move |b| {
        credentials.admit(b, Scope::ConsentsWrite)?;
        let wanted = match body::json::<ShowingBody>(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        let subscriber = b.subscriber_id(&body::reference("reference", &wanted.reference)?)?;
        let all = b.recipients()?;
        let recipient =
            all.iter().find(|r| r.id == wanted.recipient).ok_or(Failure::NotFound("recipient"))?;
        let puts = wanted.questions.into_iter().map(|q| q.put()).collect::<Result<Vec<_>, _>>()?;
        let token = b.present(subscriber, recipient, &puts)?;
        let until = b.shown(subscriber, &token, recipient.id)?.until;
        Ok(Ok((token, until)))
    })
    .await??;
    let answer = ShowingAnswer { showing: token, until: until.rfc3339() };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// Runs a wish that the body holds, on the conditions that the headers hold.
async fn decide<B: serde::de::DeserializeOwned>(
    broker: Shared,
    credentials: Credentials,
    request: HttpRequest,
    bytes: Body,
    read: impl FnOnce(&Broker, B) -> Result<(String, bool, Wish), Failure> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(request.headers());
    let path = request.path().to_owned();
    let (decided, now) = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::ConsentsWrite)?;
        let (asked, wanted) = match (asked, body::json::<B>(&bytes)) {
            (Ok(asked), Ok(wanted)) => (asked, wanted),
            (Err(problem), _) | (_, Err(problem)) => return Ok(Err(problem)),
        };
        let (whose, by_staff, wish) = read(b, wanted)?;
        let subscriber = b.subscriber_id(&body::reference("reference", &whose)?)?;
        let actor = if by_staff { Actor::Staff } else { Actor::Subscriber };
        let condition = asked.condition(&caller.client().id, &[path.as_bytes(), &bytes].concat());
        let by = Capture { actor, channel: CHANNEL, relation: None };
        Ok(Ok((b.decide_if(subscriber, &wish, by, Some(&condition))?, b.now()?)))
    })
    .await??;
    Ok(answered(&decided, now))
}

/// Takes a subscriber's answer to one question. A yes names the showing; what staff writes down waits for the subscriber's own yes.
#[utoipa::path(tag = "app", request_body = AnswerBody, security(("dpop" = ["consents:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within a day, the same request is answered the same and counts once"),
        ("If-Match" = Option<String>, Header, description = "`ETag` of the consents as the caller has seen them")),
    responses((status = 200, description = "What changed; `ETag` is the number of the last event", body = DecidedAnswer), (status = 400, description = "Malformed body or header", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such subscriber or recipient", body = Problem), (status = 409, description = "The state does not know it, the question was answered, the words have changed, or the key stood over another request", body = Problem),
        (status = 412, description = "Something was decided in between", body = Problem), (status = 422, description = "Unacceptable value, or a yes without its showing", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/consents/answers")]
pub async fn take(
    broker: Shared,
    credentials: Credentials,
    request: HttpRequest,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let read = |b: &Broker, wanted: AnswerBody| {
        let (whose, by_staff) = (wanted.reference.clone(), wanted.staff);
        Ok((whose, by_staff, wanted.wish(b.now()?)?))
    };
    decide(broker, credentials, request, bytes, read).await
}

/// Pauses, resumes, renews or withdraws: one consent, all of a recipient or a purpose, or everything.
#[utoipa::path(tag = "app", request_body = ChangeBody, security(("dpop" = ["consents:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within a day, the same request is answered the same and counts once"),
        ("If-Match" = Option<String>, Header, description = "`ETag` of the consents as the caller has seen them")),
    responses((status = 200, description = "What changed; `ETag` is the number of the last event", body = DecidedAnswer), (status = 400, description = "Malformed body or header", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such subscriber", body = Problem), (status = 409, description = "The state of the one consent named does not know it, or the key stood over another request", body = Problem),
        (status = 412, description = "Something was decided in between", body = Problem), (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/consents/changes")]
pub async fn change(
    broker: Shared,
    credentials: Credentials,
    request: HttpRequest,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let read = |_: &Broker, wanted: ChangeBody| {
        let (whose, by_staff) = (wanted.reference.clone(), wanted.staff);
        Ok((whose, by_staff, wanted.wish()?))
    };
    decide(broker, credentials, request, bytes, read).await
}

/// What a subscriber decided and is asked; `ETag` goes into `If-Match`.
#[utoipa::path(tag = "app", request_body = StateBody, security(("dpop" = ["consents:write"])),
    responses((status = 200, description = "What holds", body = ConsentsAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such subscriber", body = Problem), (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[post("/v1/consents/state")]
pub async fn holds(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let (overview, now) = run(&broker, move |b| {
        credentials.admit(b, Scope::ConsentsWrite)?;
        let wanted = match body::json::<StateBody>(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        Ok(Ok((b.overview(b.subscriber_id(&body::reference("reference", &wanted.reference)?)?)?, b.now()?)))
    })
    .await??;
    let answer = ConsentsAnswer::of(&overview, now);
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((ETAG, format!("\"{}\"", overview.last)))
        .json(answer))
}

/// What holds for one recipient, purpose and category, at an instant as it was known at another, with the events that say so. The default is no.
#[utoipa::path(tag = "app", request_body = CheckBody, security(("dpop" = ["consents:write"])),
    responses((status = 200, description = "What holds", body = CheckAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such subscriber", body = Problem), (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[post("/v1/consents/check")]
pub async fn check(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let held = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::ConsentsWrite)?;
        let wanted = match body::json::<CheckBody>(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        Ok(Ok(b.as_of(&caller, &body::reference("reference", &wanted.reference)?, &wanted.asked()?)?))
    })
    .await??;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(CheckAnswer::from(&held)))
}
