//! `/sandbox/faults`: what goes wrong with which calls, and how often.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use florin_store::Randomness;
use serde::{Deserialize, Serialize};

use crate::accounts::Admin;
use crate::gateway::Gateway;
use crate::routes;
use crate::wire::{ApiError, AppJson};

/// More would be a mistake of a test.
const MOST_FAULTS: usize = 1000;

/// No caller waits longer, and a gateway that is told to stop must not either.
const LONGEST_DELAY_MS: u64 = 120_000;

/// A day.
const LONGEST_HANG_MS: u64 = 24 * 60 * 60 * 1000;

/// Where a card is sent to the processor.
const CONFIRMS: [&str; 2] = [routes::CONFIRM, routes::PAYMENTS];

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// The effect happens; the answer comes `ms` later.
    Delay,
    /// The connection ends; nothing happened.
    DropBefore,
    /// The effect happens; the connection ends without an answer.
    DropAfter,
    /// Nothing happens; the answer is this status.
    Status,
    /// The effect happens; the answer's `amount` is one more than it was.
    WrongAmount,
    /// Nothing happens, and no answer comes for longer than anybody waits.
    Ignore,
    /// The processor has the card and does not answer for `ms` (an hour): the payment is processing.
    Hang,
    /// The answer says cancelled; nothing happens, so the payment can still succeed.
    IgnoredCancel,
}

/// A fault to be set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultRequest {
    pub(super) route: String,
    #[serde(default, rename = "match")]
    pub(super) matching: Matching,
    pub(super) fault: Kind,
    pub(super) ms: Option<u64>,
    pub(super) status: Option<u16>,
    pub(super) retry_after: Option<u32>,
    pub(super) times: Option<u32>,
    pub(super) seed: Option<u64>,
}

/// Which of a route's calls.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Matching {
    pub(super) payment_id: Option<String>,
}

/// A fault that was set.
#[derive(Clone, Serialize)]
pub(crate) struct Fault {
    pub(super) id: String,
    pub(super) route: String,
    #[serde(rename = "match")]
    pub(super) matching: Matching,
    pub(super) fault: Kind,
    pub(super) ms: Option<u64>,
    pub(super) status: Option<u16>,
    /// Seconds for the `Retry-After` of a 429 or a 503.
    pub(super) retry_after: Option<u32>,
    /// How often it still strikes; without, always.
    pub(super) times: Option<u32>,
    seed: Option<u64>,
    /// How often it has struck.
    pub(super) struck: u64,
    /// With a seed it strikes about every second call, and the same ones for the same seed.
    #[serde(skip)]
    coin: Option<Randomness>,
}

impl Fault {
    fn check(id: String, request: FaultRequest) -> Result<Self, ApiError> {
        let invalid = |words: &str| Err(ApiError::InvalidData(words.to_owned()));
        if !routes::may_go_wrong().any(|path| names_route(&request.route, None, path)) {
            return invalid("route is not one of this gateway's, such as POST /payments/{payment_id}/confirm");
        }
        if request.times == Some(0) {
            return invalid("times must be at least 1");
        }
        if request.retry_after.is_some() && request.fault != Kind::Status {
            return invalid("retry_after goes with the fault status");
        }
        match (request.fault, request.ms, request.status) {
            (Kind::Delay, None, _) => return invalid("delay needs ms"),
            (Kind::Hang, Some(ms), _) if ms > LONGEST_HANG_MS => return invalid("ms must be at most 86400000"),
            (Kind::Hang, ..) => return Self::check_route(&request, &CONFIRMS).map(|()| Self::of(id, request)),
            (_, Some(ms), _) if ms > LONGEST_DELAY_MS => {
                return invalid("ms must be at most 120000");
            }
            (Kind::IgnoredCancel, ..) => {
                return Self::check_route(&request, &[routes::CANCEL]).map(|()| Self::of(id, request));
            }
            (Kind::Status, _, None) => return invalid("status needs a status"),
            (Kind::Status, _, Some(status)) if !(400..600).contains(&status) => {
                return invalid("status must be from 400 to 599");
            }
            _ => {}
        }
        Ok(Self::of(id, request))
    }

    /// Some things can go wrong on some routes only.
    fn check_route(request: &FaultRequest, routes: &[&str]) -> Result<(), ApiError> {
        if routes.iter().any(|path| names_route(&request.route, Some("POST"), path)) {
            return Ok(());
        }
        Err(ApiError::InvalidData(format!("this fault is for {}", routes.join(" and "))))
    }

    fn of(id: String, request: FaultRequest) -> Self {
        Self {
            id,
            route: request.route,
            matching: request.matching,
            fault: request.fault,
            ms: request.ms,
            status: request.status,
            retry_after: request.retry_after,
            times: request.times,
            seed: request.seed,
            struck: 0,
            coin: request.seed.map(Randomness::seeded),
        }
    }

    /// Whether this call is one of those, apart from the coin.
    pub(super) fn is_for(&self, method: &str, path: &str, payment_id: Option<&str>) -> bool {
        names_route(&self.route, Some(method), path)
            && self.matching.payment_id.as_deref().is_none_or(|wanted| payment_id == Some(wanted))
    }

    /// Whether this fault could be for the route, should the payment be the right one.
    pub(super) fn needs_payment_id(&self, method: &str, path: &str) -> bool {
        self.matching.payment_id.is_some() && names_route(&self.route, Some(method), path)
    }

    /// Counts a call; answers whether the fault strikes it.
    pub(super) fn strikes(&mut self) -> bool {
        if self.times == Some(0) || self.coin.as_ref().is_some_and(|coin| coin.bytes::<1>()[0] % 2 == 1) {
            return false;
        }
        self.times = self.times.map(|times| times - 1);
        self.struck += 1;
        true
    }
}

/// Whether `written` (a path, or a method and a path; names in braces are free) means this route.
fn names_route(written: &str, method: Option<&str>, path: &str) -> bool {
    let (written_method, written_path) = match written.trim().split_once(' ') {
        Some((method, path)) => (Some(method), path.trim()),
        None => (None, written.trim()),
    };
    let same_method = match (written_method, method) {
        (Some(written), Some(method)) => written.eq_ignore_ascii_case(method),
        (Some(written), None) => {
            ["GET", "POST", "PUT", "DELETE"].iter().any(|known| written.eq_ignore_ascii_case(known))
        }
        (None, _) => true,
    };
    let is_gap = |part: &str| part.starts_with('{') && part.ends_with('}');
    let same_part = |(one, other): (&str, &str)| one == other || (is_gap(one) && is_gap(other));
    let (written, path) = (written_path.split('/'), path.split('/'));
    same_method && written.clone().count() == path.clone().count() && written.zip(path).all(same_part)
}

/// `POST /sandbox/faults`
pub(crate) async fn add_fault(
    State(gateway): State<Gateway>,
    _: Admin,
    AppJson(request): AppJson<FaultRequest>,
) -> Result<(StatusCode, Json<Fault>), ApiError> {
    Ok((StatusCode::CREATED, Json(add(&gateway, request)?)))
}

/// Sets a fault.
pub(super) fn add(gateway: &Gateway, request: FaultRequest) -> Result<Fault, ApiError> {
    let fault = Fault::check(format!("flt_{}", hex::encode(gateway.randomness.bytes::<16>())), request)?;
    let mut orders = gateway.sandbox.lock();
    if orders.faults.len() >= MOST_FAULTS {
        return Err(ApiError::Precondition("too many faults; delete some".to_owned()));
    }
    orders.faults.push(fault.clone());
    Ok(fault)
}

/// `GET /sandbox/faults`
pub(crate) async fn list_faults(State(gateway): State<Gateway>, _: Admin) -> Json<serde_json::Value> {
    let faults = gateway.sandbox.lock().faults.clone();
    Json(serde_json::json!({ "data": faults }))
}

/// `DELETE /sandbox/faults`
pub(crate) async fn clear_faults(State(gateway): State<Gateway>, _: Admin) -> StatusCode {
    gateway.sandbox.lock().faults.clear();
    StatusCode::NO_CONTENT
}

/// `GET /sandbox/faults/{id}`
pub(crate) async fn one_fault(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Json<Fault>, ApiError> {
    let found = gateway.sandbox.lock().faults.iter().find(|fault| fault.id == id).cloned();
    found.map(Json).ok_or(ApiError::NotFound("fault"))
}

/// `DELETE /sandbox/faults/{id}`
pub(crate) async fn remove_fault(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let mut orders = gateway.sandbox.lock();
    let place = orders.faults.iter().position(|fault| fault.id == id).ok_or(ApiError::NotFound("fault"))?;
    orders.faults.remove(place);
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::names_route;

    #[test]
    fn a_route_is_named_with_or_without_its_method() {
        let route = "/payments/{payment_id}/confirm";
        for written in ["POST /payments/{id}/confirm", "post /payments/{payment_id}/confirm", route] {
            assert!(names_route(written, Some("POST"), route), "{written}");
        }
        for written in ["GET /payments/{id}/confirm", "/payments/{id}", "/payments/x/confirm", "", "/"] {
            assert!(!names_route(written, Some("POST"), route), "{written}");
        }
    }
}
