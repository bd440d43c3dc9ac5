//! How long a client may take, and how many there may be.

use std::time::Duration;

/// The limits of one server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manners {
    /// Connections at once; more wait outside.
    pub(crate) connections: usize,
    /// From connecting to the end of the first request's head, and between requests.
    pub(crate) head: Duration,
    /// From a request's head to its answer's; its body must have come by then. Longer than any answer of
    /// ours is waited for.
    pub(crate) request: Duration,
    /// From when a client stops taking an answer until it has taken what was to be written then, however
    /// slowly it reads on meanwhile.
    pub(crate) answer: Duration,
    /// How long connections are still taken after the stop, while whoever sends us some is told not to.
    pub(crate) drain: Duration,
    /// How long open requests may go on after that; then their connections are cut.
    pub(crate) grace: Duration,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            connections: 4096,
            head: Duration::from_secs(10),
            request: Duration::from_secs(45),
            answer: Duration::from_secs(30),
            drain: Duration::ZERO,
            grace: Duration::from_secs(5),
        }
    }
}
