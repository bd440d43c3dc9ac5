//! The names by which wasm and glue call each other: wasm-bindgen's carry hashes that no compressor
//! gains on, in both files. wasm-opt shortens those of the wasm; the glue follows here.

use anyhow::{Result, bail};

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

/// The glue without the functions that the wasm no longer imports: those kept their long names.
pub(super) fn drop_unimported(glue: &str) -> String {
    let mut kept = String::with_capacity(glue.len());
    let mut dropping = false;
    for line in glue.split_inclusive('\n') {
        dropping |= ["__wbg_", "__wbindgen_"].iter().any(|long| is_import_of(line, long));
        if !dropping {
            kept.push_str(line);
        }
        dropping &= !line.starts_with(END_OF_IMPORT);
    }
    kept
}

/// Where wasm-bindgen writes the functions of the import object.
const IMPORT: &str = "        ";

const END_OF_IMPORT: &str = "        }";

fn is_import_of(line: &str, long: &str) -> bool {
    line.strip_prefix(IMPORT).is_some_and(|key| key.starts_with(long) && key.contains(": function("))
}

/// The glue without the function that words JavaScript's values for panics: those are silent.
///
/// # Errors
/// When it is not where wasm-bindgen puts it.
pub(super) fn silence(glue: &str) -> Result<String> {
    let Some((before, rest)) = glue.split_once("function debugString(val) {\n") else {
        if glue.contains("debugString") {
            bail!("the glue words values otherwise than wasm-bindgen used to");
        }
        return Ok(glue.to_owned());
    };
    let Some((_, after)) = rest.split_once("\n}\n") else { bail!("`debugString` of the glue has no end") };
    Ok([before, "function debugString() {\n    return \"\";\n}\n", after].concat())
}

/// What the glue does for browsers that can't run the form, or after two gigabytes of text.
const NEVER_USED: [(&str, &str); 3] = [
    ("if (!('encodeInto' in cachedTextEncoder)) {\n", "\n}\n"),
    ("    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {\n", "\n    }\n"),
    ("(typeof FinalizationRegistry === 'undefined')\n", "\n    : "),
];

/// The glue without what is never used. Where it is written otherwise it stays: it only costs bytes.
pub(super) fn lighten(glue: &str) -> String {
    let mut light = glue.to_owned();
    for (begin, end) in NEVER_USED {
        let Some((before, rest)) = light.split_once(begin) else { continue };
        let Some((_, after)) = rest.split_once(end) else { continue };
        light = [before, after].concat();
    }
    light
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
    fn an_import_that_the_wasm_lost_is_left_out_whole() {
        let glue = "const a = {\n        b: function(x) {\n            return x;\n        },\n        \
                    __wbg_bubbles_d16: function(x) {\n            return x.bubbles;\n        },\n        \
                    __wbg_host_64d: function() { return handleError(function (x) {\n            x.host();\n        \
                    }, arguments); },\n        c: function() {},\n};\n";
        let kept = "const a = {\n        b: function(x) {\n            return x;\n        },\n        \
                    c: function() {},\n};\n";
        assert_eq!(drop_unimported(glue), kept);
        assert_eq!(drop_unimported(kept), kept);
    }

    #[test]
    fn what_is_never_used_is_left_out_and_other_glue_stays() {
        let glue = "a\nif (!('encodeInto' in cachedTextEncoder)) {\n    b = {\n    };\n}\nc\n";
        assert_eq!(lighten(glue), "a\nc\n");
        let registry =
            "const D = (typeof FinalizationRegistry === 'undefined')\n    ? {}\n    : new FinalizationRegistry(f);";
        assert_eq!(lighten(registry), "const D = new FinalizationRegistry(f);");
        assert_eq!(lighten("if (x) {\n}\n"), "if (x) {\n}\n");
    }

    #[test]
    fn nothing_of_a_value_is_worded() {
        let glue = "a\nfunction debugString(val) {\n    if (val) {\n        return `${val}`;\n    }\n}\nb\n";
        assert_eq!(silence(glue).unwrap(), "a\nfunction debugString() {\n    return \"\";\n}\nb\n");
        assert_eq!(silence("a\n").unwrap(), "a\n");
        assert!(silence("const debugString = (val) => val;").is_err());
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
