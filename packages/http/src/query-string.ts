import type { Parameter } from './contract.js';
import { badRequest, type ParameterMistake } from './problem.js';

/** Reads the known parameters of a raw query string (behind the `?`); unknown ones are ignored. @throws Problem 400 */
export function readQuery(raw: string, parameters: Readonly<Record<string, Parameter>>): Record<string, unknown> {
  const given = new Map<string, string[]>();
  for (const part of raw === '' ? [] : raw.split('&')) {
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    if (name === null || !Object.hasOwn(parameters, name)) continue;
    const values = given.get(name);
    const value = equals < 0 ? '' : part.slice(equals + 1);
    if (values === undefined) given.set(name, [value]);
    else values.push(value);
  }
  const mistakes: ParameterMistake[] = [];
  const query: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const values = given.get(name) ?? [];
    const value = readValue(values, parameter);
    if (value === undefined) mistakes.push({ parameter: name, detail: expectation(values, parameter) });
    else query[name] = value;
  }
  if (mistakes.length > 0) throw badRequest(mistakes);
  return query;
}

function readValue(values: readonly string[], parameter: Parameter): boolean | number | string | null | undefined {
  const [raw] = values;
  if (raw === undefined) return parameter.type === 'cursor' ? null : parameter.default;
  const text = values.length === 1 ? decode(raw) : null;
  if (text === null) return undefined;
  switch (parameter.type) {
    case 'boolean':
      return /^(true|1|yes|on)$/i.test(text) ? true : /^(false|0|no|off)$/i.test(text) ? false : undefined;
    case 'integer': {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      return value >= parameter.min && value <= parameter.max ? value : undefined;
    }
    case 'cursor':
      return /^[1-9]\d{0,14}$/.test(text) ? text : undefined;
  }
}

function expectation(values: readonly string[], parameter: Parameter): string {
  if (values.length > 1) return `Expected it once, got it ${values.length} times.`;
  const got = JSON.stringify(values[0]?.slice(0, 64));
  switch (parameter.type) {
    case 'boolean':
      return `Expected true or false, 1 or 0, yes or no, on or off, got ${got}.`;
    case 'integer':
      return `Expected an integer from ${parameter.min} to ${parameter.max}, got ${got}.`;
    case 'cursor':
      return `Expected the cursor of a Link header, got ${got}.`;
  }
}

/** `null` where the percent-encoding is malformed. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
