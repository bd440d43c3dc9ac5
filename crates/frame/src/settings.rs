//! Who may frame the form, and whom it may talk to.

use florin_domain::mode::Mode;

use crate::origin::Origin;

/// Everything the frame host is told.
#[derive(Debug, Clone)]
pub struct FrameSettings {
    /// The merchant server the form asks for the order and sends the token to.
    pub merchant: Origin,
    /// The gateways a card may be handed to.
    pub gateways: Vec<Origin>,
    /// The shops whose pages may frame the form. None: nobody may.
    pub shops: Vec<Origin>,
    /// Whether money is real. Live takes https origins only.
    pub mode: Mode,
    /// Whether browsers reach this host through TLS; only then it asks them to insist on it.
    pub https: bool,
}

impl FrameSettings {
    /// The first origin that would carry a card or an order in the clear.
    pub(crate) fn first_plain_origin(&self) -> Option<&Origin> {
        std::iter::once(&self.merchant).chain(&self.gateways).chain(&self.shops).find(|origin| !origin.is_https())
    }

    /// What the form reads from its document, as JSON that is safe inside a script element.
    pub(crate) fn as_script_safe_json(&self) -> String {
        let gateways: Vec<&str> = self.gateways.iter().map(Origin::as_str).collect();
        let shops: Vec<&str> = self.shops.iter().map(Origin::as_str).collect();
        let config = serde_json::json!({
            "merchant": self.merchant.as_str(),
            "gateways": gateways,
            "shops": shops,
        });
        escape_for_script(&config.to_string())
    }
}

/// `</script>` and `<!--` end or change a script element wherever they stand; JSON strings may
/// write these letters as escapes, and only strings hold them.
fn escape_for_script(json: &str) -> String {
    json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_the_document_cannot_end_its_element() {
        let json = serde_json::json!({ "x": "</script><!--&" }).to_string();
        let safe = escape_for_script(&json);
        assert!(!safe.contains(['<', '>', '&']));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap()["x"], "</script><!--&");
    }
}
