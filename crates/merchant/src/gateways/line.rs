//! The line to one gateway account: how many calls at once, how many reads a second, and when not to call.
//!
//! A call that is not made was definitely not sent. So a gateway that hangs is told from one that may
//! have charged, and holds up nothing but itself.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use florin_domain::flow::{Account, Answer, OperationKind, Refusal, Request, Shown, Snapshot};
use florin_domain::ids::{PaymentId, RefundId};
use florin_domain::money::Money;
use florin_domain::order::Attempt;
use florin_domain::timestamp::Timestamp;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::breaker::{Breaker, Turned};
use super::bucket::{Bucket, Urgency};
use super::own_gateway::OwnGateway;
use super::own_gateway_wire::Page;
use super::shared_reads::SharedReads;
use crate::metrics::Metrics;
use crate::storage::Record;

/// Calls at once. What is more than a gateway takes in would only wait there.
const PLACES: usize = 256;

/// Nobody waits longer for a place: by then the gateway hangs.
const PATIENCE: Duration = Duration::from_secs(1);

/// A call that takes longer counts as failed unless it is a probe, and is still waited for.
const SLOW: Duration = Duration::from_secs(5);

/// One account's line.
pub(crate) struct Line {
    gateway: OwnGateway,
    places: Semaphore,
    breaker: Mutex<Breaker>,
    bucket: Bucket,
    reads: SharedReads<PaymentId, Answer<Snapshot>>,
    /// Accounts of old attempts that are not configured, and were told of.
    strangers: Mutex<HashSet<String>>,
    metrics: Arc<Metrics>,
}

impl Line {
    pub(crate) fn new(gateway: OwnGateway, reads_a_second: u32, metrics: Arc<Metrics>) -> Self {
        Self {
            gateway,
            places: Semaphore::new(PLACES),
            breaker: Mutex::default(),
            bucket: Bucket::new(reads_a_second),
            reads: SharedReads::new(),
            strangers: Mutex::default(),
            metrics,
        }
    }

    pub(crate) fn identity(&self) -> &Account {
        self.gateway.identity()
    }

    /// Carries out one request of a flow.
    pub(crate) async fn carry_out(&self, record: &Record, request: &Request, urgency: Urgency) -> Answer<Snapshot> {
        let attempt = &record.attempt.attempt;
        if *request == Request::Read {
            return self.read(attempt, urgency).await;
        }
        match self.check_account(attempt) {
            Ok(()) => self.call(name(request), self.gateway.carry_out(record, request)).await,
            Err(what) => Answer::Unknown(what),
        }
    }

    /// Reads the payment of an attempt, alone or together with others who want it.
    pub(crate) async fn read(&self, attempt: &Attempt, urgency: Urgency) -> Answer<Snapshot> {
        if let Err(what) = self.check_account(attempt) {
            return Answer::Unknown(what);
        }
        if urgency == Urgency::InTurn {
            self.bucket.take(urgency).await;
        }
        let read = async {
            if urgency == Urgency::AtOnce {
                self.bucket.take(urgency).await;
            }
            self.call("read", self.gateway.read(attempt)).await
        };
        self.reads.read(&attempt.payment, read).await
    }

    /// Moves money. `refund` makes a repeated refund recognisable.
    pub(crate) async fn operate(
        &self,
        attempt: &Attempt,
        kind: OperationKind,
        amount: Money,
        refund: &RefundId,
    ) -> Answer<Shown> {
        match self.check_account(attempt) {
            Ok(()) => self.call(kind.as_str(), self.gateway.operate(attempt, kind, amount, refund)).await,
            Err(what) => Answer::Unknown(what),
        }
    }

    /// Reads what an operation may have changed: the payment, or the refund.
    pub(crate) async fn look(&self, attempt: &Attempt, kind: OperationKind, refund: &RefundId) -> Answer<Shown> {
        if kind != OperationKind::Refund {
            let read = self.read(attempt, Urgency::InTurn).await;
            return read.and_then(|snapshot| Answer::Done(Shown::Payment(snapshot)));
        }
        match self.check_account(attempt) {
            Ok(()) => {
                self.bucket.take(Urgency::InTurn).await;
                self.call("read_refund", self.gateway.read_refund(refund)).await
            }
            Err(what) => Answer::Unknown(what),
        }
    }

    /// Payments made since, the newest first; from the one after `after` on.
    pub(crate) async fn list(&self, since: Timestamp, after: Option<&str>) -> Answer<Page> {
        self.bucket.take(Urgency::InTurn).await;
        self.call("list", self.gateway.list(since, after)).await
    }

    /// Another account's payments are none of this key's business: they wait for their own.
    fn check_account(&self, attempt: &Attempt) -> Result<(), String> {
        if attempt.account == self.identity().name {
            return Ok(());
        }
        let what = format!("{} runs on account {}, which is not configured", attempt.payment, attempt.account);
        // Each attempt is looked at for a day; people need to hear of its account once.
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        if strangers.insert(attempt.account.clone()) {
            tracing::error!("alert: {what}");
        }
        Err(what)
    }

    /// Makes a call, where one makes sense.
    async fn call<T>(&self, name: &'static str, call: impl Future<Output = Answer<T>>) -> Answer<T> {
        let begin = Instant::now();
        let answer = self.guarded(call).await;
        self.metrics.called(name, &answer, begin.elapsed());
        answer
    }

    async fn guarded<T>(&self, call: impl Future<Output = Answer<T>>) -> Answer<T> {
        let Ok(Ok(_place)) = tokio::time::timeout(PATIENCE, self.places.acquire()).await else {
            tracing::warn!(account = self.identity().name, "no place for another call to the gateway");
            return Answer::Refused(Refusal::NotSent);
        };
        let Some(mut pass) = self.with_breaker(|breaker, now| breaker.may_call(now)) else {
            return Answer::Refused(Refusal::NotSent);
        };
        tokio::pin!(call);
        let answer = tokio::select! {
            answer = &mut call => answer,
            () = tokio::time::sleep(SLOW) => {
                self.report(|breaker, now| breaker.slow(&mut pass, now));
                call.await
            }
        };
        let ended = match &answer {
            Answer::Refused(Refusal::NotSent) | Answer::Unknown(_) => Breaker::failed,
            Answer::Done(_) | Answer::Refused(_) => Breaker::answered,
        };
        self.report(|breaker, now| ended(breaker, pass, now));
        answer
    }

    fn report(&self, what: impl FnOnce(&mut Breaker, Instant) -> Option<Turned>) {
        let account = &self.identity().name;
        match self.with_breaker(what) {
            Some(Turned::Open) => tracing::error!(account, "alert: the gateway fails; calls are held back"),
            Some(Turned::Closed) => tracing::warn!(account, "the gateway answers again"),
            None => {}
        }
    }

    fn with_breaker<T>(&self, what: impl FnOnce(&mut Breaker, Instant) -> T) -> T {
        what(&mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner), Instant::now())
    }
}

/// What a metric calls a request.
fn name(request: &Request) -> &'static str {
    match request {
        Request::Create => "create",
        Request::Confirm { .. } => "confirm",
        Request::Read => "read",
        Request::Cancel => "cancel",
    }
}
