import { handlerSettings, type TaskHandlerOptions } from './handler-options.js';

const SCRIPT = { contentType: 'text/javascript', body: '' };
const PAGE = { page: '<p>', refusal: '<p>', assets: { 'app.js': SCRIPT } };

describe('handlerSettings', () => {
  it('has these defaults', () => {
    expect(handlerSettings({})).toMatchObject({
      authorize: null,
      readOnly: false,
      timestamps: 'rfc3339',
      requestTimeoutMs: 5_000,
      allowedHosts: new Set(),
      allowedOrigins: new Set(),
      dashboard: null,
    });
  });

  it('reads names and origins as requests have them', () => {
    const settings = handlerSettings({
      allowedHosts: ['Tasks.Example.com.', '[::2]'],
      allowedOrigins: ['HTTPS://Admin.example.com:443'],
    });
    expect(settings.allowedHosts).toEqual(new Set(['tasks.example.com', '::2']));
    expect(settings.allowedOrigins).toEqual(new Set(['https://admin.example.com']));
  });

  it('takes a page with its files', () => {
    expect(handlerSettings({ dashboard: PAGE }).dashboard).toBe(PAGE);
  });

  it('calls authorize on the options, as a method', () => {
    const options = {
      readOnly: true,
      authorize(this: TaskHandlerOptions): boolean {
        return this.readOnly ?? false;
      },
    };
    const { authorize } = handlerSettings(options);
    expect(authorize?.({} as never, { action: 'read', task: null })).toBe(true);
  });

  it.each([
    [{ authorise: () => true }, /no option `authorise`\. Did you mean `authorize`\?/],
    [{ authorize: true }, /`authorize` to be a function/],
    [{ readOnly: 'yes' }, /`readOnly` to be true or false/],
    [{ allowedHosts: 'localhost' }, /`allowedHosts` to be an array of host names without ports/],
    [{ allowedHosts: ['tasks.example.com:8000'] }, /`allowedHosts`/],
    [{ allowedHosts: ['*'] }, /`allowedHosts`/],
    [{ allowedOrigins: ['admin.example.com'] }, /`allowedOrigins` to be an array of origins/],
    [{ allowedOrigins: ['*'] }, /`allowedOrigins`/],
    [{ timestamps: 'iso' }, /`timestamps` to be "rfc3339" or "documented", got "iso"/],
    [{ requestTimeoutMs: 0 }, /`requestTimeoutMs` to be a number of milliseconds/],
    [{ requestTimeoutMs: 2 ** 31 }, /`requestTimeoutMs`/],
    [{ onError: 'log' }, /`onError` to be a function/],
    [{ dashboard: true }, /`dashboard` to be what `@task-monitor\/dashboard` exports/],
    [{ dashboard: { dashboard: PAGE } }, /`dashboard`/],
    [{ dashboard: { ...PAGE, refusal: undefined } }, /`dashboard`/],
    [{ dashboard: { ...PAGE, assets: null } }, /`dashboard`/],
    [{ dashboard: { ...PAGE, assets: { 'app.js': 'alert(1)' } } }, /`dashboard`/],
    [{ dashboard: { ...PAGE, assets: { '../app.js': SCRIPT } } }, /`dashboard`/],
    [
      { dashboard: { ...PAGE, assets: { a: { ...SCRIPT, contentType: 'a\r\nb' } } } },
      /`dashboard`/,
    ],
    [null, /to be an object/],
  ])('refuses %j', (options, message) => {
    const read = (): unknown => handlerSettings(options as unknown as TaskHandlerOptions);
    expect(read).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(read).toThrow(message);
  });

  it('warns of errors by default', () => {
    const emitWarning = process.emitWarning.bind(process);
    const warned: unknown[] = [];
    process.emitWarning = (...given: unknown[]) => void warned.push(given);
    try {
      const { onError } = handlerSettings({});
      onError(new Error('the store is away'), 'answering GET /stats');
      onError('gone', 'answering GET /all');
    } finally {
      process.emitWarning = emitWarning;
    }
    expect(warned).toEqual([
      ['While answering GET /stats: the store is away', 'TaskMonitorWarning'],
      ['While answering GET /all: "gone" (string)', 'TaskMonitorWarning'],
    ]);
  });
});
