//! Elements, as `html!` makes them. What the macro writes out at each place, 700 bytes an element,
//! stands here once.

use yew::virtual_dom::{Attributes, VList, VTag, VText};
use yew::{AttrValue, Html};

/// An element; attributes without a value are left out.
///
/// There are as many `values` as `names`.
pub(crate) fn element(
    tag: &'static str,
    names: &'static [&'static str],
    values: &[Option<&'static str>],
    children: Vec<Html>,
) -> Html {
    let mut element = VTag::new(AttrValue::Static(tag));
    element.attributes = Attributes::Dynamic {
        keys: names,
        values: values.iter().map(|value| value.map(yew::virtual_dom::AttributeOrProperty::Static)).collect(),
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
pub(crate) fn words(words: &'static str) -> Html {
    VText::new(words).into()
}
