//! Our values in PostgreSQL's binary form, and back.

use std::error::Error;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::numeric;
use crate::value::Value;

/// A value of one kind where the statement wants another. Shows the kinds alone.
#[derive(Debug, thiserror::Error)]
#[error("a statement binds {found} as {wanted}")]
pub(super) struct Mismatch {
    found: &'static str,
    wanted: String,
}

impl ToSql for Value {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let mismatch = || Box::new(Mismatch { found: self.kind(), wanted: wanted.name().to_owned() });
        match (self, wanted) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Integer(number), &Type::INT8) => number.to_sql(wanted, out),
            (Self::Integer(number), &Type::INT4) => i32::try_from(*number).map_err(|_| mismatch())?.to_sql(wanted, out),
            (Self::Integer(number), &Type::INT2) => i16::try_from(*number).map_err(|_| mismatch())?.to_sql(wanted, out),
            (Self::Integer(number @ (0 | 1)), &Type::BOOL) => (*number == 1).to_sql(wanted, out),
            (Self::Integer(number), &Type::NUMERIC) => {
                out.extend_from_slice(&numeric::encode(*number));
                Ok(IsNull::No)
            }
            (Self::Text(text), &(Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR)) => text.to_sql(wanted, out),
            (Self::Blob(bytes), &Type::BYTEA) => bytes.to_sql(wanted, out),
            _ => Err(mismatch()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A column's value. Sums come as NUMERIC and comparisons as BOOLEAN, where SQLite has one kind of
/// number.
impl<'r> FromSql<'r> for Value {
    fn from_sql(found: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *found {
            Type::INT8 => Self::Integer(i64::from_sql(found, raw)?),
            Type::INT4 => Self::Integer(i64::from(i32::from_sql(found, raw)?)),
            Type::INT2 => Self::Integer(i64::from(i16::from_sql(found, raw)?)),
            Type::BOOL => Self::Integer(i64::from(bool::from_sql(found, raw)?)),
            Type::NUMERIC => Self::Integer(numeric::decode(raw).ok_or("a NUMERIC that is no whole number of 64 bits")?),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR => Self::Text(String::from_sql(found, raw)?),
            Type::BYTEA => Self::Blob(raw.to_vec()),
            Type::VOID => Self::Null,
            _ => return Err(format!("a column of type {} is not of the common subset", found.name()).into()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
