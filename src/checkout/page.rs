//! Between the checkout and the page: what the page says, and what it is told.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use yew::{Component as _, Context};

use super::fields::entry;
use super::{Checkout, Hear};
use crate::browser::today;
use crate::entry::Filled;
use crate::merchant::{self, Merchant};
use crate::outcome;
use crate::port::Page;
use crate::state::{Event, Phase, Told};

impl Checkout {
    pub(super) fn page(&mut self, ctx: &Context<Self>, page: Page) -> bool {
        match page {
            Page::Session(session, key) => {
                self.key = key;
                self.session(ctx, Merchant::new(&ctx.props().merchant, &session))
            }
            Page::Pay => self.pay_for_page(ctx),
            Page::Refresh => self.apply(ctx, Event::Session),
            Page::Focus(field) => {
                self.focus_next = Some(field);
                true
            }
            Page::Clear => self.apply(ctx, Event::Clear),
            Page::Submit { of, yes, dialog } => {
                // The answer to a question about another order is none.
                let Some(merchant) = self.merchant.as_mut().filter(|it| it.session() == of) else { return false };
                merchant.dialog = Some(dialog);
                self.apply(ctx, Event::PageSays(yes))
            }
            Page::Present(dialog) => self.present(ctx, dialog),
            Page::Validate => match (entry().card(today()), &self.state.phase) {
                (Err(mistakes), Phase::Editing | Phase::Declined { .. }) => {
                    self.apply(ctx, Event::Pressed(Err(mistakes)))
                }
                _ => false,
            },
            Page::Returned => self.apply(ctx, Event::Returned),
            Page::Abandon => self.apply(ctx, Event::GaveUp { closed: true }),
            Page::Online(yes) => self.apply(ctx, Event::Online(yes)),
            Page::Locale(locale, text) => {
                self.text = text;
                self.locale = locale.into();
                // The price is read again, for it is written in the language.
                self.apply(ctx, Event::Session)
            }
        }
    }

    fn session(&mut self, ctx: &Context<Self>, mut merchant: Merchant) -> bool {
        let last = self.merchant.take();
        merchant.dialog = last.as_ref().and_then(|last| last.dialog);
        let another = last.is_some_and(|last| last != merchant);
        if another {
            merchant.dialog = None;
            self.order = Rc::default();
            self.read = Rc::default();
        }
        self.merchant = Some(merchant);
        self.apply(ctx, if another { Event::AnotherOrder } else { Event::Session })
    }

    /// The page's `pay()`: the button, where there is something to press; always an answer.
    fn pay_for_page(&mut self, ctx: &Context<Self>) -> bool {
        match self.state.phase {
            Phase::Editing | Phase::Declined { .. } | Phase::Paying => self.update(ctx, Hear::Press),
            Phase::Failed { .. } => {
                self.tell_outcome(Told::Unreadable);
                self.update(ctx, Hear::Press)
            }
            Phase::Challenge { .. } | Phase::Processing | Phase::Unknown | Phase::Paid | Phase::Closed(_) => {
                self.report(ctx);
                false
            }
        }
    }

    /// The merchant server decides what the browser sees that comes back from the bank; so it learns how the
    /// bank's page is shown when that is not as it was told with the card.
    fn present(&mut self, ctx: &Context<Self>, dialog: bool) -> bool {
        if let (Some(merchant), Phase::Challenge { attempt: Some(attempt), .. }) =
            (&mut self.merchant, &self.state.phase)
            && merchant.dialog.replace(dialog) != Some(dialog)
        {
            let sent = merchant.pay(attempt, None);
            self.answered(ctx, sent, Box::new(|_| Hear::Presented));
            return false;
        }
        self.update(ctx, Hear::Presented)
    }

    /// Tells the page how the order stands, without changing anything here.
    fn report(&self, ctx: &Context<Self>) {
        let Some(merchant) = &self.merchant else { return };
        let report = |reply| Hear::Report(merchant::settled(reply).ok().map(|settled| settled.raw));
        self.answered(ctx, merchant.status(false), Box::new(report));
    }

    pub(super) fn tell(&self, kind: &str, fields: &[(&str, &JsValue)]) {
        if let Some(port) = &self.port {
            port.tell(kind, fields);
        }
    }

    /// Focus and blur: which field. Never what was typed. And the amount that the shopper sees from now on.
    pub(super) fn tell_the_page(&self, event: &Event) {
        match event {
            Event::Read(price) => self.tell("read", &[("amount", &JsValue::from_f64(price.amount as f64))]),
            Event::Entered(field) => self.tell("focus", &[("field", &field.id().into())]),
            Event::Left(field, _) => self.tell("blur", &[("field", &field.id().into())]),
            _ => {}
        }
    }

    /// Whatever changed the fields: the shopper, the page, or an outcome that emptied them.
    pub(super) fn tell_change(&mut self, filled: Filled) {
        let brand = self.state.brand.map(|brand| brand.network);
        if self.told_change.replace((filled, brand)) == Some((filled, brand)) {
            return;
        }
        let Filled { complete, empty } = filled;
        let brand = brand.map_or(JsValue::NULL, JsValue::from_str);
        self.tell("change", &[("complete", &complete.into()), ("empty", &empty.into()), ("brand", &brand)]);
    }

    /// An outcome that no server gave.
    pub(super) fn tell_outcome(&self, told: Told) {
        let (kind, code) = match told {
            Told::Invalid(field) => ("invalid", field.id()),
            Told::Unknown => ("unknown", "no_answer"),
            Told::Open(notice) => ("open", notice.code()),
            Told::WrongKey => ("open", "key_mismatch"),
            Told::Unreadable if self.state.locked() => ("loaderror", "session_not_found"),
            Told::Unreadable => ("loaderror", "order_unreadable"),
        };
        self.tell_why(kind, code, &JsValue::UNDEFINED);
    }

    /// `www/boot/begin.mjs` completes the code to an Error, and that to a Result if there is none.
    pub(super) fn tell_why(&self, kind: &str, code: &str, result: &JsValue) {
        self.tell(kind, &[("code", &code.into()), ("message", &self.message()), ("result", result)]);
    }

    /// The sentence the shopper reads now.
    fn message(&self) -> JsValue {
        outcome::message(&self.state, &self.text).map_or("", |(_, sentence)| sentence).into()
    }
}
