import path from 'node:path';
import { ESLint } from 'eslint';
import { root } from './bootstrap.mjs';

/** What the rules say that keep texts from becoming HTML. None of them needs types, which take long to find out. */
async function complaints(code) {
  const eslint = new ESLint({
    cwd: root,
    ruleFilter: ({ ruleId }) => RULES.includes(ruleId),
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  });
  const [{ messages }] = await eslint.lintText(code, {
    filePath: path.join(root, 'packages/dashboard/src/main.tsx'),
  });
  return messages.map(({ ruleId, message }) => ruleId ?? message);
}

const RULES = ['no-restricted-syntax', 'no-eval', 'no-new-func', 'no-script-url'];

describe('lint rules of the page', () => {
  it.each([
    ["document.body.innerHTML = '<p>';", 'no-restricted-syntax'],
    ["document.body['innerHTML'] = '<p>';", 'no-restricted-syntax'],
    ["document.body.outerHTML = '<p>';", 'no-restricted-syntax'],
    ["document.body.insertAdjacentHTML('beforeend', '<p>');", 'no-restricted-syntax'],
    ["document.write('<p>');", 'no-restricted-syntax'],
    ["Object.assign(document.body, { innerHTML: '<p>' });", 'no-restricted-syntax'],
    ["export const a = <p dangerouslySetInnerHTML={{ __html: '<p>' }} />;", 'no-restricted-syntax'],
    ["export const a = <iframe srcdoc='<p>' />;", 'no-restricted-syntax'],
    ["eval('1');", 'no-eval'],
    ["export const f = new Function('1');", 'no-new-func'],
    ["export const a = <a href='javascript:alert(1)' />;", 'no-script-url'],
  ])('catch %s', async (code, rule) => {
    expect(await complaints(code)).toEqual([rule]);
  });

  it('let text through', async () => {
    expect(await complaints("document.body.textContent = '<p>';")).toEqual([]);
  });
});
