//! What is asked of the process rather than of the gateway: nothing here is counted, or goes wrong.

use axum::routing::get;

use super::operation::{Key, NONE, Operation, op};
use super::{health, ready};
use crate::openapi;

const TEXT: &str = "text/plain";

pub(super) static OPERATIONS: &[Operation] = &[
    op("GET", "/health", "Whether the process runs", Key::None, || get(health), NONE, &[]).of_media(TEXT),
    op("GET", "/ready", "Whether its database answers", Key::None, || get(ready), NONE, &[]).of_media(TEXT),
    op("GET", "/openapi.json", "This document", Key::None, || get(openapi::document), NONE, &[]),
    op("GET", "/docs", "This document for people", Key::None, || get(openapi::page), NONE, &[]).of_media("text/html"),
    op("GET", "/docs/docs.css", "That page's style", Key::None, || get(openapi::stylesheet), NONE, &[])
        .of_media("text/css"),
];
