// Fonts of the page for the form: fetched here, for the frame reaches no address of the page's, and
// handed over as bytes.

/** Hands over `fonts`: `{family, src: address or bytes, weight?, style?}`. */
export function handOver(fonts, port) {
  for (const { src, ...face } of fonts) {
    (async () => {
      const bytes = src instanceof ArrayBuffer ? src : await (await fetch(src)).arrayBuffer();
      port.postMessage({ type: "font", ...face, bytes });
      // A font is no reason not to pay: the page hears of it as of any mistake of its own.
    })().catch(reportError);
  }
}
