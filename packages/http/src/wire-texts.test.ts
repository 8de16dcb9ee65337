import { aTask } from '../test/a-task.js';
import { toWire } from './wire.js';
import { WireTexts } from './wire-texts.js';

describe('WireTexts', () => {
  it('writes a task and tells its length in bytes', () => {
    const task = aTask({ metadata: { title: 'Élan' } });
    const { text, bytes } = new WireTexts('rfc3339').of(task);
    expect(text).toBe(JSON.stringify(toWire(task, 'rfc3339')));
    expect(bytes).toBe(Buffer.byteLength(text));
  });

  it('remembers what it wrote', () => {
    const texts = new WireTexts('rfc3339');
    const task = aTask();
    expect(texts.of(task)).toBe(texts.of(task));
  });

  it('writes the next version of a task anew', () => {
    const texts = new WireTexts('rfc3339');
    const task = aTask();
    texts.of(task);
    expect(texts.of({ ...task, status: 'running' }).text).toContain('"status":"running"');
  });

  it('remembers what is read again and again, and forgets the rest', () => {
    const texts = new WireTexts('rfc3339');
    const large = { filler: 'x'.repeat(60_000) };
    const [often, once] = [aTask({ id: 'often-1' }), aTask({ id: 'once-1' })];
    const [oftenText, onceText] = [texts.of(often), texts.of(once)];
    for (let number = 0; number < 200; number++) {
      texts.of(aTask({ number, metadata: large }));
      expect(texts.of(often)).toBe(oftenText);
    }
    expect(texts.of(once)).not.toBe(onceText);
    expect(texts.of(once)).toEqual(onceText);
  });
});
