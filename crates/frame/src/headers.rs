//! What browsers are told to allow, as response headers.
//!
//! Headers, not meta elements: in those browsers ignore `frame-ancestors` and reporting.

use axum::http::HeaderValue;
use axum::http::header::{self, HeaderName};

use florin_domain::mode::Mode;

use crate::compressed;
use crate::document;
use crate::origin::Origin;
use crate::settings::FrameSettings;

const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const COEP: HeaderName = HeaderName::from_static("cross-origin-embedder-policy");
const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// Two years, as the preload lists ask for.
const HSTS: &str = "max-age=63072000; includeSubDomains; preload";

/// The form uses none of the device; wallets and passkeys may come through the frame.
const PERMISSIONS_OF_THE_FORM: &str = "payment=(self), publickey-credentials-get=(self), camera=(), geolocation=(), \
                                       microphone=(), usb=(), clipboard-read=()";

/// For what is no document: nothing may run in it and nobody may frame it.
const POLICY_OF_FILES: &str = "default-src 'none'; frame-ancestors 'none'";

/// Headers of one kind of answer.
pub(crate) type Headers = Vec<(HeaderName, HeaderValue)>;

/// On every answer of this host.
pub(crate) fn of_every_answer(https: bool) -> Headers {
    let mut headers = vec![
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        // Shop pages that are cross-origin isolated may load only what says so.
        (CORP, HeaderValue::from_static("cross-origin")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY_OF_FILES)),
        (PERMISSIONS, HeaderValue::from_static(PERMISSIONS_OF_THE_FORM)),
    ];
    if https {
        headers.push((header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS)));
    }
    headers
}

/// On the frame's document.
pub(crate) fn of_the_document(settings: &FrameSettings, document: &str) -> Result<Headers, header::InvalidHeaderValue> {
    Ok(vec![
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&content_security_policy(settings, document))?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (COEP, HeaderValue::from_static("require-corp")),
        (COOP, HeaderValue::from_static("same-origin")),
    ])
}

/// On the document around a bank's page. Banks' pages know nothing of embedder policies, so it asks for
/// none; that is why pages that are cross-origin isolated can't show it.
pub(crate) fn of_the_challenge(settings: &FrameSettings) -> Result<Headers, header::InvalidHeaderValue> {
    Ok(vec![
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy_of_the_challenge(settings))?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        // A bank may ask for a passkey, or for its own payment confirmation.
        (PERMISSIONS, HeaderValue::from_static("payment=*, publickey-credentials-get=*")),
    ])
}

fn policy_of_the_challenge(settings: &FrameSettings) -> String {
    // Any bank, but in the clear only the pretended one of the test mode.
    let banks = match settings.mode {
        Mode::Live => "https:".to_owned(),
        Mode::Test => format!("https: {} {}", settings.merchant, list(&settings.gateways)).trim_end().to_owned(),
    };
    [
        "default-src 'none'".to_owned(),
        "script-src 'self'".to_owned(),
        "style-src 'self'".to_owned(),
        format!("frame-src {banks}"),
        "base-uri 'none'".to_owned(),
        "form-action 'none'".to_owned(),
        format!("frame-ancestors {}", framed_by(settings)),
        "require-trusted-types-for 'script'".to_owned(),
    ]
    .join("; ")
}

fn framed_by(settings: &FrameSettings) -> String {
    if settings.shops.is_empty() { "'none'".to_owned() } else { list(&settings.shops) }
}

/// Allows what stands in the document itself by its hash.
fn content_security_policy(settings: &FrameSettings, document: &str) -> String {
    let hashes = |tag| {
        let inline = document::inline(document, tag).into_iter();
        inline.map(|text| format!(" 'sha384-{}'", compressed::sha384(text.as_bytes()))).collect::<String>()
    };
    [
        "default-src 'none'".to_owned(),
        format!("script-src 'self' 'wasm-unsafe-eval'{}", hashes("script")),
        format!("style-src 'self'{}", hashes("style")),
        "img-src 'self' data:".to_owned(),
        "font-src 'self'".to_owned(),
        format!("connect-src 'self' {} {}", settings.merchant, list(&settings.gateways)).trim_end().to_owned(),
        "base-uri 'none'".to_owned(),
        "form-action 'none'".to_owned(),
        format!("frame-ancestors {}", framed_by(settings)),
        "require-trusted-types-for 'script'".to_owned(),
    ]
    .join("; ")
}

fn list(origins: &[Origin]) -> String {
    origins.iter().map(Origin::as_str).collect::<Vec<_>>().join(" ")
}
