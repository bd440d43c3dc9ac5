//! The inventory of scripts: what runs in a checkout, where it is, what its hash is and why it is there.
//!
//! PCI DSS 6.4.3 asks for one; `florin check frame` and a shop's own monitor compare against it.

use serde::{Deserialize, Serialize};

use crate::assets::{Asset, AssetError, Assets};
use crate::compressed;
use crate::frame::{MORE, pinned};

/// Where pages find it.
const NAME: &str = "inventory.json";

/// What runs in a checkout, and the documents it runs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// Differs when any file differs.
    pub version: String,
    /// Scripts, styles, WebAssembly and documents.
    pub files: Vec<Script>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// Where it is, on the frame host.
    pub path: String,
    /// As an `integrity` attribute writes it.
    pub integrity: String,
    /// Before compression.
    pub bytes: usize,
    /// The page it runs in: the shop's, or a frame of the frame host.
    pub runs_in: String,
    /// Why it is needed.
    pub purpose: String,
}

/// What each file is for; one that is not listed is still counted.
const PURPOSES: [(&str, &str, &str); 8] = [
    ("florin.js", "shop", "loader: puts the payment form into the page; sees no card"),
    ("florin.mjs", "shop", "the loader as a module"),
    (
        MORE,
        "shop",
        "bank's dialog, forms around the element, pay button, fonts; loaded when used, pinned by the loader",
    ),
    ("form.js", "frame", "glue between browser and WebAssembly"),
    ("form_bg.wasm", "frame", "the payment form"),
    ("countries.js", "frame", "the list of countries; loaded where the page asks for that field"),
    ("challenge.js", "challenge", "shows the bank's page for 3-D Secure"),
    ("challenge.css", "challenge", "style around the bank's page"),
];

/// SHA-384 of bytes, as an `integrity` attribute writes it.
pub fn integrity_of(bytes: &[u8]) -> String {
    format!("sha384-{}", compressed::sha384(bytes))
}

/// What runs in a checkout of these files.
pub(crate) fn of(assets: &Assets, documents: &[(String, &Asset)]) -> Inventory {
    let mut files: Vec<Script> = assets.iter().filter_map(|file| entry(assets, file)).collect();
    for (path, document) in documents {
        let purpose = "document, with this host's configuration inside";
        // `/v1/frame/de` is a frame, whatever its language.
        let runs_in = path.split('/').nth(2).unwrap_or_default();
        files.push(script(document, path.clone(), runs_in, purpose));
    }
    Inventory { version: assets.version().to_owned(), files }
}

/// The inventory as a file to serve.
pub(crate) fn file(inventory: &Inventory) -> Result<Asset, AssetError> {
    // Strings and numbers always become JSON.
    Asset::new(NAME, &serde_json::to_vec_pretty(inventory).unwrap_or_default())
}

/// Templates are left out: what is served of them is filled in, and listed as that.
fn entry(assets: &Assets, file: &Asset) -> Option<Script> {
    let name: &str = &file.name;
    if name.ends_with(".html") {
        return None;
    }
    let (runs_in, purpose) = PURPOSES
        .iter()
        .find(|(listed, ..)| *listed == name)
        .map_or(("frame", "part of the payment form"), |(_, runs_in, purpose)| (*runs_in, *purpose));
    let path = match (name, runs_in) {
        (MORE, _) => format!("/v1/{}", pinned(file)),
        (_, "shop") => format!("/v1/{name}"),
        _ => format!("/v1/assets/{}/{name}", assets.version()),
    };
    Some(script(file, path, runs_in, purpose))
}

fn script(file: &Asset, path: String, runs_in: &str, purpose: &str) -> Script {
    Script {
        path,
        integrity: format!("sha384-{}", file.sha384()),
        bytes: file.plain.len(),
        runs_in: runs_in.to_owned(),
        purpose: purpose.to_owned(),
    }
}
