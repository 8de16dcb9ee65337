import {
  type Parameter,
  type Parameters,
  type ParameterValue,
  readParameter,
  wrongParameter,
} from './parameter.js';
import { type ParameterError, Problem } from './problem.js';

export type QueryValues<P extends Parameters = Parameters> = {
  readonly [Name in keyof P]: ParameterValue<P[Name]>;
};

/**
 * Reads the known parameters from a raw query string, without its `?`. Others are ignored, whatever they look like:
 * `limit[$gt]` is just another name. No framework's parser is asked, since what those make of it depends on the
 * application's settings.
 *
 * @throws {@link Problem} INVALID_INPUT naming each parameter: malformed percent-encoding anywhere, a known parameter
 * given twice or with a value it cannot have.
 */
export function parseQuery<P extends Parameters>(raw: string, parameters: P): QueryValues<P> {
  if (raw !== '') return readQuery(raw, parameters);
  let values = WITHOUT_QUERY.get(parameters);
  if (values === undefined)
    WITHOUT_QUERY.set(parameters, (values = Object.freeze(readQuery(raw, parameters))));
  return values as QueryValues<P>;
}

/** Most requests have none. */
const WITHOUT_QUERY = new WeakMap<Parameters, QueryValues>();

function readQuery<P extends Parameters>(raw: string, parameters: P): QueryValues<P> {
  const texts = new Map<string, string>();
  const errors: ParameterError[] = [];
  const refuse = (parameter: string, detail: string) => {
    if (errors.length < MAX_ERRORS) errors.push({ parameter, detail });
  };

  for (const part of raw === '' ? [] : raw.split('&')) {
    const equals = part.indexOf('=');
    const rawName = equals === -1 ? part : part.slice(0, equals);
    const name = decode(rawName);
    const text = equals === -1 ? '' : decode(part.slice(equals + 1));
    if (name === null || text === null) {
      refuse((name ?? rawName).slice(0, 100), 'The percent-encoding is malformed.');
    } else if (Object.hasOwn(parameters, name)) {
      if (texts.has(name)) refuse(name, `\`${name}\` is given more than once.`);
      texts.set(name, text);
    }
  }

  const values: Record<string, ParameterValue> = {};
  for (const [name, parameter] of Object.entries<Parameter>(parameters)) {
    const text = texts.get(name);
    const value = text === undefined ? parameter.default : readParameter(parameter, text);
    if (value === undefined) refuse(name, wrongParameter(name, parameter, text ?? ''));
    else values[name] = value;
  }
  if (errors.length > 0) throw Problem.invalid(errors);
  return values as QueryValues<P>;
}

/**
 * The same question with another cursor; what is as it is by default is left out. Only known parameters are in it, so it is
 * safe to stand in a header.
 */
export function nextPageQuery<P extends Parameters>(
  values: QueryValues<P>,
  parameters: P,
  cursor: string,
): string {
  return Object.entries({ ...values, cursor })
    .filter(([name, value]) => value !== parameters[name]?.default)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}

/** A form-encoded word; `null` if it is none. */
function decode(text: string): string | null {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return null;
  }
}

/** A URL can hold thousands of mistakes; nobody reads more than these. */
const MAX_ERRORS = 10;
