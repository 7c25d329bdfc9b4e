//! Who plays: two AI providers, the operator's own clients, and what each resident decides. Pure. Deliberately absent: real
//! companies; both providers are made up.
use crate::broker::consent::{Shown, Wish};
use crate::domain::category::{Category, Precision};
use crate::domain::client::Role;
use crate::domain::consent::Limits;
use crate::domain::feed::FeedKind;
use crate::domain::id::RecipientId;
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::subscriber::Country;
use crate::domain::time::{At, DAY_US};

/// What both assistants ask for.
pub const PURPOSE: Purpose = Purpose::ProvidePersonalisedRecommendations;
/// How long a resident allows, µs.
const ALLOWED_US: i64 = 180 * DAY_US;

/// An AI provider of the demo.
#[derive(Debug)]
pub struct Provider {
    /// Its OAuth client.
    pub client: &'static str,
    /// Shown to subscribers.
    pub name: &'static str,
    country: &'static str,
    assurance: Assurance,
    ceiling: &'static [(Category, Precision)],
}

/// One assistant with a rich contract that answers from a server in the country, one hosted abroad with a thin one.
pub const PROVIDERS: [Provider; 2] = [
    Provider {
        client: "isar",
        name: "Isar Assistant",
        country: "DE",
        assurance: Assurance::Server,
        ceiling: &[
            (Category::LocationZone, Precision::ZoneR6),
            (Category::LocationLabel, Precision::Label),
            (Category::NextPlace, Precision::ZoneR5),
            (Category::UsageInterest, Precision::Label),
            (Category::WebInterest, Precision::Label),
            (Category::RoamingCountry, Precision::Country),
            (Category::DataVolume, Precision::Label),
        ],
    },
    Provider {
        client: "pacific",
        name: "Pacific Assistant",
        country: "US",
        assurance: Assurance::Hosted,
        ceiling: &[
            (Category::LocationZone, Precision::City),
            (Category::NextPlace, Precision::Label),
            (Category::UsageInterest, Precision::Label),
        ],
    },
];
/// Positions in `PROVIDERS`.
pub const ISAR: usize = 0;
/// The one abroad.
pub const PACIFIC: usize = 1;

impl Provider {
    /// Its registration; `None` only if a country above were none.
    pub fn registration(&self, id: RecipientId) -> Option<Recipient> {
        Some(Recipient {
            id,
            name: self.name.to_owned(),
            country: Country::parse(self.country)?,
            assurance: self.assurance,
            purposes: vec![PURPOSE],
            ceiling: self.ceiling.to_vec(),
            webhook: None,
            consent_management: false,
            wordings: Vec::new(),
        })
    }
}

/// The operator's own clients.
pub const CLIENTS: [(&str, Role); 3] =
    [("operator", Role::Operator), ("feed", Role::Feed), ("regulator", Role::Regulator)];

/// A client of the first provider that has no key: an assistant on this machine.
pub const HOSTED: &str = "this-machine";

/// How a resident feels about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attitude {
    /// Allows the assistant at home everything, every second one also the one abroad.
    Open,
    /// Allows the city, the kind of the next place, an interest from apps, the country and what is left of the data; refuses the rest.
    Careful,
    /// Allowed as an open one, then paused.
    Paused,
    /// Says no to everything.
    Refusing,
    /// Has not answered.
    Silent,
}

impl Attitude {
    /// All of them.
    pub const ALL: [Attitude; 5] =
        [Attitude::Open, Attitude::Careful, Attitude::Paused, Attitude::Refusing, Attitude::Silent];

    /// Attitudes come in turn, so that a small cast has everyone too: of 25, 14 are open, 6 careful, 2 paused, 2 refuse, 1 is
    /// silent.
    pub fn of(who: usize) -> Attitude {
        match who % 25 {
            3 | 7 | 11 | 15 | 19 | 23 => Attitude::Careful,
            9 | 21 => Attitude::Paused,
            5 | 17 => Attitude::Refusing,
            13 => Attitude::Silent,
            _ => Attitude::Open,
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Attitude::Open => "allow much",
            Attitude::Careful => "allow little",
            Attitude::Paused => "paused",
            Attitude::Refusing => "refuse",
            Attitude::Silent => "have not answered",
        }
    }
}

/// What resident `who` answers each provider about each category: a rung, or no. What is absent was not answered.
pub fn answers(who: usize) -> Vec<(usize, Category, Option<Precision>)> {
    let offered = |p: usize| PROVIDERS.get(p).map(|p| p.ceiling).unwrap_or_default();
    let all = || (0..PROVIDERS.len()).flat_map(|p| offered(p).iter().map(move |(c, _)| (p, *c)));
    let rung = |category| match category {
        Category::LocationZone => [Precision::ZoneR6, Precision::ZoneR5, Precision::City][who % 3],
        Category::NextPlace => [Precision::ZoneR5, Precision::ZoneR5, Precision::Label][who % 3],
        Category::RoamingCountry => Precision::Country,
        _ => Precision::Label,
    };
    match Attitude::of(who) {
        Attitude::Open | Attitude::Paused => all()
            .map(|(p, c)| match p {
                ISAR => (p, c, Some(rung(c))),
                _ if who.is_multiple_of(2) => {
                    (p, c, offered(p).iter().find(|(o, _)| *o == c).map(|(_, r)| *r))
                }
                _ => (p, c, None),
            })
            .collect(),
        Attitude::Careful => offered(ISAR)
            .iter()
            .map(|(c, _)| match c {
                Category::LocationZone => (ISAR, *c, Some(Precision::City)),
                Category::RoamingCountry => (ISAR, *c, Some(Precision::Country)),
                Category::NextPlace | Category::UsageInterest | Category::DataVolume => {
                    (ISAR, *c, Some(Precision::Label))
                }
                Category::LocationLabel
                | Category::LocationVerify
                | Category::FrequentArea
                | Category::Routine
                | Category::WebInterest
                | Category::Population => (ISAR, *c, None),
            })
            .collect(),
        Attitude::Refusing => all().map(|(p, c)| (p, c, None)).collect(),
        Attitude::Silent => Vec::new(),
    }
}

/// The rung that resident `who` allows `provider` for `category`.
pub fn allowed(who: usize, provider: usize, category: Category) -> Option<Precision> {
    answers(who).into_iter().find(|(p, c, _)| (*p, *c) == (provider, category)).and_then(|(_, _, rung)| rung)
}

/// Whether any answer of resident `who` lets events of this kind be kept.
pub fn lets(who: usize, kind: FeedKind) -> bool {
    answers(who).into_iter().filter(|(_, _, rung)| rung.is_some()).any(|(_, category, _)| match category {
        Category::LocationZone
        | Category::LocationLabel
        | Category::LocationVerify
        | Category::FrequentArea
        | Category::NextPlace
        | Category::Routine
        | Category::Population => kind == FeedKind::Location,
        Category::UsageInterest => kind == FeedKind::App,
        Category::WebInterest => kind == FeedKind::Web,
        Category::RoamingCountry | Category::DataVolume => kind == FeedKind::Account,
    })
}

/// The answers as wishes that the registry takes, at `now`.
pub fn wishes(who: usize, recipients: &[RecipientId], now: At) -> Vec<Wish> {
    let wish = |(provider, category, rung): (usize, Category, Option<Precision>)| {
        let (recipient, name) = (*recipients.get(provider)?, PROVIDERS.get(provider)?.name);
        let shown = Shown::Told(notice(name, category, rung));
        Some(match rung {
            Some(precision) => {
                let until = now.plus(ALLOWED_US);
                Wish::Allow {
                    recipient,
                    purpose: PURPOSE,
                    category,
                    precision,
                    until,
                    limits: Limits::NONE,
                    shown,
                }
            }
            None => Wish::Refuse { recipient, purpose: PURPOSE, category, shown },
        })
    };
    answers(who).into_iter().filter_map(wish).collect()
}

fn notice(name: &str, category: Category, rung: Option<Precision>) -> Notice {
    let what = match category {
        Category::LocationZone => "in which area you are",
        Category::LocationLabel => "whether you are at home, at work or elsewhere",
        Category::LocationVerify => "whether you are near a place that it names",
        Category::FrequentArea => "about how much of your time you spend near a place that it names",
        Category::NextPlace => "where you are likely to go next",
        Category::Routine => "whether your day goes as usual",
        Category::UsageInterest => "the topic of the apps that you use most",
        Category::WebInterest => "the topic of the sites that you visit most",
        Category::RoamingCountry => "in which country your phone is registered",
        Category::DataVolume => "about how much of your mobile data is left",
        Category::Population => "how many people are where, with you among them",
    };
    let fine = rung.map_or(String::new(), |r| format!(", as fine as `{}`", r.as_str()));
    let text =
        format!("May {name} know {what}{fine}, to make suggestions for you? You can stop it at any time.");
    Notice { locale: "en".to_owned(), text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::RecipientId;

    #[test]
    fn a_cast_of_sixty_has_everyone_and_more_than_fifty_whose_events_are_kept() {
        let count = |of: usize, attitude| (0..of).filter(|who| Attitude::of(*who) == attitude).count();
        for attitude in Attitude::ALL {
            assert!(count(60, attitude) > 0, "{attitude:?}");
        }
        assert_eq!(Attitude::ALL.map(|a| count(200, a)), [112, 48, 16, 16, 8]);
        assert!((0..60).filter(|who| lets(*who, FeedKind::Location)).count() > 50);
    }

    #[test]
    fn nobody_allows_more_than_a_contract_offers_and_every_wish_names_its_words() {
        let ids = [RecipientId([1; 16]), RecipientId([2; 16])];
        for who in 0..50 {
            for (provider, category, rung) in answers(who) {
                let most = PROVIDERS[provider].ceiling.iter().find(|(c, _)| *c == category).unwrap().1;
                assert!(rung.is_none_or(|r| r <= most && category.rungs().contains(&r)), "{who}");
            }
            assert_eq!(wishes(who, &ids, At(0)).len(), answers(who).len());
        }
        assert_eq!(allowed(5, ISAR, Category::LocationZone), None);
        assert_eq!(allowed(3, ISAR, Category::LocationZone), Some(Precision::City));
        assert!(PROVIDERS.iter().all(|p| p.registration(ids[0]).is_some()));
    }
}
