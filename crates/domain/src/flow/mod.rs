//! Steps that move money.
