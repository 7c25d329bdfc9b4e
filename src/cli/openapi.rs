//! `dongui openapi`.
use super::{Answer, Trouble};
use utoipa::OpenApi;

pub fn run() -> Result<Answer, Trouble> {
    let document = crate::web::openapi::Document::openapi();
    let text = document.to_pretty_json().map_err(Trouble::of)?;
    let json = serde_json::to_value(&document).map_err(Trouble::of)?;
    Ok(Answer::new(text, json))
}
