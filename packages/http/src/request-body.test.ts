import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { drainBody, hasBodyOfUnknownLength, refuseLargeBody } from './request-body.js';

function aRequest(headers: Readonly<Record<string, string>> = {}): IncomingMessage & PassThrough {
  return Object.assign(new PassThrough(), { headers }) as unknown as IncomingMessage & PassThrough;
}

describe('refuseLargeBody', () => {
  it.each([
    ['102401', 413],
    ['10000000000000', 413],
  ])('refuses a Content-Length of %s', (length, status) => {
    const refuse = (): void => refuseLargeBody(aRequest({ 'content-length': length }));
    expect(refuse).toThrow(expect.objectContaining({ status }));
  });

  it.each([{}, { 'content-length': '0' }, { 'content-length': '102400' }])(
    'accepts %j',
    (headers) => {
      expect(() => refuseLargeBody(aRequest(headers as Record<string, string>))).not.toThrow();
    },
  );
});

describe('hasBodyOfUnknownLength', () => {
  it('is true of a chunked body until it is read', async () => {
    const req = aRequest({ 'transfer-encoding': 'chunked' });
    expect(hasBodyOfUnknownLength(req)).toBe(true);
    req.end('x');
    await drainBody(req);
    expect(hasBodyOfUnknownLength(req)).toBe(false);
    expect(hasBodyOfUnknownLength(aRequest({ 'content-length': '5' }))).toBe(false);
  });
});

describe('drainBody', () => {
  it('accepts 100 KB', async () => {
    const req = aRequest();
    req.end(Buffer.alloc(102_400));
    await expect(drainBody(req)).resolves.toBeUndefined();
  });

  it('rejects as soon as there is more, and lets the rest run into the void', async () => {
    const req = aRequest();
    const drained = drainBody(req);
    req.write(Buffer.alloc(102_401));
    await expect(drained).rejects.toMatchObject({ status: 413 });
    expect(req.readableFlowing).toBe(true);
    expect(req.listenerCount('data')).toBe(0);
  });

  it('rejects at once when the client has left already', async () => {
    const req = aRequest();
    req.destroy();
    await new Promise((resolve) => req.once('close', resolve));
    await expect(drainBody(req)).rejects.toMatchObject({ status: 408 });
  });

  it.each([undefined, new Error('ECONNRESET')])('rejects when the client leaves', async (error) => {
    const req = aRequest();
    const drained = drainBody(req);
    req.destroy(error);
    await expect(drained).rejects.toMatchObject({ status: 408 });
  });
});
