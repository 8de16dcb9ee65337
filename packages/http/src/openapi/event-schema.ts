import { choice, type JsonSchema, object, text } from '../contract/schema.js';

interface StreamedEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

/** What the events of a stream say. OpenAPI 3.1 knows streams as one long text alone; this is the schema of its parts. */
export function eventSchema(stream: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {
    title: 'StreamedEvent',
    description:
      'One event of a stream, as its fields `event` and `id` and the JSON of its `data`.',
    anyOf: Object.entries(stream).map(([name, data]) =>
      object<StreamedEvent>(
        titleOf(name),
        `An event with the name \`${name}\`.`,
        {
          event: choice([name], 'Its name.'),
          id: text(
            'Where the stream goes on after it. An event without one leaves the id as it was.',
          ),
          data,
        },
        ['id'],
      ),
    ),
  };
}

/** `TaskCancelRequestedEvent` for `task.cancel-requested`. */
function titleOf(name: string): string {
  const words = name.split(/[.-]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Event`;
}
