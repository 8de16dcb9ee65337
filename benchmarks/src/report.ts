import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import type { Settings } from './settings.js';

/** One line of a table: every row of a report has the same columns. */
export type Row = Readonly<Record<string, string | number>>;

/** What a measured number should be. */
export interface Aim {
  readonly what: string;
  readonly measured: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Report {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly aims: readonly Aim[];
}

/** Prints a report as Markdown and, where asked to, adds it to a JSON file. Missing an aim is told, not an error. */
export function publish(report: Report, { once, jsonFile }: Settings): void {
  console.log(`\n## ${report.name}${once ? ' (--once: the numbers mean nothing)' : ''}\n`);
  console.log(table(report.rows));
  console.log('');
  if (!once) for (const aim of report.aims) console.log(`- ${inWords(aim)}`);
  if (jsonFile === null) return;
  const before = existsSync(jsonFile)
    ? (JSON.parse(readFileSync(jsonFile, 'utf8')) as Record<string, unknown>)
    : {};
  const { name, ...rest } = report;
  const results = {
    ...before,
    [name]: { measured: new Date().toISOString(), once, machine: machine(), ...rest },
  };
  writeFileSync(jsonFile, `${JSON.stringify(results, null, 2)}\n`);
}

/** What class of machine this is; nothing that names it. */
function machine(): Row {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
  };
}

function table(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [
    columns,
    columns.map(() => '---'),
    ...rows.map((row) => columns.map((column) => cell(row[column]))),
  ];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function cell(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

function inWords({ what, measured, atLeast, atMost }: Aim): string {
  const met = measured >= (atLeast ?? -Infinity) && measured <= (atMost ?? Infinity);
  const aim = atLeast === undefined ? `≤ ${cell(atMost)}` : `≥ ${cell(atLeast)}`;
  return `${what}: ${cell(measured)} (aim ${aim}: ${met ? 'met' : 'missed'})`;
}
