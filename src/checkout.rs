//! The checkout: the only part with state. Hears the shopper, the page and the servers; the state
//! says what happens next, and this carries it out.

use std::pin::Pin;
use std::rc::Rc;

use florin_domain::card::digits_of;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessagePort;
use yew::{AttrValue, Component, Context, Html, NodeRef, Properties};

use crate::browser::{self, input, price, shown, today};
use crate::button;
use crate::ears::{self, Ear};
use crate::entry::{Entry, Field, Filled};
use crate::fetch::{Lost, Reply, Sent};
use crate::form;
use crate::merchant::{self, Failure, Merchant, Settled};
use crate::outcome;
use crate::pay::{Trusted, pay};
use crate::port::{Page, Port};
use crate::state::{Answer, Asked, Decline, Effect, Event, Notice, Phase, Price, State, Told};
use crate::text::Text;

/// Where the form runs.
#[derive(Properties, PartialEq)]
pub struct CheckoutProps {
    /// The merchant server's origin.
    pub merchant: AttrValue,
    /// The origins a card may be sent to.
    pub gateways: Rc<[String]>,
    /// The line to the page; none in the playground.
    pub port: Option<MessagePort>,
    /// Decides number formats.
    pub locale: AttrValue,
    /// The words of that language.
    pub text: Text,
}

/// What the checkout hears.
pub enum Hear {
    /// The shopper, or a server.
    Event(Event),
    /// The shopper, at a key, and how far the form is filled in now.
    Typed(Event, Filled),
    /// A Result of the merchant server, as it came.
    Settled(JsValue, Event),
    /// The page.
    Page(Page),
    /// The button, or Enter.
    Press,
    /// How the order stands, for the page alone; none when nobody answered.
    Report(Option<JsValue>),
    /// The merchant server knows how the bank's page is shown, or can't be told.
    Presented,
    /// The Escape key: the page may want to close what holds the form.
    Escape,
}

/// The checkout.
pub struct Checkout {
    state: State,
    text: Text,
    /// Decides number formats.
    locale: AttrValue,
    merchant: Option<Merchant>,
    /// Answers that were asked for while it was another are not heard.
    order: Rc<()>,
    /// The publishable key the page expects.
    key: Option<String>,
    port: Option<Port>,
    /// The form element, and what hears the shopper there.
    form: NodeRef,
    ear: Option<Ear>,
    /// Where the focus goes once the fields are unlocked.
    focus_next: Option<Field>,
    /// What the page was told last of what is typed, if it was told at all.
    told_change: Option<(Filled, Option<&'static str>)>,
}

impl Component for Checkout {
    type Message = Hear;
    type Properties = CheckoutProps;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let port =
            ctx.props().port.clone().map(|line| Port::new(line, move |page| link.send_message(Hear::Page(page))));
        Self {
            state: State::default(),
            text: ctx.props().text.clone(),
            locale: ctx.props().locale.clone(),
            merchant: None,
            order: Rc::default(),
            key: None,
            port,
            form: NodeRef::default(),
            ear: None,
            focus_next: None,
            told_change: None,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, heard: Hear) -> bool {
        match heard {
            Hear::Event(event) => self.apply(ctx, event),
            Hear::Typed(event, filled) => {
                let before = self.state.under_keys();
                self.follow(ctx, event);
                self.tell_change(filled);
                self.state.under_keys() != before
            }
            Hear::Press => {
                let judged = entry().card(today()).map(drop);
                self.apply(ctx, Event::Pressed(judged))
            }
            Hear::Settled(raw, event) => self.settled(ctx, &raw, event),
            Hear::Page(page) => self.page(ctx, page),
            Hear::Report(raw) => {
                match raw {
                    Some(raw) => self.tell("outcome", &[("result", &raw)]),
                    None => self.tell_outcome(Told::Unknown),
                }
                false
            }
            Hear::Presented => {
                self.tell("present", &[]);
                false
            }
            Hear::Escape => {
                self.tell("escape", &[]);
                false
            }
        }
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        form::view(&self.form, &self.state, &self.text)
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            self.ear = self.form.get().map(|form| ears::listen(&form, ctx.link().clone()));
            self.tell("ready", &[]);
        }
        if let Some(input) = self.focus_next.take().and_then(input) {
            let _ = input.focus();
        }
    }
}

impl Checkout {
    fn apply(&mut self, ctx: &Context<Self>, event: Event) -> bool {
        self.follow(ctx, event);
        self.tell_change(entry().filled(today()));
        true
    }

    fn follow(&mut self, ctx: &Context<Self>, event: Event) {
        self.tell_the_page(&event);
        for effect in self.state.apply(event) {
            self.carry_out(ctx, effect);
        }
    }

    /// A Result reaches the page once: when it was asked on load, and when it changes something.
    fn settled(&mut self, ctx: &Context<Self>, raw: &JsValue, event: Event) -> bool {
        let on_load = matches!(event, Event::Status(Asked::OnLoad, _));
        let before = button::phase_name(&self.state.phase);
        let render = self.apply(ctx, event);
        if on_load {
            self.tell("resumed", &[("result", raw)]);
        } else if button::phase_name(&self.state.phase) != before {
            // An order that is open again, and the form knows why.
            let why = match self.state.phase {
                Phase::Editing => self.state.notice.map_or("", Notice::code),
                Phase::Declined { reason: Decline::CLOSED, .. } => "challenge_closed",
                _ => "",
            };
            self.tell_why("outcome", why, raw);
        }
        render
    }

    fn page(&mut self, ctx: &Context<Self>, page: Page) -> bool {
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

    fn carry_out(&mut self, ctx: &Context<Self>, effect: Effect) {
        match effect {
            Effect::Read => self.read(ctx),
            Effect::AskPage if self.port.is_some() => {
                let of = self.merchant.as_ref().map_or("", Merchant::session);
                self.tell("submit", &[("of", &of.into())]);
            }
            // Nobody to ask.
            Effect::AskPage => ctx.link().send_message(Hear::Event(Event::PageSays(Some(true)))),
            Effect::Pay => self.pay(ctx),
            Effect::Status { asked, after_ms } => self.status(ctx, asked, after_ms),
            Effect::Abandon(attempt) => self.abandon(ctx, &attempt),
            Effect::Challenge(url) => self.tell("action", &[("url", &url.into())]),
            Effect::Focus(field) => self.focus_next = Some(field),
            Effect::Wipe => wipe(&Field::ALL),
            Effect::WipeCode => wipe(&[Field::Code]),
            Effect::ShowPaid => show_paid(),
            Effect::Tell(told) => self.tell_outcome(told),
        }
    }

    fn read(&self, ctx: &Context<Self>) {
        let Some(merchant) = &self.merchant else { return };
        let locale = self.locale.clone();
        let read = move |reply| {
            Hear::Event(match merchant::order(reply) {
                Ok(order) => {
                    Event::Read(Price { amount: order.amount, text: price(order.amount, &order.currency, &locale) })
                }
                Err(Failure::Lost) => Event::Unreadable { again: true },
                Err(Failure::Refused(status, _)) => Event::Unreadable { again: status != 404 },
            })
        };
        self.answered(ctx, merchant.read(), Box::new(read));
    }

    fn pay(&self, ctx: &Context<Self>) {
        // The fields are locked since they were judged, so that they are judged the same again, unless
        // the page was left meanwhile and they were wiped.
        let (Some(merchant), Ok(mut card)) = (self.merchant.clone(), entry().card(today())) else {
            return ctx.link().send_message(Hear::Event(Event::Answered(Answer::NotSent(Notice::NotSent))));
        };
        card.network = self.state.chosen.map(|brand| brand.network);
        let (gateways, key) = (ctx.props().gateways.clone(), self.key.clone());
        let seen_amount = self.state.price.as_ref().map(|price| price.amount);
        let paid = async move {
            let trusted = Trusted { gateways: &gateways, key: key.as_deref() };
            match pay(&merchant, trusted, card, seen_amount, || wipe(&[Field::Code])).await {
                Ok(Settled { standing, raw }) => Hear::Settled(raw, Event::Answered(Answer::Standing(standing))),
                Err(answer) => Hear::Event(Event::Answered(answer)),
            }
        };
        self.later(ctx, Box::pin(paid));
    }

    fn status(&self, ctx: &Context<Self>, asked: Asked, after_ms: u32) {
        let Some(merchant) = self.merchant.clone() else { return };
        let status = async move {
            browser::sleep(after_ms).await;
            match merchant::settled(merchant.status(after_ms > 0 && asked != Asked::OnLoad).await) {
                Ok(Settled { standing, raw }) => Hear::Settled(raw, Event::Status(asked, standing)),
                Err(_) => Hear::Event(Event::NoStatus(asked)),
            }
        };
        self.later(ctx, Box::pin(status));
    }

    fn abandon(&self, ctx: &Context<Self>, attempt: &str) {
        let Some(merchant) = &self.merchant else { return };
        let given_up = |reply| match merchant::settled(reply) {
            Ok(Settled { standing, raw }) => Hear::Settled(raw, Event::Answered(Answer::GivenUp(standing))),
            Err(_) => Hear::Event(Event::Answered(Answer::NotGivenUp)),
        };
        self.answered(ctx, merchant.abandon(attempt), Box::new(given_up));
    }

    fn tell(&self, kind: &str, fields: &[(&str, &JsValue)]) {
        if let Some(port) = &self.port {
            port.tell(kind, fields);
        }
    }

    /// Focus and blur: which field. Never what was typed. And the amount that the shopper sees from now on.
    fn tell_the_page(&self, event: &Event) {
        match event {
            Event::Read(price) => self.tell("read", &[("amount", &JsValue::from_f64(price.amount as f64))]),
            Event::Entered(field) => self.tell("focus", &[("field", &field.id().into())]),
            Event::Left(field, _) => self.tell("blur", &[("field", &field.id().into())]),
            _ => {}
        }
    }

    /// Whatever changed the fields: the shopper, the page, or an outcome that emptied them.
    fn tell_change(&mut self, filled: Filled) {
        let brand = self.state.brand.map(|brand| brand.network);
        if self.told_change.replace((filled, brand)) == Some((filled, brand)) {
            return;
        }
        let Filled { complete, empty } = filled;
        let brand = brand.map_or(JsValue::NULL, JsValue::from_str);
        self.tell("change", &[("complete", &complete.into()), ("empty", &empty.into()), ("brand", &brand)]);
    }

    /// An outcome that no server gave.
    fn tell_outcome(&self, told: Told) {
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
    fn tell_why(&self, kind: &str, code: &str, result: &JsValue) {
        self.tell(kind, &[("code", &code.into()), ("message", &self.message()), ("result", result)]);
    }

    /// Hears what an answer means. One future for all questions of one answer.
    fn answered(&self, ctx: &Context<Self>, sent: Sent, means: Box<dyn FnOnce(Result<Reply, Lost>) -> Hear>) {
        self.later(ctx, Box::pin(async move { means(sent.await) }));
    }

    /// Hears what `work` comes to. Behind a pointer, so that the waiting is compiled once.
    fn later(&self, ctx: &Context<Self>, work: Pin<Box<dyn Future<Output = Hear>>>) {
        let (link, order) = (ctx.link().clone(), Rc::downgrade(&self.order));
        spawn_local(async move {
            let heard = work.await;
            if order.upgrade().is_some() {
                link.send_message(heard);
            }
        });
    }

    /// The sentence the shopper reads now.
    fn message(&self) -> JsValue {
        outcome::message(&self.state, &self.text).map_or("", |(_, sentence)| sentence).into()
    }
}

/// What stands in the fields now. The document holds the only lasting copy.
pub(crate) fn entry() -> Entry {
    let value = |field| input(field).map(|input| input.value()).unwrap_or_default();
    Entry {
        number: value(Field::Number),
        expiry: value(Field::Expiry),
        code: value(Field::Code),
        name: shown(Field::Name).then(|| value(Field::Name)),
        postal_code: shown(Field::PostalCode).then(|| value(Field::PostalCode)),
        country: shown(Field::Country).then(|| value(Field::Country)),
    }
}

fn wipe(fields: &[Field]) {
    for input in fields.iter().filter_map(|field| input(*field)) {
        input.set_value("");
    }
}

/// All that may stay of a card that paid.
fn show_paid() {
    let number = digits_of(&entry().number);
    wipe(&Field::ALL);
    let last_four = number.len().checked_sub(4).and_then(|place| number.get(place..));
    if let (Some(input), Some(last_four)) = (input(Field::Number), last_four) {
        input.set_value(&["•••• •••• •••• ", last_four].concat());
    }
}
