// A frame of ours, and the one handshake: exact source, origin and nonce, then a port; until the
// signal stops it. Whatever else is posted to the page is nobody's business here.

export const shake = (frame, signal, origin, path, said, met, more = "") => {
  const nonce = "" + crypto.getRandomValues(new Uint8Array(16));
  const hello = ({ source, data, origin: from }) => {
    if (source !== frame.contentWindow || from !== origin || data?.hello !== nonce) return;
    removeEventListener("message", hello);
    const { port1, port2 } = new MessageChannel();
    source.postMessage({ florin: 1, nonce }, origin, [port2]);
    met(port1);
  };
  addEventListener("message", hello, { signal });
  Object.assign(frame, {
    referrerPolicy: "origin",
    sandbox: "allow-scripts allow-same-origin allow-forms" + more,
    // A browser that holds back from filling in where it was not allowed lists the feature; others complain of its name.
    allow: "payment;publickey-credentials-get" + (document.featurePolicy?.features().includes("autofill") ? ";autofill" : ""),
    src: `${origin}/v1/${path}#${encodeURIComponent(JSON.stringify({ origin: self.origin, nonce, ...said }))}`,
  });
};
