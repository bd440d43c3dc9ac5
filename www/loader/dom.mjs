// Elements and promises, in few bytes.

export const make = (tag, given) => Object.assign(document.createElement(tag), given);

/** A promise that somebody else tells: `_tell` is its resolution, `_done` the promise. */
export const promise = () => {
  const it = {};
  it._done = new Promise((tell) => (it._tell = tell));
  return it;
};
