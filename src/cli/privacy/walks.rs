//! A7: walks to sensitive places, each recorded by the feed, each asked about at once. Deliberately absent: the time of an answer, which
//! `dongui bench refusals` compares.
use super::campaign::{Campaign, HOURLY};
use crate::attack::verdict::Figure;
use crate::cli::Trouble;
use crate::crypt::pseudonym;
use crate::domain::feed::{FeedKind, Row};
use crate::domain::id::SubscriberId;
use crate::domain::time::MINUTE_US;
use crate::feed::{Reader, bundled};
use crate::minimise::sensitive::{Kind, Place, Places};
use std::ops::ControlFlow;

/// Who walk.
pub const WALKERS: usize = 8;

/// The number of walker `n`, out of any range that people are made up in.
pub fn number(n: usize) -> String {
    format!("+49169{:08}", 1_000 + n)
}

impl Campaign<'_> {
    /// The walks, an hour each, from an hour of the campaign on.
    pub fn walks(&mut self, from: i64) -> Result<Figure, Trouble> {
        let places = places()?;
        let (mut visits, mut told, mut unlike) = (0u32, 0u32, 0u32);
        for (hour, some) in (from..).zip(places.chunks(WALKERS)) {
            let at = self.late(hour);
            self.pass(at)?;
            let mut csv = "subscriber,at,lat,lon\n".to_owned();
            for (n, (lat, lon)) in some.iter().enumerate() {
                csv.push_str(&format!("{},{},{lat},{lon}\n", number(n), at.plus(-2 * MINUTE_US).rfc3339()));
            }
            self.house.feed(FeedKind::Location, csv.as_bytes())?;
            let keyring = self.house.keyring()?;
            for by in 0..self.house.recipients.len() {
                let Some(recipient) = self.house.recipients.get(by).copied() else { continue };
                let nobody = pseudonym::pairwise(&keyring, recipient, SubscriberId([9; 16]), 1);
                let of_nobody = self.hostile.ask(by, (usize::MAX, &nobody), &HOURLY, at)?.context;
                for n in 0..some.len() {
                    let who = self.plan.asked + n;
                    let heard = self.hostile.ask(by, (who, self.subject(by, who)?), &HOURLY, at)?;
                    visits += 1;
                    told += u32::from(!heard.told.is_empty());
                    unlike += u32::from(heard.context != of_nobody);
                }
            }
        }
        let broken =
            (unlike > 0).then(|| format!("{unlike} answers are not the one about nobody, byte for byte"));
        let says = format!(
            "{visits} questions during visits to {} places, {told} answered with a fact",
            places.len()
        );
        let value = f64::from(told) / f64::from(visits.max(1));
        Ok(Figure { value, broken: broken.into_iter().collect(), says })
    }
}

fn places() -> Result<Vec<(f64, f64)>, Trouble> {
    Ok(listed()?.into_iter().map(|p| (p.lat, p.lon)).collect())
}

/// The sensitive places that the broker is told of.
pub fn sensitive() -> Result<Places, Trouble> {
    Ok(Places::new(listed()?))
}

fn listed() -> Result<Vec<Place>, Trouble> {
    let mut all = Vec::new();
    let mut reader = Reader::new(FeedKind::Places, bundled::places()).map_err(Trouble::of)?;
    let read = reader.for_each(&mut |_, row| {
        if let Ok(Row::Place { kind, lat, lon, radius_m }) = row
            && let Some(kind) = Kind::parse(kind)
        {
            all.push(Place { kind, lat, lon, radius_m });
        }
        ControlFlow::Continue(())
    });
    read.map_err(Trouble::of)?;
    Ok(all)
}
