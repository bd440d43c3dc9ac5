//! How much is tried at most, as flags. The defaults are the limits' own.

use std::time::Duration;

use clap::Args;
use florin_domain::flow::open::Limits;

/// Limits against people who try out stolen cards, and for the gateway's sake.
#[derive(Args)]
pub(super) struct LimitFlags {
    /// Attempts with a card that an order takes before a pause
    #[arg(long, value_name = "COUNT", env = "FLORIN_LIMIT_SUBMITTED", default_value_t = Limits::default().submitted)]
    limit_submitted: u32,
    /// Declines that an order takes before a pause
    #[arg(long, value_name = "COUNT", env = "FLORIN_LIMIT_DECLINED", default_value_t = Limits::default().declined)]
    limit_declined: u32,
    /// Attempts with a card after which an order is canceled
    #[arg(long, value_name = "COUNT", env = "FLORIN_LIMIT_TOTAL", default_value_t = Limits::default().total)]
    limit_total: u32,
    /// How long that pause is, in seconds
    #[arg(long, value_name = "SECONDS", env = "FLORIN_LIMIT_PAUSE", default_value_t = Limits::default().pause.as_secs())]
    limit_pause: u64,
    /// Attempts from one network (an IPv4 /24, an IPv6 /64) in the window
    #[arg(long, value_name = "COUNT", env = "FLORIN_LIMIT_NETWORK", default_value_t = Limits::default().network)]
    limit_network: u32,
    /// That window, in seconds
    #[arg(long, value_name = "SECONDS", env = "FLORIN_LIMIT_NETWORK_WINDOW",
          default_value_t = Limits::default().network_window.as_secs())]
    limit_network_window: u64,
    /// Declines in percent of the account's newest 200 attempts, above which new sessions have to wait 10 s
    #[arg(long, value_name = "PERCENT", env = "FLORIN_LIMIT_DECLINED_PERCENT",
          default_value_t = Limits::default().declined_percent)]
    limit_declined_percent: u32,
    /// Reads of payments a second at the gateway; a shopper who waits goes first
    #[arg(long, value_name = "COUNT", env = "FLORIN_LIMIT_READS", default_value_t = Limits::default().reads_a_second)]
    limit_reads: u32,
}

impl LimitFlags {
    /// The limits.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            submitted: self.limit_submitted,
            declined: self.limit_declined,
            total: self.limit_total,
            pause: Duration::from_secs(self.limit_pause),
            network: self.limit_network,
            network_window: Duration::from_secs(self.limit_network_window),
            declined_percent: self.limit_declined_percent,
            reads_a_second: self.limit_reads,
            ..Limits::default()
        }
    }
}
