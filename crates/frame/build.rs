//! Embeds the built form: each file of `FLORIN_FORM_DIR`, hashed and compressed, as a static table.
//!
//! Without that variable the table is empty, so that the workspace compiles on a machine that has
//! never built the form.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, ensure};

#[path = "src/compressed.rs"]
mod compressed;
#[path = "src/content_type.rs"]
mod content_type;

/// Without these two there is nothing to serve: a folder that lacks them is a mistake.
const NEEDED: [&str; 2] = ["frame.html", "florin.js"];

fn main() -> Result<()> {
    println!("cargo:rerun-if-env-changed=FLORIN_FORM_DIR");
    let out = PathBuf::from(env::var_os("OUT_DIR").context("cargo sets OUT_DIR")?);
    let mut table = String::from("static FILES: &[File] = &[\n");
    if let Some(folder) = env::var_os("FLORIN_FORM_DIR").filter(|folder| !folder.is_empty()) {
        for file in files_of(Path::new(&folder))? {
            embed(&file, &out, &mut table)?;
        }
    }
    table.push_str("];\n");
    fs::write(out.join("files.rs"), table).context("could not write the table of files")
}

/// The files to serve, by name, so that the table and the version do not depend on the disk's order.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    ensure!(folder.is_absolute(), "FLORIN_FORM_DIR must be an absolute path, not {}", folder.display());
    println!("cargo:rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(folder).with_context(|| format!("FLORIN_FORM_DIR: no folder {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_file() && content_type::of(&name_of(&path)).is_some() {
            files.push(path);
        }
    }
    files.sort();
    for needed in NEEDED {
        ensure!(
            files.iter().any(|path| name_of(path) == needed),
            "{} lacks {needed}; run `cargo xtask build`",
            folder.display()
        );
    }
    Ok(files)
}

/// Adds one file. Its bytes are copied first: the folder may change while the compiler reads.
fn embed(path: &Path, out: &Path, table: &mut String) -> Result<()> {
    println!("cargo:rerun-if-changed={}", path.display());
    let name = name_of(path);
    let bytes = fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    let plain = keep(out, &name, &bytes)?;
    let brotli = variant(out, &format!("{name}.br"), compressed::brotli(&bytes)?)?;
    let gzip = variant(out, &format!("{name}.gz"), compressed::gzip(&bytes)?)?;
    let sha384 = compressed::sha384(&bytes);
    writeln!(
        table,
        "    File {{ name: {name:?}, sha384: {sha384:?}, plain: {plain}, brotli: {brotli}, gzip: {gzip} }},"
    )?;
    Ok(())
}

fn variant(out: &Path, name: &str, bytes: Option<Vec<u8>>) -> Result<String> {
    Ok(match bytes {
        Some(bytes) => format!("Some({})", keep(out, name, &bytes)?),
        None => String::from("None"),
    })
}

/// Writes the bytes beside the table and answers the expression that includes them.
fn keep(out: &Path, name: &str, bytes: &[u8]) -> Result<String> {
    let path = out.join(name);
    fs::write(&path, bytes).with_context(|| format!("could not write {}", path.display()))?;
    Ok(format!("include_bytes!({:?})", path.display().to_string()))
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
