import { type JsonSchema, list, object, text } from '../contract/schema.js';
import { Components } from './components.js';

const POINT: JsonSchema = object('Point', 'A point.', { label: text('Its name.') });

describe('Components', () => {
  it('writes a schema with a title once, and refers to it', () => {
    const components = new Components();
    const points = components.write(list(POINT, 'Points.'));
    expect(points).toMatchObject({ items: { $ref: '#/components/schemas/Point' } });
    expect(components.write(POINT)).toEqual({ $ref: '#/components/schemas/Point' });
    expect(components.schemas).toEqual({ Point: POINT });
  });

  it('refers from one such schema to another', () => {
    const components = new Components();
    components.write(object('Line', 'A line.', { from: POINT, to: POINT }));
    expect(Object.keys(components.schemas)).toEqual(['Line', 'Point']);
    expect(components.schemas['Line']).toMatchObject({
      properties: { to: { $ref: '#/components/schemas/Point' } },
    });
  });

  it('refuses two schemas with one title', () => {
    const components = new Components();
    components.write(POINT);
    const other = object('Point', 'Another point.', { label: text('Its name.') });
    expect(() => components.write(other)).toThrow('Two schemas have the title "Point".');
  });
});
