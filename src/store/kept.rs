//! Statements written out, because Diesel prepares every UPDATE and every upsert anew each time, which costs more than running
//! it. They are the same SQL on both engines: pieces of text, a value after each. Deliberately absent: anything read.
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, HasSqlType, Nullable, Text};
use diesel::{QueryResult, RunQueryDsl};

/// A value of a statement.
#[derive(Clone, Copy)]
pub(super) enum Value<'q> {
    Int(i64),
    /// Null if absent.
    Maybe(Option<i64>),
    Bytes(&'q [u8]),
    /// Null if absent.
    MaybeBytes(Option<&'q [u8]>),
    Text(&'q str),
    /// Null if absent.
    MaybeText(Option<&'q str>),
}

/// A statement that stays prepared. `pieces` are text, never values: each different text is kept for good.
pub(super) struct Kept<'q> {
    pub pieces: &'static [&'static str],
    /// One after each piece; the last piece may go without.
    pub values: &'q [Value<'q>],
}

impl QueryId for Kept<'_> {
    type QueryId = ();
    /// Kept by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for Kept<'_>
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Binary> + HasSqlType<Text>,
    i64: ToSql<BigInt, DB>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
    for<'a> &'a [u8]: ToSql<Binary, DB>,
    for<'a> Option<&'a [u8]>: ToSql<Nullable<Binary>, DB>,
    for<'a> &'a str: ToSql<Text, DB>,
    for<'a> Option<&'a str>: ToSql<Nullable<Text>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for (i, piece) in self.pieces.iter().enumerate() {
            out.push_sql(piece);
            match self.values.get(i) {
                Some(Value::Int(n)) => out.push_bind_param::<BigInt, _>(n)?,
                Some(Value::Maybe(n)) => out.push_bind_param::<Nullable<BigInt>, _>(n)?,
                Some(Value::Bytes(bytes)) => out.push_bind_param::<Binary, _>(bytes)?,
                Some(Value::MaybeBytes(bytes)) => out.push_bind_param::<Nullable<Binary>, _>(bytes)?,
                Some(Value::Text(text)) => out.push_bind_param::<Text, _>(text)?,
                Some(Value::MaybeText(text)) => out.push_bind_param::<Nullable<Text>, _>(text)?,
                None => {}
            }
        }
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for Kept<'_> {}

/// How many rows a kept statement changes: `changed!(tx, "UPDATE t SET a = " Int(1) " WHERE id = f(" Bytes(id); ")")`.
macro_rules! changed {
    ($tx:expr, $($piece:literal $kind:ident($value:expr))+ $(; $end:literal)?) => {{
        let values = [$($crate::store::kept::Value::$kind($value)),+];
        let kept = $crate::store::kept::Kept { pieces: &[$($piece),+ $(, $end)?], values: &values };
        $crate::store::tx::on!($tx, c => diesel::RunQueryDsl::execute(kept, c))
    }};
}
pub(crate) use changed;
