//! Which attacks there are, what each must not reach with the guard on and must reach with it off; and which uses, and what the guard must leave of each. Deliberately
//! absent: attacks on doors that there are not.
use super::campaign::Campaign;
use super::listened::Curve;
use crate::attack::verdict::{Attack, Figure, Use};
use std::collections::BTreeMap;

/// An attack, and how what was heard is worked out where no more is needed.
pub struct Entry {
    pub attack: Attack,
    heard: Option<fn(&Campaign<'_>) -> Figure>,
}

const fn entry(
    names: (&'static str, &'static str),
    figure: &'static str,
    passes: &'static str,
    (at_most, bites_from): (f64, f64),
    heard: Option<fn(&Campaign<'_>) -> Figure>,
) -> Entry {
    let (id, title) = names;
    Entry { attack: Attack { id, title, figure, passes, at_most, bites_from }, heard }
}

/// All of them, in order.
pub const REGISTRY: [Entry; 17] = [
    entry(
        ("A1", "Two recipients join what they heard"),
        "share of people linked by content",
        "at most 0.05, and no identifier at both",
        (0.05, 0.2),
        Some(|c| c.across_recipients()),
    ),
    entry(
        ("A2", "One day is linked to the next"),
        "share of people linked by zones",
        "at most 0.05, and 85 % of questions answered",
        (0.05, 0.3),
        Some(|c| c.across_epochs()),
    ),
    entry(
        ("A3", "What was told on a day fits one person"),
        "share of draws that fit one person, the worst number of points",
        "0, and everything fits as many persons as the crowd",
        (0.0, 0.5),
        Some(|c| c.within_epoch()),
    ),
    entry(
        ("A4", "The same question a thousand times"),
        "most different zones of one person in a day",
        "at most 3, and repeats have the same bytes",
        (3.0, 4.0),
        Some(|c| c.repetition()),
    ),
    entry(
        ("A5", "Is he there, again and again"),
        "most answers about one person in a day",
        "at most 5, and half of the guesses are no nearer than 750 m",
        (5.0, 6.0),
        None,
    ),
    entry(
        ("A6", "One count minus another"),
        "share of exact numbers found beyond guessing",
        "at most 0.05, and no sliding window, union, hour, finer or coarser zone is answered",
        (0.05, 0.5),
        None,
    ),
    entry(
        ("A7", "Walks to sensitive places"),
        "share of visits of which anything is told",
        "0, and the bytes are those about nobody",
        (0.0, 0.5),
        None,
    ),
    entry(
        ("A8", "Homes from the zones of the nights"),
        "share of homes within 500 m of the guess",
        "at most 0.07",
        (0.07, 0.1),
        Some(|c| c.homes()),
    ),
    entry(
        ("A9", "Was he counted"),
        "how well a day tells who was counted from who was not (AUC)",
        "at most 0.60, for who knows where everybody else was",
        (0.6, 0.9),
        None,
    ),
    entry(
        ("A10", "Eight models of what is known"),
        "mean risk, the worst model",
        "at most one over the crowd",
        (0.02, 0.3),
        Some(|c| c.knowledge()),
    ),
    entry(
        ("A11", "The budget under fire"),
        "zones of one day told, two hundred requests at once",
        "at most 3, and no more after the turn of the day, a replay and a restart",
        (3.0, 4.0),
        None,
    ),
    entry(
        ("A12", "The rung tells more than the zone"),
        "share of answers whose finest zone is found",
        "at most 0.05 more than by guessing the fullest",
        (1.0, 0.5),
        Some(|c| c.minimality()),
    ),
    entry(
        ("A13", "Every phone number and a leaked key"),
        "share of pseudonyms found",
        "0",
        (0.0, 0.99),
        None,
    ),
    entry(
        ("A14", "Interests over thirty weeks"),
        "share of people linked by interests",
        "at most 0.05, and no number, cell, host or app in any answer",
        (0.05, 0.2),
        None,
    ),
    entry(
        ("A15", "Is he often there, for a week"),
        "most answers about one person in seven days",
        "at most 3, and half of the guesses of homes are no nearer than 750 m",
        (3.0, 4.0),
        None,
    ),
    entry(
        ("A16", "Countries, for some days"),
        "share of people linked by the countries that two heard of",
        "at most 0.05",
        (0.05, 0.2),
        None,
    ),
    entry(
        ("A17", "What is left of the data, for some days"),
        "share of people linked by the steps that two heard of",
        "at most 0.05",
        (0.05, 0.15),
        None,
    ),
];

/// What answers are good for, and figures of others that have to come out. U1 and U3 are worked out of the input, without a broker.
pub const USES: [Use; 3] = [
    Use {
        id: "U1",
        title: "Where next, by the profile",
        figure: "share of answered moves to the place taken for the likeliest",
        passes: "at least 0.50, 0.80 among the five likeliest, and 0.05 more than the most frequent place",
        at_least: 0.50,
    },
    Use {
        id: "U2",
        title: "Where next, as told",
        figure: "share of told next places that came true",
        passes: "at least 0.45, of words and of all; 0.50 of zones of 36 km²",
        at_least: 0.45,
    },
    Use {
        id: "U3",
        title: "What was published of this input",
        figure: "share of published figures that come out",
        passes: "all of them within 0.02; nothing is published of made-up people",
        at_least: 1.0,
    },
];

/// What was found in one mode.
#[derive(Default)]
pub struct Found {
    pub figures: BTreeMap<&'static str, Figure>,
    /// Share of draws that fit one person, by points; 0 stands for all.
    pub unicity: Curve,
    /// Share linked from the day before, by day.
    pub links: Curve,
    /// Share of questions for a zone that were answered.
    pub served: Option<f64>,
}

impl Found {
    /// Keeps a figure.
    pub fn put(&mut self, id: &'static str, figure: Figure) {
        self.figures.insert(id, figure);
    }

    /// Works out what was heard.
    pub fn heard(&mut self, campaign: &Campaign<'_>, wants: &dyn Fn(&[&str]) -> bool) {
        for Entry { attack, heard } in &REGISTRY {
            if let Some(work_out) = heard.filter(|_| wants(&[attack.id])) {
                self.put(attack.id, work_out(campaign));
            }
        }
        self.unicity = campaign.unicity().0;
        self.links = campaign.linked_by_day();
        self.served = Some(campaign.served());
    }
}
