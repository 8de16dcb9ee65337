/**
 * Whether `header`, the value of `Accept` or `Accept-Encoding`, names `wanted` itself, and not as what is not acceptable.
 * A wildcard does not count: programs send it, too.
 */
export function accepts(header: string | undefined, wanted: string): boolean {
  return (header ?? '').split(',').some((item) => {
    const [name = '', ...parameters] = item.split(';');
    return name.trim().toLowerCase() === wanted && !parameters.some((text) => NEVER.test(text));
  });
}

const NEVER = /^\s*q\s*=\s*0(\.0*)?\s*$/i;
