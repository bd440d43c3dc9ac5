//! The frame host: serves loader, frame, styles and marks.
//!
//! Knows no secret, no database and no order; it decides only who may frame the form and whom the
//! form may talk to. Read the modules in this order.

mod answer;
mod assets;
mod compressed;
mod content_type;
mod document;
mod embedded;
mod frame;
mod headers;
mod inventory;
mod negotiation;
mod origin;
mod routes;
mod settings;

pub use assets::{Asset, AssetError, Assets};
pub use frame::{Frame, FrameError, NOT_BUILT};
pub use inventory::{Inventory, Script, integrity_of};
pub use origin::{Origin, OriginError};
pub use routes::router;
pub use settings::FrameSettings;
