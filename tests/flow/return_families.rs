//! Every family of forged return, and everything an honest one may look like, under each scheme.

use std::time::Duration;

use florin_domain::mode::Mode;
use florin_merchant::{ReturnScheme, Settings};
use florin_signing::SigningKey;
use florin_signing::own_gateway::return_url::{AmountExpected, ReturnParams, sign};
use florin_signing::sealed::{Audience, Claims, SealingKey, seal};
use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::browser::CHALLENGED;
use crate::world::{RETURN_KEY, SHOP, Wish, World};

const OLD_KEY: &str = "the-key-before-this-one-0123456789-the-key-before-this-one";
const SEALING: [u8; 32] = *b"sealing key of a test, 32 bytes!";
const SEALING_BEFORE: [u8; 32] = *b"the sealing key before that one!";

fn key(text: &str) -> SigningKey {
    SigningKey::new(SecretString::from(text)).unwrap()
}

/// An order whose challenge was approved at the bank, with all webhooks held.
struct Scene {
    world: World,
    order: Value,
    payment: String,
    /// The gateway's own return URL.
    back: String,
}

impl Scene {
    async fn of(tune: fn(&mut Settings)) -> Self {
        let world = World::with(Wish { tune, ..Wish::default() }).await;
        let order = world.order().await;
        let opened = world.attempt(&order).await;
        let result = world.pay(&order, &opened, CHALLENGED).await;
        world.sandbox("webhooks", json!({ "mode": "hold" })).await;
        let back = world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
        let payment = opened["collect"]["payment_id"].as_str().unwrap().to_owned();
        Self { world, order, payment, back }
    }

    fn id(&self) -> &str {
        self.order["id"].as_str().unwrap()
    }

    fn address(&self) -> String {
        format!("{}/checkout/return?order={}", self.world.merchant_url, self.id())
    }

    fn signed(&self, status: &str, amount: Option<i64>, by: &SigningKey) -> String {
        let params = ReturnParams {
            status: status.to_owned(),
            payment_id: self.payment.clone(),
            client_secret: format!("{}_secret_x", self.payment),
            amount,
            manual_retry_allowed: false,
        };
        sign(&self.address(), &params, by).unwrap()
    }

    fn sealed(&self, change: impl FnOnce(&mut Claims, &mut Audience<'_>), by: &[u8; 32]) -> String {
        let address = self.address();
        let now = self.world.clock.now();
        let mut claims = Claims {
            payment: self.payment.clone(),
            order: self.id().to_owned(),
            attempt: "att_1".to_owned(),
            amount: 4200,
            currency: "EUR".to_owned(),
            status: "succeeded".to_owned(),
            issued: now,
            expires: now.plus(Duration::from_secs(15 * 60)),
        };
        let mut audience = Audience {
            mode: Mode::Test,
            merchant_id: "merchant_test",
            profile_id: "pro_test",
            return_address: &address,
        };
        change(&mut claims, &mut audience);
        let url = seal(&claims, &audience, &SealingKey::from_random(*by).unwrap()).unwrap();
        let query = url.split_once('?').unwrap().1.to_owned();
        let seal = query.split('&').find(|pair| pair.starts_with("florin=")).unwrap();
        format!("{address}&{seal}")
    }

    /// Opens the address; it must be refused like any other.
    async fn refuses(&self, what: &str, url: &str) {
        let (status, next) = self.world.follow(url).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{what}");
        let own = format!("{SHOP}/thanks?order=");
        assert!(
            next.starts_with(&own) || next.starts_with(&format!("{}/receipt", self.world.merchant_url)),
            "{what}: {next}"
        );
    }

    /// Nothing that was opened since `reads` was taken was believed.
    async fn believed_none(&self, reads: u64) {
        assert_eq!(self.world.reads(&self.payment).await, reads);
        assert_eq!(self.world.status_of(&self.order).await, "requires_action");
    }

    /// Opens the address; it must lead to a read, whatever came before.
    async fn takes(&self, what: &str, url: &str) {
        self.world.wait(3);
        let before = self.world.reads(&self.payment).await;
        let (status, next) = self.world.follow(url).await;
        assert_eq!((status, next), (StatusCode::SEE_OTHER, format!("{SHOP}/thanks?order={}", self.id())), "{what}");
        assert_eq!(self.world.reads(&self.payment).await, before + 1, "{what} was not believed");
        assert_eq!(self.world.status_of(&self.order).await, "paid", "{what}");
    }

    async fn post(&self, url: &str, form: String) -> (StatusCode, String) {
        let kind = "application/x-www-form-urlencoded";
        let request = self.world.http.post(url).header("content-type", kind).body(form);
        let response = request.send().await.unwrap();
        (response.status(), response.headers()["location"].to_str().unwrap().to_owned())
    }
}

/// The URL with one parameter's value changed; without one, the parameter is left out.
fn with(url: &str, name: &str, value: Option<&str>) -> String {
    let (address, query) = url.split_once('?').unwrap();
    let parts = query.split('&').filter_map(|pair| match pair.split_once('=') {
        Some((found, _)) if found == name => value.map(|value| format!("{name}={value}")),
        _ => Some(pair.to_owned()),
    });
    format!("{address}?{}", parts.collect::<Vec<_>>().join("&"))
}

const SIGNED: [&str; 8] = [
    "order",
    "status",
    "payment_id",
    "payment_intent_client_secret",
    "amount",
    "manual_retry_allowed",
    "signature",
    "signature_algorithm",
];

#[tokio::test]
async fn no_forged_signed_return_is_believed() {
    let scene = Scene::of(|_| {}).await;
    let (world, back) = (&scene.world, scene.back.clone());
    let reads = world.reads(&scene.payment).await;
    let mut forged: Vec<(&str, String)> = Vec::new();
    for name in SIGNED {
        forged.push(("missing", with(&back, name, None)));
        forged.push(("hollow", with(&back, name, Some(""))));
        let pair = back.split(['?', '&']).find(|pair| pair.starts_with(&format!("{name}="))).unwrap();
        forged.push(("twice the same", format!("{back}&{pair}")));
        forged.push(("twice, otherwise", format!("{back}&{name}=x")));
        forged.push(("first otherwise", back.replacen('?', &format!("?{name}=x&"), 1)));
        forged.push(("twice, escaped", format!("{back}&%{:02X}{}=x", name.as_bytes()[0], &name[1..])));
        for spelling in [name.to_uppercase(), format!("{name}[]"), format!(" {name}"), name.replace('a', "\u{430}")] {
            let renamed = back.replacen(&format!("{name}="), &format!("{spelling}="), 1);
            if renamed != back {
                forged.push(("renamed", renamed));
            }
        }
    }
    for algorithm in ["none", "HMAC-SHA256", "hmac-sha512", "HMAC-SHA512%00", "HMAC-SHA512,none"] {
        forged.push(("algorithm", with(&back, "signature_algorithm", Some(algorithm))));
    }
    for amount in ["4201", "4200.0", "+4200", "04200", "4.2e3", "0x1068", "-4200", "\u{ff14}200", "4200%20", "4200%0A"]
    {
        forged.push(("amount", with(&back, "amount", Some(amount))));
    }
    for status in
        ["failed", "SUCCEEDED", "succeeded%00", "succeeded%20", "succeeded%26x", "succeeded%2526", "%73ucceede\u{501}"]
    {
        forged.push(("status", with(&back, "status", Some(status))));
    }
    let signature = back.split("signature=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    for wrong in [
        signature.to_uppercase(),
        signature[..126].to_owned(),
        format!("{signature}00"),
        format!("%30{}", &signature[1..]),
    ] {
        if wrong.strip_prefix("%30") == Some(&signature[1..]) && signature.starts_with('0') {
            continue;
        }
        forged.push(("signature", with(&back, "signature", Some(&wrong))));
    }
    for (what, by) in [
        ("another key", "somebody-elses-key-0123456789"),
        ("a key of old", OLD_KEY),
        ("another purpose's", "whsec_C2FVsBQIhrscChlQIMV"),
    ] {
        forged.push((what, scene.signed("succeeded", Some(4200), &key(by))));
    }
    forged.push(("the amount was left out and signed", scene.signed("succeeded", None, &key(RETURN_KEY))));
    for bad in ["%", "%2", "%zz", "%ff", "%C3%28"] {
        forged.push(("bad escape in a value", with(&back, "payment_id", Some(&format!("{}{bad}", scene.payment)))));
        forged.push(("bad escape in a name", format!("{back}&{bad}=a")));
    }
    forged.push(("too long", format!("{back}&a={}", "a".repeat(9000))));
    // The old trick: a value with a separator inside signs like two parameters.
    forged.push(("moved border", with(&with(&back, "status", None), "amount", Some("4200%26status%3Dsucceeded"))));
    assert!(forged.len() > 80, "{}", forged.len());
    for (what, url) in &forged {
        scene.refuses(what, url).await;
    }
    world.http.head(&back).send().await.unwrap();
    for header in ["sec-purpose", "purpose", "x-moz"] {
        world.http.get(&back).header(header, "prefetch").send().await.unwrap();
    }
    world.http.request(Method::OPTIONS, &back).send().await.unwrap();
    scene.believed_none(reads).await;
    scene.takes("the honest one", &back).await;
}

#[tokio::test]
async fn whatever_an_honest_signed_return_looks_like_is_taken() {
    let scene = Scene::of(|settings| {
        settings.account.returns =
            ReturnScheme::Signed { keys: vec![key(RETURN_KEY), key(OLD_KEY)], amount: AmountExpected::Required };
    })
    .await;
    let back = scene.back.clone();
    let (address, query) = back.split_once('?').unwrap();
    let mut parts: Vec<&str> = query.split('&').collect();
    parts.reverse();
    scene.takes("any order", &format!("{address}?{}", parts.join("&"))).await;
    for more in [
        "utm_source=mail",
        "fbclid=a%26status%3Dfailed",
        "gclid=",
        "flag",
        "x[]=1",
        "Status=failed",
        "a=%e2%82%ac",
        "a=%ff%zz",
    ] {
        scene.takes("a tracker's parameter", &format!("{back}&{more}")).await;
        scene.takes("a tracker's parameter, first", &format!("{address}?{more}&{query}")).await;
    }
    scene.takes("the key before", &scene.signed("succeeded", Some(4200), &key(OLD_KEY))).await;
    scene.takes("a second visit", &back).await;
    scene.takes("a fragment", &format!("{back}#analytics")).await;
    scene.world.wait(3);
    let before = scene.world.reads(&scene.payment).await;
    let (status, next) = scene.post(address, query.to_owned()).await;
    assert_eq!((status, next), (StatusCode::SEE_OTHER, format!("{SHOP}/thanks?order={}", scene.id())), "a form");
    assert_eq!(scene.world.reads(&scene.payment).await, before + 1, "a form was not believed");
}

#[tokio::test]
async fn a_profile_that_leaves_the_amount_out_is_read_so_and_not_otherwise() {
    let scene = Scene::of(|settings| {
        settings.account.returns =
            ReturnScheme::Signed { keys: vec![key(RETURN_KEY)], amount: AmountExpected::Forbidden };
    })
    .await;
    let reads = scene.world.reads(&scene.payment).await;
    scene.refuses("an amount", &scene.signed("succeeded", Some(4200), &key(RETURN_KEY))).await;
    let without = scene.signed("succeeded", None, &key(RETURN_KEY));
    scene.refuses("an amount, appended", &format!("{without}&amount=4200")).await;
    scene.post(&without, "amount=4200".to_owned()).await;
    scene.believed_none(reads).await;
    scene.takes("without", &without).await;
}

#[tokio::test]
async fn a_sealed_return_is_believed_as_it_is_or_not_at_all() {
    let scene = Scene::of(|settings| {
        let keys = [SEALING, SEALING_BEFORE].map(|bytes| SealingKey::from_random(bytes).unwrap());
        settings.account.returns = ReturnScheme::Sealed { keys: keys.to_vec() };
    })
    .await;
    let honest = scene.sealed(|_, _| {}, &SEALING);
    let other = scene.world.order().await;
    let other_id = other["id"].as_str().unwrap();
    let reads = scene.world.reads(&scene.payment).await;
    let (now, minute) = (scene.world.clock.now(), Duration::from_secs(60));
    let mut forged: Vec<(&str, String)> = vec![
        ("missing", scene.address()),
        ("hollow", format!("{}&florin=", scene.address())),
        ("twice", format!("{honest}&florin=x")),
        ("the signed scheme", scene.back.clone()),
        ("cut off", honest[..honest.len() - 1].to_owned()),
        ("another version", honest.replace("v4.local.", "v3.local.")),
        ("another key", scene.sealed(|_, _| {}, b"a key that nobody here was told.")),
        ("live mode", scene.sealed(|_, audience| audience.mode = Mode::Live, &SEALING)),
        ("another merchant", scene.sealed(|_, audience| audience.merchant_id = "merchant_2", &SEALING)),
        ("another profile", scene.sealed(|_, audience| audience.profile_id = "pro_2", &SEALING)),
        ("another address", scene.sealed(|_, audience| audience.return_address = "https://shop.example/", &SEALING)),
        ("another order in the address", honest.replace(scene.id(), other_id)),
        ("another order in the seal", scene.sealed(|claims, _| claims.order = other_id.to_owned(), &SEALING)),
        ("a payment of nobody", scene.sealed(|claims, _| claims.payment = "pay_9".to_owned(), &SEALING)),
        (
            "of old",
            scene.sealed(
                |claims, _| {
                    (claims.issued, claims.expires) = (now.minus(minute * 20), now.minus(minute * 6));
                },
                &SEALING,
            ),
        ),
        (
            "of a time to come",
            scene.sealed(
                |claims, _| {
                    (claims.issued, claims.expires) = (now.plus(minute * 2), now.plus(minute * 3));
                },
                &SEALING,
            ),
        ),
    ];
    let begin = honest.find("florin=").unwrap() + "florin=".len();
    for place in (begin..honest.len()).step_by(7) {
        let mut changed = honest.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        forged.push(("one character", String::from_utf8(changed).unwrap()));
    }
    for (what, url) in &forged {
        scene.refuses(what, url).await;
    }
    scene.world.http.head(&honest).send().await.unwrap();
    scene.believed_none(reads).await;
    scene.takes("the honest one", &honest).await;
    scene.takes("with a tracker", &format!("{honest}&utm_source=mail")).await;
    scene.takes("the key before", &scene.sealed(|_, _| {}, &SEALING_BEFORE)).await;
    scene
        .takes("a clock that is ahead", &scene.sealed(|claims, _| claims.issued = now.plus(minute / 2), &SEALING))
        .await;
    let used = "SELECT label FROM merchant.keys WHERE kind = 'return sealing key' AND last_used_at IS NOT NULL";
    scene.world.wait(61);
    scene.world.eventually("both keys are seen in use", async |world| world.books().column(used).len() == 2).await;
}

#[tokio::test]
async fn without_a_scheme_a_return_is_no_news() {
    let scene = Scene::of(|settings| settings.account.returns = ReturnScheme::None).await;
    let reads = scene.world.reads(&scene.payment).await;
    scene.refuses("the gateway's own", &scene.back).await;
    scene.believed_none(reads).await;
    scene.world.sandbox("webhooks", json!({ "mode": "release" })).await;
    scene.world.eventually_status(&scene.order, "paid").await;
}

#[tokio::test]
async fn an_old_return_changes_nothing_after_a_refund() {
    let scene = Scene::of(|_| {}).await;
    scene.takes("the first visit", &scene.back).await;
    let refund = scene.world.keyed(&scene.order, "refunds", "all", json!({})).await;
    assert_eq!(refund.status, StatusCode::CREATED, "{}", refund.text);
    scene.world.eventually_status(&scene.order, "refunded").await;
    scene.world.wait(3);
    scene.refuses("the same again", &scene.back).await;
    let order = scene.world.read(&scene.order).await;
    assert_eq!(
        (&order["status"], &order["amount_captured"], &order["amount_refunded"]),
        (&json!("refunded"), &json!(4200), &json!(4200))
    );
}
