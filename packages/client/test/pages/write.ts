interface Page {
  getElementById(id: string): { innerText: string } | null;
}

/** Adds a line to an element of the page. */
export function write(id: string, line: unknown): void {
  const element = page().getElementById(id);
  if (element !== null) element.innerText += `${String(line)}\n`;
}

export function page(): Page {
  return (globalThis as unknown as { readonly document: Page }).document;
}
