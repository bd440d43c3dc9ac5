//! What a journey happens on: a demo and a browser of its own, both gone in the end, however it ends.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use florin_test_browsers::{Browser, Engine, Privacy, Screen};
use tokio::time::timeout;

use crate::demo::{Collect, Demo};
use crate::frame_host::FrameHost;
use crate::shopper::Shopper;

const LONGEST: Duration = Duration::from_secs(150);

/// What a journey is given.
pub(crate) struct Stage {
    pub(crate) engine: Engine,
    pub(crate) collect: Collect,
    pub(crate) privacy: Privacy,
}

/// A journey's way to servers and browser.
pub(crate) struct Props {
    pub(crate) demo: Demo,
    pub(crate) client: fantoccini::Client,
    collect: Collect,
}

/// The same, with the WebAssembly held back until it is released.
pub(crate) struct HeldProps {
    pub(crate) demo: Demo,
    pub(crate) host: FrameHost,
    pub(crate) shopper: Shopper,
}

impl Props {
    /// A shopper on the shop's front page, with a fresh order.
    pub(crate) async fn shopper(&self) -> Result<Shopper> {
        self.shopper_at("/").await
    }

    pub(crate) async fn shopper_at(&self, path: &str) -> Result<Shopper> {
        Shopper::arrive(self.client.clone(), &format!("{}{path}", self.demo.shop_url())).await
    }

    /// A shopper whose browser waits for the WebAssembly, at a demo whose frame host holds it back.
    pub(crate) async fn held(&self) -> Result<HeldProps> {
        let (demo, host) = self.demo_with_switch().await?;
        let shopper = Shopper { client: self.client.clone() };
        shopper.client.goto(demo.shop_url()).await?;
        shopper.turn_to_form().await.with_context(|| demo.said())?;
        Ok(HeldProps { demo, host, shopper })
    }

    /// Another test may have taken the address that a demo left for the frame host: then another demo.
    async fn demo_with_switch(&self) -> Result<(Demo, FrameHost)> {
        for _ in 0..4 {
            let demo = Demo::start_without_frame_host(self.collect).await?;
            if let Ok(host) = FrameHost::start(&demo).await {
                return Ok((demo, host));
            }
        }
        let demo = Demo::start_without_frame_host(self.collect).await?;
        let host = FrameHost::start(&demo).await?;
        Ok((demo, host))
    }

    /// The id of the order made last.
    pub(crate) async fn order_id(&self) -> Result<String> {
        let order = self.demo.newest_order().await?;
        order["id"].as_str().map(str::to_owned).context("the order has no id")
    }
}

impl Stage {
    /// Plays one journey from beginning to end.
    pub(crate) fn play<J>(&self, journey: J) -> Result<()>
    where
        J: AsyncFnOnce(Props) -> Result<()>,
    {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.play_in_here(journey))
    }

    async fn play_in_here<J>(&self, journey: J) -> Result<()>
    where
        J: AsyncFnOnce(Props) -> Result<()>,
    {
        let demo = Demo::start(self.collect).await?;
        let screen = match self.engine {
            Engine::Webkit => Some(Screen::start().await?),
            _ => None,
        };
        let browser = Browser::open(self.engine, self.privacy, screen.as_ref().map(Screen::display)).await?;
        let props = Props { demo, client: browser.client.clone(), collect: self.collect };
        let shopper = Shopper { client: props.client.clone() };
        let outcome = timeout(LONGEST, journey(props))
            .await
            .unwrap_or_else(|_| Err(anyhow!("it took longer than {} s", LONGEST.as_secs())));
        let outcome = match outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("the browser shows {}", scene(&shopper).await))),
        };
        let closed = browser.close().await;
        outcome.and(closed)
    }
}

/// What the browser shows, for whoever reads of a failure. All cards here are pretended ones.
async fn scene(shopper: &Shopper) -> String {
    let here = shopper.text().await.unwrap_or_default();
    let url = shopper.client.current_url().await.map(|url| url.to_string()).unwrap_or_default();
    let form = shopper.form_as_it_is().await.unwrap_or_default();
    format!("{url}\n{here}\nand in the form {form}\n")
}
