/** Only what the charts of the page need of uPlot: they have no cursor, no legend and no bands, count evenly, and say themselves where their axes are marked. */
const UNUSED_FUNCTIONS = [
  'addBand',
  'addSeries',
  'asinhAxisSplits',
  'batch',
  'cacheMouse',
  'clipBandLine',
  'cursorMove',
  'dblClick',
  'delBand',
  'delSeries',
  'initCursorPt',
  'initLegendRow',
  'log10AxisValsFilt',
  'log2AxisValsFilt',
  'logAxisSplits',
  'mouseDown',
  'mouseLeave',
  'mouseMove',
  'mouseUp',
  'numAxisSplits',
  'setAlpha',
  'setBand',
  'setFocus',
  'setLegend',
  'setSelect',
  'setSeries',
  'snapAsinhY',
  'snapLogY',
  'timeAxisSplits',
  'toggleDOM',
  'updateCursor',
];

/** What would keep the rest of what is not needed in the bundle, and what stands for it. */
const UNUSED_TEXTS = [
  [/^\s*\(paths\.stepped\s*=.*$/m, ''],
  [/^\s*\(paths\.spline\s*=.*$/m, ''],
  [/^\s*uPlot\.fmtDate\s*=.*$/m, ''],
  [/^\s*uPlot\.tzDate\s*=.*$/m, ''],
  [/^\s*uPlot\.join\s*=.*$/m, ''],
  [/^\s*uPlot\.sync\s*=.*$/m, ''],
  [/^\s*uPlot\.rangeLog\s*=.*$/m, ''],
  [/^\s*uPlot\.rangeAsinh\s*=.*$/m, ''],
  [/^\s*const _fmtDate\s*=.*$/m, ''],
  [/^\s*const _timeAxisVals\s*=.*$/m, 'const _timeAxisVals = undefined;'],
  [/^\s*const _timeSeriesVal\s*=.*$/m, 'const _timeSeriesVal = undefined;'],
  [/timeAxisVals\(_tzDate, timeAxisStamps\(av, _fmtDate\)\)/, 'av'],
  [/timeAxisVal\(_tzDate, av\)/, 'av'],
  [/timeSeriesVal\(_tzDate, timeSeriesStamp\(sv, _fmtDate\)\)/, 'sv'],
];

/**
 * Takes from uPlot what the page never calls: a third of it. The library is one large function, of which a bundler cannot tell
 * what is needed. Its version is fixed, and a text that is not there exactly once fails the build.
 */
export function leanUPlot() {
  return {
    name: 'lean-uplot',
    transform(code, id) {
      if (!/uPlot\.esm\.js$/.test(id)) return null;
      let lean = code;
      for (const [pattern, text] of UNUSED_TEXTS) lean = replaceOnce(lean, pattern, text);
      for (const name of UNUSED_FUNCTIONS)
        lean = replaceOnce(lean, new RegExp(`\\bfunction ${name}\\([^{]*\\) \\{`), '$& return;');
      return { code: lean, map: null };
    },
  };
}

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

function replaceOnce(code, pattern, text) {
  const found = code.match(new RegExp(pattern, `${pattern.flags}g`))?.length ?? 0;
  if (found !== 1)
    throw new Error(
      `Expected ${pattern} once in uPlot, found it ${found} times: is it another version?`,
    );
  return code.replace(pattern, text);
}
