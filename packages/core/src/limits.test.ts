import { LIMITS } from './limits.js';
import { TaskMonitor } from './monitor.js';
import { OUTPUT_LIMITS } from './store.js';

/** Texts of exactly so many bytes as UTF-8, of characters that take one to four. */
function textsOf(bytes: number): readonly string[] {
  return ['x', 'é', '語', '🎬'].map((character) => {
    const size = Buffer.byteLength(character);
    return character.repeat(Math.floor(bytes / size)) + 'x'.repeat(bytes % size);
  });
}

describe('LIMITS', () => {
  let monitor: TaskMonitor;
  beforeEach(() => {
    monitor = new TaskMonitor();
  });
  afterEach(() => monitor.close());
  const refused = (call: Promise<unknown>) =>
    expect(call).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  const started = async (): Promise<string> => {
    const { id } = await monitor.register();
    await monitor.start(id);
    return id;
  };

  it('are what the guide says', () => {
    expect(LIMITS).toEqual({
      idCharacters: 128,
      nameCharacters: 256,
      typeCharacters: 128,
      tagCharacters: 128,
      tags: 32,
      idempotencyKeyCharacters: 256,
      messageBytes: 2_048,
      errorBytes: 8_192,
      metadataBytes: 65_536,
      resultBytes: 65_536,
      commandBytes: 65_536,
    });
    expect(OUTPUT_LIMITS).toEqual({ lines: 200, bytes: 65_536 });
  });

  it.each([
    ['id', 128],
    ['parentId', 128],
    ['type', 128],
    ['name', 256],
    ['idempotencyKey', 256],
  ])('take a %s of %i characters, and refuse one more', async (field, characters) => {
    const exact = '1'.padEnd(characters, 'x');
    await monitor.register({ [field]: exact });
    await refused(monitor.register({ [field]: `${exact}x` }));
    expect(await monitor.count()).toBe(1);
  });

  it('take 32 tags of 128 characters, and refuse one more of either', async () => {
    const tags = Array.from({ length: 32 }, (_, index) => `${index}`.padEnd(128, 'é'));
    expect((await monitor.register({ tags })).tags).toEqual(tags);
    await refused(monitor.register({ tags: [...tags, 'x'] }));
    await refused(monitor.register({ tags: ['x'.repeat(129)] }));
    const id = await started();
    await monitor.progress(id, { unit: 'é'.repeat(128) });
    await refused(monitor.progress(id, { unit: 'x'.repeat(129) }));
    expect(await monitor.count()).toBe(2);
  });

  it.each([0, 1, 2, 3])(
    'take 65,536 bytes of JSON as metadata, command and result, and refuse one more (%i)',
    async (index) => {
      const textOf = (bytes: number): string => textsOf(bytes)[index] as string;
      const metadata = (bytes: number) => ({ text: textOf(bytes - '{"text":""}'.length) });
      const command = (bytes: number) => ['node', textOf(bytes - '["node",""]'.length)];
      const task = await monitor.register({ metadata: metadata(65_536), command: command(65_536) });
      expect(Buffer.byteLength(JSON.stringify(task.metadata))).toBe(65_536);
      expect(Buffer.byteLength(JSON.stringify(task.command))).toBe(65_536);
      await refused(monitor.register({ metadata: metadata(65_537) }));
      await refused(monitor.register({ command: command(65_537) }));
      expect(await monitor.count()).toBe(1);
      const result = (bytes: number) => [textOf(bytes - '[""]'.length)];
      await monitor.start(task.id);
      await refused(monitor.complete(task.id, { result: result(65_537) }));
      expect((await monitor.get(task.id)).status).toBe('running');
      const { result: kept } = await monitor.complete(task.id, { result: result(65_536) });
      expect(Buffer.byteLength(JSON.stringify(kept))).toBe(65_536);
    },
  );

  it('leave out a returned result of one byte more, and say why', async () => {
    const returned = async (bytes: number) =>
      (await monitor.run({}, () => 'x'.repeat(bytes - '""'.length))).recorded;
    expect((await returned(65_536)).result).toBe('x'.repeat(65_534));
    const task = await returned(65_537);
    expect(task).toMatchObject({ status: 'completed', result: null });
    expect(task.execution.resultOmitted).toMatch(/65537 bytes/);
  });

  it.each(textsOf(2_048).map((text, index) => [text.codePointAt(0), text, index] as const))(
    'keep 2,048 bytes of a message, and cut one more (U+%i)',
    async (_code, text, index) => {
      const longer = textsOf(2_049)[index] as string;
      const id = await started();
      const messageOf = async (message: string) =>
        (await monitor.progress(id, message)).progress?.message ?? '';
      expect(await messageOf(text)).toBe(text);
      const cut = await messageOf(longer);
      expect(cut.endsWith('…')).toBe(true);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(2_048);
      expect(Buffer.byteLength(cut)).toBeGreaterThan(2_048 - 4);
      const { execution } = await monitor.cancel(id, { reason: text, by: longer });
      expect(execution.cancel).toMatchObject({ reason: text, requestedBy: cut });
    },
  );

  it.each(textsOf(8_192).map((text, index) => [text.codePointAt(0), text, index] as const))(
    'keep 8,192 bytes of an error and of its stack, and cut one more (U+%i)',
    async (_code, text, index) => {
      const longer = textsOf(8_193)[index] as string;
      const errorOf = async (message: string, stack: string) => {
        const error = Object.assign(new Error(message), { stack });
        return (await monitor.fail(await started(), error)).error;
      };
      expect(await errorOf(text, text)).toMatchObject({ message: text, stack: text });
      const { message = '', stack } = (await errorOf(longer, longer)) ?? {};
      for (const cut of [message, stack ?? '']) {
        expect(cut.endsWith('…')).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(8_192);
        expect(Buffer.byteLength(cut)).toBeGreaterThan(8_192 - 4);
      }
    },
  );

  it.each(textsOf(65_536).map((text, index) => [text.codePointAt(0), text, index] as const))(
    'keep 65,536 bytes of output, and cut a line of one more (U+%i)',
    async (_code, text, index) => {
      const id = await started();
      const linesAfter = async (...texts: string[]) => {
        await monitor.log(id, texts);
        return (await monitor.output(id)).lines.map((line) => line.text);
      };
      expect(await linesAfter(text)).toEqual([text]);
      expect(await linesAfter('x', text)).toEqual([text]);
      const [cut = '', ...more] = await linesAfter(textsOf(65_537)[index] as string);
      expect(more).toEqual([]);
      expect(cut.endsWith('…')).toBe(true);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(65_536);
      const half = 'x'.repeat(32_768);
      expect(await linesAfter(half, half)).toEqual([half, half]);
      expect(await linesAfter('x')).toEqual([half, 'x']);
    },
  );

  it('keep 200 lines of output, and let the oldest go for one more', async () => {
    const id = await started();
    await monitor.log(
      id,
      Array.from({ length: 200 }, (_, index) => `${index + 1}`),
    );
    expect((await monitor.output(id)).lines).toHaveLength(200);
    await monitor.log(id, '201');
    const { lines, lastNumber } = await monitor.output(id);
    expect(lines).toHaveLength(200);
    expect(lines[0]).toMatchObject({ number: 2, text: '2' });
    expect(lastNumber).toBe(201);
  });
});
