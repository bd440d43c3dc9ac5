//! The loader, bundled from `www/loader`: for a script tag, as a module, and what few pages need in a file
//! of its own, whose hash stands in the other two.

use std::fs;
use std::path::Path;

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::www::minify;
use crate::workshop::Workshop;

/// Loaded when first used, and only when its bytes are those that the loader knows.
const MORE: &str = "florin-more.js";

/// The same for pages that load it by a tag and for pages that import it.
const LOADERS: [(&str, &str); 2] = [("florin.js", "iife"), ("florin.mjs", "esm")];

/// What stands for the hash in the sources.
const HASH: &str = "MORE_INTEGRITY";

/// The state of a checkout is a record that never leaves the loader: its fields need no names.
const FIELDS: &str = "--mangle-props=^_[a-z]";

/// Whether this module makes the file.
pub(super) fn makes(file: &Path) -> bool {
    file == Path::new(MORE) || LOADERS.iter().any(|(name, _)| file == Path::new(name))
}

/// Bundles the entries in `from`.
pub(super) fn bundle(workshop: &Workshop, from: &Path, to: &Path) -> Result<()> {
    minify(workshop, &from.join(MORE), &to.join(MORE), &["--bundle", "--format=esm", FIELDS])?;
    let hash = format!("--define:{HASH}=\"sha256-{}\"", STANDARD.encode(Sha256::digest(fs::read(to.join(MORE))?)));
    for (name, format) in LOADERS {
        let format = format!("--format={format}");
        let mut flags = vec!["--bundle", &format, FIELDS, &hash];
        if format.ends_with("iife") {
            // A module knows its own address; a script asks its tag.
            flags.push("--define:import.meta.url=undefined");
        }
        minify(workshop, &from.join(name), &to.join(name), &flags)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_and_what_it_pins_are_bundled_and_nothing_else() {
        for (file, expected) in [
            ("florin.js", true),
            ("florin.mjs", true),
            ("florin-more.js", true),
            ("boot.js", false),
            ("florin.d.ts", false),
        ] {
            assert_eq!(makes(Path::new(file)), expected, "{file}");
        }
    }
}
