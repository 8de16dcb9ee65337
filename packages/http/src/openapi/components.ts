import type { JsonSchema } from '../contract/schema.js';

/** A schema as it stands in the document, or a reference to where it stands. */
export type WrittenSchema = Readonly<Record<string, unknown>>;

/** The schemas that have a title: each is written once, under that name, and referred to everywhere else. */
export class Components {
  readonly #schemas = new Map<
    string,
    { readonly source: string; readonly written: WrittenSchema }
  >();

  /** All that were referred to, by name. */
  get schemas(): Readonly<Record<string, WrittenSchema>> {
    const names = [...this.#schemas.keys()].sort();
    return Object.fromEntries(names.map((name) => [name, this.#schemas.get(name)?.written ?? {}]));
  }

  /** `schema` as it is to stand where it is used. Throws where two different ones have the same title. */
  write(schema: JsonSchema): WrittenSchema {
    const { title } = schema;
    if (title === undefined) return this.#writeParts(schema);
    const source = JSON.stringify(schema);
    const known = this.#schemas.get(title);
    if (known === undefined)
      this.#schemas.set(title, { source, written: this.#writeParts(schema) });
    else if (known.source !== source) throw new Error(`Two schemas have the title "${title}".`);
    return { $ref: refTo(title) };
  }

  #writeParts(schema: JsonSchema): WrittenSchema {
    const { properties, items, anyOf, additionalProperties, contentSchema } = schema;
    return {
      ...schema,
      ...(properties && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, part]) => [name, this.write(part)]),
        ),
      }),
      ...(items && { items: this.write(items) }),
      ...(anyOf && { anyOf: anyOf.map((part) => this.write(part)) }),
      ...(typeof additionalProperties === 'object' && {
        additionalProperties: this.write(additionalProperties),
      }),
      ...(contentSchema && { contentSchema: this.write(contentSchema) }),
    };
  }
}

function refTo(title: string): string {
  return `#/components/schemas/${title}`;
}
