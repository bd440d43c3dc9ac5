//! The form: compiled to WebAssembly, given its JavaScript glue, made small, put beside `www/`.
//!
//! Cargo knows when the Rust part changed; the rest is skipped while wasm, `www/` and tools are
//! what they were.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Flavour, names, size, uncalled, www};
use crate::run;
use crate::setup::{TARGET, npm_tool};
use crate::stopwatch::Stopwatch;
use crate::workshop::{Workshop, non_empty};

/// What rustc emits by default, and nothing more: `--all-features` makes imports that no browser
/// loads, `--traps-never-happen` may turn a panic into undefined behaviour.
const WASM_OPT_FLAGS: [&str; 17] = [
    "-Oz",
    "--merge-similar-functions",
    "-Oz",
    // A call is shorter than what it calls, and compresses better.
    "--always-inline-max-function-size=0",
    "--one-caller-inline-max-function-size=0",
    // The first kilobyte is the far end of the stack: whatever comes there has overflown.
    "--low-memory-unused",
    // Names that begin alike do alike things: neighbours, they compress better.
    "--reorder-functions-by-name",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Gives what wasm and glue call each other by names of a letter or two, and prints which.
const SHORT_NAMES: &str = "--minify-imports-and-exports-and-modules";

/// How the glue is started, and stopped after a trap: nothing calls into the broken form again. What of the
/// glue nobody uses is left out.
const START: &str = "const run = async () => initSync({ module: await WebAssembly.compileStreaming(fetch(new URL(\"form_bg.wasm\", import.meta.url))) });
export default (florin) => begin(florin, run, stop);";

/// How the started form takes the place of the one in the document, inside `www/`.
const BEGIN: &str = "boot/begin.mjs";

/// Goes into the glue, where the wasm's functions are called by this name.
const STOP: &str = "\nexport const stop = () => { wasm = new Proxy({}, { get: () => () => {} }); };\n";

/// How the compiler names functions: with their types, so that [`uncalled`] tells them apart.
const NAMED_BY_TYPE: &str = "-Csymbol-mangling-version=v0";

/// Brings the form's folder up to date, and answers with it.
pub(super) fn build(workshop: &Workshop, flavour: Flavour) -> Result<PathBuf> {
    let wasm = compile(workshop, flavour)?;
    let scripts = workshop.root.join("www");
    let stamp = stamp_of(workshop, &wasm, &scripts)?;
    let (work, form_dir) = (flavour.target(workshop).join("form-work"), flavour.form_dir(workshop));
    let stamp_file = work.join("stamp");
    let done = form_dir.join("form_bg.wasm").is_file()
        && fs::read_to_string(&stamp_file).is_ok_and(|earlier| earlier == stamp);
    if done {
        return Ok(form_dir);
    }
    let watch = Stopwatch::start();
    clear(&work)?;
    let staged = work.join("staged");
    www::stage(workshop, &scripts, &staged)?;
    bind(workshop, &wasm, &work, &staged)?;
    prerender(workshop, &staged, &scripts.join("locales"))?;
    www::publish(&staged, &form_dir)?;
    fs::write(&stamp_file, stamp)?;
    println!("form: {} ({})", form_dir.display(), watch.elapsed());
    Ok(form_dir)
}

fn compile(workshop: &Workshop, flavour: Flavour) -> Result<PathBuf> {
    let mut cargo = workshop.cargo();
    cargo.args(["build", "--package", "florin-form", "--bin", "form"]);
    cargo.args(["--target", TARGET, "--profile", "form"]);
    let target = flavour.target(workshop);
    cargo.env("CARGO_TARGET_DIR", &target);
    let mut flags = short_paths(workshop);
    flags.push(NAMED_BY_TYPE.into());
    if flavour == Flavour::Size {
        size::prepare(workshop, &mut cargo)?;
        flags.extend(size::FLAGS.map(OsString::from));
    }
    // Separated by a control character: a folder's name may hold spaces.
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join(OsStr::new("\x1f")));
    run::shown(&mut cargo)?;
    Ok(target.join(TARGET).join("form/form.wasm"))
}

/// The messages of panics name files: without the folders of the machine that built the form.
fn short_paths(workshop: &Workshop) -> Vec<OsString> {
    let home = || Some(PathBuf::from(non_empty("HOME")?).join(".cargo"));
    let cargo = non_empty("CARGO_HOME").map(PathBuf::from).or_else(home);
    let sources = cargo.map(|cargo| cargo.join("registry").join("src"));
    let remap = |folder: &Path| {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(folder);
        flag.push("=");
        flag
    };
    sources.as_deref().into_iter().chain([workshop.root.as_path()]).map(remap).collect()
}

/// Makes `form.js` and `form_bg.wasm` in `staged`.
fn bind(workshop: &Workshop, wasm: &Path, work: &Path, staged: &Path) -> Result<()> {
    let bound = work.join("bound");
    let named = bound.join("form_bg.wasm");
    let mut bindgen = workshop.command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", "form", "--out-dir"]);
    run::shown(bindgen.arg(&bound).arg(wasm))?;

    let (used, emptied) = uncalled::empty(&fs::read(&named)?)?;
    fs::write(&named, used)?;
    println!("form: {emptied} functions that it never calls are left out");

    let shortened = optimise(workshop, &named, &staged.join("form_bg.wasm"))?;

    let glue = bound.join("form.js");
    let long = fs::read_to_string(&glue).with_context(|| format!("can't read {}", glue.display()))?;
    let imported = names::drop_unimported(&names::shorten(&long, &shortened)?);
    fs::write(&glue, names::lighten(&names::silence(&imported)?) + STOP)?;
    let start = bound.join("start.js");
    let begin = workshop.root.join("www").join(BEGIN);
    let imports = format!("import {{ initSync, stop }} from \"./form.js\";\nimport {{ begin }} from {begin:?};");
    fs::write(&start, format!("{imports}\n{START}\n"))?;
    www::minify(workshop, &start, &staged.join("form.js"), &["--bundle", "--format=esm"])
}

/// Answers with the short names that wasm and glue call each other by now.
fn optimise(workshop: &Workshop, named: &Path, to: &Path) -> Result<String> {
    let mut optimise = workshop.command(npm_tool(workshop, "wasm-opt")?);
    run::answer(optimise.args(WASM_OPT_FLAGS).arg(SHORT_NAMES).arg(named).arg("-o").arg(to))
}

/// The WebAssembly as it would be shipped if the functions whose names `is_out` knows had no bodies. To weigh, not to run.
pub(super) fn without(workshop: &Workshop, flavour: Flavour, is_out: impl Fn(&str) -> bool) -> Result<Vec<u8>> {
    let work = flavour.target(workshop).join("form-work");
    let named = fs::read(work.join("bound/form_bg.wasm")).context("the form is not built")?;
    let (lighter, optimised) = (work.join("lighter.wasm"), work.join("weighed.wasm"));
    fs::write(&lighter, uncalled::empty_also(&named, is_out)?)?;
    optimise(workshop, &lighter, &optimised)?;
    fs::read(&optimised).with_context(|| format!("can't read {}", optimised.display()))
}

/// Makes one document a language of the staged parts.
fn prerender(workshop: &Workshop, staged: &Path, locales: &Path) -> Result<()> {
    let mut cargo = workshop.cargo();
    cargo.args(["run", "--quiet", "--package", "florin-prerender", "--"]);
    run::shown(cargo.arg(staged).arg(locales))
}

/// A text that differs when anything differs that the steps after the compiler depend on.
fn stamp_of(workshop: &Workshop, wasm: &Path, scripts: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    let module = fs::read(wasm).with_context(|| format!("can't read {}", wasm.display()))?;
    module.hash(&mut hasher);
    for file in www::files(scripts)? {
        file.hash(&mut hasher);
        fs::read(scripts.join(&file))?.hash(&mut hasher);
    }
    let renderer = workshop.root.join("crates/prerender/src");
    for file in www::files(&renderer)? {
        fs::read(renderer.join(&file))?.hash(&mut hasher);
    }
    // The prerendering's dependencies.
    fs::read(workshop.root.join("Cargo.lock"))?.hash(&mut hasher);
    workshop.wasm_bindgen_version.hash(&mut hasher);
    // Its folder is named by the versions of wasm-opt and esbuild.
    npm_tool(workshop, "wasm-opt")?.hash(&mut hasher);
    // Every step and flag of this build is in this program.
    fs::read(std::env::current_exe()?)?.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("can't clear {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))
}
