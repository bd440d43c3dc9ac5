//! The frame host's state: settings and files, joined once at the start.

use std::sync::Arc;

use axum::http::header::InvalidHeaderValue;
use florin_domain::mode::Mode;

use crate::assets::{Asset, Assets};
use crate::document::{self, DocumentError};
use crate::headers::{self, Headers};
use crate::origin::Origin;
use crate::settings::FrameSettings;

/// What a host without the form says, in its answers and at its start.
pub const NOT_BUILT: &str = "The form is not part of this program: build it in with `cargo xtask build`.";

/// The loader's file name.
pub(crate) const LOADER: &str = "florin.js";

/// A frame host, ready to serve. Cheap to clone.
#[derive(Clone)]
pub struct Frame(Arc<Inner>);

struct Inner {
    assets: Assets,
    /// Absent when there is no form.
    document: Option<Asset>,
    document_headers: Headers,
    headers: Headers,
}

/// The frame host can't start like this.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Real cards would travel in the clear.
    #[error("live mode takes https origins only, not {0}")]
    PlainOriginInLiveMode(Origin),
    /// The built document is not usable.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// An origin does not fit into a header.
    #[error("an origin does not fit into a header")]
    Header(#[from] InvalidHeaderValue),
}

impl Frame {
    /// Joins settings and files. Without files every answer says how to get them.
    pub fn new(settings: &FrameSettings, assets: Assets) -> Result<Self, FrameError> {
        if let (Mode::Live, Some(origin)) = (settings.mode, settings.first_plain_origin()) {
            return Err(FrameError::PlainOriginInLiveMode(origin.clone()));
        }
        let document = if assets.is_empty() { None } else { Some(document::fill_in(settings, &assets)?) };
        Ok(Self(Arc::new(Inner {
            document,
            document_headers: headers::of_the_document(settings)?,
            headers: headers::of_every_answer(settings.https),
            assets,
        })))
    }

    pub(crate) fn is_built(&self) -> bool {
        !self.0.assets.is_empty()
    }

    pub(crate) fn document(&self) -> Option<&Asset> {
        self.0.document.as_ref()
    }

    pub(crate) fn loader(&self) -> Option<&Asset> {
        self.0.assets.find(LOADER)
    }

    /// A file by its versioned address. The template of the document is not one of them.
    pub(crate) fn file(&self, version: &str, name: &str) -> Option<&Asset> {
        if version != self.0.assets.version() || name == document::NAME {
            return None;
        }
        self.0.assets.find(name)
    }

    pub(crate) fn document_headers(&self) -> Headers {
        self.0.document_headers.clone()
    }

    pub(crate) fn headers(&self) -> Headers {
        self.0.headers.clone()
    }
}
