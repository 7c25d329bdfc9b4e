//! `GET /me`: the subscriber's own page.
use super::ask::Unfinished;
use super::asset::style_address;
use super::calm::Calm;
use super::card::{Card, Ending};
use super::control::Control;
use super::language::Language;
use super::said::{Line, Said};
use super::scope::Scope;
use super::timeline::{Day, days};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::Broker;
use crate::broker::invite::Visitor;
use crate::broker::timeline::Overview;
use crate::domain::consent::{Act, Grant, State};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use std::collections::BTreeSet;

/// What every page has around it.
pub(super) struct Frame {
    pub language: &'static str,
    pub direction: &'static str,
    pub title: String,
    pub style: String,
    pub languages_word: String,
    pub languages: Vec<Tongue>,
}

/// A language to change to.
pub(super) struct Tongue {
    pub language: Language,
    pub address: String,
    pub current: bool,
}

impl Frame {
    /// The frame of a page whose address, seen from itself, is `here`.
    pub fn new(words: &Words, here: &str) -> Frame {
        let current = words.language();
        let tongue = |language: Language| Tongue {
            language,
            address: format!("{here}?lang={}", language.tag()),
            current: language == current,
        };
        Frame {
            language: current.tag(),
            direction: current.direction(),
            title: words.title(),
            style: style_address(),
            languages_word: words.languages(),
            languages: Language::ALL.map(tongue).into(),
        }
    }
}

/// All that the page tells of.
pub(super) struct Facts {
    pub visitor: Visitor,
    pub overview: Overview,
    pub home: Jurisdiction,
    pub now: At,
}

impl Facts {
    /// Asks the broker.
    pub fn gather(broker: &Broker, session: &str) -> Result<Facts, Calm> {
        let visitor = super::visitor(broker, session)?;
        let overview = broker.overview(visitor.subscriber)?;
        Ok(Facts { visitor, overview, home: broker.settings().home, now: broker.now()? })
    }

    /// Whether a grant has neither ended nor been refused; it may be paused.
    pub fn lives(&self, grant: &Grant) -> bool {
        matches!(grant.state, State::Active | State::Paused) && self.now < grant.until
    }

    /// The acts that would hold something back or give it back within `scope`, with their words.
    pub fn holding(&self, scope: Scope, pause: String, resume: String) -> Vec<(Act, String)> {
        let any = |state| {
            self.overview.grants.iter().any(|g| g.state == state && self.lives(g) && scope.covers(&g.cell))
        };
        let pause = any(State::Active).then_some((Act::Pause, pause));
        let resume = any(State::Paused).then_some((Act::Resume, resume));
        pause.into_iter().chain(resume).collect()
    }
}

/// The page.
#[derive(Template)]
#[template(path = "me.html")]
pub(super) struct MePage {
    frame: Frame,
    words: &'static Words,
    status: String,
    sharing: bool,
    said: Option<Line>,
    control: Option<Control>,
    withdraw: Option<Ending>,
    cards: Vec<Card>,
    days: Vec<Day>,
    earlier: Vec<Day>,
    form_token: String,
}

impl MePage {
    /// Lays the page out. `said` is what was just done, `unfinished` an answer that lacks something.
    pub fn draw(
        words: &'static Words,
        facts: &Facts,
        said: Option<&Said>,
        unfinished: Option<&Unfinished>,
    ) -> Result<MePage, Calm> {
        let all = Scope::default();
        let mut cards = Vec::new();
        for recipient in &facts.overview.recipients {
            cards.extend(Card::draw(words, facts, recipient, said, unfinished)?);
        }
        // Who sees something comes first, then who asks.
        cards.sort_by_key(|c| (c.granted.is_empty(), c.asks.is_empty()));
        let live = facts.overview.grants.iter().filter(|g| facts.lives(g));
        let (active, paused): (Vec<&Grant>, _) = live.partition(|g| g.state == State::Active);
        let seeing = active.iter().map(|g| g.cell.recipient).collect::<BTreeSet<_>>().len();
        let held = !active.is_empty() || !paused.is_empty();
        let ending = || Ending {
            heading: words.withdraw_all(),
            text: words.withdraw_all_text(),
            control: Control::change(facts, all, vec![(Act::Withdraw, words.withdraw())]),
        };
        let holding = facts.holding(all, words.pause_all(), words.resume_all());
        let (days, earlier) = days(words, facts);
        Ok(MePage {
            frame: Frame::new(words, "/me"),
            words,
            status: if held && seeing == 0 { words.status_paused() } else { words.status(seeing) },
            sharing: seeing > 0,
            said: said.filter(|s| s.scope.recipient.is_none()).map(|s| s.line(words, facts)),
            control: held.then(|| Control::change(facts, all, holding)),
            withdraw: held.then(ending),
            cards,
            days,
            earlier,
            form_token: facts.visitor.form_token.clone(),
        })
    }
}

/// `GET /me`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = async {
        let session = visit.session()?;
        let facts = run(&broker, move |b| Facts::gather(b, &session)).await?;
        MePage::draw(visit.words(), &facts, visit.said(), None)
    };
    match shown.await {
        Ok(page) => {
            let mut response = visit.page(StatusCode::OK, page.render());
            if visit.said().is_some() {
                // Told once. A cookie that does not fit into a header is one that was not set.
                let _told = response.add_cookie(&visit.said_cookie(None));
            }
            response
        }
        Err(calm) => calm.answer(&visit),
    }
}

/// `GET` of an address that takes a form: the form is on the page.
pub(super) async fn home(visit: Visit) -> HttpResponse {
    visit.to_page("").finish()
}

#[cfg(test)]
mod tests {
    use super::super::enter::EnterPage;
    use super::super::notice::notice;
    use super::super::samples;
    use super::super::visit::tests::visit;
    use super::*;
    use crate::broker::consent::notice_hash;
    use crate::domain::category::{Category, Precision};
    use crate::domain::purpose::Purpose;

    fn me(language: Language, facts: &Facts, unfinished: Option<&Unfinished>) -> String {
        MePage::draw(Words::of(language), facts, None, unfinished).unwrap().render().unwrap()
    }

    /// Every page there is, in `language`.
    fn pages(language: Language) -> Vec<String> {
        let facts = samples::facts();
        let quiet = Facts {
            overview: Overview { recipients: Vec::new(), grants: Vec::new(), requests: Vec::new() },
            ..samples::facts()
        };
        let said = |act| Said { act, scope: Scope::default(), changed: 1 };
        let acts = [Act::Grant, Act::Refuse, Act::Pause, Act::Resume, Act::Withdraw];
        let words = Words::of(language);
        let told = |act| MePage::draw(words, &facts, Some(&said(act)), None).unwrap().render().unwrap();
        let mut pages: Vec<String> = acts.into_iter().map(told).collect();
        pages.extend([me(language, &facts, None), me(language, &quiet, None)]);
        pages.push(EnterPage::new(&visit(language)).render().unwrap());
        pages.extend(Calm::ALL.map(|calm| calm.page(&visit(language)).render().unwrap()));
        pages
    }

    fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
        text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
    }

    #[test]
    fn every_page_speaks_its_language_and_asks_nobody_else_for_anything() {
        for language in Language::ALL {
            let start = format!("<html lang=\"{}\" dir=\"{}\">", language.tag(), language.direction());
            for page in pages(language) {
                assert!(page.contains(&start), "{language:?}: {page}");
                for never in ["<script", "http:", "https:", "//", "javascript:", " style=", " on", "url("] {
                    let on = never == " on";
                    let found = if on {
                        page.contains(" onclick") || page.contains(" onload")
                    } else {
                        page.contains(never)
                    };
                    assert!(!found, "{language:?}: `{never}` in {page}");
                }
                // A message that is missing shows as its key.
                for family in [
                    "category-",
                    "reason-",
                    "precision-",
                    "purpose-",
                    "said-",
                    "month-",
                    "-heading",
                    "{",
                    "}",
                ] {
                    let text: String =
                        page.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, t)| t).collect();
                    assert!(!text.contains(family), "{language:?}: `{family}` in {text}");
                }
            }
        }
    }

    #[test]
    fn yes_and_no_are_the_same_button_and_nothing_is_chosen_beforehand() {
        for language in Language::ALL {
            let page = me(language, &samples::facts(), None);
            assert!(!page.contains(" checked") && !page.contains(" required") && !page.contains("autofocus"));
            let pairs = between(&page, "<div class=\"answers\">", "</div>");
            assert_eq!(pairs.len(), 8, "five of the one, and three of the other that are not held");
            let words = Words::of(language);
            for pair in pairs {
                let buttons: Vec<&str> = pair.lines().filter(|l| !l.is_empty()).collect();
                let blank = |b: &str, value: &str, word: &str| b.replacen(value, "", 1).replacen(word, "", 1);
                assert_eq!(buttons.len(), 2, "{pair}");
                assert_eq!(
                    blank(buttons[0], "refuse", &words.refuse()),
                    blank(buttons[1], "allow", &words.allow())
                );
            }
        }
    }

    #[test]
    fn what_is_hashed_is_what_is_shown() {
        let facts = samples::facts();
        for language in Language::ALL {
            let page = me(language, &facts, None);
            let shown = between(&page, "<p class=\"notice\">", "</p>");
            let hashes = between(&page, "name=\"notice\" value=\"", "\"");
            assert_eq!(shown.len(), hashes.len());
            for (shown, hash) in shown.iter().zip(hashes) {
                let text = shown
                    .replace("&#60;", "<")
                    .replace("&#62;", ">")
                    .replace("&#38;", "&")
                    .replace("&#39;", "'");
                let locale = language.tag().to_owned();
                let hashed = notice_hash(&crate::domain::notice::Notice { locale, text }).unwrap();
                assert_eq!(hashed, hash, "{shown}");
            }
        }
    }

    #[test]
    fn the_coarsest_is_offered_first_and_nothing_above_the_contract() {
        let facts = samples::facts();
        let page = me(Language::En, &facts, None);
        let tagesplan = page.split("<section class=\"card\"").nth(2).unwrap();
        let question = between(tagesplan, "<details class=\"ask\"", "</details>")[0];
        let offered = between(question, "name=\"precision\" value=\"", "\"");
        assert_eq!(offered, ["region", "city", "zone-r5", "zone-r6"], "the contract ends at r6");
    }

    #[test]
    fn an_answer_that_lacks_something_keeps_what_was_chosen() {
        let facts = samples::facts();
        let recipient = facts.overview.recipients[0].id;
        let scope = Scope::cell(recipient, Purpose::ProvideEventRecommendations, Category::LocationZone);
        let unfinished = Unfinished { scope, precision: Some(Precision::City), days: None };
        let page = me(Language::En, &facts, Some(&unfinished));
        assert_eq!(
            between(&page, "name=\"precision\" value=\"", "><")
                .iter()
                .filter(|c| c.contains("checked"))
                .count(),
            1
        );
        assert!(page.contains("value=\"city\" checked"));
        assert!(page.contains(&Words::of(Language::En).choose_term()));
        assert_eq!(page.matches("role=\"alert\"").count(), 1);
        assert_eq!(page.matches(" open>").count(), 1);
    }

    #[test]
    fn a_recipients_name_cannot_break_the_page() {
        for language in Language::ALL {
            let page = me(language, &samples::facts(), None);
            assert!(!page.contains("<Berlin"), "{language:?}");
            assert!(page.contains("&#60;Berlin"), "{language:?}");
        }
    }

    #[test]
    fn every_form_carries_the_token_of_the_session() {
        let page = me(Language::De, &samples::facts(), None);
        let forms = between(&page, "<form", "</form>");
        assert!(forms.len() > 10);
        assert!(forms.iter().all(|f| f.contains("name=\"form_token\" value=\"form-token\"")));
    }

    #[test]
    fn the_status_counts_who_sees_and_knows_a_pause() {
        let bare = |html: &str| html.replace(['\u{2068}', '\u{2069}'], "");
        let heading = |facts: &Facts| bare(between(&me(Language::En, facts, None), "<h1", "</h1>")[0]);
        let mut facts = samples::facts();
        assert_eq!(heading(&facts), " class=\"seen\">One assistant may see something about you");
        facts.overview.grants[0].state = State::Paused;
        assert_eq!(heading(&facts), " class=\"unseen\">Everything is paused");
        facts.overview.grants.retain(|g| !facts.now.0.gt(&g.until.0) && g.state == State::Refused);
        assert_eq!(heading(&facts), " class=\"unseen\">Nobody may see anything about you");
    }

    #[test]
    fn the_same_words_in_another_language_are_another_notice() {
        let facts = samples::facts();
        let recipient = &facts.overview.recipients[0];
        let of =
            |l| notice(Words::of(l), recipient, Purpose::ProvideEventRecommendations, Category::WebInterest);
        let mut hashes = Language::ALL.map(|l| notice_hash(&of(l)).unwrap()).to_vec();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), Language::ALL.len());
    }
}
