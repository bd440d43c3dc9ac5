use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::Limits;
use florin_merchant::{GatewayAccount, PAY_DEADLINE};
use florin_signing::SigningKey;
use serde_json::json;

use super::*;

const HASH_KEY: &str = "the-profiles-own-hash-key";

fn settings(mode: Mode) -> Settings {
    let url = |text: &str| Url::parse(text).unwrap();
    Settings {
        mode,
        public_url: url("https://pay.example"),
        frame_origin: "https://frame.example".to_owned(),
        merchant_name: "Stationer".to_owned(),
        shop_keys: vec![SecretString::from("the-shops-own-key")],
        result_origins: vec!["https://shop.example".to_owned()],
        shop_webhook: None,
        account: GatewayAccount {
            name: "owngateway".to_owned(),
            base_url: url("https://gateway.example"),
            browser_origin: "https://gateway.example".to_owned(),
            merchant_id: "merchant_1".to_owned(),
            profile_id: "pro_1".to_owned(),
            secret_key: SecretString::from("snd_0123456789abcdef"),
            publishable_key: "pk_snd_1".to_owned(),
            collect: CollectMode::Confirm,
            returns: ReturnScheme::Signed {
                keys: vec![SigningKey::new(HASH_KEY).unwrap()],
                amount: AmountExpected::Required,
            },
            webhook_keys: vec![SigningKey::new(HASH_KEY).unwrap()],
        },
        limits: Limits::default(),
        proxies: Vec::new(),
        metrics_key: None,
        pay_deadline: PAY_DEADLINE,
    }
}

fn profile() -> Value {
    json!({
        "merchant_id": "merchant_1", "profile_id": "pro_1", "payment_response_hash_key": HASH_KEY,
        "enable_payment_response_hash": true, "redirect_to_merchant_with_http_post": false,
        "webhook_details": { "webhook_url": "https://pay.example/webhooks/gateway" },
    })
}

fn seen(profile: Value) -> Seen {
    let policy = "default-src 'none'; connect-src 'self' https://pay.example https://gateway.example; \
                  frame-ancestors https://pay.example https://shop.example";
    Seen {
        account: Account::Profile(profile),
        publishable_key: Some(true),
        frame: FrameHost::Policy(policy.to_owned()),
    }
}

fn wrongs(settings: &Settings, keys: &[&str], seen: &Seen) -> Vec<String> {
    let keys: Vec<_> = keys.iter().map(|key| SecretString::from(*key)).collect();
    let all = of(settings, &keys, seen);
    for finding in &all {
        assert!(!finding.to_string().contains(HASH_KEY), "{finding}");
    }
    all.into_iter().filter(|finding| finding.verdict == Verdict::Wrong).map(|finding| finding.to_string()).collect()
}

/// That exactly one thing is wrong, and said so.
#[track_caller]
fn check(settings: &Settings, seen: &Seen, words: &str) {
    let found = wrongs(settings, &[HASH_KEY], seen);
    assert!(found.len() == 1 && found[0].contains(words), "{words}: {found:#?}");
}

#[test]
fn nothing_is_wrong_with_what_fits() {
    for mode in [Mode::Test, Mode::Live] {
        assert_eq!(wrongs(&settings(mode), &[HASH_KEY], &seen(profile())), Vec::<String>::new());
    }
}

#[test]
fn each_thing_that_does_not_fit_is_one_line() {
    let test = settings(Mode::Test);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut profile = profile();
        change(&mut profile);
        seen(profile)
    };
    check(&test, &with(&|it| it["payment_response_hash_key"] = json!("another")), "every webhook and every return");
    check(&test, &with(&|it| it["enable_payment_response_hash"] = json!(false)), "come unsigned");
    check(&test, &with(&|it| it["redirect_to_merchant_with_http_post"] = json!(true)), "set returns-by-post");
    check(&test, &with(&|it| it["webhook_details"] = Value::Null), "the profile sends none");
    check(
        &test,
        &with(&|it| it["webhook_details"]["webhook_url"] = json!("https://old.example/")),
        "https://old.example/",
    );
    check(&test, &with(&|it| it["profile_id"] = json!("pro_2")), "another merchant or profile");
    check(&test, &Seen { publishable_key: Some(false), ..seen(profile()) }, "no card can be handed over");
    check(&test, &Seen { account: Account::KeyRefused, ..seen(profile()) }, "refuses the secret key");
    check(&test, &Seen { account: Account::NoProfile, ..seen(profile()) }, "no such merchant-id");
    check(&test, &Seen { account: Account::NoAnswer, ..seen(profile()) }, "does not answer");
    check(&test, &Seen { frame: FrameHost::NoAnswer, ..seen(profile()) }, "frame host: it does not answer");
}

#[test]
fn origins_that_the_frame_host_leaves_out_are_named() {
    let policy =
        "connect-src 'self' https://pay.example; frame-ancestors https://pay.example.evil https://shop.example";
    let seen = Seen { frame: FrameHost::Policy(policy.to_owned()), ..seen(profile()) };
    let found = wrongs(&settings(Mode::Test), &[HASH_KEY], &seen);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("the gateway, https://gateway.example"));
    assert!(found[1].contains("the built-in payment page, https://pay.example"));
}

#[test]
fn live_mode_wants_https_and_other_machines() {
    let mut live = settings(Mode::Live);
    live.public_url = Url::parse("http://pay.example").unwrap();
    live.result_origins = vec!["https://localhost".to_owned()];
    let found = wrongs(&live, &[HASH_KEY], &seen(profile())).join("\n");
    assert!(found.contains("public-url is http://pay.example/"), "{found}");
    assert!(found.contains("shop is https://localhost"), "{found}");
}

#[test]
fn a_rotation_that_is_not_over_is_worth_a_note() {
    assert_eq!(wrongs(&settings(Mode::Test), &["the-new-hash-key", HASH_KEY], &seen(profile())), Vec::<String>::new());
    let keys = ["the-new-hash-key", HASH_KEY].map(SecretString::from);
    let notes: Vec<_> = of(&settings(Mode::Test), &keys, &seen(profile()))
        .into_iter()
        .filter(|finding| finding.verdict == Verdict::Note)
        .map(|finding| finding.to_string())
        .collect();
    assert!(notes.iter().any(|note| note.contains("the rotation is not over")), "{notes:#?}");
}
