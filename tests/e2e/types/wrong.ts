// Mistakes that a compiler can find. Each line under a `@ts-expect-error` must not type-check.
import { Florin, type Checkout, type Result } from "../../../www/florin.js";

declare const checkout: Checkout;
declare const result: Result;

// @ts-expect-error a session is needed
Florin().checkout({});
// @ts-expect-error no number is a session
Florin().checkout({ session: 1 });
// @ts-expect-error a misspelled option
Florin().checkout({ session: "cs_1", presentaton: "dialog" });
// @ts-expect-error no such presentation
Florin().checkout({ session: "cs_1", presentation: "popup" });
// @ts-expect-error fields are switched by name
Florin().checkout({ session: "cs_1", fields: ["number"] });
// @ts-expect-error there is no such field
Florin().checkout({ session: "cs_1", fields: { nmae: false } });
// @ts-expect-error no such theme
Florin().checkout({ session: "cs_1", appearance: { theme: "nigth" } });
// @ts-expect-error no such density
Florin().checkout({ session: "cs_1", density: "dense" });
// @ts-expect-error a font has a family
Florin().checkout({ session: "cs_1", fonts: [{ src: "/serif.woff2" }] });
// @ts-expect-error no such scheme
Florin().checkout({ session: "cs_1", appearance: { scheme: "sepia" } });
// @ts-expect-error an amount is the server's
Florin().checkout({ session: "cs_1", amount: 4200 });
// @ts-expect-error the frame does not move
checkout.update({ frame: "https://elsewhere.example" });
// @ts-expect-error a misspelled event
checkout.on("succes", () => {});
// @ts-expect-error there is no card in an event
checkout.on("change", (event) => event.number);
// @ts-expect-error no such field
checkout.focus("iban");
// @ts-expect-error pay() takes no amount
checkout.pay(4200);
// @ts-expect-error a promise is no result
checkout.pay().status;
// @ts-expect-error an action is there only when one is required
result.action.url;
// @ts-expect-error an error is not always there
result.error.message;
// @ts-expect-error there is no such status
result.status === "succeeded";
// @ts-expect-error the result never holds a token
result.token;
// @ts-expect-error a result can't be made to look paid
result.ok = true;
