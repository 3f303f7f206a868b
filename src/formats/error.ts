/** A file that cannot be used: what is wrong with which value, and what the reader can do. */
export class FormatError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.name = 'FormatError';
    this.hint = hint;
  }
}

/** A value from outside as it may appear in a message: short, on one line, printable. */
export function shown(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = String(value);
  }
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '·');
  return clean.length > 60 ? `${clean.slice(0, 57)}…` : clean;
}
