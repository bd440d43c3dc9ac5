// Everything a page may do with the loader. Must type-check.
import florin, { Florin, FlorinIntegrationError, define, type Checkout, type CheckoutOptions, type Result } from "../../../www/florin.js";

define();
const options: CheckoutOptions = { session: async () => "cs_1", locale: "de", appearance: { scheme: "dark" }, presentation: "dialog" };
const checkout: Checkout = Florin("pk_snd_1", { frame: "https://pay.example" }).checkout(options).mount("#pay");
florin().checkout({ session: Promise.resolve("cs_1") }).mount(document.createDocumentFragment());
window.Florin().checkout({ session: "cs_1" }).mount(document.body);

const stop: () => void = checkout.on("submit", (event) => event.waitUntil(Promise.resolve()));
checkout.on("change", ({ complete, empty, brand }) => console.log(complete && !empty, brand?.length));
checkout.on("action", (event) => { event.preventDefault(); location.assign(event.url); });
checkout.on("loaderror", ({ code, message, retryable, advice }) => console.log(code === "session_not_found", message, retryable && advice === "try_again"));
stop();

function tell(result: Result): string {
  switch (result.status) {
    case "paid":
    case "authorized": {
      const good: true = result.ok;
      return `${good}`;
    }
    case "requires_action": return result.action.url;
    case "declined":
    case "unknown":
    case "invalid": return result.error.message;
    case "processing":
    case "open":
    case "canceled":
    case "expired": return result.error?.message ?? result.order?.id ?? "";
    default: {
      const never: never = result;
      return never;
    }
  }
}
checkout.pay().then(tell);
checkout.resume().then((result) => (result ? tell(result) : ""));
checkout.update({ locale: "fr", appearance: { scheme: "light" }, session: "cs_2", presentation: "redirect" });
checkout.update({ fields: { name: false, postalCode: true }, density: "touch", labels: "above" });
checkout.update({ appearance: { theme: "night", variables: { colorPrimary: "#0a7d55" } }, fonts: [{ family: "Serif", src: "/serif.woff2", weight: "400" }] });
checkout.refresh();
checkout.focus("code");
checkout.clear();
checkout.validate();
checkout.unmount();
checkout.destroy();

const element = document.createElement("florin-checkout");
element.pay().then(tell);
element.checkout?.clear();
const button: HTMLElement = document.createElement("florin-pay-button");
button.append("Pay");
try {
  Florin();
} catch (error) {
  if (error instanceof FlorinIntegrationError) console.log(error.code);
}
