/** A template that cannot be read or followed; the message begins with what is wrong. */
export class JinjaError extends Error {
  override readonly name = 'JinjaError';
  constructor(message: string, line?: number) {
    super(line === undefined ? message : `${message} (line ${line})`);
  }
}
