//! WebDriver's way out of all frames, which the client library does not offer.

use anyhow::Result;
use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use url::{ParseError, Url};

#[derive(Debug)]
struct ToTop;

impl WebDriverCompatibleCommand for ToTop {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/frame", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(r#"{"id":null}"#.to_owned()))
    }
}

/// Turns to the page that holds all frames, wherever the session is.
///
/// # Errors
/// When the window is gone.
pub async fn to_top(client: &Client) -> Result<()> {
    client.issue_cmd(ToTop).await?;
    Ok(())
}
