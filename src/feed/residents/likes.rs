//! What residents like, and the apps and hosts that show it. Hosts come from real visits by how often they were visited, and
//! where those have too few of a topic, from the domain lists.
use crate::domain::feed::{FeedKind, Row};
use crate::domain::topic::Topic;
use crate::feed::bundled;
use crate::feed::reader::Reader;
use crate::feed::seeded::Seeded;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

/// Main interests by app use: two are shared by many, so a crowd exists; the rest by few.
const APP_MAIN: [(Topic, u32); 6] = [
    (Topic::Entertainment, 32),
    (Topic::Gaming, 30),
    (Topic::Shopping, 14),
    (Topic::Sports, 10),
    (Topic::Travel, 8),
    (Topic::Food, 6),
];
/// Main interests by visited sites.
const WEB_MAIN: [(Topic, u32); 5] = [
    (Topic::Entertainment, 33),
    (Topic::Technology, 30),
    (Topic::Shopping, 20),
    (Topic::Science, 9),
    (Topic::Gaming, 8),
];
/// How often what is done is about the main interest; and about nothing that may be said.
const MAIN: f64 = 0.55;
const UNSAID: f64 = 0.2;
/// The fewest hosts of a topic.
const HOSTS: usize = 8;
/// Favourites of one resident in one topic.
const FAVOURITES: u64 = 4;

/// Apps that no table of ours maps: a bank's, an insurer's, a diary. They show that the unmapped stays home.
const UNSAID_APPS: [&str; 4] =
    ["com.starfinanz.smob.android.sfinanzstatus", "de.tk.tksafe", "de.dkb.portalapp", "com.flo.health"];

pub(super) fn main_app(rng: &Seeded) -> Topic {
    rng.weighted(&APP_MAIN).copied().unwrap_or(Topic::Entertainment)
}

pub(super) fn main_web(rng: &Seeded) -> Topic {
    rng.weighted(&WEB_MAIN).copied().unwrap_or(Topic::Entertainment)
}

/// Names by topic; `None` holds those that may not be said.
type Names = BTreeMap<Option<Topic>, Vec<String>>;

/// What there is to choose from.
#[derive(Debug)]
pub(super) struct Likes {
    apps: Names,
    hosts: Names,
}

impl Likes {
    pub(super) fn bundled() -> Likes {
        Likes { apps: apps(), hosts: hosts() }
    }

    /// An app for a resident whose main interest is `main`.
    pub(super) fn app(&self, main: Topic, who: u64, rng: &Seeded) -> Option<&str> {
        choose(&self.apps, main, &APP_MAIN, who, rng)
    }

    /// A host for a resident whose main interest is `main`.
    pub(super) fn host(&self, main: Topic, who: u64, rng: &Seeded) -> Option<&str> {
        choose(&self.hosts, main, &WEB_MAIN, who, rng)
    }
}

fn choose<'a>(
    names: &'a Names,
    main: Topic,
    others: &[(Topic, u32)],
    who: u64,
    rng: &Seeded,
) -> Option<&'a str> {
    let draw = rng.unit();
    let topic = if draw < MAIN {
        Some(main)
    } else if draw < MAIN + UNSAID {
        None
    } else if rng.chance(0.4) {
        Some(Topic::Communication)
    } else {
        rng.weighted(others).copied()
    };
    let list = names.get(&topic)?;
    // The nth favourite is half as likely as the one before.
    let nth = u64::from(rng.next().trailing_zeros()).min(FAVOURITES - 1);
    let favourite = Seeded::named(who, &[topic.map_or(u64::MAX, |t| u64::from(t.index())), nth]);
    // Names stand in the order of their popularity: the smaller of two draws prefers the popular.
    let n = list.len() as u64;
    let i = favourite.below(n).min(favourite.below(n));
    list.get(i as usize).map(String::as_str)
}

fn apps() -> Names {
    let mut names = Names::new();
    if let Ok(mut reader) = Reader::new(FeedKind::Categories, bundled::apps()) {
        // Bundled data is whole: a test of `bundled` reads every line.
        let _ = reader.for_each(&mut |_, row| {
            if let Ok(Row::Category { key, topic: Some(topic), .. }) = row {
                names.entry(Some(topic)).or_default().push(key.to_owned());
            }
            ControlFlow::Continue(())
        });
    }
    names.insert(None, UNSAID_APPS.iter().map(|a| (*a).to_owned()).collect());
    names
}

fn hosts() -> Names {
    let rules: Vec<(String, Option<Topic>)> = bundled::host_verdicts().collect();
    let by_domain: HashMap<&str, Option<Topic>> = rules.iter().map(|(d, t)| (d.as_str(), *t)).collect();
    let mut names = Names::new();
    for (host, _) in bundled::visited_hosts() {
        let verdict = ancestors(&host).find_map(|d| by_domain.get(d).copied());
        // A host that must never be said is not put into the mouth of the demo either.
        if verdict != Some(None) {
            names.entry(verdict.flatten()).or_default().push(host);
        }
    }
    for (topic, _) in WEB_MAIN {
        let list = names.entry(Some(topic)).or_default();
        let more = rules.iter().filter(|(_, t)| *t == Some(topic)).map(|(d, _)| d.clone());
        if let Some(missing) = HOSTS.checked_sub(list.len()) {
            list.extend(more.take(missing));
        }
    }
    names
}

/// The host, then every domain above it.
fn ancestors(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |d| d.split_once('.').map(|(_, up)| up))
}
