/** JSX as calls of `h`, which take less room than those of the JSX runtime. */
export const jsx = { runtime: 'classic', pragma: '__h', pragmaFrag: '__Fragment' };

export function jsxFactory() {
  return {
    name: 'jsx-factory',
    enforce: 'pre',
    transform: (code, id) =>
      id.endsWith('.tsx')
        ? { code: `import { h as __h, Fragment as __Fragment } from 'preact';${code}`, map: null }
        : null,
  };
}
