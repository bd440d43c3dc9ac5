// Elements and promises, in few bytes.

export const make = (tag, given) => Object.assign(document.createElement(tag), given);

/** A promise that somebody else tells: `tell` is its resolution, `done` the promise. */
export const promise = () => {
  const it = {};
  it.done = new Promise((tell) => (it.tell = tell));
  return it;
};
