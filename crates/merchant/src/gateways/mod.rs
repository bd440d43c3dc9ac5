//! One adapter a provider: each turns our requests into its wire format and its answers into facts.

mod breaker;
mod bucket;
mod line;
mod own_gateway;
mod own_gateway_wire;
mod shared_reads;

pub(crate) use bucket::Urgency;
pub(crate) use line::Line;
pub(crate) use own_gateway::OwnGateway;
pub(crate) use own_gateway_wire::Listed;
