//! Starts the form in the document that `boot.js` prepared.

use florin_form::browser;
use florin_form::checkout::Checkout;

/// A tenth of the default allocator's code; the form allocates little.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

fn main() {
    // Yew's hook for panics is silent here: a message could quote what was typed.
    let Some(root) = browser::root() else { return };
    yew::Renderer::<Checkout>::with_root_and_props(root, browser::boot()).render();
}
