//! What is not allowed is not told: another purpose, pause, withdrawal, strangers; and a refusal tells nothing.
use super::cast::{Attitude, ISAR, PROVIDERS, allowed};
use super::page::Page;
use super::stage::in_parallel;
use super::story::{Story, items, withheld};
use crate::ambient::SystemRng;
use crate::cli::Trouble;
use crate::cli::client::CONTEXT_PATH;
use crate::cli::connection::{Connection, Headers};
use crate::domain::category::Category;
use crate::domain::consent::Act;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::record::Event;
use crate::domain::subscriber::AgeBand;
use crate::oauth::client::ClientKey;
use serde_json::{Value, json};
use std::sync::Arc;

/// What is asked where refusals are compared.
const ASKED: [Category; 3] = [Category::LocationZone, Category::NextPlace, Category::UsageInterest];

impl Story<'_> {
    /// A consent to one purpose is none for another.
    pub fn other_purpose(&mut self, hero: usize) -> Result<(), Trouble> {
        let purpose = Purpose::PersonalisedAdvertising;
        let answer = self.ask_for(purpose, ISAR, self.subject(ISAR, hero)?, &Category::UNPROMPTED)?;
        let says = "asked for advertising instead of suggestions, the same assistant hears nothing about the same person";
        self.report.step("refused_for_another_purpose", items(&answer) == 0, says);
        Ok(())
    }

    /// A resident's own page, entered.
    fn page(&self, who: usize) -> Result<Page<'_>, Trouble> {
        let person = self.stage.residents.people().get(who);
        let person = person.ok_or_else(|| Trouble("the cast is too small".to_owned()))?;
        Page::enter(&self.operator, &person.msisdn)
    }

    /// Some pause, and are silent from the next request on.
    pub fn paused(&mut self) -> Result<(), Trouble> {
        let who: Vec<usize> = (0..self.subscribers.len())
            .filter(|w| Attitude::of(*w) == Attitude::Paused && self.is_adult(*w))
            .collect();
        let answers = in_parallel(&who, |who| {
            let before = self.ask(ISAR, self.subject(ISAR, *who)?, &ASKED)?;
            self.page(*who)?.change(Act::Pause)?;
            Ok((items(&before), self.ask(ISAR, self.subject(ISAR, *who)?, &ASKED)?))
        })?;
        let before: usize = answers.iter().map(|(before, _)| before).sum();
        let silent = |answer: &Value| {
            items(answer) == 0 && ASKED.iter().all(|c| withheld(answer, *c) == Some("not_available"))
        };
        let holds = before > 0 && answers.iter().all(|(_, after)| silent(after));
        let says = format!(
            "{} residents pause: {before} facts could be had of them before, none at the next request (`not_available`)",
            who.len()
        );
        self.report.step("refused_after_pause", holds, says);
        Ok(())
    }

    /// One withdraws everything; a token that is still good does not help.
    pub fn withdrawn(&mut self, hero: usize) -> Result<(), Trouble> {
        let leaves = |w: &usize| *w != hero && Attitude::of(*w) == Attitude::Open && self.is_adult(*w);
        let leaver = (0..self.subscribers.len()).find(leaves);
        let leaver = leaver.ok_or_else(|| Trouble("the cast is too small".to_owned()))?;
        let before = items(&self.ask(ISAR, self.subject(ISAR, leaver)?, &ASKED)?);
        self.page(leaver)?.change(Act::Withdraw)?;
        let after = self.ask(ISAR, self.subject(ISAR, leaver)?, &ASKED)?;
        let told = ASKED.iter().all(|c| withheld(&after, *c) == Some("not_granted"));
        let says = format!(
            "one withdraws: {before} facts before, none at the next request (`not_granted`), with the same token"
        );
        self.report.step("refused_after_withdrawal", before > 0 && items(&after) == 0 && told, says);
        Ok(())
    }

    fn is_adult(&self, who: usize) -> bool {
        self.stage.residents.people().get(who).is_some_and(|p| p.age == AgeBand::Adult)
    }

    /// Paused and nobody at all look the same, and so do a minor whose guardian was not asked yet and somebody who has not answered.
    pub fn uniform(&mut self) -> Result<(), Trouble> {
        let everybody = 0..self.subscribers.len();
        let paused = everybody.clone().find(|w| Attitude::of(*w) == Attitude::Paused && self.is_adult(*w));
        let may = |w: &usize| ASKED.iter().all(|c| allowed(*w, ISAR, *c).is_some());
        let minor =
            everybody.clone().find(|w| Attitude::of(*w) == Attitude::Open && may(w) && !self.is_adult(*w));
        let silent = everybody.clone().find(|w| Attitude::of(*w) == Attitude::Silent && self.is_adult(*w));
        let heard = |subject: &str| Ok::<_, Trouble>(self.ask(ISAR, subject, &ASKED)?["context"].to_string());
        let of = |who: Option<usize>| who.map(|who| heard(self.subject(ISAR, who)?)).transpose();
        let (nobody, paused) = (heard("AAAAAAAAAAAAAAAAAAAAAA")?, of(paused)?);
        let (minor, silent) = (of(minor)?, of(silent)?);
        let same = paused == Some(nobody) && minor.is_some() && minor == silent;
        let says = "a refusal tells nothing: a pseudonym of nobody and a resident who paused get the same answer, byte for \
                    byte, and a minor who agreed, but not yet his guardian, that of a resident who has not answered";
        self.report.step("uniform_refusal", same, says);
        Ok(())
    }

    /// The subscriber's own view holds every request, with the true reason.
    pub fn subscriber_sees(&mut self, hero: usize) -> Result<(), Trouble> {
        let shown = self.page(hero)?.html().contains(PROVIDERS[ISAR].name);
        let requests =
            |who| Ok::<_, Trouble>(self.stage.broker.requests(self.subscriber(who)?, None, 0, 100)?.records);
        let seen = requests(hero)?.len();
        let paused =
            (0..self.subscribers.len()).find(|w| Attitude::of(*w) == Attitude::Paused && self.is_adult(*w));
        let reason = match paused {
            Some(who) => {
                let newest = requests(who)?.into_iter().next();
                newest.is_some_and(|(_, r)| {
                    matches!(&r.event, Event::Request { outcomes, .. }
                    if outcomes.iter().all(|o| o.reason == Some(Reason::Paused)))
                })
            }
            None => true,
        };
        let says = format!(
            "subscribers see on their page what the assistant saw: {seen} requests about one of them, and whoever paused \
             reads \"{}\" where the assistant heard `not_available`",
            Reason::Paused.sentence()
        );
        self.report.step("subscriber_sees", shown && seen > 3 && reason, says);
        Ok(())
    }

    /// A request copied off the wire is worth nothing.
    pub fn replayed(&mut self, hero: usize) -> Result<(), Trouble> {
        let isar = self.assistant(ISAR)?;
        let body = self.question(hero)?;
        let headers = isar.headers("POST", CONTEXT_PATH)?;
        let first = isar.send_with(&headers, "POST", CONTEXT_PATH, "application/json", &body)?.status;
        let again = isar.send_with(&headers, "POST", CONTEXT_PATH, "application/json", &body)?.status;
        self.count_asked();
        let says = format!(
            "the same request sent twice, as a thief would: first {first}, then {again}, since each proof is good once"
        );
        self.report.step("replay_refused", (first, again) == (200, 401), says);
        Ok(())
    }

    /// Nobody gets in without the right key: another key, a stolen token, another role, nothing at all.
    pub fn strangers(&mut self, hero: usize) -> Result<(), Trouble> {
        let isar = self.assistant(ISAR)?;
        let system = SystemRng::new();
        let forged = ClientKey::generate(isar.key().client_id(), system.ring()).map_err(Trouble::of)?;
        let stranger = Connection::new(
            forged,
            &self.stage.installation.issuer,
            isar.agent().clone(),
            Arc::clone(&self.stage.clock),
        );
        let body = self.question(hero)?;
        let kind = "application/json";
        let unknown = stranger.ask_token(self.stage.now()?)?.status;
        let stolen = stranger.headers_with(&isar.token()?, "POST", CONTEXT_PATH)?;
        let stolen = stranger.send_with(&stolen, "POST", CONTEXT_PATH, kind, &body)?.status;
        let none = Headers { authorization: "DPoP none".to_owned(), dpop: "none".to_owned() };
        let none = stranger.send_with(&none, "POST", CONTEXT_PATH, kind, &body)?.status;
        let feed = self.feed.send("POST", CONTEXT_PATH, kind, &body)?.status;
        let holds = (unknown, stolen, none, feed) == (401, 401, 401, 403);
        let says = format!(
            "strangers are refused: a key that is not registered ({unknown}), a stolen token without its key ({stolen}), no token \
             ({none}), a client of another role ({feed})"
        );
        self.report.step("strangers_refused", holds, says);
        Ok(())
    }

    fn question(&self, who: usize) -> Result<Vec<u8>, Trouble> {
        let purpose = super::cast::PURPOSE;
        let body = json!({ "subject": self.subject(ISAR, who)?, "purpose": purpose, "categories": ASKED });
        Ok(body.to_string().into_bytes())
    }
}
