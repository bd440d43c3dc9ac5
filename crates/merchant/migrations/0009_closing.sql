-- Until then no payment of the order is begun: the shop is ending it, or changing its price.
ALTER TABLE orders ADD COLUMN closing_until BIGINT;
