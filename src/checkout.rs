//! The checkout: the only part with state. Hears the shopper, the page and the servers; the state
//! says what happens next, and this carries it out.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event as DomEvent, FocusEvent, HtmlInputElement, InputEvent, KeyboardEvent, MessagePort};
use yew::{AttrValue, Callback, Component, Context, Html, Properties, html};

use crate::browser::{self, input, price, today};
use crate::button;
use crate::entry::{Entry, Field, Mistake};
use crate::form::{self, typing};
use crate::merchant::{Failure, Merchant, Settled};
use crate::outcome;
use crate::pay::{Trusted, pay};
use crate::port::{Page, Port};
use crate::state::{Answer, Asked, Effect, Event, Notice, Phase, Price, State, Told};
use crate::text::{self, Text};

/// Where the form runs.
#[derive(Properties, PartialEq)]
pub struct CheckoutProps {
    /// The merchant server's origin.
    pub merchant: AttrValue,
    /// The origins a card may be sent to.
    pub gateways: Rc<[String]>,
    /// The line to the page; none in the playground.
    pub port: Option<MessagePort>,
    /// Decides words and number formats.
    pub locale: AttrValue,
}

/// What the checkout hears.
pub enum Hear {
    /// The shopper, or a server.
    Event(Event),
    /// A Result of the merchant server, as it came.
    Settled(JsValue, Event),
    /// The page.
    Page(Page),
    /// The button, or Enter.
    Press,
    /// How the order stands, for the page alone; none when nobody answered.
    Report(Option<JsValue>),
    /// The Escape key: the page may want to close what holds the form.
    Escape,
}

/// Callbacks of the whole form; the event's target tells the field.
struct Ears {
    input: Callback<InputEvent>,
    enter: Callback<FocusEvent>,
    leave: Callback<FocusEvent>,
    key: Callback<KeyboardEvent>,
    submit: Callback<yew::SubmitEvent>,
    click: Callback<yew::MouseEvent>,
}

/// The checkout.
pub struct Checkout {
    state: State,
    text: &'static Text,
    /// Decides words and number formats.
    locale: AttrValue,
    merchant: Option<Merchant>,
    /// The publishable key the page expects.
    key: Option<String>,
    port: Option<Port>,
    ears: Ears,
    /// Where the focus goes once the fields are unlocked.
    focus_next: Option<Field>,
    /// What the page was told last of what is typed.
    told_change: (bool, bool, Option<&'static str>),
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
            text: text::of(&ctx.props().locale),
            locale: ctx.props().locale.clone(),
            merchant: None,
            key: None,
            port,
            ears: ears(ctx),
            focus_next: None,
            told_change: (false, true, None),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, heard: Hear) -> bool {
        match heard {
            Hear::Event(event) => self.apply(ctx, event),
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
            Hear::Escape => {
                self.tell("escape", &[]);
                false
            }
        }
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        let ears = &self.ears;
        html! {
            <form
                novalidate={true}
                oninput={ears.input.clone()}
                onfocusin={ears.enter.clone()}
                onfocusout={ears.leave.clone()}
                onkeydown={ears.key.clone()}
                onclick={ears.click.clone()}
                onsubmit={ears.submit.clone()}
            >
                { form::view(&self.state, self.text) }
            </form>
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first: bool) {
        if first {
            self.tell("ready", &[]);
        }
        if let Some(input) = self.focus_next.take().and_then(input) {
            let _ = input.focus();
        }
    }
}

impl Checkout {
    fn apply(&mut self, ctx: &Context<Self>, event: Event) -> bool {
        self.tell_the_page(&event);
        for effect in self.state.apply(event) {
            self.carry_out(ctx, effect);
        }
        true
    }

    /// A Result reaches the page once: when it was asked on load, and when it changes something.
    fn settled(&mut self, ctx: &Context<Self>, raw: &JsValue, event: Event) -> bool {
        let on_load = matches!(event, Event::Status(Asked::OnLoad, _));
        let before = button::phase_name(&self.state.phase);
        let render = self.apply(ctx, event);
        if on_load {
            self.tell("resumed", &[("result", raw)]);
        } else if button::phase_name(&self.state.phase) != before {
            self.tell("outcome", &[("result", raw)]);
        }
        render
    }

    fn page(&mut self, ctx: &Context<Self>, page: Page) -> bool {
        match page {
            Page::Session(session, key) => {
                self.merchant = Some(Merchant::new(&ctx.props().merchant, &session));
                self.key = key;
                self.apply(ctx, Event::Session)
            }
            Page::Pay => self.pay_for_page(ctx),
            Page::Resume => {
                self.carry_out(ctx, Effect::Status { asked: Asked::OnLoad, after_ms: 0 });
                false
            }
            Page::Refresh => self.apply(ctx, Event::Session),
            Page::Focus(field) => {
                self.focus_next = Some(field);
                true
            }
            Page::Clear => self.apply(ctx, Event::Clear),
            Page::Submit(yes, dialog) => {
                if let Some(merchant) = &mut self.merchant {
                    merchant.dialog = dialog;
                }
                self.apply(ctx, Event::PageSays(yes))
            }
            Page::Validate => match (entry().card(today()), &self.state.phase) {
                (Err(mistakes), Phase::Editing | Phase::Declined { .. }) => {
                    self.apply(ctx, Event::Pressed(Err(mistakes)))
                }
                _ => false,
            },
            Page::Returned => self.apply(ctx, Event::Returned),
            Page::Abandon => self.apply(ctx, Event::AnotherCard),
            Page::Locale(locale) => {
                self.text = text::of(&locale);
                self.locale = locale.into();
                // The price is read again, for it is written in the language.
                self.apply(ctx, Event::Session)
            }
        }
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

    /// Tells the page how the order stands, without changing anything here.
    fn report(&self, ctx: &Context<Self>) {
        let Some(merchant) = self.merchant.clone() else { return };
        let report = async move { Hear::Report(merchant.status(false).await.ok().map(|settled| settled.raw)) };
        later(ctx, Box::pin(report));
    }

    fn carry_out(&mut self, ctx: &Context<Self>, effect: Effect) {
        match effect {
            Effect::Read => self.read(ctx),
            Effect::AskPage if self.port.is_some() => self.tell("submit", &[]),
            // Nobody to ask.
            Effect::AskPage => ctx.link().send_message(Hear::Event(Event::PageSays(true))),
            Effect::Pay => self.pay(ctx),
            Effect::Status { asked, after_ms } => self.status(ctx, asked, after_ms),
            Effect::Abandon(attempt) => self.abandon(ctx, attempt),
            Effect::Challenge(url) => self.tell("action", &[("url", &url.into())]),
            Effect::Focus(field) => self.focus_next = Some(field),
            Effect::Wipe => wipe(&Field::ALL),
            Effect::ShowPaid => show_paid(),
            Effect::Tell(told) => self.tell_outcome(told),
        }
    }

    fn read(&self, ctx: &Context<Self>) {
        let Some(merchant) = self.merchant.clone() else { return };
        let locale = self.locale.clone();
        let read = async move {
            Hear::Event(match merchant.read().await {
                Ok(order) => {
                    Event::Read(Price { amount: order.amount, text: price(order.amount, &order.currency, &locale) })
                }
                Err(Failure::Lost) => Event::Unreadable { again: true },
                Err(Failure::Refused(status, _)) => Event::Unreadable { again: status == 429 },
            })
        };
        later(ctx, Box::pin(read));
    }

    fn pay(&self, ctx: &Context<Self>) {
        // The fields are locked since they were judged, so that they are judged the same again, unless
        // the page was left meanwhile and they were wiped.
        let (Some(merchant), Ok(card)) = (self.merchant.clone(), entry().card(today())) else {
            return ctx.link().send_message(Hear::Event(Event::Answered(Answer::NotSent(Notice::NotSent))));
        };
        let (gateways, key) = (ctx.props().gateways.clone(), self.key.clone());
        let seen_amount = self.state.price.as_ref().map(|price| price.amount);
        let paid = async move {
            let trusted = Trusted { gateways: &gateways, key: key.as_deref() };
            match pay(&merchant, trusted, card, seen_amount, || wipe(&[Field::Code])).await {
                Ok(Settled { standing, raw }) => Hear::Settled(raw, Event::Answered(Answer::Standing(standing))),
                Err(answer) => Hear::Event(Event::Answered(answer)),
            }
        };
        later(ctx, Box::pin(paid));
    }

    fn status(&self, ctx: &Context<Self>, asked: Asked, after_ms: u32) {
        let Some(merchant) = self.merchant.clone() else { return };
        let status = async move {
            browser::sleep(after_ms).await;
            match merchant.status(after_ms > 0).await {
                Ok(Settled { standing, raw }) => Hear::Settled(raw, Event::Status(asked, standing)),
                Err(_) => Hear::Event(Event::NoStatus(asked)),
            }
        };
        later(ctx, Box::pin(status));
    }

    fn abandon(&self, ctx: &Context<Self>, attempt: String) {
        let Some(merchant) = self.merchant.clone() else { return };
        let given_up = async move {
            match merchant.abandon(&attempt).await {
                Ok(Settled { standing, raw }) => Hear::Settled(raw, Event::Answered(Answer::Standing(standing))),
                // The challenge stays as it is, and can be given up again.
                Err(_) => Hear::Report(None),
            }
        };
        later(ctx, Box::pin(given_up));
    }

    fn tell(&self, kind: &str, fields: &[(&str, &JsValue)]) {
        if let Some(port) = &self.port {
            port.tell(kind, fields);
        }
    }

    /// Focus, blur and change: which field, whether all is right, which brand. Never what was typed.
    fn tell_the_page(&mut self, event: &Event) {
        match event {
            Event::Entered(field) => self.tell("focus", &[("field", &field.id().into())]),
            Event::Left(field, _) => self.tell("blur", &[("field", &field.id().into())]),
            Event::Typed { brand, .. } => {
                let entry = entry();
                let change = (entry.card(today()).is_ok(), entry.is_empty(), brand.map(|brand| brand.network));
                if change != self.told_change {
                    self.told_change = change;
                    let brand = change.2.map_or(JsValue::NULL, JsValue::from_str);
                    self.tell(
                        "change",
                        &[("complete", &change.0.into()), ("empty", &change.1.into()), ("brand", &brand)],
                    );
                }
            }
            _ => {}
        }
    }

    /// An outcome that no server gave: the loader completes it to a Result.
    fn tell_outcome(&self, told: Told) {
        if told == Told::Unreadable {
            return self.tell("loaderror", &[("code", &"order_unreadable".into()), ("message", &self.message())]);
        }
        let (status, code, field) = match told {
            Told::Invalid(field) => ("invalid", "invalid_field", Some(field)),
            Told::Unknown => ("unknown", "no_answer", None),
            Told::Open(_) | Told::Unreadable => ("open", "not_charged", None),
        };
        let field = field.map_or(JsValue::NULL, |field| field.id().into());
        self.tell(
            "failed",
            &[("status", &status.into()), ("code", &code.into()), ("field", &field), ("message", &self.message())],
        );
    }

    /// The sentence the shopper reads now.
    fn message(&self) -> JsValue {
        outcome::message(&self.state, self.text).map_or("", |(_, sentence)| sentence).into()
    }
}

/// Hears what `work` comes to. Behind a pointer, so that the waiting is compiled once.
fn later(ctx: &Context<Checkout>, work: Pin<Box<dyn Future<Output = Hear>>>) {
    let link = ctx.link().clone();
    spawn_local(async move { link.send_message(work.await) });
}

fn ears(ctx: &Context<Checkout>) -> Ears {
    let link = ctx.link();
    let digits = Cell::new(0);
    Ears {
        input: link.batch_callback(move |event: InputEvent| {
            let (field, input) = target(&event)?;
            digits.set(typing::format_in_place(&input, field, &event, digits.get()));
            let entry = entry();
            Some(Hear::Event(Event::Typed { field, mistake: entry.mistake(field, today()), brand: entry.brand() }))
        }),
        enter: link.batch_callback(|event: FocusEvent| Some(Hear::Event(Event::Entered(target(&event)?.0)))),
        leave: link.batch_callback(|event: FocusEvent| {
            let (field, _) = target(&event)?;
            let mistake = entry().mistake(field, today()).filter(|mistake| *mistake != Mistake::Missing);
            Some(Hear::Event(Event::Left(field, mistake)))
        }),
        key: link.batch_callback(|event: KeyboardEvent| (event.key() == "Escape").then_some(Hear::Escape)),
        submit: link.callback(|event: yew::SubmitEvent| {
            event.prevent_default();
            Hear::Press
        }),
        click: link.batch_callback(|event: yew::MouseEvent| {
            let id = event.target()?.dyn_into::<web_sys::Element>().ok()?.id();
            (id == "another").then_some(Hear::Event(Event::AnotherCard))
        }),
    }
}

/// The field an event happened in.
fn target(event: &DomEvent) -> Option<(Field, HtmlInputElement)> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    Some((Field::named(&input.id())?, input))
}

/// What stands in the fields now. The document holds the only lasting copy.
fn entry() -> Entry {
    let value = |field| input(field).map(|input| input.value()).unwrap_or_default();
    Entry {
        number: value(Field::Number),
        expiry: value(Field::Expiry),
        code: value(Field::Code),
        name: value(Field::Name),
    }
}

fn wipe(fields: &[Field]) {
    for input in fields.iter().filter_map(|field| input(*field)) {
        input.set_value("");
    }
}

/// All that may stay of a card that paid.
fn show_paid() {
    let number = entry().number;
    let last_four: String = number.chars().skip(number.chars().count().saturating_sub(4)).collect();
    wipe(&Field::ALL);
    if let (Some(input), 4) = (input(Field::Number), last_four.len()) {
        input.set_value(&["•••• •••• •••• ", &last_four].concat());
    }
}
