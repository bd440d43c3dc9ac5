//! Counts and times for Prometheus: `GET /metrics`.
//!
//! Holds no id and nothing of a person: labels are words of ours.

mod labels;
mod serve;

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use florin_domain::flow::{Answer, Refusal, ShopEvent};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use labels::{Call, Delivery, Event, Request, Webhook};

pub(crate) use serve::{metrics, observe_request};

/// From a fast row to a slow bank, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 20.0];

/// From at once to a shop that was down for days, in seconds.
const LAG: [f64; 10] = [0.05, 0.25, 1.0, 5.0, 30.0, 300.0, 1800.0, 7200.0, 36_000.0, 270_000.0];

/// Everything that one server counts.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Histogram>,
    calls: Family<Call, Histogram>,
    orders: Counter,
    attempts: Counter,
    events: Family<Event, Counter>,
    webhooks: Family<Webhook, Counter>,
    webhook_arrival: Histogram,
    webhook_work: Histogram,
    webhook_retries: Counter,
    deliveries: Family<Delivery, Counter>,
    delivery_lag: Histogram,
    in_review: Gauge,
    unknown: Gauge,
    inbox: Gauge,
    inbox_lag: Gauge<f64, AtomicU64>,
    outbox: Gauge,
    under_attack: Gauge,
}

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("florin_merchant"),
            requests: Family::new_with_constructor(seconds),
            calls: Family::new_with_constructor(seconds),
            orders: Counter::default(),
            attempts: Counter::default(),
            events: Family::default(),
            webhooks: Family::default(),
            webhook_arrival: Histogram::new(LAG),
            webhook_work: Histogram::new(LAG),
            webhook_retries: Counter::default(),
            deliveries: Family::default(),
            delivery_lag: Histogram::new(LAG),
            in_review: Gauge::default(),
            unknown: Gauge::default(),
            inbox: Gauge::default(),
            inbox_lag: Gauge::default(),
            outbox: Gauge::default(),
            under_attack: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let all = &mut self.registry;
        all.register("request_seconds", "Requests answered, by route and status", self.requests.clone());
        all.register("gateway_call_seconds", "Calls to the gateway, by answer", self.calls.clone());
        all.register("orders", "Orders made", self.orders.clone());
        all.register("attempts", "Payments begun", self.attempts.clone());
        all.register(
            "order_events",
            "What happened to orders; order.paid by orders is completion",
            self.events.clone(),
        );
        all.register("webhooks", "Events of the gateway that came", self.webhooks.clone());
        all.register(
            "webhook_arrival_seconds",
            "From when the gateway says it was, to here",
            self.webhook_arrival.clone(),
        );
        all.register("webhook_work_seconds", "From here until it was dealt with", self.webhook_work.clone());
        all.register("webhook_retries", "Events that had to be worked on again", self.webhook_retries.clone());
        all.register("shop_deliveries", "Tries to tell the shop", self.deliveries.clone());
        all.register("shop_delivery_lag_seconds", "From an event until the shop took it", self.delivery_lag.clone());
        all.register("orders_in_review", "Orders that wait for a person", self.in_review.clone());
        all.register("attempts_unknown", "Payments whose answer was lost and not yet found", self.unknown.clone());
        all.register("webhooks_waiting", "Events of the gateway still to be dealt with", self.inbox.clone());
        all.register(
            "webhooks_lag_seconds",
            "How long the oldest of those has waited; 0 when there is none",
            self.inbox_lag.clone(),
        );
        all.register("shop_events_waiting", "Events that the shop has not taken", self.outbox.clone());
        all.register("account_under_attack", "1 while too many payments are declined", self.under_attack.clone());
    }

    pub(crate) fn order_made(&self) {
        self.orders.inc();
    }

    pub(crate) fn attempt_begun(&self) {
        self.attempts.inc();
    }

    /// What a step that is durable told the shop.
    pub(crate) fn happened(&self, events: &[ShopEvent]) {
        for event in events {
            self.events.get_or_create(&Event { event: event.name() }).inc();
        }
    }

    pub(crate) fn called<T>(&self, call: &'static str, answer: &Answer<T>, took: Duration) {
        let answer = match answer {
            Answer::Done(_) => "done",
            Answer::Refused(Refusal::NotSent) => "not_sent",
            Answer::Refused(_) => "refused",
            Answer::Unknown(_) => "unknown",
        };
        self.calls.get_or_create(&Call { call, answer }).observe(took.as_secs_f64());
    }

    pub(crate) fn webhook_came(&self, result: &'static str, arrival: Option<Duration>) {
        self.webhooks.get_or_create(&Webhook { result }).inc();
        if let Some(arrival) = arrival {
            self.webhook_arrival.observe(arrival.as_secs_f64());
        }
    }

    pub(crate) fn webhook_dealt_with(&self, after: Duration) {
        self.webhook_work.observe(after.as_secs_f64());
    }

    pub(crate) fn webhook_again(&self) {
        self.webhook_retries.inc();
    }

    pub(crate) fn delivery(&self, result: &'static str, lag: Option<Duration>) {
        self.deliveries.get_or_create(&Delivery { result }).inc();
        if let Some(lag) = lag {
            self.delivery_lag.observe(lag.as_secs_f64());
        }
    }

    pub(crate) fn attack(&self, is_under_attack: bool) {
        self.under_attack.set(i64::from(is_under_attack));
    }
}
