//! The checkout: the only part with state. Hears the shopper, the page and the servers; the state
//! says what happens next, and this carries it out.

mod effects;
mod fields;
mod page;

pub(crate) use fields::entry;

use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessagePort;
use yew::{AttrValue, Component, Context, Html, NodeRef, Properties};

use crate::browser::{input, today};
use crate::button;
use crate::ears::{self, Ear};
use crate::entry::{Field, Filled};
use crate::fetch::{Lost, Reply, Sent};
use crate::form;
use crate::merchant::Merchant;
use crate::port::{Page, Port};
use crate::state::{Asked, Decline, Event, Notice, Phase, State, Told};
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
    /// The same for the last read of the order.
    read: Rc<()>,
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
            read: Rc::default(),
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

    /// Hears what an answer means. One future for all questions of one answer.
    fn answered(&self, ctx: &Context<Self>, sent: Sent, means: Box<dyn FnOnce(Result<Reply, Lost>) -> Hear>) {
        self.later(ctx, Box::pin(async move { means(sent.await) }));
    }

    /// Hears what `work` comes to, unless it is another order by then.
    fn later(&self, ctx: &Context<Self>, work: Pin<Box<dyn Future<Output = Hear>>>) {
        Self::while_wanted(ctx, &self.order, work);
    }

    /// Hears what `work` comes to while `wanted` lives. Behind a pointer, so that the waiting is compiled once.
    fn while_wanted(ctx: &Context<Self>, wanted: &Rc<()>, work: Pin<Box<dyn Future<Output = Hear>>>) {
        let (link, wanted) = (ctx.link().clone(), Rc::downgrade(wanted));
        spawn_local(async move {
            let heard = work.await;
            if wanted.upgrade().is_some() {
                link.send_message(heard);
            }
        });
    }
}
