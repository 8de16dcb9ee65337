/** A JSON Schema as OpenAPI 3.1 writes them. */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly (string | null)[];
  readonly anyOf?: readonly JsonSchema[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of a text that is itself written in some media type: what it says. */
  readonly contentMediaType?: string;
  readonly contentSchema?: JsonSchema;
}

declare const OF: unique symbol;

/**
 * The JSON Schema of `T`. It compiles only if it says just what `T` says, so the types that programs use and the document
 * that other languages read cannot drift apart.
 */
export interface Schema<T> extends JsonSchema {
  readonly [OF]?: (value: T) => T;
}

/** What a schema is of. */
export type ValueOf<S> = S extends Schema<infer T> ? T : never;

export function text(description: string, format?: string): Schema<string> {
  return { type: 'string', description, ...(format !== undefined && { format }) };
}

export function integer(description: string): Schema<number> {
  return { type: 'integer', minimum: 0, description };
}

export function number(description: string, minimum = 0, maximum?: number): Schema<number> {
  return { type: 'number', minimum, ...(maximum !== undefined && { maximum }), description };
}

export function boolean(description: string): Schema<boolean> {
  return { type: 'boolean', description };
}

/** One of these texts. */
export function choice<const T extends string>(
  values: readonly T[],
  description: string,
): Schema<T> {
  return { type: 'string', enum: values, description };
}

export function list<T>(items: Schema<T>, description: string): Schema<readonly T[]> {
  return { type: 'array', items, description };
}

/** Any JSON; what `T` says of it is only known to the program. */
export function anything<T>(description: string): Schema<T> {
  return { description };
}

/** An object of which nothing but that is known. */
export function anyObject<T extends object>(description: string): Schema<T> {
  return { type: 'object', additionalProperties: true, description };
}

/** A field that is always there, and `null` where there is nothing. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  const json: JsonSchema = schema;
  // A schema with a name stays one thing, so that the document can refer to it.
  if (json.title !== undefined || json.type === undefined)
    return { anyOf: [json, { type: 'null' }] };
  return {
    ...json,
    type: [json.type as string, 'null'],
    ...(json.enum && { enum: [...json.enum, null] }),
  };
}

/** One of two forms. */
export function either<A, B>(a: Schema<A>, b: Schema<B>, description: string): Schema<A | B> {
  return { anyOf: [a, b], description };
}

/**
 * Every field of `T`; others may join them in a later version. Fields that `T` may leave out are the ones that are not
 * required.
 */
export function object<T extends object>(
  title: string,
  description: string,
  properties: { readonly [Name in keyof T]-?: Schema<Exclude<T[Name], undefined>> },
  optional: readonly (keyof T & string)[] = [],
): Schema<T> {
  const required = Object.keys(properties).filter((name) => !optional.includes(name as never));
  const json: JsonSchema = {
    title,
    type: 'object',
    description,
    properties,
    required,
  };
  return json;
}

/** An object that has no other fields, now and later. */
export function closed<T extends object>(schema: Schema<T>): Schema<T> {
  return { ...schema, additionalProperties: false };
}
