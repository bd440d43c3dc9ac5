// A page's own mistakes: thrown at once, before any request.

export class FlorinIntegrationError extends Error {
  name = "FlorinIntegrationError";

  constructor(code, about = "") {
    super(code + " " + about);
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
