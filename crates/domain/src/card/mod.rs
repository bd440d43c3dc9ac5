//! Cards: what people type, and what a network takes. Knows no issuer, no test card, no clock.

mod brand;
mod code;
mod digits;
mod expiry;
mod number;
mod typing;

pub use brand::{BRANDS, Brand, CodePolicy, OTHER_BRANDS, brand_of, co_badge};
pub use code::{SecurityCode, SecurityCodeError};
pub use digits::digits_of;
pub use expiry::{Expiry, ExpiryError};
pub use number::{CardNumber, CardNumberError};
pub use typing::{Erase, Typed, format, type_expiry, type_number};
