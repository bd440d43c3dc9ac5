//! A WebAssembly module, as far as the build changes one: bodies of functions, found by name.
//! Knows sections and numbers of the binary format, no instructions.

use anyhow::{Context, Result, bail, ensure};

/// The magic number and the version.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const CODE: u8 = 10;

/// In the custom section `name`: the names of functions.
const OF_FUNCTIONS: u8 = 1;

/// The module with other bodies where `body_of` gives one for a function's name, and how many it gave.
///
/// # Errors
/// When the bytes are no module, or one without names.
pub(super) fn replace_bodies(
    module: &[u8],
    body_of: impl Fn(&str) -> Option<&'static [u8]>,
) -> Result<(Vec<u8>, usize)> {
    let sections = sections(module)?;
    let bodies = bodies_by_place(&sections, body_of)?;
    let mut changed = HEADER.to_vec();
    let mut count = 0;
    for (id, content) in sections {
        let content = if id == CODE { replaced(content, &bodies, &mut count)? } else { content.to_vec() };
        changed.push(id);
        push_with_size(&mut changed, &content);
    }
    Ok((changed, count))
}

fn sections(module: &[u8]) -> Result<Vec<(u8, &[u8])>> {
    let mut rest = Reader(module.strip_prefix(HEADER).context("no WebAssembly module")?);
    let mut sections = Vec::new();
    while !rest.0.is_empty() {
        sections.push((rest.byte()?, rest.with_size()?));
    }
    Ok(sections)
}

/// New bodies by a function's place in the code section.
fn bodies_by_place(
    sections: &[(u8, &[u8])],
    body_of: impl Fn(&str) -> Option<&'static [u8]>,
) -> Result<Vec<(usize, &'static [u8])>> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    let mut named = false;
    for (id, content) in sections {
        match *id {
            IMPORTS => imported = imported_functions(Reader(content))?,
            CUSTOM => {
                let mut rest = Reader(content);
                if rest.with_size()? == b"name" {
                    named = true;
                    for (function, name) in function_names(rest)? {
                        let place = function.checked_sub(imported);
                        bodies.extend(place.zip(body_of(&name)));
                    }
                }
            }
            _ => {}
        }
    }
    ensure!(named, "the module has no names");
    Ok(bodies)
}

/// Imports come first in the numbering of functions.
fn imported_functions(mut rest: Reader<'_>) -> Result<usize> {
    let mut functions = 0;
    for _ in 0..rest.number()? {
        rest.with_size()?;
        rest.with_size()?;
        match rest.byte()? {
            0 => {
                rest.number()?;
                functions += 1;
            }
            // A table: the type of its elements, then as a memory.
            1 => {
                rest.byte()?;
                rest.limits()?;
            }
            2 => rest.limits()?,
            3 => drop((rest.byte()?, rest.byte()?)),
            kind => bail!("an import of kind {kind}"),
        }
    }
    Ok(functions)
}

fn function_names(mut rest: Reader<'_>) -> Result<Vec<(usize, String)>> {
    let mut names = Vec::new();
    while !rest.0.is_empty() {
        let (kind, mut part) = (rest.byte()?, Reader(rest.with_size()?));
        if kind == OF_FUNCTIONS {
            for _ in 0..part.number()? {
                let function = part.number()?;
                names.push((function, String::from_utf8_lossy(part.with_size()?).into_owned()));
            }
        }
    }
    Ok(names)
}

fn replaced(code: &[u8], bodies: &[(usize, &'static [u8])], count: &mut usize) -> Result<Vec<u8>> {
    let mut rest = Reader(code);
    let functions = rest.number()?;
    let mut changed = Vec::with_capacity(code.len());
    push_number(&mut changed, functions);
    for place in 0..functions {
        let old = rest.with_size()?;
        let new = bodies.iter().find(|(at, _)| *at == place).map(|(_, body)| *body);
        *count += usize::from(new.is_some());
        push_with_size(&mut changed, new.unwrap_or(old));
    }
    Ok(changed)
}

fn push_with_size(to: &mut Vec<u8>, bytes: &[u8]) {
    push_number(to, bytes.len());
    to.extend_from_slice(bytes);
}

/// LEB128: seven bits a byte, the lowest first.
fn push_number(to: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        to.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).context("the module ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        bail!("a number of more than 32 bits")
    }

    /// Bytes whose count stands before them.
    fn with_size(&mut self) -> Result<&'a [u8]> {
        let size = self.number()?;
        self.take(size)
    }

    /// A least size and, where a flag says so, a largest.
    fn limits(&mut self) -> Result<()> {
        let has_largest = self.byte()? & 1 == 1;
        self.number()?;
        if has_largest {
            self.number()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = &[0, 0x0b];

    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        let mut section = vec![id];
        push_with_size(&mut section, content);
        section
    }

    /// One imported function, then `two` and `three` with these bodies.
    fn module(two: &[u8], three: &[u8]) -> Vec<u8> {
        let imports = section(IMPORTS, &[2, 1, b'm', 1, b'f', 0, 0, 1, b'm', 1, b't', 1, 0x70, 0, 1]);
        let mut code = vec![2];
        push_with_size(&mut code, two);
        push_with_size(&mut code, three);
        let mut names = vec![4, b'n', b'a', b'm', b'e', OF_FUNCTIONS];
        push_with_size(&mut names, b"\x03\x00\x03one\x01\x03two\x02\x05three");
        [HEADER, &imports, &section(CODE, &code), &section(CUSTOM, &names)].concat()
    }

    #[test]
    fn a_function_is_found_by_its_name_behind_the_imports() {
        let (two, three) = ([0, 0x41, 7, 0x0b], vec![1; 200]);
        let (changed, count) =
            replace_bodies(&module(&two, &three), |name| (name == "three").then_some(EMPTY)).unwrap();
        assert_eq!((changed, count), (module(&two, EMPTY), 1));
    }

    #[test]
    fn a_module_of_which_nothing_is_replaced_stays_as_it_was() {
        let whole = module(&[0, 0x0b], &vec![1; 300]);
        assert_eq!(replace_bodies(&whole, |_| None).unwrap(), (whole, 0));
    }

    #[test]
    fn an_import_has_no_body_to_replace() {
        let whole = module(EMPTY, EMPTY);
        assert_eq!(replace_bodies(&whole, |name| (name == "one").then_some(&[0][..])).unwrap(), (whole, 0));
    }

    #[test]
    fn what_is_no_module_or_has_no_names_is_refused() {
        let whole = module(EMPTY, EMPTY);
        for broken in [&b"<html>"[..], HEADER, &whole[..whole.len() - 3]] {
            assert!(replace_bodies(broken, |_| None).is_err());
        }
    }
}
