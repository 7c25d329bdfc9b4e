//! Days that were counted, what is told of their zones, and who may count. The first count of a day stays, also the zones that it did not tell of: drawn
//! again, noise averages out. Deliberately absent: counting, and drawing.
use super::kept::changed;
use super::profiles::SealedProfile;
use super::schema::{counts, draws, grants, nevers, profiles, subscribers};
use super::subscribers::Subscriber;
use super::tx::on;
use super::{Fault, Tx, consents, relations};
use crate::domain::category::Category;
use crate::domain::consent::{Grant, People};
use crate::domain::id::SubscriberId;
use crate::domain::purpose::Purpose;
use crate::domain::time::At;
use crate::domain::zone::Zone;
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A day that was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// When it begins.
    pub day: At,
    /// What whoever is counted was charged, thousandths of ε.
    pub eps_milli: u32,
    /// As whose consents stood then.
    pub at: At,
}

fn draw((day, eps_milli, at): (i64, i64, i64)) -> Result<Draw, Fault> {
    let eps_milli = u32::try_from(eps_milli).map_err(|_| Fault::Corrupt("draws"))?;
    Ok(Draw { day: At(day), eps_milli, at: At(at) })
}

/// Keeps a count, with what is told of its zones, unless the day was counted before; whether it was kept.
pub fn keep(tx: &mut Tx<'_>, draw: &Draw, told: &[(Zone, u64)]) -> Result<bool, Fault> {
    let kept = changed!(tx,
        "INSERT INTO draws (day, eps_milli, at) VALUES (" Int(draw.day.0)
        ", " Int(i64::from(draw.eps_milli))
        ", " Int(draw.at.0);
        ") ON CONFLICT (day) DO NOTHING"
    )?;
    if kept == 0 {
        return Ok(false);
    }
    for (zone, persons) in told {
        let persons = i64::try_from(*persons).map_err(|_| Fault::Corrupt("counts"))?;
        changed!(tx,
            "INSERT INTO counts (day, zone, persons) VALUES (" Int(draw.day.0)
            ", " Int(zone.0.cast_signed())
            ", " Int(persons);
            ")"
        )?;
    }
    Ok(true)
}

/// The count of a day, if it was made.
pub fn find(tx: &mut Tx<'_>, day: At) -> Result<Option<Draw>, Fault> {
    let row: Option<(i64, i64, i64)> = on!(tx, c => draws::table.find(day.0).get_result(c).optional())?;
    row.map(draw).transpose()
}

/// The counts of days in `days`, in order.
pub fn within(tx: &mut Tx<'_>, days: RangeInclusive<At>) -> Result<Vec<Draw>, Fault> {
    let days = draws::day.between(days.start().0, days.end().0);
    let rows: Vec<(i64, i64, i64)> = on!(tx, c => draws::table.filter(days).order(draws::day.asc()).load(c))?;
    rows.into_iter().map(draw).collect()
}

/// What is told of zones on a day, those in `zones` that are told of.
pub fn told(tx: &mut Tx<'_>, day: At, zones: RangeInclusive<Zone>) -> Result<BTreeMap<Zone, u64>, Fault> {
    let (first, last) = (zones.start().0.cast_signed(), zones.end().0.cast_signed());
    let these = counts::day.eq(day.0).and(counts::zone.between(first, last));
    let rows: Vec<(i64, i64)> =
        on!(tx, c => counts::table.filter(these).select((counts::zone, counts::persons)).load(c))?;
    let read = |(zone, persons): (i64, i64)| {
        let persons = u64::try_from(persons).map_err(|_| Fault::Corrupt("counts"))?;
        Ok((Zone(zone.cast_unsigned()), persons))
    };
    rows.into_iter().map(read).collect()
}

/// Somebody who may count, with all that bears on it.
#[derive(Debug)]
pub struct Candidate {
    /// Who.
    pub subscriber: Subscriber,
    /// Who may speak for him.
    pub people: People,
    /// What he decided about being counted.
    pub grants: Vec<Grant>,
    /// What is known of him.
    pub profile: Option<SealedProfile>,
    /// What he never shares.
    pub never: Option<Vec<u8>>,
}

type Found = (super::subscribers::Row, Option<(Vec<u8>, i64)>, Option<Vec<u8>>);

/// Those after `id` who decided anything about `category` for `purpose`, at most `most`, in the order of their ids.
pub fn candidates(
    tx: &mut Tx<'_>,
    id: SubscriberId,
    most: i64,
    purpose: Purpose,
    category: Category,
) -> Result<Vec<Candidate>, Fault> {
    let asked = grants::purpose.eq(purpose.as_str()).and(grants::category.eq(category.as_str()));
    let decided =
        diesel::dsl::exists(grants::table.filter(grants::subscriber_id.eq(subscribers::id).and(asked)));
    let found: Vec<Found> = on!(tx, c => subscribers::table
        .left_join(profiles::table.on(profiles::subscriber_id.eq(subscribers::id)))
        .left_join(nevers::table.on(nevers::subscriber_id.eq(subscribers::id)))
        .filter(subscribers::id.gt(id.0.as_slice()).and(decided))
        .order(subscribers::id.asc()).limit(most)
        .select((super::subscribers::COLUMNS, (profiles::sealed, profiles::revision).nullable(), nevers::sealed.nullable()))
        .load(c))?;
    let mut out = Vec::with_capacity(found.len());
    for (row, profile, never) in found {
        let subscriber = super::subscribers::subscriber(row)?;
        let people = relations::people(tx, subscriber.id, subscriber.majority, subscriber.related)?;
        let profile = profile.map(|(sealed, revision)| SealedProfile { sealed, revision });
        out.push(Candidate { subscriber, people, grants: Vec::new(), profile, never });
    }
    let (Some(first), Some(last)) = (out.first(), out.last()) else { return Ok(out) };
    let these =
        grants::subscriber_id.between(first.subscriber.id.0.as_slice(), last.subscriber.id.0.as_slice());
    let rows: Vec<consents::Row> =
        on!(tx, c => grants::table.filter(these.and(asked)).select(consents::COLUMNS).load(c))?;
    for row in rows {
        let grant = consents::grant(row)?;
        let of = |c: &Candidate| c.subscriber.id.0;
        if let Ok(place) = out.binary_search_by_key(&grant.cell.subscriber.0, of)
            && let Some(one) = out.get_mut(place)
        {
            let grant = grant.bound(&one.people);
            one.grants.push(grant);
        }
    }
    Ok(out)
}
