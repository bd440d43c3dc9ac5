//! From settings, and what was seen of the gateway and the frame host, to findings. Asks nobody.

use std::fmt;

use florin_domain::mode::Mode;
use florin_merchant::{ReturnScheme, Settings};
use florin_signing::own_gateway::return_url::AmountExpected;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

/// What was seen.
pub(super) struct Seen {
    pub(super) account: Account,
    /// Whether the gateway knows the publishable key; none where it did not say.
    pub(super) publishable_key: Option<bool>,
    pub(super) frame: FrameHost,
}

/// What the gateway said to the secret key.
pub(super) enum Account {
    Profile(Value),
    KeyRefused,
    NoProfile,
    Strange(u16),
    NoAnswer,
}

/// What the frame host said.
pub(super) enum FrameHost {
    /// The policy of its document.
    Policy(String),
    Strange(u16),
    NoAnswer,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Ok,
    /// Worth knowing; nothing breaks.
    Note,
    /// Payments will fail, or be late, or be open to others.
    Wrong,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    subject: &'static str,
    words: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok   ",
            Verdict::Note => "note ",
            Verdict::Wrong => "WRONG",
        };
        write!(f, "{verdict} {}: {}", self.subject, self.words)
    }
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, verdict: Verdict, subject: &'static str, words: impl Into<String>) {
        self.0.push(Finding { verdict, subject, words: words.into() });
    }

    /// Good news, or what is wrong instead.
    fn expect(&mut self, subject: &'static str, holds: bool, good: impl Into<String>, bad: impl Into<String>) {
        match holds {
            true => self.add(Verdict::Ok, subject, good),
            false => self.add(Verdict::Wrong, subject, bad),
        }
    }
}

/// Everything there is to say.
pub(super) fn of(settings: &Settings, hash_keys: &[SecretString], seen: &Seen) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    addresses(&mut findings, settings);
    match &seen.account {
        Account::Profile(profile) => {
            findings.add(Verdict::Ok, "gateway", "it answers, and takes the secret key");
            about_profile(&mut findings, settings, hash_keys, profile);
        }
        Account::KeyRefused => findings.add(Verdict::Wrong, "gateway", "it refuses the secret key"),
        Account::NoProfile => {
            let words = "it takes the secret key, but has no such merchant-id with this profile-id";
            findings.add(Verdict::Wrong, "gateway", words);
        }
        Account::Strange(status) => {
            findings.add(Verdict::Wrong, "gateway", format!("it answers {status} instead of the profile"));
        }
        Account::NoAnswer => findings.add(Verdict::Wrong, "gateway", "it does not answer"),
    }
    match seen.publishable_key {
        Some(known) => findings.expect(
            "publishable key",
            known,
            "the gateway knows it",
            "the gateway does not know it: no card can be handed over",
        ),
        None => findings.add(Verdict::Note, "publishable key", "the gateway did not say whether it knows it"),
    }
    about_frame(&mut findings, settings, &seen.frame);
    findings.0
}

fn addresses(findings: &mut Findings, settings: &Settings) {
    let mut all = vec![
        ("public-url", settings.public_url.to_string()),
        ("frame", settings.frame_origin.clone()),
        ("gateway", settings.account.base_url.to_string()),
        ("gateway-in-browser", settings.account.browser_origin.clone()),
    ];
    all.extend(settings.result_origins.iter().map(|origin| ("shop", origin.clone())));
    all.extend(settings.shop_webhook.iter().map(|webhook| ("shop-webhook-url", webhook.url.to_string())));
    if settings.mode == Mode::Live {
        for (name, address) in &all {
            if !address.starts_with("https://") || is_on_this_machine(address) {
                let words = format!("{name} is {address}: live mode wants https, and no address of this machine");
                findings.add(Verdict::Wrong, "addresses", words);
            }
        }
    }
    let frame_is_ours = settings.public_url.origin().ascii_serialization() == settings.frame_origin;
    if frame_is_ours {
        let words = "frame and public-url are one origin: the form belongs on an origin of its own";
        findings.add(Verdict::Wrong, "addresses", words);
    }
    if settings.result_origins.is_empty() {
        let words = "no shop origin is named: an order with a result_url is refused";
        findings.add(Verdict::Note, "addresses", words);
    }
    if settings.shop_webhook.is_none() {
        findings.add(Verdict::Note, "shop", "no shop-webhook-url: the shop is told nothing and has to read its orders");
    }
    if findings.0.iter().all(|finding| finding.verdict != Verdict::Wrong) {
        findings.add(Verdict::Ok, "addresses", format!("as {} mode wants them", settings.mode));
    }
}

fn is_on_this_machine(address: &str) -> bool {
    let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    host == "localhost" || host.starts_with("127.") || host == "[::1]" || host == "0.0.0.0"
}

fn about_profile(findings: &mut Findings, settings: &Settings, hash_keys: &[SecretString], profile: &Value) {
    let text = |name: &str| profile[name].as_str().unwrap_or_default();
    let account = &settings.account;
    let is_ours = text("merchant_id") == account.merchant_id && text("profile_id") == account.profile_id;
    let names = format!("{} of {}", account.profile_id, account.merchant_id);
    findings.expect("profile", is_ours, names, "it names another merchant or profile than the settings");
    about_hash_key(findings, hash_keys, text("payment_response_hash_key"));
    about_returns(findings, settings, profile);
    about_webhooks(findings, settings, &profile["webhook_details"]);
}

fn about_hash_key(findings: &mut Findings, hash_keys: &[SecretString], theirs: &str) {
    let place = hash_keys.iter().position(|key| key.expose_secret() == theirs);
    match place {
        _ if theirs.is_empty() => {
            let words = "the gateway does not show its key; a first webhook will tell whether ours is right";
            findings.add(Verdict::Note, "hash key", words);
        }
        Some(0) => findings.add(Verdict::Ok, "hash key", "the profile's"),
        Some(_) => {
            let words = "the profile signs with the second of OWNGATEWAY_HASH_KEYS: the rotation is not over";
            findings.add(Verdict::Note, "hash key", words);
        }
        None => {
            let words = "none of OWNGATEWAY_HASH_KEYS is the profile's payment_response_hash_key: \
                         every webhook and every return will be refused";
            findings.add(Verdict::Wrong, "hash key", words);
        }
    }
}

fn about_returns(findings: &mut Findings, settings: &Settings, profile: &Value) {
    let is_signed = profile["enable_payment_response_hash"].as_bool().unwrap_or(true);
    let by_post = profile["redirect_to_merchant_with_http_post"].as_bool().unwrap_or(false);
    match &settings.account.returns {
        ReturnScheme::Signed { amount, .. } => {
            findings.expect(
                "returns",
                is_signed,
                "signed",
                "enable_payment_response_hash is off, so they come unsigned and are no news; \
                 switch it on, or set returns to none",
            );
            let expected = matches!(amount, AmountExpected::Forbidden);
            let words = if by_post { "on: set returns-by-post" } else { "off: leave returns-by-post out" };
            findings.expect(
                "returns",
                expected == by_post,
                if by_post { "without an amount, as expected" } else { "with the amount, as expected" },
                format!("redirect_to_merchant_with_http_post is {words}"),
            );
        }
        ReturnScheme::Sealed { .. } => findings.add(Verdict::Ok, "returns", "sealed; only the sandbox gateway does so"),
        ReturnScheme::None => {
            findings.add(Verdict::Note, "returns", "no news: orders are settled by webhooks and by asking");
        }
    }
}

/// What an order hears nothing of, where the profile sends only some statuses.
const NEEDED: &[&str] = &["succeeded", "failed", "requires_capture", "cancelled"];

fn about_webhooks(findings: &mut Findings, settings: &Settings, details: &Value) {
    let ours = format!("{}/webhooks/gateway", settings.public_url.as_str().trim_end_matches('/'));
    match details["webhook_url"].as_str() {
        None => {
            let words = format!("the profile sends none: set webhook_url to {ours}; until then orders are asked for");
            findings.add(Verdict::Wrong, "webhooks", words);
        }
        Some(theirs) => findings.expect(
            "webhooks",
            theirs == ours,
            format!("sent to {ours}"),
            format!("the profile sends them to {theirs}, not to {ours}"),
        ),
    }
    let sent: Vec<_> = details["payment_statuses_enabled"].as_array().into_iter().flatten().collect();
    let missing: Vec<_> = NEEDED.iter().filter(|status| !sent.iter().any(|sent| sent == *status)).copied().collect();
    if !sent.is_empty() && !missing.is_empty() {
        findings.add(Verdict::Note, "webhooks", format!("not sent for {}: those are asked for", missing.join(", ")));
    }
}

fn about_frame(findings: &mut Findings, settings: &Settings, seen: &FrameHost) {
    let policy = match seen {
        FrameHost::Policy(policy) => policy,
        FrameHost::Strange(status) => {
            let words = format!("it answers {status} instead of the form");
            return findings.add(Verdict::Wrong, "frame host", words);
        }
        FrameHost::NoAnswer => return findings.add(Verdict::Wrong, "frame host", "it does not answer"),
    };
    let ours = settings.public_url.origin().ascii_serialization();
    let wanted = [
        ("connect-src", &ours, "this server"),
        ("connect-src", &settings.account.browser_origin, "the gateway"),
        // The built-in payment page shows the form as well.
        ("frame-ancestors", &ours, "the built-in payment page"),
    ];
    let shops = settings.result_origins.iter().map(|shop| ("frame-ancestors", shop, "a shop"));
    for (directive, origin, what) in wanted.into_iter().chain(shops) {
        findings.expect(
            "allowed origins",
            allows(policy, directive, origin),
            format!("the form works with {what}, {origin}"),
            format!("the frame host's {directive} leaves out {what}, {origin}"),
        );
    }
}

fn allows(policy: &str, directive: &str, origin: &str) -> bool {
    let mut rules = policy.split(';').map(str::trim);
    let rule = rules.find_map(|rule| rule.strip_prefix(directive)?.strip_prefix(' '));
    rule.is_some_and(|sources| sources.split(' ').any(|source| source == origin))
}

#[cfg(test)]
mod tests;
