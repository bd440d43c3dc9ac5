//! `florin check`: reads what the gateway and the frame host say, with the keys a merchant server would use.
//!
//! Changes nothing anywhere, and prints no key.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use florin_merchant::Settings;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::findings::{self, Account, FrameHost, Seen, Verdict};
use crate::configuration::{Configured, SecretName};

/// The exit code for "could not look": the settings can't be used at all.
const REFUSED: u8 = 2;

const ANSWER: Duration = Duration::from_secs(20);

/// Prints a line a finding; fails when something is wrong.
pub(super) fn run(configured: &Configured) -> ExitCode {
    match check(configured) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(REFUSED)
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn check(configured: &Configured) -> Result<bool> {
    let flags = configured.merchant()?;
    // Refuses keys of the other mode, shared and short ones.
    let settings = flags.settings(&configured.secrets)?;
    let hash_keys = configured.secrets.one_or_two(SecretName::HashKeys)?;
    let seen = look(&settings).await?;
    let mut out = std::io::stdout();
    writeln!(out, "ok    keys: one environment, one secret a role")?;
    let mut all_well = true;
    for finding in findings::of(&settings, &hash_keys, &seen) {
        all_well &= finding.verdict != Verdict::Wrong;
        writeln!(out, "{finding}")?;
    }
    Ok(all_well)
}

async fn look(settings: &Settings) -> Result<Seen> {
    // No proxy and no redirects: a secret key goes where the settings say, and nowhere else.
    let http = Client::builder().timeout(ANSWER).redirect(Policy::none()).no_proxy().build()?;
    let gateway = as_folder(&settings.account.base_url);
    let (merchant, profile) = (&settings.account.merchant_id, &settings.account.profile_id);
    let address = gateway.join(&format!("account/{merchant}/business_profile/{profile}")).context("the gateway")?;
    let methods = gateway.join("account/payment_methods?client_secret=pay_none_secret_none").context("the gateway")?;
    Ok(Seen {
        account: account(&http, address, &settings.account.secret_key).await,
        publishable_key: is_known(&http, methods, &settings.account.publishable_key).await,
        frame: frame_host(&http, &settings.frame_origin).await,
    })
}

/// A gateway may live under a path.
fn as_folder(url: &Url) -> Url {
    let mut folder = url.clone();
    if !folder.path().ends_with('/') {
        folder.set_path(&format!("{}/", url.path()));
    }
    folder
}

async fn account(http: &Client, profile: Url, key: &SecretString) -> Account {
    let Ok(response) = http.get(profile).header("api-key", key.expose_secret()).send().await else {
        return Account::NoAnswer;
    };
    match response.status() {
        StatusCode::OK => response.json::<Value>().await.map_or(Account::NoAnswer, Account::Profile),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Account::KeyRefused,
        StatusCode::NOT_FOUND => Account::NoProfile,
        status => Account::Strange(status.as_u16()),
    }
}

/// A call that no client secret fits: only whether the key is known decides how it is refused.
async fn is_known(http: &Client, methods: Url, key: &str) -> Option<bool> {
    let response = http.get(methods).header("api-key", key).send().await.ok()?;
    (!response.status().is_server_error()).then(|| response.status() != StatusCode::UNAUTHORIZED)
}

async fn frame_host(http: &Client, origin: &str) -> FrameHost {
    let Ok(response) = http.get(format!("{origin}/v1/frame")).send().await else { return FrameHost::NoAnswer };
    if !response.status().is_success() {
        return FrameHost::Strange(response.status().as_u16());
    }
    let policy = response.headers().get("content-security-policy").and_then(|value| value.to_str().ok());
    FrameHost::Policy(policy.unwrap_or_default().to_owned())
}
