//! The files of the built form, in memory, each ready to travel in three encodings.

use std::borrow::Cow;
use std::io;

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha384};

use crate::{compressed, content_type, embedded};

/// 96 bits of the hash: enough that two builds never meet.
const VERSION_BYTES: usize = 12;

/// One file.
#[derive(Clone)]
pub struct Asset {
    pub(crate) name: Cow<'static, str>,
    pub(crate) content_type: &'static str,
    pub(crate) sha384: Cow<'static, str>,
    pub(crate) plain: Bytes,
    pub(crate) brotli: Option<Bytes>,
    pub(crate) gzip: Option<Bytes>,
}

/// The file can't be served.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// Its name says nothing about its kind, or begins with a dot.
    #[error("{0:?} is not a kind of file the frame host serves")]
    UnknownKind(String),
    /// It could not be compressed.
    #[error("could not compress {0:?}")]
    Compression(String, #[source] io::Error),
}

impl Asset {
    /// A file made at run time. Compresses at the best quality, which takes its time.
    pub fn new(name: &str, bytes: &[u8]) -> Result<Self, AssetError> {
        let content_type = content_type::of(name).ok_or_else(|| AssetError::UnknownKind(name.to_owned()))?;
        let failed = |error| AssetError::Compression(name.to_owned(), error);
        Ok(Self {
            name: Cow::Owned(name.to_owned()),
            content_type,
            sha384: Cow::Owned(compressed::sha384(bytes)),
            brotli: compressed::brotli(bytes).map_err(failed)?.map(Bytes::from),
            gzip: compressed::gzip(bytes).map_err(failed)?.map(Bytes::from),
            plain: Bytes::copy_from_slice(bytes),
        })
    }

    /// SHA-384 in base64, as an `integrity` attribute writes it after `sha384-`.
    pub fn sha384(&self) -> &str {
        &self.sha384
    }
}

/// All files, and the version they have together.
#[derive(Clone, Default)]
pub struct Assets {
    files: Vec<Asset>,
    version: String,
}

impl Assets {
    /// The form this binary was built with; empty when it was built without.
    pub fn embedded() -> Self {
        Self::new(embedded::files())
    }

    /// These files.
    pub fn new(files: Vec<Asset>) -> Self {
        let version = version_of(&files);
        Self { files, version }
    }

    /// Whether there is no form to serve.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The file of this name.
    pub fn find(&self, name: &str) -> Option<&Asset> {
        self.files.iter().find(|file| file.name == name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Asset> {
        self.files.iter()
    }

    /// Stands in the address of every file, so that one build never meets another's files.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }
}

fn version_of(files: &[Asset]) -> String {
    let mut hash = Sha384::new();
    for file in files {
        hash.update(file.name.as_bytes());
        hash.update([0]);
        hash.update(file.sha384.as_bytes());
        hash.update([0]);
    }
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..VERSION_BYTES])
}
