//! Who may speak for a subscriber, what the owners of his line forbid, and what had been taken for his age. Deliberately absent: whether a
//! relation lives, which is worked out from its instants.
use super::histories::LIST;
use super::kept::changed;
use super::schema::{ages, blocks, relations, subscribers};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::age::Majority;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::People;
use crate::domain::id::{BlockId, RecipientId, RelationId, SubscriberId};
use crate::domain::relation::{Block, Relation, RelationKind, Verified};
use crate::domain::time::{At, DAY_US};
use diesel::prelude::*;

/// Who holds a relation, as it is kept.
#[derive(Debug, Clone)]
pub enum Holder {
    /// A subscriber.
    Subscriber(SubscriberId),
    /// Somebody else: the operator's reference to him, sealed.
    Sealed(Vec<u8>),
}

type Row = (
    (Vec<u8>, Vec<u8>, String, String, String),
    (i64, Option<i64>, Option<i64>, i64),
    (Option<Vec<u8>>, Option<Vec<u8>>),
);
type Columns = (
    (relations::id, relations::subscriber_id, relations::kind, relations::verified, relations::scope),
    (relations::from_at, relations::until_at, relations::ended_at, relations::recorded_at),
    (relations::holder_id, relations::holder_sealed),
);
const COLUMNS: Columns = (
    (relations::id, relations::subscriber_id, relations::kind, relations::verified, relations::scope),
    (relations::from_at, relations::until_at, relations::ended_at, relations::recorded_at),
    (relations::holder_id, relations::holder_sealed),
);
const ALL: &str = "all";
const STOP: &str = "stop";

fn relation((about, times, holder): Row) -> Result<(Relation, Holder), Fault> {
    let (id, subscriber, kind, verified, scope) = about;
    let (from, until, ended, recorded) = times;
    let read = || {
        let relation = Relation {
            id: RelationId::from_slice(&id)?,
            subscriber: SubscriberId::from_slice(&subscriber)?,
            kind: RelationKind::parse(&kind)?,
            verified: Verified::parse(&verified)?,
            may_allow: scope == ALL,
            from: At(from),
            until: until.map(At),
            ended: ended.map(At),
            recorded: At(recorded),
        };
        let holder = match holder {
            (Some(id), None) => Holder::Subscriber(SubscriberId::from_slice(&id)?),
            (None, Some(sealed)) => Holder::Sealed(sealed),
            _ => return None,
        };
        Some((relation, holder))
    };
    read().ok_or(Fault::Corrupt("relations"))
}

/// Writes a new relation and counts it on its subscriber.
pub fn put(tx: &mut Tx<'_>, new: &Relation, holder: &Holder) -> Result<(), Fault> {
    let (id, sealed) = match holder {
        Holder::Subscriber(id) => (Some(id.0.to_vec()), None),
        Holder::Sealed(sealed) => (None, Some(sealed.clone())),
    };
    let row = (
        relations::id.eq(new.id.0.as_slice()),
        relations::subscriber_id.eq(new.subscriber.0.as_slice()),
        relations::kind.eq(new.kind.as_str()),
        relations::verified.eq(new.verified.as_str()),
        relations::scope.eq(if new.may_allow { ALL } else { STOP }),
        relations::holder_id.eq(id),
        relations::holder_sealed.eq(sealed),
        relations::from_at.eq(new.from.0),
        relations::until_at.eq(new.until.map(|at| at.0)),
        relations::ended_at.eq(new.ended.map(|at| at.0)),
        relations::recorded_at.eq(new.recorded.0),
    );
    on!(tx, c => diesel::insert_into(relations::table).values(row).execute(c))?;
    on!(tx, c => diesel::update(subscribers::table.find(new.subscriber.0.as_slice()))
        .set(subscribers::related.eq(subscribers::related + 1)).execute(c))?;
    Ok(())
}

/// By id.
pub fn find(tx: &mut Tx<'_>, id: RelationId) -> Result<Option<(Relation, Holder)>, Fault> {
    let row: Option<Row> =
        on!(tx, c => relations::table.find(id.0.as_slice()).select(COLUMNS).get_result(c).optional())?;
    row.map(relation).transpose()
}

/// Those of `ids` that are there.
pub fn those(tx: &mut Tx<'_>, ids: &[RelationId]) -> Result<Vec<(Relation, Holder)>, Fault> {
    let mut out = Vec::new();
    for list in ids.chunks(LIST) {
        let list: Vec<&[u8]> = list.iter().map(|id| id.0.as_slice()).collect();
        let rows: Vec<Row> =
            on!(tx, c => relations::table.filter(relations::id.eq_any(&list)).select(COLUMNS).load(c))?;
        for row in rows {
            out.push(relation(row)?);
        }
    }
    Ok(out)
}

/// Relations after `id` in the order of their ids, at most `most`.
pub fn after(tx: &mut Tx<'_>, id: RelationId, most: i64) -> Result<Vec<(Relation, Holder)>, Fault> {
    let rows: Vec<Row> = on!(tx, c => relations::table.filter(relations::id.gt(id.0.as_slice()))
        .order(relations::id.asc()).limit(most).select(COLUMNS).load(c))?;
    rows.into_iter().map(relation).collect()
}

/// Everybody who ever might speak for a subscriber, in the order in which it was written down.
pub fn of(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<Vec<(Relation, Holder)>, Fault> {
    let rows: Vec<Row> = on!(tx, c => relations::table.filter(relations::subscriber_id.eq(subscriber.0.as_slice()))
        .order((relations::recorded_at.asc(), relations::id.asc())).select(COLUMNS).load(c))?;
    rows.into_iter().map(relation).collect()
}

/// What a subscriber holds and nobody has ended, in the order in which it was written down.
pub fn held_by(tx: &mut Tx<'_>, holder: SubscriberId) -> Result<Vec<Relation>, Fault> {
    let rows: Vec<Row> = on!(tx, c => relations::table
        .filter(relations::holder_id.eq(holder.0.as_slice()).and(relations::ended_at.is_null()))
        .order((relations::recorded_at.asc(), relations::id.asc())).select(COLUMNS).load(c))?;
    rows.into_iter().map(|row| relation(row).map(|(relation, _)| relation)).collect()
}

/// Relations looked for at once.
pub const MOST: i64 = 100;
/// How long after a birthday it is looked for whose guardian is none any more, µs.
const LOOK_BACK_US: i64 = 31 * DAY_US;

/// Relations that are over and of which recipients were not told yet, at most [`MOST`] of each kind, with their ends and the earliest first: run
/// out, ended with their holder, or a minor's guardian's since the minor is of age.
pub fn over(tx: &mut Tx<'_>, now: At) -> Result<Vec<(RelationId, At)>, Fault> {
    type Over = (Vec<u8>, Option<i64>);
    let mut rows: Vec<Over> = on!(tx, c => relations::table
        .filter(relations::told_at.is_null().and(relations::until_at.le(now.0))).order(relations::until_at.asc())
        .select((relations::id, relations::until_at)).limit(MOST).load(c))?;
    rows.extend::<Vec<Over>>(on!(tx, c => relations::table
        .filter(relations::told_at.is_null().and(relations::ended_at.le(now.0))).order(relations::ended_at.asc())
        .select((relations::id, relations::ended_at)).limit(MOST).load(c))?);
    let of_age = subscribers::of_age_at.le(now.0).and(subscribers::of_age_at.gt(now.0 - LOOK_BACK_US));
    rows.extend::<Vec<Over>>(on!(tx, c => relations::table
        .inner_join(subscribers::table.on(subscribers::id.eq(relations::subscriber_id)))
        .filter(of_age.and(subscribers::related.gt(0)).and(relations::told_at.is_null())
            .and(relations::kind.eq(RelationKind::Guardian.as_str()))
            .and(relations::from_at.nullable().lt(subscribers::of_age_at)))
        .order(subscribers::of_age_at.asc()).select((relations::id, subscribers::of_age_at)).limit(MOST).load(c))?);
    let read = |(id, end): Over| RelationId::from_slice(&id).zip(end.map(At));
    let rows = rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("relations")));
    let mut over = rows.collect::<Result<Vec<(RelationId, At)>, Fault>>()?;
    // Of one that is over twice, the earlier end.
    over.sort_unstable_by_key(|(id, end)| (id.0, *end));
    over.dedup_by_key(|(id, _)| *id);
    Ok(over)
}

/// Notes that recipients were told that a relation is over.
pub fn told(tx: &mut Tx<'_>, id: RelationId, at: At) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE relations SET told_at = " Int(at.0)
        " WHERE id = " Bytes(&id.0);
        " AND told_at IS NULL"
    )?;
    Ok(())
}

/// Who may speak for a subscriber with this majority and so many relations ever made.
pub fn people(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    majority: Majority,
    related: i64,
) -> Result<People, Fault> {
    if related == 0 {
        return Ok(People::alone(majority));
    }
    let relations = of(tx, subscriber)?.into_iter().map(|(relation, _)| relation).collect();
    Ok(People { majority, relations, blocks: blocks_of(tx, subscriber)? })
}

/// Ends one; false when it has ended before. Whoever ends it tells recipients in the same transaction.
pub fn end(tx: &mut Tx<'_>, id: RelationId, at: At) -> Result<bool, Fault> {
    let ended = changed!(tx,
        "UPDATE relations SET ended_at = " Int(at.0)
        ", told_at = " Int(at.0)
        " WHERE id = " Bytes(&id.0);
        " AND ended_at IS NULL"
    )?;
    Ok(ended == 1)
}

/// Ends one; recipients are told later (`over`).
pub fn end_untold(tx: &mut Tx<'_>, id: RelationId, at: At) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE relations SET ended_at = " Int(at.0)
        " WHERE id = " Bytes(&id.0);
        " AND ended_at IS NULL"
    )?;
    Ok(())
}

/// Ends all about a subscriber and all that he holds; whom he spoke for is decided about anew, and recipients are told later (`over`).
pub fn end_all(tx: &mut Tx<'_>, subscriber: SubscriberId, at: At) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE subscribers SET version = version + 1 WHERE id IN (SELECT subscriber_id FROM relations WHERE ended_at IS NULL AND holder_id = "
        Bytes(&subscriber.0);
        ")"
    )?;
    changed!(tx,
        "UPDATE relations SET ended_at = " Int(at.0)
        " WHERE ended_at IS NULL AND (subscriber_id = " Bytes(&subscriber.0)
        " OR holder_id = " Bytes(&subscriber.0);
        ")"
    )?;
    Ok(())
}

type BlockRow = (Vec<u8>, Vec<u8>, Option<Vec<u8>>, Option<String>, Option<String>, i64, Option<i64>);

fn block(row: BlockRow) -> Result<Block, Fault> {
    let (id, relation, recipient, category, finest, at, lifted) = row;
    // What is there and cannot be read must not widen a block to everything or narrow it to nothing.
    fn each<T, R>(value: Option<T>, read: impl FnOnce(T) -> Option<R>) -> Option<Option<R>> {
        value.map_or(Some(None), |v| read(v).map(Some))
    }
    let read = || {
        Some(Block {
            id: BlockId::from_slice(&id)?,
            relation: RelationId::from_slice(&relation)?,
            recipient: each(recipient, |id| RecipientId::from_slice(&id))?,
            category: each(category, |c| Category::parse(&c))?,
            finest: each(finest, |p| Precision::parse(&p))?,
            from: At(at),
            lifted: lifted.map(At),
        })
    };
    read().ok_or(Fault::Corrupt("blocks"))
}

/// Writes a new block.
pub fn put_block(tx: &mut Tx<'_>, subscriber: SubscriberId, new: &Block) -> Result<(), Fault> {
    let row = (
        blocks::id.eq(new.id.0.as_slice()),
        blocks::subscriber_id.eq(subscriber.0.as_slice()),
        blocks::relation_id.eq(new.relation.0.as_slice()),
        blocks::recipient_id.eq(new.recipient.map(|id| id.0.to_vec())),
        blocks::category.eq(new.category.map(Category::as_str)),
        blocks::finest.eq(new.finest.map(Precision::as_str)),
        blocks::at.eq(new.from.0),
    );
    on!(tx, c => diesel::insert_into(blocks::table).values(row).execute(c))?;
    Ok(())
}

/// Lifts all blocks of an owner's relation; how many there were.
pub fn lift(tx: &mut Tx<'_>, relation: RelationId, at: At) -> Result<usize, Fault> {
    Ok(changed!(tx,
        "UPDATE blocks SET lifted_at = " Int(at.0)
        " WHERE relation_id = " Bytes(&relation.0);
        " AND lifted_at IS NULL"
    )?)
}

/// All that was ever forbidden on a subscriber's line.
pub fn blocks_of(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<Vec<Block>, Fault> {
    let rows: Vec<BlockRow> = on!(tx, c => blocks::table.filter(blocks::subscriber_id.eq(subscriber.0.as_slice()))
        .order((blocks::at.asc(), blocks::id.asc()))
        .select((blocks::id, blocks::relation_id, blocks::recipient_id, blocks::category, blocks::finest, blocks::at, blocks::lifted_at))
        .load(c))?;
    rows.into_iter().map(block).collect()
}

/// Sets a subscriber's age right and remembers what it was taken for.
pub fn set_age(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    was: Majority,
    now_is: Majority,
    at: At,
) -> Result<(), Fault> {
    let row = (
        ages::subscriber_id.eq(subscriber.0.as_slice()),
        ages::at.eq(at.0),
        ages::was_of_age_at.eq(was.instant().map(|at| at.0)),
    );
    // Twice within a microsecond: what had been taken for it before the first still is.
    on!(tx, c => diesel::insert_into(ages::table).values(row).on_conflict_do_nothing().execute(c))?;
    on!(tx, c => diesel::update(subscribers::table.find(subscriber.0.as_slice()))
        .set(subscribers::of_age_at.eq(now_is.instant().map(|at| at.0))).execute(c))?;
    // Who was a guardian no longer may be one again, and his end is then still to be told.
    changed!(tx,
        "UPDATE relations SET told_at = NULL WHERE subscriber_id = " Bytes(&subscriber.0);
        " AND ended_at IS NULL"
    )?;
    Ok(())
}

/// What was taken for a subscriber's age at `known`, where it is `now_is` by now.
pub fn age_known(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    now_is: Majority,
    known: At,
) -> Result<Majority, Fault> {
    let was: Option<Option<i64>> = on!(tx, c => ages::table
        .filter(ages::subscriber_id.eq(subscriber.0.as_slice()).and(ages::at.gt(known.0)))
        .order(ages::at.asc()).select(ages::was_of_age_at).first(c).optional())?;
    Ok(was.map_or(now_is, majority))
}

/// As it is kept.
pub(super) fn majority(of_age_at: Option<i64>) -> Majority {
    of_age_at.map_or(Majority::UNKNOWN, |at| Majority::from(At(at)))
}
