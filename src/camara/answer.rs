//! One fact about the subscriber of a token, asked for as `POST /v1/context` asks.
use super::error_info::ErrorInfo;
use super::subject::Asked;
use crate::broker::disclose::Disclosed;
use crate::domain::category::Category;
use crate::domain::circle::Circle;
use crate::domain::reason::Withheld;
use crate::domain::request::ContextRequest;
use crate::domain::time::{At, MINUTE_US};
use crate::minimise::item::Item;
use crate::web::{Shared, context};
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use serde::Serialize;
use std::time::Instant;

/// The receipt of what leaves, beside the answer: an answer of CAMARA's has no room for it.
const RECEIPT: HeaderName = HeaderName::from_static("dongui-receipt");

/// A fact, and what goes with it.
pub(super) struct Fact {
    /// What was told.
    pub item: Item,
    at: At,
    receipt: String,
}

/// Asks. `unknown` is the code for everything that is not told, whatever its cause.
///
/// # Errors
/// 403 where the recipient may know that the subscriber does not allow it, 422 for all else that is withheld; those of `Broker::disclose`.
pub(super) async fn ask<T>(
    broker: &Shared,
    asked: Asked<T>,
    category: Category,
    circle: Option<Circle>,
    unknown: &'static str,
    began: Instant,
) -> Result<Fact, ErrorInfo> {
    let request = ContextRequest {
        subject: String::new(),
        purpose: asked.purpose,
        categories: vec![category],
        circle,
        locale: None,
        max_tokens: None,
    };
    let Disclosed { context, receipt, at, .. } = context::ask(broker, asked.proven, request, began).await?;
    if let Some(item) = context.items().first() {
        return Ok(Fact { item: item.clone(), at, receipt });
    }
    let told = context.withheld().find(|(withheld, _)| *withheld == category).map(|(_, reason)| reason);
    Err(match told {
        Some(Withheld::NotGranted) => ErrorInfo::forbidden("the subscriber has not allowed this"),
        Some(Withheld::Expired) => ErrorInfo::forbidden("what the subscriber allowed has expired"),
        Some(Withheld::PurposeMismatch) => {
            ErrorInfo::forbidden("the subscriber has allowed this for another purpose")
        }
        Some(Withheld::AssuranceTooLow) => ErrorInfo::forbidden("this client may not be told this"),
        Some(Withheld::NotAvailable) | None => {
            ErrorInfo::unprocessable(unknown, "there is nothing to tell now")
        }
    })
}

impl Fact {
    /// How old it may be, s; `None` where it may be of any age.
    pub fn oldest_s(&self) -> Option<u32> {
        self.item.age().most_us().and_then(|us| u32::try_from(us / 1_000_000).ok())
    }
    /// The earliest instant that its age allows, to the minute: ages are told in buckets, so the phone was there then or later.
    pub fn since(&self) -> Option<At> {
        self.item.age().most_us().map(|us| self.at.plus(-us).floor(MINUTE_US))
    }
    /// The answer.
    pub fn answered(&self, body: &impl Serialize) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((RECEIPT, self.receipt.as_str()))
            .json(body)
    }
}
