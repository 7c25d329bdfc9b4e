//! Whoever an incident touches is told, each word once: what is due is put off before it is sent, and is told no more once that is written down, so that a server
//! which dies in between sends the same letter with the same id. One whom messaging does not take holds nobody else up. Deliberately absent: the words.
use crate::broker::telling::manner;
use crate::broker::{Broker, Failure, enrol};
use crate::crypt::hex;
use crate::domain::breach::{Breach, Told, Touched, Word};
use crate::domain::courier::{Courier, Letter, Says};
use crate::domain::record::{Event, Record};
use crate::domain::time::{At, MINUTE_US};
use crate::store::breaches::{self, Counted};
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Tx, entries, recipients, subscribers, tellings, touched};

/// People told in one go.
const MOST: i64 = 100;
/// How long who could not be told waits, or who was being told when the server died.
const AGAIN_US: i64 = 10 * MINUTE_US;
/// So many in a row that messaging does not take are no longer about one number.
const IN_A_ROW: usize = 3;

const UNTOLD: &str =
    "the messaging does not take what subscribers are to be told of an incident; it is tried again";

/// Whom a letter goes to.
struct Reached {
    found: Subscriber,
    sealed: Vec<u8>,
    /// The language in which he was asked last.
    locale: Option<String>,
    recipient: String,
    quiet: Option<At>,
}

impl Broker {
    /// Tells those who are to be told something of an incident, until `stopped`. How many.
    ///
    /// # Errors
    /// `Halted` when the messaging takes nothing; faults.
    pub(in crate::broker) fn warn(
        &self,
        courier: &dyn Courier,
        stopped: &dyn Fn() -> bool,
    ) -> Result<usize, Failure> {
        let (mut warned, mut failed) = (0, 0);
        for counted in self.store.read("breach.all", breaches::all)? {
            loop {
                let due = self.to_warn(&counted)?;
                let all = due.len();
                for row in due {
                    if stopped() {
                        return Ok(warned);
                    }
                    match self.warn_one(courier, &counted, &row)? {
                        Some(true) => (warned, failed) = (warned + 1, 0),
                        Some(false) => failed += 1,
                        None => {}
                    }
                    if failed >= IN_A_ROW {
                        return Err(Failure::Halted(UNTOLD));
                    }
                }
                if all == 0 {
                    break;
                }
            }
        }
        Ok(warned)
    }

    fn to_warn(&self, counted: &Counted) -> Result<Vec<Touched>, Failure> {
        let (now, id) = (self.now()?, counted.breach.id);
        let waits =
            |(told, inside): (Told, bool)| counted.breach.next(told, inside, counted.is_sorted()).is_some();
        let kinds = Told::ALL.into_iter().flat_map(|told| [(told, false), (told, true)]);
        let kinds: Vec<_> = kinds.filter(|kind| waits(*kind)).collect();
        Ok(self.store.read("breach.due", |tx| {
            let mut due = Vec::new();
            for kind in &kinds {
                due.extend(touched::due(tx, id, *kind, now, MOST)?);
            }
            Ok(due)
        })?)
    }

    /// Whether he was told; nothing where he is told at another time, by somebody else or never.
    fn warn_one(
        &self,
        courier: &dyn Courier,
        counted: &Counted,
        row: &Touched,
    ) -> Result<Option<bool>, Failure> {
        let (breach, now) = (&counted.breach, self.now()?);
        let Some(word) = breach.next(row.told, row.inside, counted.is_sorted()) else { return Ok(None) };
        let whose = row.subscriber;
        let reached = self.store.read("breach.who", |tx| self.reached(tx, breach, row, now))?;
        let Some(Reached { found, sealed, locale, recipient, quiet }) = reached else {
            let row = row.clone();
            self.store.write("breach.gone", move |tx| touched::tell(tx, &row, Told::Gone, now))?;
            return Ok(None);
        };
        let (before, later) = (row.clone(), quiet.unwrap_or(now.plus(AGAIN_US)));
        let tries = i64::from(quiet.is_none());
        let taken = self.store.write("breach.take", move |tx| touched::put_off(tx, &before, later, tries))?;
        if !taken || quiet.is_some() {
            return Ok(None);
        }
        let to = self.open_reference(&sealed, enrol::PLACE, &whose.0)?;
        let name = self.keyring.blind_index(&format!("warned {} {whose} {}", breach.id, word.as_str()));
        let says = Says::Warned {
            word,
            recipient: &recipient,
            what: &row.what,
            first: row.first,
            last: row.last,
            home: found.home,
            locale: locale.as_deref(),
        };
        let [name @ .., _, _, _, _] = name;
        let letter = Letter { id: format!("warned_{}", hex::encode(&name)), to, at: now, says };
        if let Err(problem) = courier.carry(&letter) {
            tracing::error!(problem, "a subscriber is not told of an incident");
            return Ok(Some(false));
        }
        self.settle_warned(breach, row, word).map(Some)
    }

    /// Whom a letter goes to; nobody where the number is no longer his.
    fn reached(
        &self,
        tx: &mut Tx<'_>,
        breach: &Breach,
        row: &Touched,
        now: At,
    ) -> Result<Option<Reached>, Fault> {
        let found = subscribers::find(tx, row.subscriber)?.filter(|s| s.ended.is_none());
        let (Some(found), Some(sealed)) = (found, subscribers::sealed_reference(tx, row.subscriber)?) else {
            return Ok(None);
        };
        let locale = self.language(tx, &found)?;
        let manner = manner(tellings::find(tx, found.id)?.as_ref(), self.rhythm(found.home));
        let recipient = recipients::find(tx, breach.recipient)?;
        Ok(Some(Reached {
            quiet: manner.quiet_until(now, found.home),
            found,
            sealed,
            locale,
            recipient: recipient.map_or_else(|| breach.recipient.to_string(), |r| r.name),
        }))
    }

    /// Writes down what he was told, and records it.
    fn settle_warned(&self, breach: &Breach, row: &Touched, word: Word) -> Result<bool, Failure> {
        let now = self.now()?;
        let Touched { first, last, .. } = *row;
        let event = Event::Warned { breach: breach.id, word, from: first, to: last };
        let (subscriber, recipient) = (Some(row.subscriber), Some(breach.recipient));
        let entry = self.entry(&Record { at: now, subscriber, recipient, purpose: None, event })?;
        let row = row.clone();
        self.store.write("breach.told", move |tx| {
            if touched::tell(tx, &row, Told::Word(word), now)? {
                entries::append(tx, &entry)?;
            }
            Ok(())
        })?;
        Ok(true)
    }
}
