//! The binary: demo, merchant server, gateway and frame host in one.
fn main() {}
