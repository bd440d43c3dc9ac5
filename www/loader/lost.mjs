// What is said when something does not come. Whoever pays reads it too.

/** Of the form, or a part of it. */
export const LOST = { code: "frame_unreachable", message: "The payment form did not load. Nothing was charged." };

/** Of a payment that was sent. */
export const UNKNOWN = { code: "no_answer", message: "No answer came. You may have paid." };
