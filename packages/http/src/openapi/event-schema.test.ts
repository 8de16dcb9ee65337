import { ENDPOINTS } from '../contract.js';
import { openApiDocument } from './document.js';

describe('eventSchema', () => {
  const { paths, components } = openApiDocument();

  it.each(['/events', '/{task_id}/events'])('is that of the stream of %s', (path) => {
    expect(paths[path]?.['get']?.responses['200']).toMatchObject({
      content: {
        'text/event-stream': {
          schema: { contentSchema: { $ref: '#/components/schemas/StreamedEvent' } },
        },
      },
    });
  });

  it('has every event, with the schema of its data', () => {
    const names = Object.values(components.schemas).map(({ properties }) => {
      const { event } = Object(properties) as { event?: { enum?: readonly string[] } };
      return event?.enum?.[0];
    });
    for (const name of Object.keys(ENDPOINTS.events.stream)) expect(names).toContain(name);
    expect(components.schemas['TaskOutputEvent']).toMatchObject({
      properties: {
        event: { enum: ['task.output'] },
        data: { $ref: '#/components/schemas/OutputChange' },
      },
      required: ['event', 'data'],
    });
  });
});
