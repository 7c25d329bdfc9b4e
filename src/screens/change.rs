//! `POST /me/change`: pause, resume or withdraw a grant, all of a recipient, or everything; renew one that ends soon.
use super::calm::Calm;
use super::facts::Facts;
use super::form::Form;
use super::pause::Spell;
use super::renewal::LET_END;
use super::said::Said;
use super::scope::Scope;
use super::visit::Visit;
use super::{Shared, run};
use crate::broker::consent::Wish;
use crate::domain::consent::Act;
use actix_web::HttpResponse;
use actix_web::web::Bytes;

pub(super) async fn take(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    match change(&broker, &visit, body).await {
        Ok(Some(said)) => visit.to(super::done::ADDRESS).cookie(visit.said_cookie(Some(&said))).finish(),
        Ok(None) => visit.to("/me").finish(),
        Err(calm) => calm.answer(&visit),
    }
}

/// `None` where the button was the one that lets something end by itself.
async fn change(
    broker: &Shared,
    visit: &Visit,
    body: Result<Bytes, actix_web::Error>,
) -> Result<Option<Said>, Calm> {
    visit.refuse_elsewhere()?;
    let (session, form) = (visit.session()?, Form::read(body)?);
    run(broker, move |b| {
        let visitor = super::visitor(b, &session)?;
        form.sent_by(&visitor)?;
        if form.one("act") == Some(LET_END) {
            return Ok(None);
        }
        let act = form.one("act").and_then(Act::parse);
        // All else is an answer to a notice, of which this form shows none, or not the subscriber's to do. A renewal shows the notice again.
        let known = |a: &Act| matches!(a, Act::Pause | Act::Resume | Act::Withdraw | Act::Renew);
        let act = act.filter(known).ok_or(Calm::Odd)?;
        let scope = Scope::read(&form).ok_or(Calm::Odd)?;
        let Scope { recipient, purpose, category } = scope;
        let spell =
            form.one("for").map(|word| Spell::parse(word).filter(|_| act == Act::Pause).ok_or(Calm::Odd));
        let (now, home) = (b.now()?, b.settings().home);
        let mut until = spell.transpose()?.map(|spell| spell.end(now, home).ok_or(Calm::Busy)).transpose()?;
        if act == Act::Renew {
            let facts = Facts::gather(b, &session)?;
            let end = facts.grant(scope).and_then(|grant| facts.renewable(grant));
            until = Some(end.ok_or(Calm::Odd)?);
        }
        let wish = Wish::Change { act, until, recipient, purpose, category };
        let decided = b.decide(visitor.subscriber, &wish, visitor.by)?;
        Ok(Some(Said { act, scope, changed: decided.grants.len() }))
    })
    .await
}
