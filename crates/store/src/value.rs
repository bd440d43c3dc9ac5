//! What goes into a statement and comes out of a row.

use florin_domain::ids::{AttemptId, EventId, OperationId, OrderId, PaymentId, RefundId, SessionId, TokenId};
use florin_domain::timestamp::Timestamp;

use crate::error::StoreError;

/// One value of a parameter or a column. Booleans are 0 and 1, times are milliseconds since 1970.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text in UTF-8.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// Shows the kind alone: a value may be a name, an address or a token.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}

impl Value {
    /// What kind it is, for an error that must not show the value.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Integer(_) => "an integer",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
        }
    }
}

/// The parameters of a statement, each through [`Value::from`]: `params![id, amount, None::<i64>]`.
#[macro_export]
macro_rules! params {
    () => { &[] as &[$crate::Value] };
    ($($value:expr),+ $(,)?) => { &[$($crate::Value::from($value)),+] as &[$crate::Value] };
}

macro_rules! into_value {
    ($($from:ty => |$name:ident| $value:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($name: $from) -> Self {
                $value
            }
        }
    )*};
}

into_value! {
    i64 => |number| Self::Integer(number);
    i32 => |number| Self::Integer(i64::from(number));
    u32 => |number| Self::Integer(i64::from(number));
    u16 => |number| Self::Integer(i64::from(number));
    u8 => |number| Self::Integer(i64::from(number));
    bool => |flag| Self::Integer(i64::from(flag));
    &str => |text| Self::Text(text.to_owned());
    &String => |text| Self::Text(text.clone());
    String => |text| Self::Text(text);
    &[u8] => |bytes| Self::Blob(bytes.to_vec());
    &Vec<u8> => |bytes| Self::Blob(bytes.clone());
    Vec<u8> => |bytes| Self::Blob(bytes);
    Timestamp => |at| Self::Integer(at.as_millis());
    &Timestamp => |at| Self::Integer(at.as_millis());
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<&Option<String>> for Value {
    fn from(text: &Option<String>) -> Self {
        Self::from(text.as_deref())
    }
}

/// Reads a column as a Rust type.
pub trait FromValue: Sized {
    /// Reads one value.
    ///
    /// # Errors
    /// What was expected, when the value is something else. The text must not show the value.
    fn from_value(value: &Value) -> Result<Self, String>;
}

fn unexpected<T>(expected: &str, found: &Value) -> Result<T, String> {
    Err(format!("expected {expected}, found {}", found.kind()))
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Integer(number) => Ok(*number),
            other => unexpected("an integer", other),
        }
    }
}

impl FromValue for u32 {
    fn from_value(value: &Value) -> Result<Self, String> {
        let number = i64::from_value(value)?;
        Self::try_from(number).map_err(|_| "the number is out of range".to_owned())
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Integer(0) => Ok(false),
            Value::Integer(1) => Ok(true),
            other => unexpected("0 or 1", other),
        }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            other => unexpected("text", other),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Blob(bytes) => Ok(bytes.clone()),
            other => unexpected("bytes", other),
        }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Result<Self, String> {
        i64::from_value(value).map(Self::from_millis)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(None),
            present => T::from_value(present).map(Some),
        }
    }
}

macro_rules! ids {
    ($($id:ty)*) => {$(
        impl From<&$id> for Value {
            fn from(id: &$id) -> Self {
                Self::Text(id.as_str().to_owned())
            }
        }

        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::from(&id)
            }
        }

        impl From<&Option<$id>> for Value {
            fn from(id: &Option<$id>) -> Self {
                Self::from(id.as_ref())
            }
        }

        impl FromValue for $id {
            fn from_value(value: &Value) -> Result<Self, String> {
                match value {
                    Value::Text(text) => Self::parse(text).map_err(|error| error.to_string()),
                    other => unexpected("text", other),
                }
            }
        }
    )*};
}

ids! { OrderId SessionId AttemptId PaymentId TokenId EventId RefundId OperationId }

/// Reads `value` of `column`, or says what is wrong with it.
pub(crate) fn read<T: FromValue>(column: &str, value: &Value) -> Result<T, StoreError> {
    T::from_value(value).map_err(|reason| StoreError::Corrupt(format!("column {column}: {reason}")))
}
