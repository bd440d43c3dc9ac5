//! The frame host's state: settings and files, joined once at the start.

use std::sync::Arc;

use axum::http::header::InvalidHeaderValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use florin_domain::mode::Mode;
use sha2::{Digest, Sha256};

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

/// The same as a module.
pub(crate) const MODULE: &str = "florin.mjs";

/// What few pages need: the loader asks for it by its [`pinned`] name.
pub(crate) const MORE: &str = "florin-more.js";

/// The name by which the loader asks for a file: it has the hash that the loader pins, so that no cache and no newer
/// host has other bytes under it.
pub(crate) fn pinned(file: &Asset) -> String {
    let hash = STANDARD.encode(Sha256::digest(&file.plain));
    let letters: String = hash.chars().filter(char::is_ascii_alphanumeric).collect();
    file.name.replace(".js", &[".sha256", &letters, ".js"].concat())
}

/// A frame host, ready to serve. Cheap to clone.
#[derive(Clone)]
pub struct Frame(Arc<Inner>);

struct Inner {
    assets: Assets,
    /// One a language, the first for whoever speaks none of the others; none when there is no form.
    documents: Vec<Document>,
    /// Absent when the form was built without.
    challenge: Option<Asset>,
    challenge_headers: Headers,
    listed: Inventory,
    inventory: Option<Asset>,
    headers: Headers,
}

/// The form's document in one language.
pub(crate) struct Document {
    language: String,
    pub(crate) asset: Asset,
    /// Its policy has the hashes of what stands in it.
    pub(crate) headers: Headers,
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
        let documents = if assets.is_empty() { Vec::new() } else { documents(settings, &assets)? };
        let challenge = match assets.find(document::CHALLENGE) {
            Some(_) => Some(document::fill_in(settings, &assets, document::CHALLENGE)?),
            None => None,
        };
        let mut served: Vec<(String, &Asset)> = documents.iter().map(|it| (it.path(), &it.asset)).collect();
        served.extend(challenge.iter().map(|it| ("/v1/challenge".to_owned(), it)));
        let listed = inventory::of(&assets, &served);
        let inventory =
            if assets.is_empty() { None } else { Some(inventory::file(&listed).map_err(DocumentError::from)?) };
        Ok(Self(Arc::new(Inner {
            documents,
            challenge,
            inventory,
            listed,
            challenge_headers: headers::of_the_challenge(settings)?,
            headers: headers::of_every_answer(settings.https),
            assets,
        })))
    }

    pub(crate) fn is_built(&self) -> bool {
        !self.0.assets.is_empty()
    }

    /// The form's document in the language closest to `locale`.
    pub(crate) fn document(&self, locale: &str) -> Option<&Document> {
        let languages: Vec<&str> = self.0.documents.iter().map(|it| it.language.as_str()).collect();
        let language = document::closest(locale, &languages).unwrap_or_default();
        self.0.documents.iter().find(|it| it.language == language)
    }

    /// The form's words in the language closest to `locale`, of this version of the form.
    pub(crate) fn words(&self, version: &str, locale: &str) -> Option<&Asset> {
        document::words(&self.0.assets, locale).filter(|_| version == self.0.assets.version())
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
        if version != self.0.assets.version() || document::is_template(name) {
            return None;
        }
        self.0.assets.find(name)
    }

    pub(crate) fn challenge_headers(&self) -> Headers {
        self.0.challenge_headers.clone()
    }

    pub(crate) fn headers(&self) -> Headers {
        self.0.headers.clone()
    }
}

impl Document {
    /// Fills in the template `name`.
    fn new(settings: &FrameSettings, assets: &Assets, language: String, name: &str) -> Result<Self, FrameError> {
        let asset = document::fill_in(settings, assets, name)?;
        let text = std::str::from_utf8(&asset.plain).map_err(|_| DocumentError::Missing(name.to_owned()))?;
        Ok(Self { headers: headers::of_the_document(settings, text)?, language, asset })
    }

    /// Its address; the first, that of no language in particular, is the one without.
    fn path(&self) -> String {
        if self.language.is_empty() { "/v1/frame".to_owned() } else { ["/v1/frame/", &self.language].concat() }
    }
}

fn documents(settings: &FrameSettings, assets: &Assets) -> Result<Vec<Document>, FrameError> {
    let mut documents = vec![Document::new(settings, assets, String::new(), document::NAME)?];
    for language in document::languages(assets) {
        let name = document::template_in(&language);
        documents.push(Document::new(settings, assets, language, &name)?);
    }
    Ok(documents)
}
