import { OUTPUT_LIMITS, type OutputLine } from '@task-monitor/core';

/** The newest of `lines` that are kept: as many as {@link OUTPUT_LIMITS} allows. */
export function keptTail(lines: readonly OutputLine[]): readonly OutputLine[] {
  let first = lines.length;
  let bytes = 0;
  while (first > 0 && lines.length - first < OUTPUT_LIMITS.lines) {
    bytes += Buffer.byteLength((lines[first - 1] as OutputLine).text);
    if (bytes > OUTPUT_LIMITS.bytes) break;
    first--;
  }
  return lines.slice(first);
}
