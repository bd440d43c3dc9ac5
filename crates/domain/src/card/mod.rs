//! Cards: number, expiry, security code, brand.
