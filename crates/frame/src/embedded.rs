//! The table that the build script wrote: the files of the built form.

use std::borrow::Cow;

use axum::body::Bytes;

use crate::assets::Asset;
use crate::content_type;

/// One row.
struct File {
    name: &'static str,
    sha384: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The files, without a copy of their bytes.
pub(crate) fn files() -> Vec<Asset> {
    FILES.iter().filter_map(asset).collect()
}

/// The build script asks the same table of kinds, so no file is lost here.
fn asset(file: &File) -> Option<Asset> {
    Some(Asset {
        name: Cow::Borrowed(file.name),
        content_type: content_type::of(file.name)?,
        sha384: Cow::Borrowed(file.sha384),
        plain: Bytes::from_static(file.plain),
        brotli: file.brotli.map(Bytes::from_static),
        gzip: file.gzip.map(Bytes::from_static),
    })
}
