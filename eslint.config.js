import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const nodeGlobals = [
  'Buffer',
  'clearInterval',
  'console',
  'fetch',
  'process',
  'setInterval',
  'URL',
];

/** Names of the DOM, and of Preact, that make HTML of a text. */
const readAsHtml = [
  'createContextualFragment',
  'dangerouslySetInnerHTML',
  'innerHTML',
  'insertAdjacentHTML',
  'outerHTML',
  'parseFromString',
  'setHTML',
  'setHTMLUnsafe',
  'srcdoc',
  'srcDoc',
  'write',
  'writeln',
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/coverage/',
      'packages/dashboard/generated/',
      'scripts/consumers/',
      'scripts/snippet-globals.d.ts',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        // The runner's describe and it hand back promises nobody is meant to await.
        { allowForKnownSafeCalls: [{ from: 'package', package: '@jest/globals', name: 'it' }] },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } },
      ],
      // Async without await is how a function that answers at once keeps a contract of promises, its errors included.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
    },
  },
  {
    // What is shown comes from anywhere: it is only ever text, and nothing of it is read as HTML or run.
    files: ['packages/dashboard/src/**'],
    rules: {
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      'no-restricted-syntax': ['error', ...readAsHtml.map(forbidden)],
    },
  },
  {
    files: ['**/*.test.ts', '**/*.test.tsx', '**/testing/**/*.ts'],
    rules: {
      // Answers parsed from JSON are asserted, not typed.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    // Tools that read a config file want its default export, and an imported text is one.
    files: ['**/tsup.config.ts', '**/sql.d.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: readonly(...nodeGlobals) },
  },
  {
    files: ['**/*.test.mjs'],
    languageOptions: { globals: readonly('afterAll', 'beforeAll', 'describe', 'expect', 'it') },
  },
);

/** However it is written: `a.name`, `a['name']`, `{ name: … }`, `<a name=…>`. */
function forbidden(name) {
  const places = [
    `MemberExpression[property.name='${name}']`,
    `MemberExpression[property.value='${name}']`,
    `Property[key.name='${name}']`,
    `Property[key.value='${name}']`,
    `JSXAttribute[name.name='${name}']`,
  ];
  const message = `\`${name}\` makes HTML of a text: show it as text instead.`;
  return { selector: places.join(', '), message };
}

function readonly(...names) {
  return Object.fromEntries(names.map((name) => [name, 'readonly']));
}
