//! What a context request must be before anything is looked up for it.
use super::Failure;
use crate::crypt::pseudonym;
use crate::domain::category::Category;
use crate::domain::circle::Radius;
use crate::domain::request::ContextRequest;
use crate::minimise::verify::Question;

/// Refuses a request that cannot be answered.
///
/// # Errors
/// `Invalid`, naming the field.
pub(super) fn check(request: &ContextRequest) -> Result<(), Failure> {
    let all = &request.categories;
    if !request.asks_of_one_person() {
        let cure = "some that tell of one person, each once; of many tells `/v1/population`";
        return Err(Failure::invalid("/categories", cure));
    }
    // A subject is recorded and receipted as it came, so nothing that could be a phone number gets that far.
    if !pseudonym::is_shaped(&request.subject) {
        return Err(Failure::invalid("/subject", "the pseudonym that the operator handed out"));
    }
    let asks = Category::OF_A_CIRCLE.iter().any(|category| all.contains(category));
    match &request.circle {
        None if asks => Err(Failure::invalid("/circle", "the circle that is asked about")),
        Some(_) if !asks => {
            let cure = "none where neither location.verify nor location.frequent_area is asked";
            Err(Failure::invalid("/circle", cure))
        }
        Some(circle) if Radius::parse(circle.radius_km).is_none() => {
            Err(Failure::invalid("/circle/radius_km", "5, 10, 20 or 50"))
        }
        Some(circle) if Question::of(circle).is_none() => {
            Err(Failure::invalid("/circle", "a latitude from -90 to 90 and a longitude from -180 to 180"))
        }
        _ => Ok(()),
    }
}

/// What is asked beside the categories. `check` refused a circle that is none.
pub(super) fn question(request: &ContextRequest) -> Option<Question> {
    request.circle.as_ref().and_then(Question::of)
}
