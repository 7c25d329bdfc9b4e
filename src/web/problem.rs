//! Failures as RFC 9457 problems. Never a personal value in one.
use crate::broker::Failure;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

/// Words that changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Difference {
    /// Then; empty where it said nothing of its own.
    before: String,
    /// Now.
    now: String,
}

/// A problem as it is sent, `application/problem+json`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Kind of problem; `urn:dongui:problem:<word>`.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in words.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What is wrong and how to mend it.
    detail: String,
    /// Which field or parameter, where one is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    /// What a recipient said when its question was shown, and what it says now, where that is the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<Box<Difference>>,
    #[serde(skip)]
    challenge: Option<String>,
}

impl Problem {
    fn new(word: &str, title: &'static str, status: StatusCode, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("urn:dongui:problem:{word}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            field: None,
            difference: None,
            challenge: None,
        }
    }
    /// A body or parameter that cannot be read.
    pub fn bad_request(detail: impl Into<String>) -> Problem {
        Problem::new("malformed", "the request cannot be read", StatusCode::BAD_REQUEST, detail)
    }
    /// A body longer than `most` bytes.
    pub fn too_large(most: usize) -> Problem {
        let detail = format!("the body is longer than {most} bytes");
        Problem::new("too-large", "the request is too large", StatusCode::PAYLOAD_TOO_LARGE, detail)
    }
    /// No such address.
    pub fn not_found(what: &str) -> Problem {
        Problem::new("not-found", "not found", StatusCode::NOT_FOUND, format!("{what} not found"))
    }
    /// Nothing can be done now.
    pub fn halted(detail: impl Into<String>) -> Problem {
        Problem::new("unavailable", "temporarily unavailable", StatusCode::SERVICE_UNAVAILABLE, detail)
    }
}

impl Problem {
    /// What is wrong and how to mend it.
    pub fn detail(&self) -> &str {
        &self.detail
    }
    /// How to prove oneself, where that is the problem.
    pub fn challenge(&self) -> Option<&str> {
        self.challenge.as_deref()
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status, self.title, self.detail)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Problem {
        let detail = failure.to_string();
        match failure {
            Failure::Unproven(e) => {
                let (status, challenge) = e.challenge("");
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNAUTHORIZED);
                let status =
                    if status == StatusCode::BAD_REQUEST { StatusCode::UNAUTHORIZED } else { status };
                let (word, title) = match status {
                    StatusCode::FORBIDDEN => ("forbidden", "not allowed"),
                    _ => ("unproven", "the caller is not proven"),
                };
                let mut p = Problem::new(word, title, status, detail);
                p.challenge = Some(challenge);
                p
            }
            Failure::Forbidden(_) | Failure::Unregistered(_) => {
                Problem::new("forbidden", "not allowed", StatusCode::FORBIDDEN, detail)
            }
            Failure::Stranger => {
                Problem::new("stranger", "no page for this login", StatusCode::FORBIDDEN, detail)
            }
            Failure::DeadLink => Problem::new("dead-link", "link not valid", StatusCode::GONE, detail),
            Failure::Invalid { field, .. } => {
                let mut p = Problem::new(
                    "invalid",
                    "a value is not acceptable",
                    StatusCode::UNPROCESSABLE_ENTITY,
                    detail,
                );
                p.field = Some(field);
                p
            }
            Failure::NotFound(_) => Problem::new("not-found", "not found", StatusCode::NOT_FOUND, detail),
            Failure::NoRule(_) => {
                Problem::new("no-rule", "no rule has it told", StatusCode::FORBIDDEN, detail)
            }
            Failure::TooMany(_) => {
                Problem::new("too-many", "too many people", StatusCode::TOO_MANY_REQUESTS, detail)
            }
            Failure::Conflict(_) => {
                Problem::new("conflict", "the state does not allow it", StatusCode::CONFLICT, detail)
            }
            Failure::Moved => {
                let status = StatusCode::PRECONDITION_FAILED;
                Problem::new("moved", "something was decided in between", status, detail)
            }
            Failure::Outdated { before, now, .. } => {
                let mut p = Problem::new("outdated", "the words have changed", StatusCode::CONFLICT, detail);
                p.difference = Some(Box::new(Difference { before, now }));
                p
            }
            Failure::Halted(_) | Failure::Fault(_) => {
                tracing::error!(problem = %detail, "refused");
                Problem::halted(detail)
            }
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response
            .insert_header((CONTENT_TYPE, "application/problem+json"))
            .insert_header((CACHE_CONTROL, "no-store"));
        if let Some(challenge) = &self.challenge {
            response.insert_header((WWW_AUTHENTICATE, challenge.as_str()));
        }
        // Among many people of an hour one falls out about every minute.
        let again = match self.status {
            503 => Some("1"),
            429 => Some("60"),
            _ => None,
        };
        if let Some(again) = again {
            response.insert_header((RETRY_AFTER, again));
        }
        response.body(serde_json::to_vec(self).unwrap_or_default())
    }
}
