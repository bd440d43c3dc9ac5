//! Embeds the shop's pages: every file of www/shop, as a static table.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, ensure};

fn main() -> Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").context("cargo sets CARGO_MANIFEST_DIR")?);
    let folder = root.join("../../www/shop");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files = files_of(&folder)?;
    files.sort();
    ensure!(files.iter().any(|file| file.ends_with("index.html")), "{} lacks index.html", folder.display());
    let mut table = String::from("static FILES: &[File] = &[\n");
    for file in &files {
        embed(file, &mut table)?;
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").context("cargo sets OUT_DIR")?);
    fs::write(out.join("shop_files.rs"), table).context("could not write the table of files")
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_file() && content_type(&path).is_some() {
            files.push(path);
        }
    }
    Ok(files)
}

fn embed(path: &Path, table: &mut String) -> Result<()> {
    println!("cargo:rerun-if-changed={}", path.display());
    let name = path.file_name().context("a file has a name")?.to_string_lossy();
    let content_type = content_type(path).unwrap_or_default();
    let path = path.display().to_string();
    writeln!(table, "    File {{ name: {name:?}, content_type: {content_type:?}, bytes: include_bytes!({path:?}) }},")?;
    Ok(())
}

/// What the shop may consist of; anything else in the folder is left out.
fn content_type(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => return None,
    })
}
