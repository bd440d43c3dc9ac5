//! One adapter a provider: each turns our requests into its wire format and its answers into facts.

mod own_gateway;
mod own_gateway_wire;

pub(crate) use own_gateway::OwnGateway;
