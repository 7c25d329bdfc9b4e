//! Every page there is, drawn from samples in a language, for tests. Deliberately absent: what must hold of them (`drawn`).
use super::asked::{AskedPage, Part};
use super::authorize::AuthorizePage;
use super::calm::Calm;
use super::data::{DataPage, ErasePage, ErasedPage};
use super::done::DonePage;
use super::elsewhere::ElsewherePage;
use super::enter::{EnterPage, code_page};
use super::exit::AwayPage;
use super::facts::Facts;
use super::family::FamilyPage;
use super::help::{HelpPage, Takers};
use super::home::HomePage;
use super::language::Language;
use super::link::LinkPage;
use super::link_code::LinkCodePage;
use super::linked::LinkedPage;
use super::login;
use super::never::NeverPage;
use super::notices::NoticesPage;
use super::pin;
use super::preview::{Look, PreviewPage};
use super::receipts::{ReceiptPage, ReceiptsPage};
use super::recipient::RecipientPage;
use super::said::Said;
use super::samples;
use super::samples_duty;
use super::samples_linking;
use super::scope::Scope;
use super::visit::tests::visit;
use super::words::Words;
use crate::broker::family::Family;
use crate::broker::invite::Visitor;
use crate::broker::never::KeptBack;
use crate::broker::pin::Standing;
use crate::broker::timeline::{Overview, Requests};
use crate::domain::category::Category;
use crate::domain::consent::Act;
use crate::domain::never::Never;
use crate::domain::notice::Notice;
use crate::domain::time::HOUR_US;
use askama::Template;

/// A page as it is drawn, and as data.
pub(super) type Both = (String, serde_json::Value);

pub(super) fn both<P: Template + serde::Serialize>(page: &P) -> Both {
    (page.render().unwrap(), serde_json::to_value(page).unwrap())
}

/// The pages about what is kept: receipts, what is known, what would be told.
fn kept(language: Language, facts: &Facts) -> Vec<Both> {
    let words = Words::of(language);
    let all = samples::consented();
    let seen = Notice { locale: "en".to_owned(), text: "May it?".to_owned() };
    let receipt = |i: usize| both(&ReceiptPage::draw(words, facts, &all[i], Some(seen.clone())));
    let known = samples::known();
    let recipient = &facts.overview.recipients[1];
    let now = Look::Now(recipient.purposes[0]);
    let later = Look::If(recipient.purposes[0], Category::LocationZone);
    let preview = |look| both(&PreviewPage::draw(words, facts, recipient, look, &samples::previews()));
    vec![
        both(&ReceiptsPage::draw(words, facts, &all, 0)),
        both(&ReceiptsPage::draw(words, facts, &[], 0)),
        receipt(0),
        receipt(1),
        both(&DataPage::draw(words, facts, Some(&known))),
        both(&DataPage::draw(words, facts, None)),
        both(&ErasePage::draw(words, facts, &samples::kept_despite())),
        both(&ErasedPage::draw(words, facts)),
        both(&NeverPage::draw(words, facts, &samples::kept_back(), Some(words.never_hours_fault()))),
        both(&NeverPage::draw(
            words,
            facts,
            &KeptBack { never: Never::default(), areas: Vec::new(), settled: true },
            None,
        )),
        both(&NoticesPage::draw(words, facts, (&samples::notices(true), Some(true)), None)),
        both(&NoticesPage::draw(
            words,
            facts,
            (&samples::notices(false), Some(false)),
            Some(words.never_hours_fault()),
        )),
        preview(now),
        preview(later),
    ]
}

/// Every page there is, in `language`.
pub(super) fn pages(language: Language) -> Vec<String> {
    models(language).into_iter().map(|(html, _)| html).collect()
}

/// The same, with each as data.
pub(super) fn models(language: Language) -> Vec<Both> {
    let facts = samples::facts();
    let quiet = Facts { overview: Overview::default(), ..samples::facts() };
    let cell = facts.overview.grants[0].cell;
    let one = Scope::cell(cell.recipient, cell.purpose, cell.category);
    let words = Words::of(language);
    let requests = Requests { records: samples::asked(), earlier: Some(25) };
    let claims = Requests { records: samples::claimed(), earlier: None };
    let part = Part { by: Some(facts.overview.recipients[1].id), skip: 25 };
    let all = Part { by: None, skip: 0 };
    let mut pages = vec![
        both(&HomePage::draw(words, &facts, &samples::asked())),
        both(&HomePage::draw(words, &quiet, &samples::asked())),
        both(&AskedPage::draw(
            words,
            &facts,
            part,
            &requests,
            (samples::learnt(), &samples_duty::destroyed(), &samples_duty::seen()),
        )),
        both(&AskedPage::draw(
            words,
            &facts,
            all,
            &claims,
            (samples::learnt(), &samples_duty::destroyed(), &samples_duty::seen()),
        )),
    ];
    pages.extend(
        facts.overview.recipients.iter().map(|r| both(&RecipientPage::draw(words, &facts, r, None, None))),
    );
    pages.extend(kept(language, &facts));
    pages.extend(kept(language, &quiet_but_named(&facts)));
    for (act, changed) in super::said::ACTS.into_iter().map(|a| (a, 1)).chain([(Act::Pause, 0)]) {
        for scope in [Scope::default(), Scope::of(cell.recipient), one] {
            pages.push(both(&DonePage::draw(words, &facts, &Said { act, scope, changed })));
        }
    }
    for facts in [&samples::child(), &samples::guarded()] {
        pages.push(both(&HomePage::draw(words, facts, &samples::asked())));
        pages.extend(
            facts.overview.recipients.iter().map(|r| both(&RecipientPage::draw(words, facts, r, None, None))),
        );
        pages.push(both(&FamilyPage::draw(words, facts, &samples::family())));
        pages.push(both(&FamilyPage::draw(words, facts, &Family::default())));
        pages.push(both(&ElsewherePage::draw(words, facts, &samples::others())));
        pages.push(both(&HelpPage::draw(words, facts, &samples::takers(), samples::asked().first())));
        pages.push(both(&HelpPage::draw(words, facts, &Takers::default(), None)));
    }
    pages.extend(linking(language));
    pages.push(both(&AwayPage::draw(words)));
    pages.push(both(&EnterPage::new(&visit(language))));
    pages.extend(secrets(language, &facts));
    pages.extend(Calm::ALL.map(|calm| both(&calm.page(&visit(language)))));
    pages
}

/// The pages of a recipient that asks to be linked.
fn linking(language: Language) -> Vec<Both> {
    let (words, facts) = (Words::of(language), samples_linking::linking());
    let recipient = &facts.overview.recipients[1];
    let page = |facts: &Facts, fault| {
        both(&LinkPage::draw(words, facts, (recipient, facts.linking.as_ref().unwrap()), None, fault))
    };
    let quiet = Facts { overview: Overview::default(), ..samples::facts() };
    vec![
        both(&AuthorizePage::draw(words, recipient, &samples_linking::pending())),
        page(&facts, None),
        page(&facts, Some(words.link_nothing())),
        page(&samples_linking::coding(), None),
        page(&samples_linking::requested(), None),
        page(&samples_linking::requested(), Some(words.link_nothing())),
        both(&HomePage::draw(words, &samples_linking::requested(), &[])),
        page(&samples_linking::coding(), Some(words.linkcode_nothing())),
        both(&LinkCodePage::draw(words, &facts, recipient, &samples_linking::code())),
        both(&LinkedPage::draw(words, &facts, &samples_linking::linked())),
        both(&LinkedPage::draw(words, &quiet, &[])),
    ]
}

/// The pages that ask for a code or a PIN, and what follows a login.
fn secrets(language: Language, facts: &Facts) -> Vec<Both> {
    let words = Words::of(language);
    let standing = |set, fresh, locked| Standing { set, fresh, locked };
    let closed = Facts {
        visitor: Visitor { closed: true, ..facts.visitor.clone() },
        overview: Overview::default(),
        ..samples::facts()
    };
    let pin = |facts: &Facts, standing| both(&pin::page(words, facts, &standing, Some("/me/data"), true));
    vec![
        both(&code_page(&visit(language), None)),
        both(&code_page(&visit(language), Some(1))),
        pin(facts, standing(false, false, None)),
        pin(facts, standing(true, false, None)),
        pin(&closed, standing(true, false, None)),
        pin(&closed, standing(true, true, None)),
        pin(&closed, standing(true, false, Some(facts.now.plus(HOUR_US)))),
        both(&HomePage::draw(words, &closed, &samples::asked())),
        both(&login::welcome(words, "/me".to_owned())),
    ]
}

/// The same recipients, and nothing decided.
pub(super) fn quiet_but_named(facts: &Facts) -> Facts {
    let overview = Overview { recipients: facts.overview.recipients.clone(), ..Overview::default() };
    Facts { overview, ..samples::facts() }
}
