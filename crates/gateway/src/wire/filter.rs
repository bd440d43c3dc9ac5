//! What the searches share: a page, a range of amounts, a range of time.

use florin_domain::timestamp::Timestamp;
use serde::Deserialize;

use super::ApiError;

const MOST: i64 = 100;

/// Which part of what was found is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) limit: i64,
    pub(crate) offset: i64,
}

impl Page {
    /// OwnGateway's bounds, and how many it sends unless told.
    pub(crate) fn read(limit: Option<i64>, offset: Option<i64>, usual: i64) -> Result<Self, ApiError> {
        let (limit, offset) = (limit.unwrap_or(usual), offset.unwrap_or(0));
        if !(1..=MOST).contains(&limit) {
            return Err(ApiError::InvalidData("limit should be in between 1 and 100".to_owned()));
        }
        if offset < 0 {
            return Err(ApiError::InvalidData("offset must not be negative".to_owned()));
        }
        Ok(Self { limit, offset })
    }

    /// Of all that was found.
    pub(crate) fn of<T>(self, all: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        let at_most = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        all.into_iter().skip(at_most(self.offset)).take(at_most(self.limit))
    }
}

/// In minor units, both ends included.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AmountRange {
    start_amount: Option<i64>,
    end_amount: Option<i64>,
}

impl AmountRange {
    pub(crate) fn bounds(range: Option<&Self>) -> (i64, i64) {
        let start = range.and_then(|range| range.start_amount);
        let end = range.and_then(|range| range.end_amount);
        (start.unwrap_or(i64::MIN), end.unwrap_or(i64::MAX))
    }
}

/// Both ends included.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimeRange {
    start_time: Timestamp,
    end_time: Option<Timestamp>,
}

impl TimeRange {
    /// In milliseconds: of a range, and of the two times that may be said without one. Both bind.
    pub(crate) fn bounds(range: Option<&Self>, start: Option<Timestamp>, end: Option<Timestamp>) -> (i64, i64) {
        let start = start.max(range.map(|range| range.start_time));
        let end = [end, range.and_then(|range| range.end_time)].into_iter().flatten().min();
        (start.map_or(i64::MIN, Timestamp::as_millis), end.map_or(i64::MAX, Timestamp::as_millis))
    }
}
