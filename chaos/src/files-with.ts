import { closeSync, openSync, readSync } from 'node:fs';

/** Which of these files have this text in them. One that is not there, or no longer, has not. */
export function filesWith(text: string, files: readonly string[]): readonly string[] {
  const wanted = Buffer.from(text);
  // One for all: how much memory a trial takes is measured, too.
  const piece = Buffer.alloc(2 ** 20);
  return files.filter((file) => hasText(file, wanted, piece));
}

function hasText(path: string, wanted: Buffer, piece: Buffer): boolean {
  const file = openIfThere(path);
  if (file === null) return false;
  try {
    // A piece begins with the end of the one before it, where the text may have begun.
    for (let kept = 0, read = 0; ; kept = Math.min(kept + read, wanted.length - 1)) {
      read = readSync(file, piece, kept, piece.length - kept, null);
      if (piece.subarray(0, kept + read).includes(wanted)) return true;
      if (read === 0) return false;
      piece.copyWithin(0, Math.max(0, kept + read - wanted.length + 1), kept + read);
    }
  } finally {
    closeSync(file);
  }
}

/** A server removes files of its own at any time. */
function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
