import { ENDPOINTS } from '../contract.js';
import { writtenParameters } from './parameters.js';

describe('writtenParameters', () => {
  it('have the task of the path, which is always there, before what may be there', () => {
    const [first, ...others] = writtenParameters(ENDPOINTS.taskEvents);
    expect(first).toMatchObject({ name: 'task_id', in: 'path', required: true });
    expect(others.map((one) => [one.name, one.in, one.required])).toEqual([
      ['output', 'query', undefined],
      ['last_event_id', 'query', undefined],
      ['Last-Event-ID', 'header', undefined],
    ]);
  });

  it('say what each parameter can be', () => {
    const written = writtenParameters(ENDPOINTS.all);
    const schemas = Object.fromEntries(written.map(({ name, schema }) => [name, schema]));
    expect(schemas).toEqual({
      include_completed: { type: 'boolean', default: true },
      limit: { type: 'integer', minimum: 1, maximum: 1_000, default: 50 },
      status: {
        type: 'array',
        items: {
          type: 'string',
          enum: ['pending', 'running', 'completed', 'failed', 'cancelled'],
        },
        minItems: 1,
      },
      type: { type: 'string', minLength: 1, maxLength: 256 },
      tag: { type: 'string', minLength: 1, maxLength: 256 },
      parent: { type: 'string', minLength: 1, maxLength: 256 },
      q: { type: 'string' },
      cursor: { type: 'string' },
      view: { type: 'string', enum: ['documented', 'full'], default: 'documented' },
    });
  });

  it('put commas between several statuses, as they are read', () => {
    const status = writtenParameters(ENDPOINTS.all).find(({ name }) => name === 'status');
    expect(status).toMatchObject({ style: 'form', explode: false });
  });
});
