//! The names by which wasm and glue call each other: wasm-bindgen's carry hashes that no compressor
//! gains on, in both files. wasm-opt shortens those of the wasm; the glue follows here.

use anyhow::{Result, bail};

/// Raised when this module makes other glue of the same input.
pub(super) const SCHEME: u32 = 1;

/// wasm-opt's word for every import module, once it shortens names.
const MODULE: &str = "a";

/// The glue with the names that `printed` tells of.
///
/// # Errors
/// When a name is not where wasm-bindgen puts it: such glue would fail in the browser.
pub(super) fn shorten(glue: &str, printed: &str) -> Result<String> {
    let mut short = glue.to_owned();
    let mut shortened = None;
    for line in printed.lines() {
        // One name a line: `["module", "name", "short"],` of an import, `["name", "short"],` of an export.
        match *line.split('"').skip(1).step_by(2).collect::<Vec<_>>() {
            [module, long, name] => {
                replace(&mut short, &format!(" {long}: "), &format!(" {name}: "))?;
                shortened = Some(module);
            }
            [long, name] => rename_uses(&mut short, long, name),
            _ => {}
        }
    }
    let Some(module) = shortened else { bail!("wasm-opt printed no table of names") };
    replace(&mut short, &format!("\"{module}\": "), &format!("\"{MODULE}\": "))?;
    Ok(short)
}

fn replace(glue: &mut String, long: &str, short: &str) -> Result<()> {
    if glue.matches(long).count() != 1 {
        bail!("the glue does not hold `{long}` once, as wasm-bindgen used to write it");
    }
    *glue = glue.replacen(long, short, 1);
    Ok(())
}

/// Renames `wasm.long`, where it is not the beginning of a longer name.
fn rename_uses(glue: &mut String, long: &str, short: &str) {
    let mut renamed = String::with_capacity(glue.len());
    let used = format!("wasm.{long}");
    let mut rest = glue.as_str();
    while let Some(found) = rest.find(&used) {
        let (before, after) = (&rest[..found], &rest[found + used.len()..]);
        let ends = !after.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_' || next == '$');
        renamed.push_str(before);
        renamed.push_str(if ends { "wasm." } else { &used });
        renamed.push_str(if ends { short } else { "" });
        rest = after;
    }
    renamed.push_str(rest);
    *glue = renamed;
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"{
 "imports": [
  ["./form_bg.js", "__wbg_get_12", "b"]
 ],
 "exports": [
  ["memory", "c"],
  ["run", "d"]
 ]
}"#;

    #[test]
    fn the_glue_follows_the_names_of_the_wasm() {
        let glue = "{ __wbg_get_12: function() {} } \"./form_bg.js\": import0; wasm.memory.buffer; wasm.run(); wasm.runner; memory";
        let short = shorten(glue, PRINTED).unwrap();
        assert_eq!(short, "{ b: function() {} } \"a\": import0; wasm.c.buffer; wasm.d(); wasm.runner; memory");
    }

    #[test]
    fn glue_of_another_shape_is_refused() {
        for glue in [
            "\"./form_bg.js\": import0",
            "{ __wbg_get_12: 1 }",
            "{ __wbg_get_12: 1, __wbg_get_12: 2 } \"./form_bg.js\": x",
        ] {
            assert!(shorten(glue, PRINTED).is_err(), "{glue}");
        }
        assert!(shorten("", "no table").is_err());
    }
}
