//! The way in by the operator's own login. Deliberately absent: what is wrong with a login that opens nothing, which would tell who is
//! enrolled.
//!
//! It begins with a link and ends on a page with a link: a form may lead nowhere but here, and no browser shows a session's cookie to a
//! request that another site led to.
use super::calm::{Calm, CalmPage};
use super::enter::replaces;
use super::form::Form;
use super::frame::{Frame, Link};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

/// Where a login begins.
pub(super) const ADDRESS: &str = "/me/login";

/// `GET /me/login`.
pub(super) async fn begin(broker: Shared, visit: Visit) -> HttpResponse {
    if !visit.has_login() {
        return Calm::Missing.answer(&visit);
    }
    match run(&broker, |b| Ok(b.begin_login()?)).await {
        Ok(begun) => visit.to(&begun.address).cookie(visit.attempt_cookie(begun.kept)).finish(),
        Err(calm) => calm.answer(&visit),
    }
}

/// The page of somebody who has just logged in.
pub(super) fn welcome(words: &Words, place: String) -> CalmPage {
    CalmPage {
        frame: Frame::new(words, "/me"),
        heading: words.login_heading(),
        text: words.login_text(),
        back: Some(Link { address: place, word: words.enter_button() }),
    }
}

/// `GET /me/login/back`.
pub(super) async fn end(broker: Shared, visit: Visit, request: HttpRequest) -> HttpResponse {
    let ended = async {
        let kept = visit.attempt().ok_or(Calm::Stranger)?.to_owned();
        let form = Form::of_query(&request).map_err(|_| Calm::Stranger)?;
        let (chosen, old) = (visit.kept().map(str::to_owned), visit.session().ok());
        let linking = visit.linking().map(str::to_owned);
        run(&broker, move |b| {
            let of = |name: &str| form.one(name).map(str::to_owned);
            let session = b.end_login(&kept, of("code"), of("state"), of("iss"))?;
            replaces(b, old.as_deref());
            let place = super::kept::place(b, &session, chosen.as_deref(), linking.as_deref());
            Ok((session, place))
        })
        .await
    };
    let (mut response, session) = match ended.await {
        Ok((session, place)) => (visit.draw(StatusCode::OK, &welcome(visit.words(), place)), Some(session)),
        Err(calm) => (calm.answer(&visit), None),
    };
    let said = session.as_ref().and(visit.said()).map(|_| visit.said_cookie(None));
    let cookies = [Some(visit.attempt_cookie(String::new())), said, session.map(|s| visit.session_cookie(s))];
    for cookie in cookies.iter().flatten() {
        // A cookie of ours has no letter that a header could not hold.
        let _set = response.add_cookie(cookie);
    }
    response
}
