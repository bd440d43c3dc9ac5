// A page's own mistakes: thrown at once, before any request.

/** What to do about it, where the name of what is wrong does not say it. */
const DO = {
  already_defined: "define() once",
  already_mounted: "unmount() first",
  destroyed: "make another",
  frame_missing: "load florin.js from its host, or give frame",
  key_malformed: "give pk_",
  no_element: "give a selector or an element",
  not_a_function: "give one",
  not_mounted: "mount() first",
  secret_in_page: "revoke it",
  session_already_mounted: "unmount() the other",
  session_malformed: "give cs_",
  session_missing: "give cs_, a promise or a function",
};

export class FlorinIntegrationError extends Error {
  name = "FlorinIntegrationError";

  constructor(code, about = DO[code] || "") {
    super(`${code}: ${about}`);
    this.code = code;
  }
}

export const wrong = (code, about) => {
  throw new FlorinIntegrationError(code, about);
};

/** A secret that reached a page is lost: stop before it goes any further. */
export const refuseSecrets = (given) => {
  if (/([\s"'=:]|\\[nrt])([sr]k|dev|integ|snd|pro?d|epk|whse?[ck])_/.test(JSON.stringify(given))) wrong("secret_in_page");
};
