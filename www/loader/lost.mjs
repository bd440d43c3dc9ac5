// What is said when something does not come. Whoever pays reads it too.

/** Of the form. */
export const LOST = { type: "gateway", code: "frame_unreachable", message: "The payment form did not load. Nothing was charged.", retryable: true, advice: "try_again" };

/** Of a part of it, which says nothing of money. */
export const PART = { ...LOST, message: "Part of the payment form did not load." };

/** Of a payment that was sent. */
export const UNKNOWN = { ...LOST, code: "no_answer", message: "You may have paid.", retryable: false, advice: "wait" };
