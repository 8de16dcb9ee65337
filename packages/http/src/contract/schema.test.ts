import { choice, closed, either, integer, nullable, object, type Schema, text } from './schema.js';

interface Point {
  readonly x: number;
  readonly label: string | null;
  readonly kind: 'a' | 'b';
  readonly note?: string;
}

const POINT = object<Point>(
  'Point',
  'A point.',
  {
    x: integer('Across.'),
    label: nullable(text('What it is called.')),
    kind: choice(['a', 'b'], 'Which.'),
    note: text('Anything.'),
  },
  ['note'],
);

describe('object', () => {
  it('requires every field that the type always has, and says nothing of others', () => {
    expect(POINT).toMatchObject({
      title: 'Point',
      type: 'object',
      required: ['x', 'label', 'kind'],
    });
    expect(POINT).not.toHaveProperty('additionalProperties');
  });

  it('does not compile where it says something else than the type', () => {
    // @ts-expect-error `label` may be null.
    object<Point>('Point', '', { ...POINT.properties, label: text('') } as const);
    // @ts-expect-error `x` is missing.
    object<Pick<Point, 'x'>>('Point', '', {});
    // @ts-expect-error `kind` is a or b.
    const kind: Schema<Point['kind']> = text('');
    expect(kind).toBeDefined();
  });
});

describe('closed', () => {
  it('allows no other fields', () => {
    expect(closed(POINT)).toEqual({ ...POINT, additionalProperties: false });
  });
});

describe('nullable', () => {
  it('adds null to the type, and to the values where those are listed', () => {
    expect(nullable(text('Words.'))).toMatchObject({ type: ['string', 'null'] });
    expect(nullable(choice(['a'], 'Which.'))).toMatchObject({ enum: ['a', null] });
  });

  it('keeps a thing that has a name whole', () => {
    expect(nullable(POINT)).toEqual({ anyOf: [POINT, { type: 'null' }] });
  });
});

describe('either', () => {
  it('is one of two forms', () => {
    expect(either(POINT, text(''), 'Both.')).toMatchObject({ anyOf: [POINT, { type: 'string' }] });
  });
});
