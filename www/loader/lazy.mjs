// What few pages need is in a file of its own: loaded when first used, and pinned by the loader's own bytes.
import { make } from "./dom.mjs";
import { HOME } from "./home.mjs";

/** That module, if its bytes are those that the build knew. */
export const more = () =>
  new Promise((done, onerror) => {
    const href = HOME + "/v1/florin-more.js";
    const onload = () => done(import(href));
    const link = make("link", { rel: "modulepreload", crossOrigin: "", integrity: MORE_INTEGRITY, onload, onerror, href });
    // A browser that can't check it beforehand loads it from the frame host's origin all the same.
    if (link.relList.supports(link.rel)) document.head.append(link);
    else onload();
  });
