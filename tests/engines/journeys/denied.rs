//! The settings that the strict journeys are made under are real.

use anyhow::{Result, ensure};
use serde_json::json;

use super::Props;

super::journeys![the_frame_is_really_denied_cookies_and_storage];

async fn the_frame_is_really_denied_cookies_and_storage(props: Props) -> Result<()> {
    let shopper = props.shopper().await?;
    let script = "let stored = 'denied'; \
        try { localStorage.setItem('florin-test', '1'); stored = localStorage.getItem('florin-test'); } catch {} \
        document.cookie = 'florin-test=1; SameSite=None; Secure'; document.cookie = 'florin-test=1'; \
        return [stored, document.cookie]";
    let found = shopper.run(script).await?;
    ensure!(found == json!(["denied", ""]), "the frame has {found}");
    Ok(())
}
