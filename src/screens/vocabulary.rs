//! Words for the vocabulary of the house: categories, purposes, limits, acts and reasons. Deliberately absent: sentences of single pages (`words`).
use super::calm::Calm;
use super::pause::Spell;
use super::words::Words;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Actor, Hours, Period, Quota, Status};
use crate::domain::place::Label;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::subscriber::Country;
use fluent_bundle::FluentValue;

impl Words {
    /// A category as a heading.
    pub fn category(&self, category: Category) -> String {
        self.tell(&format!("category-{}", dashed(category)), &[])
    }
    /// A category within a sentence.
    pub fn what(&self, category: Category) -> String {
        self.tell(&format!("what-{}", dashed(category)), &[])
    }
    /// What a category never tells, a sentence.
    pub fn limit(&self, category: Category) -> String {
        self.tell(&format!("limit-{}", dashed(category)), &[])
    }
    /// A purpose, as it follows "would use this".
    pub fn purpose(&self, purpose: Purpose) -> String {
        self.tell(&purpose_key(purpose), &[])
    }
    pub fn precision(&self, precision: Precision) -> String {
        self.tell(&format!("precision-{}", precision.as_str()), &[])
    }
    /// What a place is to the visitor, as a heading.
    pub fn place(&self, label: Label) -> String {
        match label {
            Label::Home => self.place_home(),
            Label::Work => self.place_work(),
            Label::Frequent => self.place_frequent(),
            Label::Other => self.place_other(),
        }
    }
    /// The true reason, as it follows "because".
    pub fn reason(&self, reason: Reason) -> String {
        self.tell(&format!("reason-{}", reason.as_str()), &[])
    }
    /// What was done, as a heading; `None` when nothing changed.
    pub fn done(&self, act: Option<Act>) -> String {
        self.tell(&format!("done-{}", act.map_or("nothing", Act::as_str)), &[])
    }
    /// What that means from now on.
    pub fn effect(&self, act: Option<Act>) -> String {
        self.tell(&format!("effect-{}", act.map_or("nothing", Act::as_str)), &[])
    }
    /// How long, of `ask::TERMS`.
    pub fn term(&self, days: u16) -> String {
        self.tell(&format!("term-{days}"), &[])
    }
    /// The word on the button of a pause that ends by itself.
    pub fn spell(&self, spell: Spell) -> String {
        self.tell(&format!("pause-{}", spell.as_str()), &[])
    }
    /// Hours of a limit; a day that ends at midnight ends at 24:00.
    pub fn hours(&self, hours: Hours) -> String {
        let text = hours.text();
        let (from, to) = text.split_once('-').unwrap_or_default();
        self.hours_between(from, if to == "00:00" { "24:00" } else { to })
    }
    /// A quota.
    pub fn quota(&self, quota: Quota) -> String {
        match quota {
            Quota { times: 1, per: Period::Life } => self.quota_once(),
            Quota { times, per } => self.quota_per(per, times),
        }
    }
    fn quota_per(&self, per: Period, times: u32) -> String {
        self.tell(&format!("quota-{}", per.as_str()), &[("count", FluentValue::from(times))])
    }
    /// What holds of a consent now.
    pub fn state(&self, status: Status) -> String {
        self.tell(&format!("state-{}", status.as_str()), &[])
    }
    /// What was done.
    pub fn act(&self, act: Act) -> String {
        self.tell(&format!("act-{}", act.as_str()), &[])
    }
    /// By whom.
    pub fn by(&self, actor: Actor) -> String {
        self.tell(&format!("by-{}", actor.as_str()), &[])
    }
    pub fn calm_heading(&self, calm: Calm) -> String {
        self.tell(&format!("{}-heading", calm.word()), &[])
    }
    pub fn calm_text(&self, calm: Calm) -> String {
        self.tell(&format!("{}-text", calm.word()), &[])
    }
    /// From 1.
    pub fn month(&self, month: i8) -> String {
        self.tell(&format!("month-{month}"), &[])
    }
    /// From Monday, 1.
    pub fn weekday(&self, weekday: i8) -> String {
        self.tell(&format!("weekday-{weekday}"), &[])
    }
    pub fn country(&self, country: Country) -> String {
        self.country_of(country.as_str())
    }
}

pub(super) fn purpose_key(purpose: Purpose) -> String {
    format!("purpose-{}", purpose.as_str().trim_start_matches("dpv:"))
}

/// A category as a part of a key.
pub(super) fn dashed(category: Category) -> String {
    category.as_str().replace('.', "-")
}
