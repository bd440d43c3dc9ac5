// What few pages need is in a file of its own: loaded when first used, and pinned by the loader's own bytes.
import { HOME } from "./home.mjs";
import { make } from "./dom.mjs";

/** Browsers remember what failed: the next try has another address. */
let again = "";

const load = () =>
  new Promise((done, onerror) => {
    // Named by its bytes: no cache and no newer host has others under this name.
    const href = `${HOME}/v1/florin-more.${MORE_INTEGRITY.replace(/\W/g, "")}.js${again}`;
    again += "?";
    // Not by `done` alone: that would wait for an import that stalls.
    const onload = () => import(href).then(done, onerror);
    const link = make("link", { rel: "modulepreload", crossOrigin: "", integrity: MORE_INTEGRITY, onload, onerror, href });
    // It is small: what takes longer does not come.
    setTimeout(onerror, 5000);
    // A browser that can't check it beforehand loads it from the frame host's origin all the same.
    if (link.relList.supports(link.rel)) document.head.append(link);
    else onload();
  });

let part;

/** That module, if its bytes are those that the build knew; asked for twice, and anew by who comes after a failure. */
export const more = () =>
  (part ||= load().catch(load).catch((error) => {
    part = undefined;
    throw error;
  }));
