/** Resolves after `ms`, when `signal` fires, or when the browser is back on line. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  const page = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      page.removeEventListener?.('online', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    page.addEventListener?.('online', end);
    if (signal.aborted) end();
  });
}
