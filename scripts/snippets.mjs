import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { root } from './bootstrap.mjs';

// Below an example that has all our packages and Express: a snippet may import what a reader has.
const folder = 'examples/rag-backend/.snippets';

const problems = [];
const snippets = documents().flatMap(fences);
const free = snippets.filter(
  (snippet) => !isExample(snippet) && !snippet.info.includes('no-check'),
);
snippets.filter(isExample).forEach(compareWithExample);
compile(free);
problems.forEach((problem) => console.error(problem));
console.log(`${snippets.length} snippets: ${free.length} compiled, ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;

function documents() {
  const inDocs = existsSync(path.join(root, 'docs'))
    ? readdirSync(path.join(root, 'docs'), { recursive: true })
    : [];
  return ['README.md', ...inDocs.map((file) => path.join('docs', file))].filter(
    (file) => file.endsWith('.md') && existsSync(path.join(root, file)),
  );
}

/** The ```ts and ```js fences of a document: what follows the language, the code, its first line. */
function fences(file) {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/^```(ts|js)\b([^\n]*)\n(.*?)^```/gms)].map((match) => ({
    file,
    language: match[1],
    info: match[2].trim(),
    code: match[3],
    line: text.slice(0, match.index).split('\n').length + 1,
  }));
}

function isExample(snippet) {
  return snippet.info.includes('example=');
}

/** `example=path` is the whole file, `example=path#name` its `// #region name`. */
function compareWithExample({ file, info, code, line }) {
  const [source, region] = info.match(/example=(\S+)/)[1].split('#');
  const where = `${file}:${line}`;
  if (!existsSync(path.join(root, source)))
    return problems.push(`${where}: ${source} is not there`);
  let text = readFileSync(path.join(root, source), 'utf8');
  if (region) {
    const found = text.match(new RegExp(`// #region ${region}\\n(.*?)[ \\t]*// #endregion`, 's'));
    if (!found) return problems.push(`${where}: ${source} has no region ${region}`);
    text = found[1];
  }
  if (dedent(text) !== dedent(code)) problems.push(`${where}: differs from ${source}`);
}

function dedent(text) {
  const lines = text.trimEnd().split('\n');
  const indents = lines.filter((line) => line.trim()).map((line) => line.search(/\S/));
  return lines.map((line) => line.slice(Math.min(...indents))).join('\n');
}

function compile(chosen) {
  if (chosen.length === 0) return;
  const globals = 'snippet-globals.d.ts';
  const directory = path.join(root, folder);
  mkdirSync(directory, { recursive: true });
  try {
    chosen.forEach(({ code, language, line }, index) => {
      // Blank lines first, so that the compiler's line numbers are the document's.
      const text = `${'\n'.repeat(line - 1)}${code}export {};\n`;
      writeFileSync(path.join(directory, `${index}.${language}`), text);
    });
    const compilerOptions = { allowJs: true, incremental: false, types: ['node', 'jest'] };
    writeFileSync(
      path.join(directory, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../../tsconfig.json',
        compilerOptions,
        // Not the rest of the repository, which has a step of its own.
        include: [],
        files: [
          ...chosen.map(({ language }, index) => `${index}.${language}`),
          globals,
          '../../../packages/store-postgres/src/sql.d.ts',
        ],
      }),
    );
    copyFileSync(path.join(root, 'scripts', globals), path.join(directory, globals));
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', directory, '--pretty', 'false'], { cwd: root });
  } catch (error) {
    const found = error.stdout?.toString().trim() || error.message;
    const inSnippet = new RegExp(`${folder}/(\\d+\\.\\w+)\\((\\d+),\\d+\\)`, 'g');
    const names = chosen.map((snippet) => snippet.file);
    problems.push(
      found.replaceAll(inSnippet, (_, name, line) => `${names[parseInt(name)]}:${line}`),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
