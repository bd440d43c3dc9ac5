//! The demo a scenario is played on: one that runs already, or one of its own.

use std::path::Path;

use anyhow::{Context, Result};
use florin_frame::Assets;
use florin_store::Randomness;

use crate::demo::{DemoFlags, Part, Parts, Record, prepare};

/// A demo, and whether it has to be stopped again.
pub(super) struct Venue {
    record: Record,
    own: Option<Own>,
}

/// A demo of its own, in a folder that nobody needs afterwards.
struct Own {
    parts: Parts,
    folder: std::path::PathBuf,
}

impl Venue {
    /// The demo that runs on this folder.
    pub(super) fn running(folder: &Path) -> Result<Self> {
        let path = folder.join("demo.json");
        let text = std::fs::read_to_string(&path).with_context(|| format!("no demo at {}", path.display()))?;
        let record = Record::parse(&text).with_context(|| format!("{} can't be used", path.display()))?;
        Ok(Self { record, own: None })
    }

    /// A fresh demo on free ports, without the frame host: nobody here looks at a form.
    pub(super) async fn start() -> Result<Self> {
        let any = |host: &str| format!("{host}:0").parse().map(Some).context("a free port");
        let flags = DemoFlags {
            shop: any("localhost")?,
            merchant: any("127.0.0.1")?,
            gateway: any("127.0.0.1")?,
            frame: any("127.0.0.1")?,
            ..DemoFlags::default()
        };
        let mut prepared = prepare(&flags, &Randomness::system())?;
        prepared.parts.retain(|(part, _)| *part != Part::Frame);
        let record = Record::parse(&prepared.record.to_text()?)?;
        let folder = prepared.folder.path().to_owned();
        let parts = Parts::start(prepared, &Assets::embedded()).await?;
        Ok(Self { record, own: Some(Own { parts, folder }) })
    }

    pub(super) fn record(&self) -> &Record {
        &self.record
    }

    /// Stops a demo of its own; leaves any other alone.
    pub(super) async fn stop(self) -> Result<()> {
        let Some(mut own) = self.own else { return Ok(()) };
        own.parts.stop().await?;
        std::fs::remove_dir_all(&own.folder).with_context(|| format!("could not remove {}", own.folder.display()))
    }
}
