//! The form at rest, as HTML: the component that the browser runs, rendered here.

use anyhow::{Context, Result};
use florin_form::checkout::{Checkout, CheckoutProps};
use florin_form::text::Text;
use yew::ServerRenderer;

use crate::language::Language;

/// The form before anybody typed, in one language.
pub(crate) fn render(language: &Language) -> Result<String> {
    let (tag, words) = (language.tag.clone(), language.words.clone());
    let props = move || CheckoutProps {
        merchant: "".into(),
        gateways: [].into(),
        port: None,
        locale: tag.into(),
        text: Text::new(words.into_iter()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().context("no runtime to render in")?;
    Ok(runtime.block_on(ServerRenderer::<Checkout>::with_props(props).hydratable(false).render()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Language {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/locales");
        Language::all(&folder).unwrap().into_iter().find(|it| it.tag == "en").unwrap()
    }

    #[test]
    fn the_static_form_has_its_fields_and_its_button() {
        let html = render(&english()).unwrap();
        for part in ["<form novalidate", "id=\"number\"", "cc-exp", "id=\"code\"", "Name on card", "type=\"submit\""] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn nothing_typed_could_be_sent_by_the_browser_alone() {
        let html = render(&english()).unwrap();
        for leak in [" name=", " action=", " method=", " value="] {
            assert!(!html.contains(leak), "{leak} in {html}");
        }
    }
}
