//! Elements, as `html!` makes them. What the macro writes out at each place, 700 bytes an element,
//! stands here once.

use yew::virtual_dom::{AttributeOrProperty, Attributes, VList, VTag, VText};
use yew::{AttrValue, Html, NodeRef};

/// An element; attributes without a value are left out.
///
/// There are as many `values` as `names`.
pub(crate) fn element(
    tag: &'static str,
    names: &'static [&'static str],
    values: &[Option<&'static str>],
    children: Vec<Html>,
) -> Html {
    let values = values.iter().map(|value| value.map(AttrValue::Static));
    any(NodeRef::default(), tag, names, &mut values.into_iter(), children)
}

/// The form element, which `place` then holds.
pub(super) fn form(place: &NodeRef, children: Vec<Html>) -> Html {
    let novalidate = Some(AttrValue::Static("novalidate"));
    any(place.clone(), "form", &["novalidate"], &mut [novalidate].into_iter(), children)
}

/// A piece of the sprite.
pub(super) fn piece(name: &str) -> Html {
    let href = AttrValue::from(["#m-", name].concat());
    any(NodeRef::default(), "use", &["href"], &mut [Some(href)].into_iter(), Vec::new())
}

fn any(
    place: NodeRef,
    tag: &'static str,
    names: &'static [&'static str],
    values: &mut dyn Iterator<Item = Option<AttrValue>>,
    children: Vec<Html>,
) -> Html {
    let mut element = VTag::new(AttrValue::Static(tag));
    element.node_ref = place;
    element.attributes = Attributes::Dynamic {
        keys: names,
        // Not `Static`: the host's renderer leaves those out.
        values: values.map(|value| value.map(AttributeOrProperty::Attribute)).collect(),
    };
    if let Some(place) = element.children_mut() {
        *place = VList::with_children(children, None).into();
    }
    element.into()
}

/// A part of a line, for the style sheet.
pub(crate) fn span(class: &'static str, children: Vec<Html>) -> Html {
    element("span", &["class"], &[Some(class)], children)
}

/// Words.
pub(crate) fn words(words: impl Into<AttrValue>) -> Html {
    VText::new(words).into()
}
