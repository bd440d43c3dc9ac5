//! One row of an answer: named values.

use std::sync::Arc;

use crate::error::StoreError;
use crate::value::{self, FromValue, Value};

/// One row; its columns are read by name.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// Reads a column.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the value is not a `T`; [`StoreError::Engine`] when the answer
    /// has no such column.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, StoreError> {
        let place = self.columns.iter().position(|name| name == column);
        match place.and_then(|place| self.values.get(place)) {
            Some(value) => value::read(column, value),
            None => Err(StoreError::Engine(format!("the answer has no column {column}"))),
        }
    }
}
