//! Whether two cards of one merchant are the same, without keeping a number.
//!
//! Keyed, for a plain hash of a card number is undone in a second; and by merchant, so that no two
//! merchants can find out which shoppers they share.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::keys::VaultKeys;

/// 64 hexadecimal digits, the same for the same number of the same merchant.
pub(super) fn of(keys: &VaultKeys, merchant_id: &str, number: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(keys.fingerprint().as_slice()).expect("HMAC takes a key of any length");
    mac.update(b"florin card fingerprint 1");
    mac.update(&(merchant_id.len() as u64).to_be_bytes());
    mac.update(merchant_id.as_bytes());
    mac.update(number.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn keys(fingerprint: &str) -> VaultKeys {
        let master = SecretString::from(format!("{:064x}", 1));
        VaultKeys::new(&SecretString::from(fingerprint), &[(1, master)]).unwrap()
    }

    #[test]
    fn it_tells_numbers_merchants_and_keys_apart() {
        let (one, other) = (keys(&format!("{:064x}", 2)), keys(&format!("{:064x}", 3)));
        let print = of(&one, "merchant_1", "4242424242424242");
        assert_eq!(print, of(&one, "merchant_1", "4242424242424242"));
        let different = [
            of(&one, "merchant_2", "4242424242424242"),
            of(&one, "merchant_1", "4111111111111111"),
            of(&one, "merchant_14", "242424242424242"),
            of(&other, "merchant_1", "4242424242424242"),
        ];
        assert!(different.iter().all(|other| *other != print && other.len() == 64));
    }
}
