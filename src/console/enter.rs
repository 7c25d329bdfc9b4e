//! The way in and out. A look at the link does not use it up, for programs look at links in messages; the button does.
use super::Shared;
use super::calm::Calm;
use super::frame::Frame;
use super::visit::Visit;
use crate::broker::console::Standing;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Path, block};
use askama::Template;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "console_enter.html")]
struct EnterPage {
    frame: Frame,
}

/// `GET …/enter/{token}`.
pub(super) async fn look(broker: Shared, visit: Visit, token: Path<String>) -> HttpResponse {
    let (broker, console) = (Arc::clone(broker.get_ref()), visit.console);
    let peeked = block(move || broker.peek_at_console(console, &token)).await;
    let page = match peeked {
        Ok(Ok(())) => Ok(EnterPage { frame: Frame::outside(console, "Enter") }),
        Ok(Err(failure)) => Err(failure.into()),
        Err(_) => Err(Calm::Busy),
    };
    visit.answer(page)
}

/// `POST …/enter/{token}`. A session that this browser had here before ends with the entry.
pub(super) async fn enter(
    broker: Shared,
    visit: Visit,
    token: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    if let Err(calm) = visit.form(body) {
        return calm.answer(&visit);
    }
    let (broker, console, old) = (Arc::clone(broker.get_ref()), visit.console, visit.session().ok());
    let entered = block(move || {
        let entered = broker.enter_console(console, &token)?;
        if let Some(Err(problem)) =
            old.map(|session| broker.leave_console(Standing { console, session: &session }))
        {
            tracing::debug!(%problem, "there was no session to replace");
        }
        Ok::<_, crate::broker::Failure>(entered)
    });
    match entered.await {
        Ok(Ok(session)) => visit.to("/").cookie(visit.cookie(session)).finish(),
        Ok(Err(failure)) => Calm::from(failure).answer(&visit),
        Err(_) => Calm::Busy.answer(&visit),
    }
}

/// `POST …/leave`. A session that has ended already needs no leave.
pub(super) async fn leave(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let left = async {
        let form = visit.form(body)?;
        visit
            .run(&broker, move |b, at| {
                form.sent_by(&b.in_console(at)?)?;
                Ok(b.leave_console(at)?)
            })
            .await
    };
    match left.await {
        Ok(()) | Err(Calm::Ended) => visit.to("/").cookie(visit.cookie(String::new())).finish(),
        Err(calm) => calm.answer(&visit),
    }
}
