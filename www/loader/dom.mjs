// Elements and promises, in few bytes.

export const make = (tag, given) => Object.assign(document.createElement(tag), given);

/** A promise that somebody else tells: `_tell` is its resolution. */
export const promise = () => {
  let _tell;
  return Object.assign(new Promise((tell) => (_tell = tell)), { _tell });
};
