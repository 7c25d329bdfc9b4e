//! What was chosen in an answer that came after its session had ended: shown again once its visitor is back, for him to answer. Deliberately
//! absent: the answer itself, which nobody gives twice without knowing.
use super::ask::{TERMS, Unfinished};
use super::calm::Calm;
use super::form::Form;
use super::limit;
use super::scope::Scope;
use super::visit::Visit;
use super::{Shared, run};
use crate::domain::category::Precision;
use crate::domain::id::RecipientId;
use actix_web::HttpResponse;
use actix_web::web::Bytes;

/// The fields that are kept; the words that were shown are shown anew.
const FIELDS: [&str; 7] = ["recipient", "purpose", "category", "precision", "term", "hours", "quota"];

fn chosen(form: &Form) -> String {
    let fields = FIELDS.iter().filter_map(|name| Some((*name, form.one(name)?)));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn read(text: String) -> Option<Unfinished> {
    let form = Form::read(Ok(Bytes::from(text))).ok()?;
    let scope = Scope::read(&form)?;
    let days = form.one("term").and_then(|d| d.parse().ok()).filter(|d| TERMS.contains(d));
    let precision = form.one("precision").and_then(Precision::parse);
    Some(Unfinished { scope, precision, days, limits: limit::read(&form).ok()? })
}

/// What the visitor of a session had chosen before, if this browser keeps it.
pub(super) fn find(broker: &crate::broker::Broker, session: &str, kept: Option<&str>) -> Option<Unfinished> {
    broker.kept(session, kept?).and_then(read)
}

/// Where somebody goes who has come in: back to the assistant that wants to be linked, to the question that he was about to answer, or to his
/// first page.
pub(super) fn place(
    broker: &crate::broker::Broker,
    session: &str,
    kept: Option<&str>,
    linking: Option<&str>,
) -> String {
    if linking.is_some_and(|kept| broker.kept_request(kept).is_ok()) {
        return super::link::ADDRESS.to_owned();
    }
    let recipient: Option<RecipientId> = find(broker, session, kept).and_then(|u| u.scope.recipient);
    recipient.map_or_else(|| "/me".to_owned(), super::recipient::address)
}

/// The answer to a form that came after its session had ended: nothing is done, and what was chosen is kept.
pub(super) async fn answer(broker: &Shared, visit: &Visit, form: Form) -> HttpResponse {
    let Ok(session) = visit.session() else { return Calm::Ended.answer(visit) };
    let keep = move |b: &crate::broker::Broker| {
        Ok(b.keep(&session, form.one("form_token").unwrap_or_default(), &chosen(&form)))
    };
    match run(broker, keep).await {
        Ok(Some(kept)) => {
            let mut response = Calm::Kept.answer(visit);
            // A cookie of ours has no letter that a header could not hold.
            let _set = response.add_cookie(&visit.kept_cookie(Some(kept)));
            response
        }
        _ => Calm::Ended.answer(visit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_kept_and_the_answer_is_not() {
        let body = "form_token=x&presentation=y&recipient=rcp_05050505050505050505050505050505&purpose=dpv%3AProvidePersonalisedRecommendations\
                    &category=location.zone&precision=city&term=30&hours=any&quota=once&answer=allow";
        let text = chosen(&Form::read(Ok(Bytes::from_static(body.as_bytes()))).unwrap());
        for never in ["answer", "form_token", "presentation"] {
            assert!(!text.contains(never), "{text}");
        }
        let kept = read(text).unwrap();
        assert_eq!((kept.precision, kept.days), (Some(Precision::City), Some(30)));
        assert!(kept.scope.category.is_some() && kept.limits.quota.is_some() && kept.limits.hours.is_none());
    }
}
