//! The frame host's state: settings and files, joined once at the start.

use std::sync::Arc;

use axum::http::header::InvalidHeaderValue;
use florin_domain::mode::Mode;

use crate::assets::{Asset, Assets};
use crate::document::{self, DocumentError};
use crate::headers::{self, Headers};
use crate::inventory::{self, Inventory};
use crate::origin::Origin;
use crate::settings::FrameSettings;

/// What a host without the form says, in its answers and at its start.
pub const NOT_BUILT: &str = "The form is not part of this program: build it in with `cargo xtask build`.";

/// The loader, for a script tag.
pub(crate) const LOADER: &str = "florin.js";

/// What a page names itself, beside the loader: the same as a module, and a button of its own.
pub(crate) const MODULE: &str = "florin.mjs";
pub(crate) const PAY_BUTTON: &str = "florin-pay-button.js";

/// A frame host, ready to serve. Cheap to clone.
#[derive(Clone)]
pub struct Frame(Arc<Inner>);

struct Inner {
    assets: Assets,
    /// Absent when there is no form.
    document: Option<Asset>,
    document_headers: Headers,
    /// Absent when the form was built without.
    challenge: Option<Asset>,
    challenge_headers: Headers,
    listed: Inventory,
    inventory: Option<Asset>,
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
        let document =
            if assets.is_empty() { None } else { Some(document::fill_in(settings, &assets, document::NAME)?) };
        let challenge = match assets.find(document::CHALLENGE) {
            Some(_) => Some(document::fill_in(settings, &assets, document::CHALLENGE)?),
            None => None,
        };
        let documents = [("/v1/frame", &document), ("/v1/challenge", &challenge)];
        let listed = inventory::of(&assets, &documents);
        let inventory =
            if assets.is_empty() { None } else { Some(inventory::file(&listed).map_err(DocumentError::from)?) };
        Ok(Self(Arc::new(Inner {
            document,
            challenge,
            inventory,
            listed,
            challenge_headers: headers::of_the_challenge(settings)?,
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

    pub(crate) fn challenge(&self) -> Option<&Asset> {
        self.0.challenge.as_ref()
    }

    /// What this host serves to a checkout, file by file; empty when there is no form.
    pub fn listed(&self) -> &Inventory {
        &self.0.listed
    }

    /// The same as a file.
    pub(crate) fn inventory(&self) -> Option<&Asset> {
        self.0.inventory.as_ref()
    }

    /// A script that pages name by an address without a version.
    pub(crate) fn script(&self, name: &str) -> Option<&Asset> {
        self.0.assets.find(name)
    }

    /// What the loader's `integrity` attribute says; absent when there is no form.
    pub fn loader_integrity(&self) -> Option<String> {
        self.script(LOADER).map(|loader| format!("sha384-{}", loader.sha384()))
    }

    /// A file by its versioned address. The templates of documents are not among them.
    pub(crate) fn file(&self, version: &str, name: &str) -> Option<&Asset> {
        if version != self.0.assets.version() || [document::NAME, document::CHALLENGE].contains(&name) {
            return None;
        }
        self.0.assets.find(name)
    }

    pub(crate) fn document_headers(&self) -> Headers {
        self.0.document_headers.clone()
    }

    pub(crate) fn challenge_headers(&self) -> Headers {
        self.0.challenge_headers.clone()
    }

    pub(crate) fn headers(&self) -> Headers {
        self.0.headers.clone()
    }
}
