//! Where a page may put the form.

use anyhow::{Result, ensure};
use serde_json::json;

use super::Props;

super::journeys![the_form_has_a_width_wherever_it_stands];

async fn the_form_has_a_width_wherever_it_stands(props: Props) -> Result<()> {
    let shopper = props.shopper().await?;
    shopper.turn_to_page().await?;
    for (place, expected) in [
        ("display:flex;flex-direction:column;align-items:center;width:800px", 480),
        ("position:fixed;left:0", 480),
        ("display:grid;width:300px", 300),
        ("display:flex;width:300px", 300),
    ] {
        let script = format!(
            "const pay = document.querySelector('#pay'); pay.style.cssText = '{place}'; \
             return Math.round(document.querySelector('florin-frame > iframe').getBoundingClientRect().width)"
        );
        let width = shopper.run(&script).await?;
        ensure!(width == json!(expected), "{width} px wide in {place}");
    }
    Ok(())
}
