import { TASK_STATUSES, type TaskStatus } from '@task-monitor/core';

/** The query parameters of an endpoint, by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

export type Parameter =
  | BooleanParameter
  | IntegerParameter
  | CursorParameter
  | ChoiceParameter
  | TextParameter
  | PositionParameter
  | SearchParameter
  | StatusesParameter;

interface BooleanParameter {
  readonly type: 'boolean';
  readonly default: boolean;
  readonly description: string;
}

interface IntegerParameter {
  readonly type: 'integer';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly description: string;
}

/** The number of the last task of the page before. */
interface CursorParameter {
  readonly type: 'cursor';
  readonly default: null;
  readonly description: string;
}

interface ChoiceParameter {
  readonly type: 'choice';
  readonly values: readonly string[];
  readonly default: string;
  readonly description: string;
}

/** Any text that is not empty. */
interface TextParameter {
  readonly type: 'text';
  readonly default: null;
  readonly description: string;
}

/** Any text at all: what a store cannot make anything of is an answer of its own. */
interface PositionParameter {
  readonly type: 'position';
  readonly default: null;
  readonly description: string;
}

/** A search, whose mistakes its reader tells better. */
interface SearchParameter {
  readonly type: 'search';
  readonly default: null;
  readonly description: string;
}

/** One or several statuses, with commas between them. */
interface StatusesParameter {
  readonly type: 'statuses';
  readonly default: null;
  readonly description: string;
}

/** The value of a parameter, given or by default. */
export type ParameterValue<P extends Parameter = Parameter> = P extends BooleanParameter
  ? boolean
  : P extends IntegerParameter
    ? number
    : P extends ChoiceParameter
      ? P['values'][number]
      : P extends StatusesParameter
        ? readonly TaskStatus[] | null
        : string | null;

/** What a parameter says, or `undefined` if it says nothing that can be used. */
export function readParameter(parameter: Parameter, text: string): ParameterValue | undefined {
  switch (parameter.type) {
    case 'boolean':
      return BOOLEANS.get(text.toLowerCase());
    case 'integer': {
      const value = INTEGER.test(text) ? Number(text) : NaN;
      return value >= parameter.min && value <= parameter.max ? value : undefined;
    }
    case 'cursor':
      return CURSOR.test(text) ? text : undefined;
    case 'choice':
      return parameter.values.includes(text) ? text : undefined;
    case 'text':
      return text !== '' && text.length <= MAX_TEXT ? text : undefined;
    case 'position':
    case 'search':
      return text;
    case 'statuses': {
      const statuses = text.split(',');
      return statuses.every(isStatus) ? [...new Set(statuses)] : undefined;
    }
  }
}

function isStatus(text: string): text is TaskStatus {
  return (TASK_STATUSES as readonly string[]).includes(text);
}

/** *Expected `limit` to be an integer from 1 to 1000, got "abc".* */
export function wrongParameter(name: string, parameter: Parameter, text: string): string {
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return `Expected \`${name}\` to be ${expected(parameter)}, got ${JSON.stringify(shown)}.`;
}

function expected(parameter: Parameter): string {
  switch (parameter.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `an integer from ${parameter.min} to ${parameter.max}`;
    case 'cursor':
      return 'the cursor of a `Link` to a next page';
    case 'choice':
      return parameter.values.join(' or ');
    case 'text':
      return `a text of 1 to ${MAX_TEXT} characters`;
    case 'position':
      return 'the `id` of an event';
    case 'search':
      return 'a search';
    case 'statuses':
      return `one or more of ${TASK_STATUSES.join(', ')}, with commas between them`;
  }
}

/** Clients write booleans as their language does: Python sends `False`. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** As long as the texts may be that tasks are found by. */
export const MAX_TEXT = 256;
const INTEGER = /^[0-9]{1,15}$/;
const CURSOR = /^[1-9][0-9]{0,14}$/;
