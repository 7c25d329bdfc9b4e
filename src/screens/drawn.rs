//! What must hold of every page as it is drawn, without a server: language, equal answers, words that are hashed, weight.
use super::ask::{Unfinished, puts};
use super::asked::{AskedPage, Part};
use super::every::{models, pages};
use super::facts::Facts;
use super::home::HomePage;
use super::language::Language;
use super::notice::notice;
use super::recipient::RecipientPage;
use super::samples;
use super::samples_duty;
use super::scope::Scope;
use super::words::Words;
use crate::broker::consent::notice_hash;
use crate::broker::timeline::Requests;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Limits, State};
use crate::domain::purpose::Purpose;
use askama::Template;

fn home(language: Language, facts: &Facts) -> String {
    HomePage::draw(Words::of(language), facts, &samples::asked()).render().unwrap()
}

/// The page of one of the recipients: 0 is asked about only, 1 has something of everything.
fn recipient(language: Language, facts: &Facts, which: usize, unfinished: Option<&Unfinished>) -> String {
    let recipient = &facts.overview.recipients[which];
    RecipientPage::draw(Words::of(language), facts, recipient, None, unfinished).render().unwrap()
}

fn asked(language: Language, facts: &Facts) -> String {
    let requests = Requests { records: samples::asked(), earlier: Some(25) };
    let part = Part { by: Some(facts.overview.recipients[1].id), skip: 25 };
    AskedPage::draw(
        Words::of(language),
        facts,
        part,
        &requests,
        (samples::learnt(), &samples_duty::destroyed(), &samples_duty::seen()),
    )
    .render()
    .unwrap()
}

/// Every text in a page's data, with where it stands.
fn texts(at: &str, value: &serde_json::Value, out: &mut Vec<(String, String)>) {
    match value {
        serde_json::Value::String(text) => out.push((at.to_owned(), text.clone())),
        serde_json::Value::Array(all) => all.iter().for_each(|v| texts(at, v, out)),
        serde_json::Value::Object(all) => {
            all.iter().for_each(|(name, v)| texts(&format!("{at}.{name}"), v, out));
        }
        _ => {}
    }
}

#[test]
fn as_data_a_page_says_what_it_says_when_drawn() {
    let escaped = |text: &str| {
        let pairs = [("&", "&#38;"), ("<", "&#60;"), (">", "&#62;"), ("\"", "&#34;"), ("'", "&#39;")];
        pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    for language in Language::ALL {
        let mut kinds = std::collections::BTreeSet::new();
        for (html, data) in models(language) {
            let mut said = Vec::new();
            texts("", &data, &mut said);
            assert!(said.len() > 4);
            for (at, text) in said {
                if at == ".kind" {
                    kinds.insert(text);
                } else {
                    assert!(html.contains(&escaped(&text)), "{language:?}: {at} `{text}` is not in {html}");
                }
            }
            // And the other way round: every button and every field of the page is in the data.
            for value in between(&html, "<button type=\"submit\" name=\"", ">") {
                let value = between(value, "value=\"", "\"")[0];
                let known = data.to_string().contains(&format!("\"{value}\""));
                assert!(known || value == "erase", "{language:?}: `{value}` is not in {data}");
            }
        }
        assert_eq!(kinds.len(), 23, "{kinds:?}");
    }
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
            // A way to another operator is gone only by who presses it, and says nothing of where he came from.
            let page = page.replace("rel=\"noreferrer\" href=\"https://", "");
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
                "done-",
                "effect-",
                "month-",
                "-heading",
                "{",
                "}",
            ] {
                // An answer to a program is shown as it is.
                let page = page.split("<pre").next().unwrap();
                let text: String =
                    page.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, t)| t).collect();
                assert!(!text.contains(family), "{language:?}: `{family}` in {text}");
            }
        }
    }
}

#[test]
fn what_staff_wrote_down_and_what_was_asked_wait_at_the_top_and_lead_to_their_question() {
    let facts = samples::facts();
    for language in Language::ALL {
        let page = home(language, &facts);
        let (before, rest) = page.split_once("id=\"waiting\"").unwrap();
        assert!(!before.contains("class=\"cards\""), "above what is given already");
        let waiting = rest.split_once("</section>").unwrap().0;
        assert_eq!((waiting.matches("?open=").count(), waiting.matches("<dl ").count()), (2, 1));
        assert!(!waiting.contains("<form"), "nothing is answered without its question");
    }
    let mut quiet = samples::facts();
    quiet.overview.asked.clear();
    assert!(!home(Language::En, &quiet).contains("id=\"waiting\""));
}

#[test]
fn yes_and_no_are_the_same_button_and_nothing_is_chosen_beforehand() {
    for language in Language::ALL {
        let page = [0, 1].map(|which| recipient(language, &samples::facts(), which, None)).join("");
        assert!(!page.contains(" checked") && !page.contains(" required") && !page.contains("autofocus"));
        let pairs = between(&page, "<div class=\"answers\">", "</div>");
        assert_eq!(
            pairs.len(),
            6,
            "three of the one, whose purpose has no use for more, and three of the other that are not held"
        );
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
fn what_is_signed_is_what_is_shown() {
    let facts = samples::facts();
    for language in Language::ALL {
        for which in [0, 1] {
            let page = recipient(language, &facts, which, None);
            let plain = |text: &&str| {
                text.replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&").replace("&#39;", "'")
            };
            let shown: Vec<String> =
                between(&page, "<p class=\"notice\">", "</p>").iter().map(plain).collect();
            let puts = puts(Words::of(language), &facts, &facts.overview.recipients[which]);
            let signed: Vec<String> = puts.iter().map(|put| put.notice.text.clone()).collect();
            assert_eq!(shown, signed, "in the same order");
            for (put, form) in puts.iter().zip(between(&page, "<form class=\"question\"", "</form>")) {
                let offered = between(form, "name=\"precision\" value=\"", "\"");
                let rungs: Vec<&str> = put.precisions.iter().map(|p| p.as_str()).collect();
                assert!(offered == rungs || offered.is_empty() && rungs.len() == 1);
            }
        }
    }
}

#[test]
fn the_coarsest_is_offered_first_and_nothing_above_the_contract() {
    let facts = samples::facts();
    let page = recipient(Language::En, &facts, 0, None);
    let question = between(&page, "<details class=\"ask\"", "</details>")[0];
    let offered = between(question, "name=\"precision\" value=\"", "\"");
    assert_eq!(offered, ["region", "city", "zone-r5", "zone-r6"], "the contract ends at r6");
}

#[test]
fn an_answer_that_lacks_something_keeps_what_was_chosen() {
    let facts = samples::facts();
    let scope = Scope::cell(
        facts.overview.recipients[0].id,
        Purpose::ProvideEventRecommendations,
        Category::LocationZone,
    );
    let unfinished = Unfinished { scope, precision: Some(Precision::City), days: None, limits: Limits::NONE };
    let page = recipient(Language::En, &facts, 0, Some(&unfinished));
    assert_eq!(
        between(&page, "name=\"precision\" value=\"", "><").iter().filter(|c| c.contains("checked")).count(),
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
        let facts = samples::facts();
        let page = [home(language, &facts), recipient(language, &facts, 0, None)].join("");
        assert!(!page.contains("<Berlin"), "{language:?}");
        assert!(page.contains("&#60;Berlin"), "{language:?}");
    }
}

#[test]
fn every_form_carries_the_token_of_the_session() {
    let facts = samples::facts();
    let pages =
        [home(Language::De, &facts), recipient(Language::De, &facts, 1, None), asked(Language::De, &facts)];
    let page = pages.join("");
    let forms = between(&page, "<form", "</form>");
    assert!(forms.len() > 10);
    assert!(forms.iter().all(|f| f.contains("name=\"form_token\" value=\"form-token\"")));
}

#[test]
fn the_status_counts_who_sees_and_knows_a_pause() {
    let bare = |html: &str| html.replace(['\u{2068}', '\u{2069}'], "");
    let heading = |facts: &Facts| bare(between(&home(Language::En, facts), "<h1", "</h1>")[0]);
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
    let of = |l| {
        notice((Words::of(l), false), recipient, Purpose::ProvideEventRecommendations, Category::WebInterest)
    };
    let mut hashes = Language::ALL.map(|l| notice_hash(&of(l)).unwrap()).to_vec();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), Language::ALL.len());
}

#[test]
fn one_control_holds_everything_back_and_then_gives_it_back() {
    let mut facts = samples::facts();
    let acts = |facts: &Facts| -> Vec<String> {
        let page = home(Language::En, facts);
        let big = between(&page, "<div class=\"big\">", "</div>")[0].to_owned();
        between(&big, "name=\"act\" value=\"", "\"").into_iter().map(str::to_owned).collect()
    };
    assert_eq!(acts(&facts), ["pause"], "one is paused already, one is not");
    facts.overview.grants[0].state = State::Paused;
    assert_eq!(acts(&facts), ["resume"]);
}

#[test]
fn every_page_weighs_less_than_ten_kilobytes_compressed() {
    for language in Language::ALL {
        for page in pages(language) {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            std::io::Write::write_all(&mut gzip, page.as_bytes()).unwrap();
            let bytes = gzip.finish().unwrap().len();
            assert!(bytes <= 10_000, "{language:?}: {bytes} bytes");
        }
    }
}

#[test]
fn other_operators_are_spoken_of_only_where_there_are_some() {
    let link = format!("href=\"{}\"", super::elsewhere::ADDRESS);
    let alone = Facts { group: false, ..samples::facts() };
    assert!(home(Language::En, &samples::facts()).contains(&link));
    assert!(!home(Language::En, &alone).contains(&link));
}
