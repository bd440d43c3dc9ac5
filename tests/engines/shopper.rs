//! A shopper at a browser: goes to the shop, types, presses, reads. Knows where things are on the
//! pages, and nothing of the servers.

use anyhow::{Context, Result, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use florin_test_browsers::to_top;
use serde_json::{Value, json};

use crate::waiting::eventually;

/// A card that every bank approves.
pub(crate) const APPROVED: &str = "4242424242424242";
/// A card that its bank declines for good.
pub(crate) const DECLINED: &str = "4000000000000002";
/// A card whose bank asks the shopper first.
pub(crate) const CHALLENGED: &str = "4000003800000446";

/// The frame with the form, which stands in the page's own tree.
const FRAME: &str = "return document.querySelector('florin-frame > iframe')";
/// The document that holds the bank's.
const DIALOG: &str = "return document.querySelector('florin-frame')?.shadowRoot.querySelector('dialog iframe')";
const BANK: &str = "return document.querySelector('iframe')";

/// A field of the form, by what browsers fill into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Number,
    Expiry,
    Code,
    Name,
}

impl Field {
    fn selector(self) -> &'static str {
        match self {
            Self::Number => "form input[autocomplete~=cc-number]",
            Self::Expiry => "form input[autocomplete~=cc-exp]",
            Self::Code => "form input[autocomplete~=cc-csc]",
            Self::Name => "form input[autocomplete~=cc-name]",
        }
    }
}

#[derive(Clone)]
pub(crate) struct Shopper {
    pub(crate) client: Client,
}

impl Shopper {
    /// Opens a page of the shop and waits until the form can be typed into.
    pub(crate) async fn arrive(client: Client, url: &str) -> Result<Self> {
        let shopper = Self { client };
        shopper.client.goto(url).await?;
        shopper.turn_to_form().await?;
        shopper.is_served().await?;
        Ok(shopper)
    }

    /// Waits until the WebAssembly serves what is shown.
    pub(crate) async fn is_served(&self) -> Result<()> {
        eventually("the form is served", async || {
            self.turn_to_form().await?;
            Ok((self.run("return window.florin?.alive").await? == json!(true)).then_some(()))
        })
        .await
    }

    /// Turns to the shop's page.
    pub(crate) async fn turn_to_page(&self) -> Result<()> {
        to_top(&self.client).await
    }

    /// Turns to the form, once it is there.
    pub(crate) async fn turn_to_form(&self) -> Result<()> {
        eventually("the form is there", async || {
            self.turn_to_page().await?;
            self.enter(FRAME).await?;
            self.client.find(Locator::Css(Field::Number.selector())).await?;
            Ok(Some(()))
        })
        .await
    }

    /// Turns to the bank's page in the dialog.
    pub(crate) async fn turn_to_bank_in_dialog(&self) -> Result<()> {
        eventually("the bank is in the dialog", async || {
            self.turn_to_page().await?;
            self.enter(DIALOG).await?;
            self.enter(BANK).await?;
            self.client.find(Locator::Css("a.approve")).await?;
            Ok(Some(()))
        })
        .await
    }

    async fn enter(&self, script: &str) -> Result<()> {
        let frame = self.client.execute(script, vec![]).await?;
        ensure!(!frame.is_null(), "no such frame");
        Ok(self.element(frame)?.enter_frame().await?)
    }

    /// What a script answered, as an element.
    fn element(&self, answer: Value) -> Result<Element> {
        let id = answer.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
        let id = id.context("a script answered no element")?;
        Ok(Element::from_element_id(self.client.clone(), id.to_owned().into()))
    }

    /// Runs a script where the shopper is.
    pub(crate) async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, vec![]).await?)
    }

    pub(crate) async fn field(&self, field: Field) -> Result<Element> {
        Ok(self.client.find(Locator::Css(field.selector())).await?)
    }

    pub(crate) async fn value(&self, field: Field) -> Result<String> {
        Ok(self.field(field).await?.prop("value").await?.unwrap_or_default())
    }

    /// Puts the caret into a field.
    pub(crate) async fn go_to(&self, field: Field) -> Result<()> {
        Ok(self.field(field).await?.click().await?)
    }

    /// Presses keys one by one, wherever the focus is.
    pub(crate) async fn press(&self, keys: impl IntoIterator<Item = char>) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for value in keys {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        Ok(self.client.perform_actions(actions).await?)
    }

    /// Empties a field as a shopper does, and types.
    pub(crate) async fn retype(&self, field: Field, text: &str) -> Result<()> {
        self.go_to(field).await?;
        let old = self.value(field).await?.chars().count();
        self.press(std::iter::once(Key::End.into()).chain((0..old).map(|_| Key::Backspace.into()))).await?;
        self.press(text.chars()).await
    }

    /// Fills in all fields.
    pub(crate) async fn fill(&self, card: &str) -> Result<()> {
        for (field, text) in
            [(Field::Number, card), (Field::Expiry, "1230"), (Field::Code, "123"), (Field::Name, "Ada Lovelace")]
        {
            self.retype(field, text).await?;
        }
        Ok(())
    }

    pub(crate) async fn press_pay(&self) -> Result<()> {
        Ok(self.client.find(Locator::Css("form button.pay")).await?.click().await?)
    }

    /// Fills in all fields and presses the button.
    pub(crate) async fn pay(&self, card: &str) -> Result<()> {
        self.turn_to_form().await?;
        self.fill(card).await?;
        self.press_pay().await
    }

    /// Waits until the form has come so far.
    pub(crate) async fn phase_is(&self, phase: &str) -> Result<()> {
        self.turn_to_form().await?;
        let script = "return document.querySelector('[data-phase]')?.dataset.phase";
        eventually(&format!("the form says {phase}"), async || {
            let now = self.run(script).await?;
            ensure!(now == json!(phase), "it says {now}");
            Ok(Some(()))
        })
        .await
    }

    /// All that the document says where the shopper is.
    pub(crate) async fn text(&self) -> Result<String> {
        let said = self.run("return document.body.innerText").await?;
        Ok(said.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the shop says thanks.
    pub(crate) async fn thanked(&self) -> Result<()> {
        eventually("the shop says thanks", async || {
            self.turn_to_page().await?;
            let shown = self.run("return document.getElementById('thanks')?.offsetHeight > 0").await?;
            Ok((shown == json!(true)).then_some(()))
        })
        .await
    }

    /// Waits until the whole window shows the bank's page.
    pub(crate) async fn at_the_bank(&self) -> Result<()> {
        eventually("the window shows the bank", async || {
            self.turn_to_page().await?;
            self.client.find(Locator::Css("a.approve")).await?;
            Ok(Some(()))
        })
        .await
    }

    /// Where a link of the page goes to.
    pub(crate) async fn address_of(&self, link: &str) -> Result<String> {
        let link = self.client.find(Locator::Css(link)).await?;
        link.prop("href").await?.context("the link leads nowhere")
    }

    pub(crate) async fn click(&self, css: &str) -> Result<()> {
        Ok(self.client.find(Locator::Css(css)).await?.click().await?)
    }

    /// Phase, values and words of the form, if there is one.
    pub(crate) async fn form_as_it_is(&self) -> Result<String> {
        self.turn_to_page().await?;
        self.enter(FRAME).await?;
        let script = "return [document.querySelector('[data-phase]')?.dataset.phase, document.activeElement?.id, \
            ...[...document.querySelectorAll('input')].map(({ value }) => value), document.body.innerText]";
        Ok(self.run(script).await?.to_string())
    }
}
