//! The sandbox gateway: speaks OwnGateway's wire API for cards.
