//! The table of how many people are usually in a place, made once a day of the crowds of the day before, while these are still there. Deliberately absent: what it means
//! for an answer, which is `minimise`'s, and any number of one person: sizes of crowds are counted, not crowds.
use super::fold::crowd_key;
use super::{Broker, Failure};
use crate::domain::time::{At, DAY_US};
use crate::domain::zone::Zone;
use crate::minimise::crowd::{Crowd, CrowdKind, epoch};
use crate::minimise::density;
use crate::store::{Fault, crowds};

/// Zones in one story: a few milliseconds of the writer.
const ZONES: usize = 1000;

impl Broker {
    /// Makes the table of the day, where there is none and there was a day before it. What two processes make at once is the same.
    pub(super) fn draw_densities(&self, now: At) -> Result<(), Failure> {
        let (today, whole) = (epoch(now), density::whole(now));
        let hours = self.store.read("density.hours", |tx| {
            if crowds::size(tx, crowd_key(whole))?.is_some() {
                return Ok(Vec::new());
            }
            crowds::sizes(tx, CrowdKind::Zone.as_str(), today.plus(-DAY_US), today)
        })?;
        if hours.is_empty() {
            return Ok(());
        }
        let hour = |(key, bucket, size): (i64, i64, i64)| {
            let persons = u32::try_from(size).map_err(|_| Fault::Corrupt("crowd"))?;
            Ok((Zone(key.cast_unsigned()), At(bucket), persons))
        };
        let hours = hours.into_iter().map(hour).collect::<Result<Vec<_>, Fault>>()?;
        let table = density::table(hours).into_iter().map(|(zone, n)| (density::usual(zone, now), n));
        // That it is whole is said last.
        let rows: Vec<_> = table.chain([(whole, 1)]).collect();
        for story in rows.chunks(ZONES) {
            let nobody = Crowd::default().to_bytes();
            let row = |(key, n): &(_, u32)| (crowd_key(*key), i64::from(*n), nobody.clone());
            let story: Vec<_> = story.iter().map(row).collect();
            self.store.write("density.draw", move |tx| crowds::put(tx, &story))?;
        }
        Ok(())
    }
}
