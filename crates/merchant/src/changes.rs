//! Wakes whoever waits for an order to change. A hint only: the waiter reads the order.

use florin_domain::ids::OrderId;
use tokio::sync::broadcast;

/// News of changed orders inside this process. Another process's changes are seen by looking again.
pub(crate) struct Changes {
    sender: broadcast::Sender<OrderId>,
}

impl Changes {
    pub(crate) fn new() -> Self {
        // A waiter that falls this far behind looks at its order anyway.
        Self { sender: broadcast::channel(1024).0 }
    }

    pub(crate) fn tell(&self, order: &OrderId) {
        // No waiter is no error.
        let _ = self.sender.send(order.clone());
    }

    /// Listen first, then read, then wait: so nothing is missed in between.
    pub(crate) fn listen(&self, order: OrderId) -> Listener {
        Listener { order, receiver: self.sender.subscribe() }
    }
}

/// Waits for one order.
pub(crate) struct Listener {
    order: OrderId,
    receiver: broadcast::Receiver<OrderId>,
}

impl Listener {
    /// Returns when the order may have changed.
    pub(crate) async fn changed(&mut self) {
        loop {
            match self.receiver.recv().await {
                Ok(order) if order != self.order => {}
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
