//! `demo.json`: what anybody outside needs to use a demo, and what the demo needs to go on.

use florin_domain::mode::Mode;
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::flags::{Collect, Part};

/// The file's content. It holds every key of the demo, so it has no `Debug`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    pub(crate) shop_url: String,
    pub(crate) merchant_url: String,
    pub(crate) gateway_url: String,
    pub(crate) frame_url: String,
    pub(crate) mode: Mode,
    pub(crate) collect_mode: Collect,
    pub(crate) shop_key: String,
    pub(crate) admin_key: String,
    pub(crate) secret_key: String,
    pub(crate) publishable_key: String,
    pub(crate) merchant_id: String,
    pub(crate) profile_id: String,
    /// OwnGateway signs returns and webhooks with one key.
    pub(crate) return_hash_key: String,
    pub(crate) webhook_key: String,
    pub(crate) shop_webhook_url: String,
    pub(crate) shop_webhook_secret: String,
    pub(crate) merchant_database: String,
    pub(crate) gateway_database: String,
}

/// The file can't be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RecordError {
    /// The message of the parser would quote keys, so only the place is told.
    #[error("it is not a demo's record: line {line}, column {column}")]
    Shape { line: usize, column: usize },
    /// A demo has pretend money only.
    #[error("a demo's mode is test")]
    NotTest,
    /// An address of the wrong form.
    #[error("{0} is not an origin such as http://127.0.0.1:4242")]
    Url(&'static str),
    /// An empty key or name.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// The two names of one key.
    #[error("webhook_key and return_hash_key differ")]
    HashKeys,
}

impl Record {
    /// Reads the file's text.
    pub(crate) fn parse(text: &str) -> Result<Self, RecordError> {
        let record: Self = serde_json::from_str(text)
            .map_err(|error| RecordError::Shape { line: error.line(), column: error.column() })?;
        record.check()?;
        Ok(record)
    }

    /// The file's text.
    pub(crate) fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// The origin of a part.
    pub(crate) fn url(&self, part: Part) -> &str {
        match part {
            Part::Shop => &self.shop_url,
            Part::Merchant => &self.merchant_url,
            Part::Gateway => &self.gateway_url,
            Part::Frame => &self.frame_url,
        }
    }

    /// Where a part listens.
    pub(crate) fn address(&self, part: Part) -> Result<Address, RecordError> {
        Address::from_origin(self.url(part)).map_err(|_| {
            RecordError::Url(match part {
                Part::Shop => "shop_url",
                Part::Merchant => "merchant_url",
                Part::Gateway => "gateway_url",
                Part::Frame => "frame_url",
            })
        })
    }

    fn check(&self) -> Result<(), RecordError> {
        if self.mode != Mode::Test {
            return Err(RecordError::NotTest);
        }
        for part in Part::ALL {
            self.address(part)?;
        }
        let filled = [
            ("shop_key", &self.shop_key),
            ("admin_key", &self.admin_key),
            ("secret_key", &self.secret_key),
            ("publishable_key", &self.publishable_key),
            ("merchant_id", &self.merchant_id),
            ("profile_id", &self.profile_id),
            ("return_hash_key", &self.return_hash_key),
            ("shop_webhook_url", &self.shop_webhook_url),
            ("shop_webhook_secret", &self.shop_webhook_secret),
            ("merchant_database", &self.merchant_database),
            ("gateway_database", &self.gateway_database),
        ];
        if let Some((name, _)) = filled.into_iter().find(|(_, value)| value.is_empty()) {
            return Err(RecordError::Empty(name));
        }
        if self.webhook_key == self.return_hash_key { Ok(()) } else { Err(RecordError::HashKeys) }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use florin_store::Randomness;
    use serde_json::{Value, json};

    use super::*;
    use crate::demo::fresh::{Origins, fresh_record};

    fn written() -> Value {
        let origins = Origins {
            shop: "http://localhost:4241".into(),
            merchant: "http://127.0.0.1:4242".into(),
            gateway: "http://127.0.0.1:4243".into(),
            frame: "http://127.0.0.1:4244".into(),
        };
        let record = fresh_record(origins, Collect::Token, Path::new("/d"), None, &Randomness::seeded(1)).unwrap();
        serde_json::from_str(&record.to_text().unwrap()).unwrap()
    }

    fn refusal(name: &str, value: Value) -> RecordError {
        let mut record = written();
        record[name] = value;
        Record::parse(&record.to_string()).err().unwrap()
    }

    #[test]
    fn a_record_reads_back_with_exactly_the_agreed_fields() {
        let record = written();
        let mut names: Vec<&str> = record.as_object().unwrap().keys().map(String::as_str).collect();
        let mut agreed = [
            "shop_url",
            "merchant_url",
            "gateway_url",
            "frame_url",
            "mode",
            "collect_mode",
            "shop_key",
            "admin_key",
            "secret_key",
            "publishable_key",
            "merchant_id",
            "profile_id",
            "return_hash_key",
            "webhook_key",
            "shop_webhook_url",
            "shop_webhook_secret",
            "merchant_database",
            "gateway_database",
        ];
        names.sort_unstable();
        agreed.sort_unstable();
        assert_eq!(names, agreed);
        assert_eq!(record["mode"], "test");
        assert_eq!(record["collect_mode"], "token");
        assert!(Record::parse(&record.to_string()).is_ok());
    }

    #[test]
    fn a_record_that_cannot_be_right_is_refused() {
        assert_eq!(refusal("mode", json!("live")), RecordError::NotTest);
        assert_eq!(refusal("shop_url", json!("http://localhost:4241/")), RecordError::Url("shop_url"));
        assert_eq!(refusal("shop_key", json!("")), RecordError::Empty("shop_key"));
        assert_eq!(refusal("webhook_key", json!("x")), RecordError::HashKeys);
        assert!(matches!(refusal("collect_mode", json!("hosted")), RecordError::Shape { .. }));
        assert!(matches!(refusal("extra", json!(1)), RecordError::Shape { .. }));
    }

    #[test]
    fn a_refusal_quotes_no_key() {
        let refused = Record::parse(r#"{"shop_key": ["demo_shop_canary"]}"#).err().unwrap();
        assert!(!refused.to_string().contains("canary"), "{refused}");
    }
}
