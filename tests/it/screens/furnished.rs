//! Pages with something of everything on them, open in a real browser.
use super::elsewhere::operators;
use super::visitor::{Visitor, control, invitation, question};
use super::{MONTH, NO, YES, assistant};
use crate::family::speaks_for;
use crate::people::related;
use crate::support::browser::Browser;
use crate::support::house::House;
use crate::support::linker::proves;
use crate::support::world::{ISSUER, Opening, told};
use crate::support::{ASSISTANT, CITY, MUNICH, PASING, Provider, R6, Subscriber, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::broker::never::Change;
use dongui::broker::people::NewBlock;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Actor, Capture, Hours, Limits};
use dongui::domain::place::Label;
use dongui::domain::purpose::Purpose;
use dongui::domain::relation::{RelationKind, Verified};
use dongui::domain::subscriber::{AgeBand, Reference};
use dongui::domain::time::{DAY_US, HOUR_US, MINUTE_US};

/// The languages of the pages.
pub const TAGS: [&str; 6] = ["en", "de", "ko", "ar", "zh", "ms"];

/// A world in which something of everything has happened to somebody.
pub struct Furnished {
    pub w: World,
    mina: Reference,
    /// A link of his that is not used yet.
    link: String,
    /// The same, which wants a code.
    coded: String,
    /// A receipt of his, and what an answer to a question would tell.
    receipt: String,
    preview: String,
    /// Where one request can be complained about.
    complaint: String,
    /// What an assistant asks that waits elsewhere.
    request: String,
    /// Where an assistant that is linked leads to what is not answered yet.
    capture: String,
    /// A recipient that he has decided much about, and one that he has decided nothing about.
    pub known: String,
    pub new: String,
}

impl Furnished {
    pub fn new() -> Furnished {
        let w = World::new(House::sqlite());
        w.restart(Opening { operators: operators(&w), ..Opening::default() });
        let (mina, [known, new, receipt, preview, complaint, request, capture]) = happen(&w);
        let jan = w.subscriber("jan");
        let link = invitation(&w, &jan);
        let (coded, _) = w.broker().invite_with_code(&Caller::console(), &jan.reference()).unwrap();
        let coded = coded[coded.find("/me/enter/").unwrap()..].to_owned();
        Furnished { w, mina, link, coded, receipt, preview, complaint, request, capture, known, new }
    }

    /// The address of a page in the browser.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.w.http().address())
    }

    /// Comes in by a new link and pauses one thing, so that there is something that was done.
    pub fn enters(&self, browser: &Browser) {
        let url = self.w.broker().invite(&Caller::console(), &self.mina).unwrap();
        browser.goes(&self.url(&url[url.find("/me/enter/").unwrap()..]));
        browser.follows(|| {
            browser.eval("document.querySelector('main button').click()");
        });
        assert_eq!(browser.eval("location.pathname"), "/me");
        let done = |browser: &Browser, act: &str| {
            browser.goes(&self.url(&format!("/me/with/{}", self.known)));
            let button = format!("document.querySelector('.granted button[value={act}]').click()");
            browser.follows(|| {
                browser.eval(&button);
            });
        };
        done(browser, "pause");
        done(browser, "resume");
        assert_eq!(browser.eval("location.pathname"), "/me/done");
        let before = format!("/me/with/{}/code?for=dpv%3AProvidePersonalisedRecommendations", self.known);
        browser.goes(&self.url(&before));
        browser.follows(|| {
            browser.eval("document.querySelector('main form[action$=\"/code\"] button').click()");
        });
        assert_eq!(browser.eval("location.pathname"), "/me/code");
        browser.goes(&self.url(&self.capture));
        browser.asked();
    }

    /// Every page there is, by a name.
    pub fn pages(&self) -> Vec<(&'static str, String)> {
        let (known, new) = (format!("/me/with/{}", self.known), format!("/me/with/{}", self.new));
        vec![
            ("home", "/me".to_owned()),
            ("recipient", known),
            ("question", new),
            ("timeline", "/me/asked".to_owned()),
            ("timeline-of-one", format!("/me/asked?by={}&skip=1", self.known)),
            ("done", "/me/done".to_owned()),
            ("receipts", "/me/receipts".to_owned()),
            ("receipt", self.receipt.clone()),
            ("data", "/me/data".to_owned()),
            ("erase", "/me/data/erase".to_owned()),
            ("family", "/me/family".to_owned()),
            ("help", "/me/help".to_owned()),
            ("complaint", self.complaint.clone()),
            ("elsewhere", "/me/elsewhere".to_owned()),
            ("preview", format!("/me/with/{}/preview", self.known)),
            ("preview-of-one", self.preview.clone()),
            ("never", "/me/never".to_owned()),
            ("notices", "/me/notices".to_owned()),
            ("linked", "/me/linked".to_owned()),
            (
                "before-code",
                format!("/me/with/{}/code?for=dpv%3AProvidePersonalisedRecommendations", self.known),
            ),
            ("link-code", "/me/code".to_owned()),
            ("request", self.request.clone()),
            ("capture", "/me/link".to_owned()),
            ("enter", self.link.clone()),
            ("code", self.coded.clone()),
            ("pin", "/me/pin".to_owned()),
            ("dead", "/me/enter/x".to_owned()),
        ]
    }

    /// The same in a language.
    pub fn in_language(&self, path: &str, tag: &str) -> String {
        let and = if path.contains('?') { '&' } else { '?' };
        self.url(&format!("{path}{and}lang={tag}"))
    }
}

/// What happened, with both recipients, a receipt, a preview, a complaint, a request and an address to answer at.
fn happen(w: &World) -> (Reference, [String; 7]) {
    let mina = w.subscriber("mina");
    let provider = assistant(w, "Almanac");
    let events = w.provider_with("events", |r| {
        r.name = "Tagesplan Berlin".to_owned();
        r.purposes = vec![Purpose::ProvideEventRecommendations];
        r.ceiling = vec![(ZONE, R6), (Category::UsageInterest, Precision::Label)];
    });
    let id = provider.id.to_string();
    let say = |visitor: &mut Visitor<'_>, category: &str, answer, chosen: &[(&str, &str)]| {
        let page = visitor.page_of(&id);
        visitor.presses(&question(&page, &id, category), answer, chosen);
    };
    of_a_family(w, &mina, &provider);
    // Ends within a day of the pictures.
    mina.allows_until(
        &provider,
        ASSISTANT,
        Category::LocationLabel,
        Precision::Label,
        w.clock.now().plus(46 * HOUR_US),
    );
    provider.asks_for(&mina, ASSISTANT, &[ZONE, Category::UsageInterest]);
    w.clock.advance(20 * MINUTE_US);
    let mut visitor = Visitor::enters(w, &mina);
    say(&mut visitor, "location.zone", YES, &[("precision", "zone-r6"), MONTH]);
    say(&mut visitor, "usage.interest", YES, &[MONTH]);
    say(&mut visitor, "web.interest", NO, &[]);
    w.clock.advance(25 * HOUR_US);
    mina.lived(10, MUNICH, PASING);
    w.neighbours_are_at(MUNICH);
    mina.is_at(MUNICH);
    for _ in 0..3 {
        w.clock.advance(7 * MINUTE_US);
        provider.asks_for(&mina, ASSISTANT, &[ZONE, Category::NextPlace]);
    }
    let mut visitor = Visitor::enters(w, &mina);
    let page = visitor.page_of(&id);
    let interest = control(&page, Some(&id), Some("usage.interest"), "pause").unwrap();
    visitor.presses(&interest, ("act", "pause"), &[]);
    provider.asks_for(&mina, ASSISTANT, &[Category::UsageInterest]);
    assert_eq!(provider.asks(&mina).precision(ZONE).map(|p| p >= CITY), Some(true));
    events.asks_for(&mina, Purpose::ProvideEventRecommendations, &[ZONE]);
    for change in [Change::Label(Label::Work, true), Change::Hours(Hours::parse("22:00-06:00"))] {
        assert!(w.broker().keep_back(mina.id, "screen".into(), &change).unwrap().is_some());
    }
    // And something that staff wrote down and something that a recipient says, which wait for him.
    let waits = |category, precision, actor, channel| {
        let wish = Wish::Allow {
            recipient: events.id,
            purpose: Purpose::ProvideEventRecommendations,
            category,
            precision,
            until: w.clock.now().plus(90 * DAY_US),
            limits: Limits::NONE,
            shown: told(),
        };
        let by = Capture { actor, channel, relation: None };
        assert!(w.broker().decide(mina.id, &wish, by).unwrap().entry.is_some());
    };
    waits(Category::UsageInterest, Precision::Label, Actor::Staff, "shop");
    waits(ZONE, CITY, Actor::Recipient, "consent-management");
    let first = |page: &str, start: &str| {
        let mut links = page.split("href=\"").skip(1).filter_map(|p| p.split('"').next());
        links.find(|link| link.starts_with(start)).expect("a link").to_owned()
    };
    let new = events.id.to_string();
    let receipt = first(&visitor.sees("/me/receipts"), "/me/receipts/grn_");
    let preview = first(&visitor.page_of(&new), &format!("/me/with/{new}/preview?of="));
    let complaint = first(&visitor.asked(), "/me/help?about=");
    let capture = asks_out_of_band(w, &mina, &provider);
    let request = first(&visitor.page(), "/me/requests/");
    (mina.reference(), [id, new, receipt, preview, complaint, request, capture])
}

/// The provider waits elsewhere for her answer; and she is linked with it already, by a statement of its own, so that it may lead her to what she has not
/// answered: the address of that.
fn asks_out_of_band(w: &World, mina: &Subscriber<'_>, provider: &Provider<'_>) -> String {
    let scope = format!("{} location.zone mobility.next_place", ASSISTANT.as_str());
    let more =
        [("login_hint", provider.knows(mina)), ("scope", scope), ("binding_message", "TV 4711".to_owned())];
    let mut fields = proves(w, &provider.client.key);
    fields.extend(more.map(|(name, value)| (name.to_owned(), value)));
    w.broker().ask_subscriber(&fields, None, "").unwrap();
    let (name, key) = (provider.knows(mina), &provider.client.key);
    let token = crate::linking::stated::links(w, key, &name);
    let proven = provider.client.proven(&token, &provider.client.proof("POST", "/v1/context", Some(&token)));
    let url = w.broker().capture(&proven.unwrap(), &[Category::NextPlace], None).unwrap();
    url.strip_prefix(ISSUER).unwrap().to_owned()
}

/// A child of hers whose yes waits for her, and an owner of her line who forbids something.
fn of_a_family(w: &World, mina: &Subscriber<'_>, provider: &Provider<'_>) {
    let child = w.enrols("child", AgeBand::Minor);
    speaks_for(w, mina, &child, None);
    let mut visitor = Visitor::enters(w, &child);
    let id = provider.id.to_string();
    let asked = question(&visitor.page_of(&id), &id, "usage.interest");
    visitor.presses(&asked, YES, &[MONTH]);
    let relation = related(w, &mina.reference(), RelationKind::Owner, Verified::Contract);
    for (category, finest) in [(Some(Category::WebInterest), None), (Some(ZONE), Some(R6))] {
        let wanted = NewBlock { relation, recipient: Some(provider.id), category, finest };
        w.broker().block(&Caller::console(), &wanted).unwrap();
    }
}
