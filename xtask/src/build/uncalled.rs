//! What is compiled into the form and never called there: a general framework brings code for pages that
//! are made otherwise. Such functions lose their bodies before wasm-opt, which then drops what only they used.
//!
//! Every one of them traps instead: were one called after all, the form would stop, begin anew and end in
//! `loaderror`, which no journey of the tests survives. Nothing goes on with a wrong value.

use anyhow::{Result, ensure};

use super::module;

/// No variables, `unreachable`, `end`.
const TRAP: &[u8] = &[0, 0x00, 0x0b];

/// No variables, `i32.const 0`, `end`: no.
const NO: &[u8] = &[0, 0x41, 0, 0x0b];

/// Beginnings of names. One that no function has only costs bytes; many such are a mistake.
const NEVER: [&str; 39] = [
    // One listener of our own hears everything (`ears`): none is given to Yew.
    "<yew::dom_bundle::subtree_root::EventDescriptor as core::clone::Clone>::clone",
    "<yew::dom_bundle::subtree_root::SubtreeData>::add_listener",
    "<yew::dom_bundle::subtree_root::BSubtree>::ensure_handled",
    "<yew::dom_bundle::btag::listeners::ListenerRegistration>::register",
    "<yew::dom_bundle::btag::listeners::Registry>::get_handler",
    "<yew::dom_bundle::btag::listeners::Registry>::patch",
    "<yew::dom_bundle::btag::listeners::Registry>::register",
    "<yew::dom_bundle::btag::listeners::Registry>::set_listener_id",
    "<yew::dom_bundle::btag::listeners::Registry>::unregister",
    // The form is one component of elements and texts: no other component, no portal, no raw HTML, and
    // nothing waits.
    "<alloc::rc::Rc<yew::virtual_dom::vcomp::VComp> as yew::utils::RcExt",
    "<alloc::rc::Rc<yew::virtual_dom::vportal::VPortal> as yew::utils::RcExt",
    "<alloc::rc::Rc<yew::virtual_dom::vsuspense::VSuspense> as yew::utils::RcExt",
    "<yew::virtual_dom::vraw::VRaw as yew::dom_bundle::traits::Reconcilable>",
    "<yew::dom_bundle::braw::BRaw>::",
    "<yew::html::component::scope::AnyScope>::find_parent_scope::<yew::suspense",
    "<yew::html::component::lifecycle::ComponentState>::suspend",
    // Its attributes are rows, never maps.
    "<indexmap::map::IndexMap<implicit_clone::unsync::string::IString, yew::virtual_dom::AttributeOrProperty>>::get",
    "<alloc::rc::Rc<indexmap::map::IndexMap<implicit_clone::unsync::string::IString, yew::virtual_dom::AttributeOrProperty>>>",
    // What was rendered is shown once, where it is, and never copied or moved.
    "<yew::virtual_dom::vnode::VNode as core::clone::Clone>::clone",
    "<yew::dom_bundle::bnode::BNode as yew::dom_bundle::traits::ReconcileTarget>::shift",
    "<hashbrown::raw::RawTable<(yew::dom_bundle::blist::KeyedEntry, ())>>::",
    // One component: it keeps its properties, lives as long as its document, and is alone in the queue.
    "<yew::html::component::lifecycle::CompStateInner<florin_form::checkout::Checkout> as yew::html::component::lifecycle::Stateful>::props_changed",
    "<alloc::rc::Rc<yew::dom_bundle::subtree_root::SubtreeData>>::drop_slow",
    "<alloc::rc::Rc<core::cell::RefCell<yew::dom_bundle::subtree_root::AppData>>>::drop_slow",
    "<alloc::collections::btree::node::BalancingContext<usize, yew::scheduler::QueueEntry>>::",
    "alloc::collections::btree::node::splitpoint",
    // Nothing is ever taken out of a table.
    "<hashbrown::raw::RawTableInner>::rehash_in_place",
    // A panic is silent and ends the form, as this trap does; its words would be for nobody.
    "core::panicking::panic",
    "core::panicking::assert_failed",
    "core::cell::panic_already",
    "core::cell::lazy::panic",
    "core::option::unwrap_failed",
    "core::option::expect_failed",
    "core::result::unwrap_failed",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
    "alloc::raw_vec::handle_error",
    "alloc::alloc::handle_alloc_error",
    "__rustc::rust_begin_unwind",
];

/// No list of the form has keys.
const ALWAYS_NO: &str = "<yew::virtual_dom::vlist::VList>::fully_keyed";

/// With fewer functions found, a new Yew or compiler names them otherwise. A size build has 33, for its panics
/// have no words; the ordinary one 50.
const FEWEST: usize = 30;

/// The module without those bodies, and how many were emptied.
///
/// # Errors
/// When the module is none, or has not the names that are looked for.
pub(super) fn empty(wasm: &[u8]) -> Result<(Vec<u8>, usize)> {
    let (used, emptied) = module::replace_bodies(wasm, |name| body_of(&without_hashes(name)))?;
    ensure!(emptied >= FEWEST, "only {emptied} functions have names of the list of those that the form never calls");
    Ok((used, emptied))
}

/// The module without the bodies of the functions that `is_out` knows by name.
pub(super) fn empty_also(wasm: &[u8], is_out: impl Fn(&str) -> bool) -> Result<Vec<u8>> {
    Ok(module::replace_bodies(wasm, |name| is_out(&without_hashes(name)).then_some(TRAP))?.0)
}

fn body_of(name: &str) -> Option<&'static [u8]> {
    if name == ALWAYS_NO {
        return Some(NO);
    }
    NEVER.iter().any(|never| name.starts_with(never)).then_some(TRAP)
}

/// A name as it is written: the compiler adds a hash to each crate's, `yew[521b3f7337e9620]::…`.
fn without_hashes(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after.split_once(']') {
            Some((hash, next)) if hash.len() > 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => rest = next,
            _ => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_without_the_hashes_of_its_crates() {
        let name = "<yew[521b3f7337e9620]::virtual_dom::vlist::VList>::fully_keyed";
        assert_eq!(without_hashes(name), ALWAYS_NO);
        assert_eq!(without_hashes("<[u8]>::to_vec[1]"), "<[u8]>::to_vec[1]");
        assert_eq!(without_hashes("a[b"), "a[b");
    }

    #[test]
    fn a_module_without_the_names_is_refused() {
        let nameless = b"\0asm\x01\0\0\0\x00\x05\x04name";
        assert!(empty(nameless).unwrap_err().to_string().starts_with("only 0 functions"));
    }

    #[test]
    fn what_the_form_calls_keeps_its_body() {
        for called in [
            "<florin_form::checkout::Checkout as yew::html::component::Component>::view",
            // Every start makes one, and leaves it empty.
            "<yew::dom_bundle::btag::listeners::Registry>::new",
            "<alloc::rc::Rc<yew::virtual_dom::vtag::VTag> as yew::utils::RcExt<yew::virtual_dom::vtag::VTag>>::unwrap_or_clone",
            // Alike functions share one body, and the name of one of them: small ones are left alone.
            "core::ptr::drop_in_place::<<yew::dom_bundle::subtree_root::SubtreeData>::add_listener::{closure#0}>",
        ] {
            assert_eq!(body_of(called), None, "{called}");
        }
        assert_eq!(body_of("core::panicking::panic_fmt"), Some(TRAP));
    }
}
