//! What is allowed is told: enrolment, decisions, feeds, the first round of questions.
use super::cast::{Attitude, ISAR, PACIFIC, PROVIDERS, allowed, lets};
use super::feeds::{EVENTS, Lines, events, lines, reference};
use super::page::Page;
use super::stage::in_parallel;
use super::story::{Story, count, holds, item, items, percent, rung, withheld};
use crate::broker::ingest::Report;
use crate::cli::Trouble;
use crate::cli::client::check;
use crate::domain::category::{Category, Precision};
use crate::domain::feed::FeedKind;
use crate::domain::subscriber::AgeBand;
use crate::domain::time::{At, DAY_US};
use crate::domain::volume::Volume;
use crate::domain::zone::Zone;
use crate::feed::residents::Resident;
use crate::minimise::zone;
use crate::profile::WATCHED_DAYS;
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Story<'_> {
    /// Everybody is enrolled and linked to both assistants, over the operator's API.
    pub fn enrolled(&mut self) -> Result<(), Trouble> {
        let people = self.stage.residents.people();
        let bar = self.progress.stage("residents are enrolled", people.len());
        let made = in_parallel(people, |person| {
            let body = json!({ "reference": person.msisdn, "age": person.age });
            let answer = self.operator.post("/v1/subscribers", &body)?.success()?;
            let subscriber = serde_json::from_value(answer["subscriber"].clone()).map_err(Trouble::of)?;
            let mut subjects = Vec::new();
            for recipient in &self.stage.recipients {
                let body = json!({ "reference": person.msisdn, "recipient": recipient });
                let answer = self.operator.post("/v1/links", &body)?.success()?;
                subjects.push(answer["subject"].as_str().unwrap_or_default().to_owned());
            }
            bar.step();
            Ok((subscriber, subjects))
        })?;
        drop(bar);
        self.subscribers = made.iter().map(|(subscriber, _)| *subscriber).collect();
        let of = |p: usize| made.iter().filter_map(|(_, s)| s.get(p).cloned()).collect::<Vec<String>>();
        self.subjects = (0..PROVIDERS.len()).map(of).collect();
        let mut all: Vec<&String> = self.subjects.iter().flatten().collect();
        all.sort_unstable();
        all.dedup();
        let differ = all.len() == PROVIDERS.len() * people.len() && all.iter().all(|s| !s.is_empty());
        let says = format!(
            "{} residents enrolled; each has another name at each assistant, {} pseudonyms and no two alike",
            count(people.len() as u64),
            count(all.len() as u64)
        );
        self.report.step("enrolled", differ, says);
        Ok(())
    }

    /// Nobody has been asked yet: no assistant hears anything.
    pub fn silent_before_consent(&mut self) -> Result<(), Trouble> {
        let answer = self.ask(ISAR, self.subject(ISAR, 0)?, &Category::UNPROMPTED)?;
        let holds = items(&answer) == 0
            && Category::UNPROMPTED.iter().all(|c| withheld(&answer, *c) == Some("not_granted"));
        self.report.step(
            "refused_without_consent",
            holds,
            "without a consent the answer is empty, and says `not_granted` for every category",
        );
        Ok(())
    }

    /// Everybody decides.
    pub fn granted(&mut self) -> Result<(), Trouble> {
        let everybody: Vec<(usize, &Resident)> = self.stage.residents.people().iter().enumerate().collect();
        let bar = self.progress.stage("residents decide on their own pages", everybody.len());
        let made = in_parallel(&everybody, |(who, person)| {
            bar.step();
            // Whoever does not answer does not come either.
            let comes = Attitude::of(*who) != Attitude::Silent;
            if comes { Page::enter(&self.operator, &person.msisdn)?.decide(self.stage, *who) } else { Ok(0) }
        })?;
        drop(bar);
        let made: usize = made.into_iter().sum();
        let people = everybody.len();
        let of = |a: Attitude| (0..people).filter(|who| Attitude::of(*who) == a).count();
        let mut parts: Vec<String> = Vec::new();
        for attitude in Attitude::ALL {
            let words = if attitude == Attitude::Paused { "will pause later" } else { attitude.words() };
            parts.push(format!("{} {words}", of(attitude)));
        }
        let says = format!(
            "{} decisions made on the residents' own pages: {}",
            count(made as u64),
            parts.join(", ")
        );
        self.report.step("granted", made == self.stage.decisions() && made > 0, says);
        Ok(())
    }

    /// Reference data and the events of the days before now; the reports add up to what was sent.
    pub fn fed(&mut self) -> Result<(), Trouble> {
        let bar = self.progress.stage("reference data is fed", 0);
        let mut rows = Vec::new();
        for (kind, bytes) in reference() {
            rows.push(self.send(kind, &bytes)?);
        }
        drop(bar);
        let whole = rows.iter().all(|r| r.rejected == 0 && r.dropped == 0 && r.kept > 0);
        let (mut kept, mut dropped, mut add_up) = (0, 0, whole);
        let to = self.start;
        for kind in EVENTS {
            let (report, lines) = self.feed_window(kind, to)?;
            let wanted = self.wanted(kind, &lines);
            add_up &= report.lines == lines.count
                && report.rejected == 0
                && report.kept + report.repeated == wanted
                && report.dropped == lines.count - wanted;
            kept += report.kept;
            dropped += report.dropped;
        }
        let from = std::mem::replace(&mut self.fed_until, to);
        let sizes: Vec<String> = rows.iter().map(|r| count(r.kept)).collect();
        let says = format!(
            "{} base stations, {} sensitive places, {} apps and {} hosts judged by topic; {} events of {} days: {} folded into \
             sealed profiles, {} dropped because nobody allowed any use of them",
            sizes[0],
            sizes[1],
            sizes[2],
            sizes[3],
            count(kept + dropped),
            self.days,
            count(kept),
            count(dropped)
        );
        self.report.step("fed", add_up, says);
        let again = events(&self.stage.residents, FeedKind::App, from, to)?;
        let answer = self.send(FeedKind::App, &again)?;
        let same = answer.replayed_chunks > 0;
        self.report.step(
            "fed_once",
            same,
            "a feed sent twice is answered as the first time, and nothing is counted twice",
        );
        Ok(())
    }

    /// Sends one feed.
    fn send(&self, kind: FeedKind, bytes: &[u8]) -> Result<Report, Trouble> {
        let path = format!("/v1/feeds/{}", kind.as_str());
        let answer = self.feed.send("POST", &path, "text/csv", bytes)?.success()?;
        serde_json::from_value(answer).map_err(Trouble::of)
    }

    /// Sends a kind's events from where feeding stopped until `to`.
    pub fn feed_window(&mut self, kind: FeedKind, to: At) -> Result<(Report, Lines), Trouble> {
        let _bar = self.progress.stage(&format!("{} events are fed", kind.as_str()), 0);
        let bytes = events(&self.stage.residents, kind, self.fed_until, to)?;
        let lines = lines(&bytes);
        let report = self.send(kind, &bytes)?;
        match kind {
            FeedKind::Location => self.seen.extend(lines.last.clone()),
            _ => self.keep_secret(lines.last.values().cloned()),
        }
        Ok((report, lines))
    }

    /// Lines that a consent lets be kept; a yes of a minor alone is none.
    fn wanted(&self, kind: FeedKind, lines: &Lines) -> u64 {
        let people = self.stage.residents.people().iter().enumerate();
        let of_age = |(who, p): &(usize, &Resident)| lets(*who, kind) && p.age == AgeBand::Adult;
        people.filter(of_age).filter_map(|(_, p)| lines.by_number.get(&p.msisdn)).sum()
    }

    /// The zone where a resident was seen last.
    pub fn seen_in(&self, who: usize) -> Option<Zone> {
        let person = self.stage.residents.people().get(who)?;
        let cell = self.seen.get(&person.msisdn)?;
        let tower = self.stage.residents.town().towers().iter().find(|t| t.id == *cell)?;
        zone::from_point(tower.lat, tower.lon)
    }

    /// Asks about everybody. Returns the resident of whom most is told.
    pub fn told(&mut self) -> Result<usize, Trouble> {
        let all: Vec<usize> = (0..self.subscribers.len()).collect();
        let bar = self.progress.stage("the assistant asks about everybody", all.len());
        let answers = in_parallel(&all, |who| {
            bar.step();
            self.ask(ISAR, self.subject(ISAR, *who)?, &Category::UNPROMPTED)
        })?;
        drop(bar);
        let people = self.stage.residents.people();
        let (mut finer, mut unasked, mut wrong, mut told) = (0, 0, 0, 0);
        let mut levels: BTreeMap<Precision, u64> = BTreeMap::new();
        let mut right = [(Category::UsageInterest, 0u64, 0u64), (Category::WebInterest, 0, 0)];
        for (who, (answer, person)) in answers.iter().zip(people).enumerate() {
            for category in Category::UNPROMPTED {
                let Some(item) = item(answer, category) else { continue };
                told += 1;
                match allowed(who, ISAR, category) {
                    None => unasked += 1,
                    Some(_) if person.age == AgeBand::Minor => unasked += 1,
                    Some(most) => finer += u64::from(rung(item).is_none_or(|r| r > most)),
                }
                if category == Category::LocationZone {
                    *levels.entry(rung(item).unwrap_or(Precision::Label)).or_default() += 1;
                    wrong += u64::from(!self.seen_in(who).is_some_and(|z| holds(item, z)));
                }
                for (of, hits, all) in right.iter_mut().filter(|(of, _, _)| *of == category) {
                    let main = if *of == Category::UsageInterest {
                        person.app_interest
                    } else {
                        person.web_interest
                    };
                    *hits += u64::from(item["value"]["topic"] == main.as_str());
                    *all += 1;
                }
            }
        }
        let zones: u64 = levels.values().sum();
        let words: Vec<String> = levels.iter().rev().map(|(p, n)| format!("{n} at {}", p.as_str())).collect();
        let says = format!(
            "{} facts disclosed, every one within what its subscriber allowed; {zones} zones ({}), each around where the phone was",
            count(told),
            words.join(", ")
        );
        self.report.step("disclosed_as_consented", finer + unasked + wrong == 0 && zones > 0, says);
        self.next_told(&answers);
        self.interest_told(&right);
        self.account_told(&answers);
        let best = (0..answers.len()).rev().filter(|w| Attitude::of(*w) == Attitude::Open);
        // Most facts, and among those the finest zone.
        let told =
            |w: &usize| answers.get(*w).map(|a| (items(a), item(a, Category::LocationZone).and_then(rung)));
        let best = best.max_by_key(told);
        let best = best.ok_or_else(|| Trouble("the cast is too small".to_owned()))?;
        self.report.show(answers.get(best).cloned().unwrap_or_default());
        Ok(best)
    }

    fn next_told(&mut self, answers: &[Value]) {
        let next = answers.iter().filter_map(|a| item(a, Category::NextPlace));
        let (zones, words): (Vec<&Value>, Vec<&Value>) = next.partition(|i| rung(i) > Some(Precision::Label));
        let says = format!(
            "the likely next place of {} residents disclosed, {} as a zone of about 250 km² and {} as a word such as `home`",
            zones.len() + words.len(),
            zones.len(),
            words.len()
        );
        self.report.step("next_place_disclosed", zones.len() + words.len() > 0, says);
    }

    fn interest_told(&mut self, right: &[(Category, u64, u64); 2]) {
        let [(_, apps, of_apps), (_, sites, of_sites)] = *right;
        let early = self.days <= i64::from(WATCHED_DAYS) && of_apps + of_sites == 0;
        let (says, holds) = if early {
            (format!("nobody's interest is told before {WATCHED_DAYS} days of it were seen"), true)
        } else {
            let says = format!(
                "an interest of {of_apps} residents from apps and of {of_sites} from sites disclosed"
            );
            (says, of_apps > 0)
        };
        self.report.step("interest_disclosed", holds, says);
        let means = format!(
            "interests: {} of those from apps and {} of those from sites are the resident's main one",
            percent(apps, of_apps),
            percent(sites, of_sites)
        );
        let value = json!({ "apps": { "told": of_apps, "right": apps }, "sites": { "told": of_sites, "right": sites } });
        self.report.figure("interests", value, means);
    }

    /// Nobody travels in this town, and what is left is told as it was when the day began.
    fn account_told(&mut self, answers: &[Value]) {
        let (mut countries, mut volumes, mut wrong) = (0, 0, 0);
        let midnight = self.start.floor(DAY_US);
        for (who, answer) in answers.iter().enumerate() {
            if let Some(item) = item(answer, Category::RoamingCountry) {
                countries += 1;
                wrong += u64::from(item["value"] != json!({ "country": "DE", "roaming": false }));
            }
            if let Some(item) = item(answer, Category::DataVolume) {
                volumes += 1;
                let residents = &self.stage.residents;
                let left = residents.left(who, residents.reported(who, midnight));
                wrong += u64::from(item["value"]["data_left"] != Volume::of(left).as_str());
            }
        }
        let says = format!(
            "of {countries} residents it is told that their line is registered at home, and of {volumes} how much data is left, in one of four steps"
        );
        self.report.step("account_disclosed", wrong == 0 && countries > 0 && volumes > 0, says);
    }

    /// The same question has the same answer.
    pub fn same_again(&mut self, hero: usize) -> Result<(), Trouble> {
        let ask = || self.ask(ISAR, self.subject(ISAR, hero)?, &Category::UNPROMPTED);
        // The age of a fact is told in steps; one may turn between two questions, hardly twice in three.
        let (a, b, c) = (ask()?, ask()?, ask()?);
        let same = a["context"] == b["context"] || b["context"] == c["context"];
        self.report.step(
            "same_again",
            same,
            "asking again gives the same answer, so that asking often teaches nothing",
        );
        Ok(())
    }

    /// The receipt of an answer verifies and covers what was received, and nothing else.
    pub fn receipt(&mut self, hero: usize) -> Result<(), Trouble> {
        let mut answer = self.ask(ISAR, self.subject(ISAR, hero)?, &Category::UNPROMPTED)?;
        let issuer = &self.stage.installation.issuer;
        let agent = self.assistant(ISAR)?.agent();
        let sound = check(agent, &answer, issuer).is_ok();
        answer["context"]["summary"] = json!("changed");
        let holds = sound && check(agent, &answer, issuer).is_err();
        self.report.step(
            "receipt",
            holds,
            "every answer has a signed receipt; it verifies, and fails for an answer that was changed",
        );
        Ok(())
    }

    /// The assistant abroad hears less, and cannot use the other one's names.
    pub fn assistant_abroad(&mut self) -> Result<(), Trouble> {
        let even: Vec<usize> = (0..self.subscribers.len())
            .filter(|w| allowed(*w, PACIFIC, Category::LocationZone).is_some())
            .collect();
        let answers =
            in_parallel(&even, |who| self.ask(PACIFIC, self.subject(PACIFIC, *who)?, &Category::UNPROMPTED))?;
        let told: usize = answers.iter().map(items).sum();
        let coarse = answers.iter().all(|answer| {
            let most = |c, most| item(answer, c).is_none_or(|i| rung(i).is_some_and(|r| r <= most));
            most(Category::LocationZone, Precision::City)
                && most(Category::NextPlace, Precision::Label)
                && item(answer, Category::WebInterest).is_none()
                && item(answer, Category::LocationLabel).is_none()
        });
        let borrowed = self.ask(PACIFIC, self.subject(ISAR, 0)?, &Category::UNPROMPTED)?;
        let says = format!(
            "{}, hosted abroad with a thin contract, hears {told} facts: the city at most, and nothing about sites; the other \
             assistant's pseudonyms lead it nowhere",
            PROVIDERS[PACIFIC].name
        );
        self.report.step("assistant_abroad", coarse && told > 0 && items(&borrowed) == 0, says);
        Ok(())
    }
}
