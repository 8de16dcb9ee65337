/** Jest's transform of migrations: what the build does with them, too. */
export default {
  process: (text) => ({ code: `export default ${JSON.stringify(text)};` }),
};
