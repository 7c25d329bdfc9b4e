//! Failures as CAMARA's `ErrorInfo`: the same failures as everywhere, with the codes of its design guide (section 3). Never a personal value in one.
use crate::broker::Failure;
use crate::web::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

/// A failure as it is sent.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ErrorInfo {
    status: u16,
    code: &'static str,
    message: String,
    #[serde(skip)]
    challenge: Option<String>,
}

impl ErrorInfo {
    /// A failure of an API's own.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> ErrorInfo {
        ErrorInfo { status: status.as_u16(), code, message: message.into(), challenge: None }
    }
    /// What cannot be read, or is not acceptable whoever asks.
    pub fn argument(message: impl Into<String>) -> ErrorInfo {
        ErrorInfo::new(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", message)
    }
    /// What can be read and is not to be had.
    pub fn unprocessable(code: &'static str, message: impl Into<String>) -> ErrorInfo {
        ErrorInfo::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }
    /// What the token, the contract or the subscriber does not allow.
    pub fn forbidden(message: impl Into<String>) -> ErrorInfo {
        ErrorInfo::new(StatusCode::FORBIDDEN, "PERMISSION_DENIED", message)
    }
}

impl From<Problem> for ErrorInfo {
    fn from(problem: Problem) -> ErrorInfo {
        let (status, code) = match problem.status_code() {
            // The guide keeps 422 for what is not to be had.
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
                (StatusCode::BAD_REQUEST, "INVALID_ARGUMENT")
            }
            StatusCode::UNAUTHORIZED => (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
            StatusCode::FORBIDDEN => (StatusCode::FORBIDDEN, "PERMISSION_DENIED"),
            StatusCode::NOT_FOUND => (StatusCode::NOT_FOUND, "NOT_FOUND"),
            StatusCode::PAYLOAD_TOO_LARGE => (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"),
            StatusCode::SERVICE_UNAVAILABLE => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
            _ => (StatusCode::CONFLICT, "INCOMPATIBLE_STATE"),
        };
        let challenge = problem.challenge().map(str::to_owned);
        ErrorInfo { challenge, ..ErrorInfo::new(status, code, problem.detail()) }
    }
}

impl From<Failure> for ErrorInfo {
    fn from(failure: Failure) -> ErrorInfo {
        Problem::from(failure).into()
    }
}

impl std::fmt::Display for ErrorInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.message)
    }
}

impl ResponseError for ErrorInfo {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CACHE_CONTROL, "no-store"));
        if let Some(challenge) = &self.challenge {
            response.insert_header((WWW_AUTHENTICATE, challenge.as_str()));
        }
        if self.status == 503 {
            response.insert_header((RETRY_AFTER, "1"));
        }
        response.json(self)
    }
}

impl actix_web::Responder for ErrorInfo {
    type Body = actix_web::body::BoxBody;
    fn respond_to(self, _: &actix_web::HttpRequest) -> HttpResponse {
        self.error_response()
    }
}
