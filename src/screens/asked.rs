//! `GET /me/asked`: every request, also the refused ones, of one recipient or of all, page by page.
use super::calendar::date_of;
use super::calm::Calm;
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::others::{Other, others};
use super::preview::{Gauge, gauges};
use super::timeline::{Day, days};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::destroy::Destroyed;
use crate::broker::learnt::Learnt;
use crate::broker::others::Seen;
use crate::broker::timeline::Requests;
use crate::domain::id::RecipientId;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Serialize;

/// Where all requests are.
pub(super) const ADDRESS: &str = "/me/asked";
/// Requests on a page.
const REQUESTS: usize = 25;

/// Where the requests of one recipient are.
pub(super) fn of(recipient: RecipientId) -> String {
    format!("{ADDRESS}?by={recipient}")
}

/// What of the requests is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub by: Option<RecipientId>,
    pub skip: u32,
}

impl Part {
    fn read(form: &Form) -> Result<Part, Calm> {
        let by = form.one("by").map(|id| RecipientId::parse(id).ok_or(Calm::Missing)).transpose()?;
        let skip = form.one("skip").map(|n| n.parse().map_err(|_| Calm::Missing)).transpose()?;
        Ok(Part { by, skip: skip.unwrap_or_default() })
    }

    /// Whether it is where everybody begins.
    fn is_first(self) -> bool {
        self.by.is_none() && self.skip == 0
    }

    fn address(self) -> String {
        match (self.by.map(of), self.skip) {
            (None, 0) => ADDRESS.to_owned(),
            (None, skip) => format!("{ADDRESS}?skip={skip}"),
            (Some(of), 0) => of,
            (Some(of), skip) => format!("{of}&skip={skip}"),
        }
    }
}

/// A recipient to look at alone.
#[derive(Serialize)]
struct Only {
    link: Link,
    current: bool,
}

/// What the answers of seven days come to.
#[derive(Serialize)]
struct Gist {
    lines: Vec<String>,
    guesses: Vec<Gauge>,
}

impl Gist {
    fn of(words: &Words, learnt: Learnt) -> Option<Gist> {
        let Learnt { facts, zones, bits_milli, fewest, home, work, counted: days } = learnt;
        (facts > 0 || days > 0).then_some(())?;
        let bits = (bits_milli as usize).div_ceil(1000);
        let told = (facts > 0).then(|| words.learnt_facts(facts as usize, zones as usize, bits));
        let among = (days > 0).then(|| words.learnt_counted(days as usize));
        let fewest = fewest.map(|people| words.learnt_fewest(people as usize));
        Some(Gist {
            lines: told.into_iter().chain(fewest).chain(among).collect(),
            guesses: gauges(words, home, work),
        })
    }
}

/// The page.
#[derive(Template, Serialize)]
#[template(path = "asked.html")]
#[serde(tag = "kind", rename = "asked")]
pub(super) struct AskedPage {
    frame: Frame,
    #[serde(skip)]
    words: &'static Words,
    home: Link,
    filters: Vec<Only>,
    /// What was learnt in seven days; absent where nothing was.
    learnt: Option<Gist>,
    /// What became of entries when their consents were withdrawn.
    destroyed: Vec<String>,
    days: Vec<Day>,
    level: u8,
    newest: Option<Link>,
    earlier: Option<Link>,
    /// Who else saw something; not where one recipient is looked at alone, and on the first page only.
    others: Vec<Other>,
}

impl AskedPage {
    pub fn draw(
        words: &'static Words,
        facts: &Facts,
        part: Part,
        requests: &Requests,
        (learnt, destroyed, seen): (Learnt, &Destroyed, &[Seen]),
    ) -> AskedPage {
        let only = |by: Option<RecipientId>, word: String| Only {
            link: Link { address: Part { by, skip: 0 }.address(), word },
            current: by == part.by,
        };
        let each = facts.overview.recipients.iter().map(|r| only(Some(r.id), r.name.clone()));
        let at = |skip, word| Link { address: Part { skip, ..part }.address(), word };
        AskedPage {
            frame: Frame::within(words, facts, &part.address(), Some(words.asked_heading())),
            words,
            home: Link::home(words),
            filters: std::iter::once(only(None, words.asked_everyone())).chain(each).collect(),
            learnt: Gist::of(words, learnt),
            destroyed: if part.by.is_none() { fates(words, facts, destroyed) } else { Vec::new() },
            days: days(words, facts, &requests.records, REQUESTS),
            level: 2,
            newest: (part.skip > 0).then(|| at(0, words.newest())),
            earlier: requests.earlier.map(|skip| at(skip, words.earlier())),
            others: if part.is_first() { others(words, facts.home, seen) } else { Vec::new() },
        }
    }
}

/// What became of entries when their consents were withdrawn, in sentences.
fn fates(words: &Words, facts: &Facts, destroyed: &Destroyed) -> Vec<String> {
    let Destroyed { records, at, mixed, kept } = destroyed;
    let gone = at.map(|at| words.destroyed_records(*records as usize, &date_of(words, at, facts.home)));
    let mixed = (*mixed > 0).then(|| words.destroyed_mixed(*mixed as usize));
    let kept = kept.as_ref().map(|(count, rule)| words.destroyed_kept(*count as usize, rule));
    gone.into_iter().chain(mixed).chain(kept).collect()
}

/// `GET /me/asked`.
pub(super) async fn show(broker: Shared, visit: Visit, request: HttpRequest) -> HttpResponse {
    let shown = async {
        let (session, part) = (visit.session()?, Part::read(&Form::of_query(&request)?)?);
        run(&broker, move |b| {
            let facts = Facts::gather_open(b, &session)?;
            if part.by.is_some_and(|by| facts.recipient(by).is_none()) {
                return Err(Calm::Missing);
            }
            let requests = b.requests(facts.visitor.subscriber, part.by, part.skip, REQUESTS)?;
            let learnt = b.learnt(facts.visitor.subscriber, part.by)?;
            let destroyed = b.destroyed(facts.visitor.subscriber)?;
            let seen = if part.is_first() { b.others(facts.visitor.subscriber)? } else { Vec::new() };
            Ok((facts, part, requests, (learnt, destroyed, seen)))
        })
        .await
    };
    match shown.await {
        Ok((facts, part, requests, (learnt, destroyed, seen))) => {
            let more = (learnt, &destroyed, seen.as_slice());
            visit.draw(StatusCode::OK, &AskedPage::draw(visit.words(), &facts, part, &requests, more))
        }
        Err(calm) => calm.answer(&visit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::web::Bytes;

    #[test]
    fn a_part_of_the_requests_has_an_address_that_leads_back_to_it() {
        let some = RecipientId([5; 16]);
        for part in [(None, 0), (None, 25), (Some(some), 0), (Some(some), 50)] {
            let part = Part { by: part.0, skip: part.1 };
            let query = part.address().split_once('?').map(|(_, q)| q.to_owned()).unwrap_or_default();
            assert_eq!(Part::read(&Form::read(Ok(Bytes::from(query))).unwrap()), Ok(part));
        }
        for odd in ["by=x", "skip=-1", "skip=x"] {
            let form = Form::read(Ok(Bytes::from_static(odd.as_bytes()))).unwrap();
            assert_eq!(Part::read(&form), Err(Calm::Missing), "{odd}");
        }
    }
}
