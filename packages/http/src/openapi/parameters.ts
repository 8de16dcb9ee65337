import { TASK_STATUSES } from '@task-monitor/core';
import type { Endpoint } from '../contract.js';
import { MAX_TEXT, type Parameter } from '../parameter.js';
import type { WrittenSchema } from './components.js';

/** The description of a parameter in the document. */
export interface WrittenParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: true;
  readonly description: string;
  readonly schema: WrittenSchema;
  readonly style?: 'form';
  readonly explode?: false;
}

/** All that a request to `endpoint` may say beside its body. */
export function writtenParameters({
  path,
  query,
  requestHeaders = {},
}: Endpoint): readonly WrittenParameter[] {
  return [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => inPath(name)),
    ...Object.entries(query).map(([name, parameter]) => inQuery(name, parameter)),
    ...Object.entries(requestHeaders).map(([name, description]) => inHeader(name, description)),
  ];
}

function inPath(name: string): WrittenParameter {
  const description = 'The id of a task.';
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

function inHeader(name: string, description: string): WrittenParameter {
  return { name, in: 'header', description, schema: { type: 'string' } };
}

function inQuery(name: string, parameter: Parameter): WrittenParameter {
  return {
    name,
    in: 'query',
    description: parameter.description,
    schema: schemaOf(parameter),
    ...(parameter.type === 'statuses' && { style: 'form', explode: false }),
  };
}

/** What a client should send. More is understood: `False` and `0` for `false`, for one. */
function schemaOf(parameter: Parameter): WrittenSchema {
  switch (parameter.type) {
    case 'boolean':
      return { type: 'boolean', default: parameter.default };
    case 'integer': {
      const { min: minimum, max: maximum, default: usual } = parameter;
      return { type: 'integer', minimum, maximum, default: usual };
    }
    case 'choice':
      return { type: 'string', enum: parameter.values, default: parameter.default };
    case 'statuses':
      return { type: 'array', items: { type: 'string', enum: TASK_STATUSES }, minItems: 1 };
    case 'text':
      return { type: 'string', minLength: 1, maxLength: MAX_TEXT };
    case 'cursor':
    case 'position':
    case 'search':
      return { type: 'string' };
  }
}
