/** A file as a module that exports its text, for jest: as the bundlers' loader `text` does it. */
export default {
  process: (text) => ({ code: `export default ${JSON.stringify(text)};` }),
};
