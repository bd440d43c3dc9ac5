//! A case as the database holds it, and the one place where a step is written down.

use std::sync::Arc;

use florin_domain::flow::open::Limits;
use florin_domain::flow::{Case, Entry, EntryKind, Request, ShopEvent, Step};
use florin_domain::ids::{AttemptId, EventId, OperationId};
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx};

use super::timeline::NewEntry;
use super::{AskedBy, AttemptRow, OperationRow, OrderRow};
use crate::Merchant;
use crate::events;

/// Who caused what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Shop,
    Shopper,
    Return,
    Webhook,
    Sweep,
    Operator,
}

impl Source {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Shopper => "shopper",
            Self::Return => "return",
            Self::Webhook => "webhook",
            Self::Sweep => "sweep",
            Self::Operator => "operator",
        }
    }
}

/// What a unit must not make itself: the time, ids, and what it needs to know of this server.
#[derive(Clone)]
pub(crate) struct Fresh {
    pub(crate) now: Timestamp,
    /// More than one step ever sends.
    events: [EventId; 2],
    operation: OperationId,
    pub(crate) limits: Limits,
    pub(crate) server: Arc<events::Sender>,
}

impl Fresh {
    pub(crate) fn draw(merchant: &Merchant) -> Self {
        let now = merchant.clock().now();
        let event = || EventId::new(now, merchant.randomness().bytes());
        Self {
            now,
            events: [event(), event()],
            operation: OperationId::new(now, merchant.randomness().bytes()),
            limits: merchant.settings().limits,
            server: merchant.sender(),
        }
    }

    /// The id of the one operation that a step may order.
    pub(crate) fn operation(&self) -> &OperationId {
        &self.operation
    }
}

/// An order and one of its attempts, with their versions.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) order: OrderRow,
    pub(crate) attempt: AttemptRow,
}

impl Record {
    /// The case of an attempt.
    pub(crate) fn load(tx: &mut Tx<'_>, attempt: &AttemptId) -> Result<Option<Self>, StoreError> {
        match AttemptRow::find(tx, attempt)? {
            Some(attempt) => Self::of(tx, attempt).map(Some),
            None => Ok(None),
        }
    }

    /// The case around an attempt.
    pub(crate) fn of(tx: &mut Tx<'_>, attempt: AttemptRow) -> Result<Self, StoreError> {
        let order = OrderRow::find(tx, &attempt.attempt.order)?.ok_or_else(|| super::senseless("order_id"))?;
        Ok(Self { order, attempt })
    }

    /// What the flows decide about.
    pub(crate) fn case(&self) -> Case {
        Case { order: self.order.order.clone(), attempt: self.attempt.attempt.clone() }
    }

    /// Writes a step down, whole or not at all, and says what is to be sent after the commit.
    pub(crate) fn apply(
        &mut self,
        tx: &mut Tx<'_>,
        step: Step,
        source: Source,
        fresh: &Fresh,
    ) -> Result<Applied, StoreError> {
        let applied = Applied { send: step.send.clone(), alert: step.alert.clone(), events: step.events.clone() };
        let unchanged = step.case == self.case() && step.timeline.is_empty() && step.operation.is_none();
        if !unchanged {
            self.write(tx, step, source, &AskedBy::Flow, fresh)?;
        }
        Ok(applied)
    }

    /// The same for a step that the shop asked for; `false` when its operation could not be written,
    /// because another one is not over. The unit must fail then.
    pub(crate) fn apply_for_the_shop(
        &mut self,
        tx: &mut Tx<'_>,
        step: Step,
        asked_by: &AskedBy,
        fresh: &Fresh,
    ) -> Result<bool, StoreError> {
        self.write(tx, step, Source::Shop, asked_by, fresh)
    }

    fn write(
        &mut self,
        tx: &mut Tx<'_>,
        mut step: Step,
        source: Source,
        asked_by: &AskedBy,
        fresh: &Fresh,
    ) -> Result<bool, StoreError> {
        let mut is_operation_written = true;
        self.order.order = step.case.order;
        self.attempt.attempt = step.case.attempt;
        if let Some(operation) = step.operation
            && !OperationRow::insert(tx, &fresh.operation, &self.attempt.attempt, operation, asked_by, fresh.now)?
        {
            is_operation_written = false;
            // While one operation of this payment is not over, the same fact orders it again in vain.
            step.timeline.retain(|entry| entry.kind != EntryKind::CaptureOrdered);
        }
        self.attempt.save(tx)?;
        self.attempt.version += 1;
        if !self.order.order.status.is_undecided() {
            self.attempt.wake_others(tx, fresh.now)?;
        }
        let payment = Some(self.attempt.attempt.payment.clone());
        let news = News { timeline: &step.timeline, events: &step.events, payment, source };
        save_order(tx, &mut self.order, &news, Some(&self.attempt), fresh)?;
        Ok(is_operation_written)
    }
}

/// What is to be done once a step is durable.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    pub(crate) send: Option<Request>,
    /// For the people on duty.
    pub(crate) alert: Option<String>,
    /// What the shop hears of it, for those who count.
    pub(crate) events: Vec<ShopEvent>,
}

/// What happened to an order, to be written with it.
pub(crate) struct News<'a> {
    pub(crate) timeline: &'a [Entry],
    pub(crate) events: &'a [ShopEvent],
    pub(crate) payment: Option<florin_domain::ids::PaymentId>,
    pub(crate) source: Source,
}

/// Saves an order with what happened to it and what the shop must hear of it.
pub(crate) fn save_order(
    tx: &mut Tx<'_>,
    row: &mut OrderRow,
    news: &News<'_>,
    attempt: Option<&AttemptRow>,
    fresh: &Fresh,
) -> Result<(), StoreError> {
    for entry in news.timeline {
        row.timeline_length += 1;
        NewEntry {
            order: &row.order.id,
            seq: row.timeline_length,
            at: fresh.now,
            kind: entry.kind.as_str(),
            source: news.source,
            payment: news.payment.as_ref(),
            detail: &entry.detail,
        }
        .insert(tx)?;
    }
    for (event, id) in news.events.iter().zip(&fresh.events) {
        row.event_sequence += 1;
        fresh.server.enqueue(tx, row, attempt, *event, id, fresh.now)?;
    }
    row.save(tx)?;
    row.version += 1;
    Ok(())
}
