//! Whom incidents touch, what of theirs, and what they were told of it. Deliberately absent: when somebody is told what (`domain::breach`).
use super::kept::changed;
use super::schema::{breaches, touched};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::breach::{Confirmed, Told, Touched};
use crate::domain::category::Category;
use crate::domain::id::{BreachId, SubscriberId};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use diesel::prelude::*;
use std::collections::BTreeSet;

type Row = (Vec<u8>, Vec<u8>, String, i64, i64, i64, String, i64, bool, String, Option<i64>, i64, i64);

fn read(
    (subscriber, breach, home, answers, first, last, what, _, inside, told, _, due, tries): Row,
) -> Result<Touched, Fault> {
    let read = || {
        let what = what.split_whitespace().map(Category::parse).collect::<Option<BTreeSet<_>>>()?;
        Some(Touched {
            subscriber: SubscriberId::from_slice(&subscriber)?,
            breach: BreachId::from_slice(&breach)?,
            home: Jurisdiction::parse(&home)?,
            answers,
            first: At(first),
            last: At(last),
            what,
            inside,
            told: Told::parse(&told)?,
            due: At(due),
            tries,
        })
    };
    read().ok_or(Fault::Corrupt("touched"))
}

/// What of one subscriber one incident touches.
pub fn find(tx: &mut Tx<'_>, id: SubscriberId, breach: BreachId) -> Result<Option<Touched>, Fault> {
    let row: Option<Row> =
        on!(tx, c => touched::table.find((id.0.as_slice(), breach.0.as_slice())).get_result(c).optional())?;
    row.map(read).transpose()
}

/// What of one subscriber all incidents touch.
pub fn of(tx: &mut Tx<'_>, id: SubscriberId) -> Result<Vec<Touched>, Fault> {
    let rows: Vec<Row> =
        on!(tx, c => touched::table.filter(touched::subscriber_id.eq(id.0.as_slice())).load(c))?;
    rows.into_iter().map(read).collect()
}

/// Adds what one stretch of the log tells of one subscriber.
pub fn add(tx: &mut Tx<'_>, more: &Touched) -> Result<(), Fault> {
    let before = find(tx, more.subscriber, more.breach)?;
    let (mut what, mut answers, mut first, mut last) =
        (more.what.clone(), more.answers, more.first, more.last);
    let known = before.is_some();
    if let Some(before) = before {
        what.extend(before.what);
        answers += before.answers;
        (first, last) = (first.min(before.first), last.max(before.last));
    }
    let words: Vec<&str> = what.iter().map(|category| category.as_str()).collect();
    let words = words.join(" ");
    let seen = (
        touched::answers.eq(answers),
        touched::first_at.eq(first.0),
        touched::last_at.eq(last.0),
        touched::what.eq(words.as_str()),
    );
    let key = (more.subscriber.0.as_slice(), more.breach.0.as_slice());
    if known {
        on!(tx, c => diesel::update(touched::table.find(key)).set(seen).execute(c))?;
        return Ok(());
    }
    let new = (
        (
            touched::subscriber_id.eq(key.0),
            touched::breach_id.eq(key.1),
            touched::home.eq(more.home.as_str()),
        ),
        (touched::found.eq(0), touched::inside.eq(false), touched::tries.eq(0)),
        (touched::told.eq(Told::Nothing.as_str()), touched::due_at.eq(more.due.0)),
        seen,
    );
    on!(tx, c => diesel::insert_into(touched::table).values(new).execute(c))?;
    Ok(())
}

/// Counts answers of his that are still there, of which some, or none, are what was confirmed.
pub fn sort(
    tx: &mut Tx<'_>,
    id: SubscriberId,
    breach: BreachId,
    (found, inside): (i64, bool),
) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE touched SET found = found + " Int(found)
        " WHERE subscriber_id = " Bytes(&id.0)
        " AND breach_id = " Bytes(&breach.0)
    )?;
    if inside {
        let row = touched::table.find((id.0.as_slice(), breach.0.as_slice()));
        on!(tx, c => diesel::update(row).set(touched::inside.eq(true)).execute(c))?;
    }
    Ok(())
}

/// Of whom records are gone since they were counted, whoever may be inside is.
pub fn sort_doubtful(tx: &mut Tx<'_>, breach: BreachId, confirmed: Confirmed) -> Result<(), Fault> {
    let doubtful = touched::table
        .filter(touched::breach_id.eq(breach.0.as_slice()).and(touched::found.lt(touched::answers)))
        .filter(touched::first_at.lt(confirmed.to.0).and(touched::last_at.ge(confirmed.from.0)));
    on!(tx, c => diesel::update(doubtful).set(touched::inside.eq(true)).execute(c))?;
    Ok(())
}

/// How many an incident touches, by home, what they were told, and whether what was confirmed touches them.
pub fn counts(tx: &mut Tx<'_>, breach: BreachId) -> Result<Vec<(Jurisdiction, Told, bool, u64)>, Fault> {
    let rows: Vec<(String, String, bool, i64)> = on!(tx, c => touched::table
        .filter(touched::breach_id.eq(breach.0.as_slice()))
        .group_by((touched::home, touched::told, touched::inside))
        .order((touched::home.asc(), touched::told.asc(), touched::inside.asc()))
        .select((touched::home, touched::told, touched::inside, diesel::dsl::count_star())).load(c))?;
    let read = |(home, told, inside, n): (String, String, bool, i64)| {
        Some((Jurisdiction::parse(&home)?, Told::parse(&told)?, inside, u64::try_from(n).ok()?))
    };
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("touched"))).collect()
}

/// Who may be told something at `now`, of those who were told `told` last, at most `most`.
pub fn due(
    tx: &mut Tx<'_>,
    breach: BreachId,
    (told, inside): (Told, bool),
    now: At,
    most: i64,
) -> Result<Vec<Touched>, Fault> {
    let of_it = touched::breach_id.eq(breach.0.as_slice()).and(touched::told.eq(told.as_str()));
    let rows: Vec<Row> = on!(tx, c => touched::table
        .filter(of_it.and(touched::inside.eq(inside)).and(touched::due_at.le(now.0)))
        .order(touched::due_at.asc()).limit(most).load(c))?;
    rows.into_iter().map(read).collect()
}

/// Who could not be told, at most `most`.
pub fn undelivered(tx: &mut Tx<'_>, breach: BreachId, most: i64) -> Result<Vec<Touched>, Fault> {
    let failed = touched::tries.gt(0).or(touched::told.eq(Told::Gone.as_str()));
    let rows: Vec<Row> = on!(tx, c => touched::table
        .filter(touched::breach_id.eq(breach.0.as_slice()).and(failed))
        .order(touched::subscriber_id.asc()).limit(most).load(c))?;
    rows.into_iter().map(read).collect()
}

/// Puts off what is due at `row.due`, as one try more if it is one; whether it still was.
pub fn put_off(tx: &mut Tx<'_>, row: &Touched, to: At, tries: i64) -> Result<bool, Fault> {
    let moved = changed!(tx,
        "UPDATE touched SET due_at = " Int(to.0)
        ", tries = tries + " Int(tries)
        " WHERE subscriber_id = " Bytes(&row.subscriber.0)
        " AND breach_id = " Bytes(&row.breach.0)
        " AND told = " Text(row.told.as_str())
        " AND due_at = " Int(row.due.0)
    )?;
    Ok(moved == 1)
}

/// Writes down what he was told; false where that was written down already.
pub fn tell(tx: &mut Tx<'_>, row: &Touched, told: Told, at: At) -> Result<bool, Fault> {
    let moved = changed!(tx,
        "UPDATE touched SET tries = 0, told = " Text(told.as_str())
        ", told_at = " Int(at.0)
        ", due_at = " Int(at.0)
        " WHERE subscriber_id = " Bytes(&row.subscriber.0)
        " AND breach_id = " Bytes(&row.breach.0)
        " AND told = " Text(row.told.as_str())
    )?;
    Ok(moved == 1)
}

/// Forgets whom incidents touched that were declared before `before`, at most `most`.
pub fn sweep(tx: &mut Tx<'_>, before: At, most: i64) -> Result<usize, Fault> {
    let old: Vec<Vec<u8>> =
        on!(tx, c => breaches::table.filter(breaches::at.lt(before.0)).select(breaches::id).load(c))?;
    for id in old {
        let gone = changed!(tx,
            "DELETE FROM touched WHERE (subscriber_id, breach_id) IN (SELECT subscriber_id, breach_id FROM touched WHERE breach_id = " Bytes(&id)
            " LIMIT " Int(most);
            ")"
        )?;
        if gone > 0 {
            return Ok(gone);
        }
    }
    Ok(0)
}
