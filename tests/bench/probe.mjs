// Runs in every frame before any script: notes when the first field can be typed into, how long a key takes
// to the screen, what moved and what blocked.
export function probe() {
  const found = (window.probe = { editable: null, keys: [], shift: 0, long: [] });
  const observe = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  observe('layout-shift', (entry) => (found.shift += entry.hadRecentInput ? 0 : entry.value));
  observe('longtask', (entry) => found.long.push(entry.duration));

  const usable = (field) => {
    const { width, height } = field.getBoundingClientRect();
    return width > 4 && height > 4 && !field.disabled && !field.readOnly && field.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const look = () => {
    const field = document.querySelector('input');
    if (field && usable(field)) found.editable = performance.timeOrigin + performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  // From the browser's time of the key to the first task after the next frame.
  addEventListener('keydown', (event) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => found.keys.push(performance.now() - event.timeStamp);
      port2.postMessage(null);
    });
  }, true);
}
