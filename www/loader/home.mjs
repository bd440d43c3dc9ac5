// Where the loader came from: the frame host. A script knows its tag's address, a module its own; on a
// server, where there is neither a page nor a frame, importing it does no harm.
export const HOME = /^https?:..[^/]+/.exec(globalThis.document?.currentScript?.src || import.meta.url)?.[0];
