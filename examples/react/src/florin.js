// The loader, once a page; asked for again after a failure.
let loading;

export function loadFlorin(src = import.meta.env.VITE_FLORIN) {
  loading ||= new Promise((done, failed) => {
    const tag = document.createElement("script");
    tag.src = src;
    tag.crossOrigin = "";
    tag.onload = () => done(window.Florin);
    tag.onerror = () => {
      loading = undefined;
      tag.remove();
      failed(new Error("florin.js did not load"));
    };
    document.head.append(tag);
  });
  return loading;
}
