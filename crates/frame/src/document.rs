//! The documents of frame and challenge: the built ones, with this host's configuration and file addresses filled in.

use crate::assets::{Asset, AssetError, Assets};
use crate::settings::FrameSettings;

/// Where the built document wants its configuration.
const CONFIG: &str = "__FLORIN_CONFIG__";

/// Where it wants the folder of its files.
const ASSETS: &str = "__ASSETS__";

/// The built document of the form.
pub(crate) const NAME: &str = "frame.html";

/// The built document around a bank's page.
pub(crate) const CHALLENGE: &str = "challenge.html";

/// The built document can't be filled in.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is absent or no text.
    #[error("the built form lacks a readable {0}")]
    Missing(&'static str),
    /// It has no place for the configuration.
    #[error("the built {0} lacks {CONFIG}")]
    NoPlaceForConfiguration(&'static str),
    /// It could not be made ready to travel.
    #[error(transparent)]
    Asset(#[from] AssetError),
}

/// Fills a document in, once: it is the same for every shopper.
pub(crate) fn fill_in(settings: &FrameSettings, assets: &Assets, name: &'static str) -> Result<Asset, DocumentError> {
    let built = assets.find(name).ok_or(DocumentError::Missing(name))?;
    let template = std::str::from_utf8(&built.plain).map_err(|_| DocumentError::Missing(name))?;
    if !template.contains(CONFIG) {
        return Err(DocumentError::NoPlaceForConfiguration(name));
    }
    // The configuration comes last: nothing inside it is ever taken for a placeholder.
    let document = template
        .replace(ASSETS, &format!("/v1/assets/{}", assets.version()))
        .replace(CONFIG, &settings.as_script_safe_json());
    Ok(Asset::new(name, document.as_bytes())?)
}
