//! Bytes as they travel: hashed, and compressed as well as the formats allow.
//!
//! Also compiled into the build script, which does this once for the files of the built form.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};

/// The window that every browser takes (2^22 bytes).
const BROTLI_WINDOW: u32 = 22;

/// The slowest and smallest: the work is done once, the bytes travel to every shopper.
const BROTLI_QUALITY: u32 = 11;

/// The standard buffer of the encoder.
const BROTLI_BUFFER: usize = 4096;

/// Brotli at its best, or nothing when that would not be smaller.
pub(crate) fn brotli(bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut writer = ::brotli::CompressorWriter::new(Vec::new(), BROTLI_BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(bytes)?;
    Ok(smaller(writer.into_inner(), bytes))
}

/// Gzip at its best, or nothing when that would not be smaller.
pub(crate) fn gzip(bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    Ok(smaller(writer.finish()?, bytes))
}

/// SHA-384 in base64, as an `integrity` attribute writes it after `sha384-`.
pub(crate) fn sha384(bytes: &[u8]) -> String {
    STANDARD.encode(Sha384::digest(bytes))
}

fn smaller(compressed: Vec<u8>, bytes: &[u8]) -> Option<Vec<u8>> {
    (compressed.len() < bytes.len()).then_some(compressed)
}
