/** The built page: the text of each file. `scripts/page.mjs` makes it. */
export const files: Readonly<
  Record<'index.html' | 'refused.html' | 'app.js' | 'app.css' | 'icon.svg', string>
>;
