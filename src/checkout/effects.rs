//! What follows from an event, carried out at the servers, in the fields and at the page.

use std::rc::Rc;

use yew::Context;

use super::fields::{entry, show_paid, wipe};
use super::{Checkout, Hear};
use crate::browser::{self, price, today};
use crate::entry::Field;
use crate::merchant::{self, Failure, Merchant, Settled};
use crate::pay::{Trusted, pay};
use crate::state::{Answer, Asked, Effect, Event, Notice, Price};

impl Checkout {
    pub(super) fn carry_out(&mut self, ctx: &Context<Self>, effect: Effect) {
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

    fn read(&mut self, ctx: &Context<Self>) {
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
        let answer = merchant.read();
        // Of two reads the later one counts, whichever is answered first.
        self.read = Rc::default();
        Self::while_wanted(ctx, &self.read, Box::pin(async move { read(answer.await) }));
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
}
