//! How much a browser lets one site know in another, as a shopper may have set it, in each
//! engine's own words.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::Engine;

/// A shopper's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// As the browser comes.
    Usual,
    /// Cookies and storage of other sites blocked; in Firefox with strict tracking protection besides.
    Strict,
}

/// What a new session is asked for.
pub(crate) fn capabilities(engine: Engine, browser: &Path, privacy: Privacy) -> Map<String, Value> {
    let asked = match engine {
        Engine::Chromium => json!({ "goog:chromeOptions": chromium(browser, privacy) }),
        Engine::Firefox => json!({ "moz:firefoxOptions": firefox(browser, privacy) }),
        Engine::Webkit => {
            json!({ "browserName": "MiniBrowser", "webkitgtk:browserOptions": webkit(browser, privacy) })
        }
    };
    match asked {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Nothing but this machine can be reached.
fn chromium(browser: &Path, privacy: Privacy) -> Value {
    let strict = privacy == Privacy::Strict;
    json!({
        "binary": browser,
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--site-per-process",
            "--window-size=1280,1000", "--lang=en-US",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        ],
        "prefs": {
            "intl.accept_languages": "en-US,en",
            "profile.block_third_party_cookies": strict,
            "profile.cookie_controls_mode": if strict { 1 } else { 0 },
            // Storage of another site would be allowed as long as it is kept apart: here none is.
            "profile.default_content_setting_values.cookies": if strict { 2 } else { 1 },
        },
    })
}

fn firefox(browser: &Path, privacy: Privacy) -> Value {
    let mut preferences = json!({
        "intl.accept_languages": "en-US,en",
        // No proxy between the browser and this machine, whatever the machine's settings say.
        "network.proxy.type": 0,
        "app.update.disabledForTesting": true,
        "browser.shell.checkDefaultBrowser": false,
        "datareporting.policy.dataSubmissionEnabled": false,
        "layout.spellcheckDefault": 0,
    });
    if privacy == Privacy::Strict {
        let strict = json!({
            // All that the strict setting turns on; by its name it would also turn the last line back.
            "browser.contentblocking.category": "custom",
            "privacy.trackingprotection.enabled": true,
            "privacy.trackingprotection.socialtracking.enabled": true,
            "privacy.trackingprotection.emailtracking.enabled": true,
            "privacy.fingerprintingProtection": true,
            "privacy.query_stripping.enabled": true,
            "privacy.annotate_channels.strict_list.enabled": true,
            "network.http.referer.disallowCrossSiteRelaxingDefault.top_navigation": true,
            // Cookies and storage of every other site refused, not only of known trackers and not only kept apart.
            "network.cookie.cookieBehavior": 1,
        });
        if let (Value::Object(all), Value::Object(more)) = (&mut preferences, strict) {
            all.extend(more);
        }
    }
    json!({ "binary": browser, "args": ["-headless", "--width=1280", "--height=1000"], "prefs": preferences })
}

fn webkit(browser: &Path, privacy: Privacy) -> Value {
    let mut words = vec!["--automation"];
    if privacy == Privacy::Strict {
        words.extend(["--cookies-policy=never", "--enable-itp", "--enable-html5-local-storage=false"]);
    }
    json!({ "binary": browser, "args": words })
}
