-- Until then no payment of the order is begun: the shop is ending it, or changing its price.
ALTER TABLE orders ADD COLUMN closing_until BIGINT;

-- What a person has to decide about, also where its order was paid by another attempt.
CREATE INDEX attempts_in_review ON attempts (order_id) WHERE state = 'review';
