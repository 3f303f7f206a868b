import { FormatError, shown } from './error.ts';
import { Reader, type Json } from './json.ts';

/** A published config.json: a key that is missing has the value that its library fills in, given where it is read. */
export class ConfigFields {
  readonly #json: Json;
  readonly #hint: string;
  readonly read: Reader;
  constructor(json: Json, hint: string) {
    this.#json = json;
    this.#hint = hint;
    this.read = new Reader(json, '', hint);
  }
  raw(key: string): unknown {
    return Object.hasOwn(this.#json, key) ? this.#json[key] : undefined;
  }
  flag(key: string, otherwise: boolean): boolean {
    const value = this.raw(key) ?? otherwise;
    return typeof value === 'boolean' ? value : this.read.fail(key, 'true or false');
  }
  /** Refuses a value that this app would have to ignore. */
  only(key: string, meaning: string, allowed: readonly unknown[]): void {
    const value = this.raw(key) ?? null;
    if (value !== null && !allowed.includes(value))
      throw new FormatError(
        `${key} is ${shown(value)} (${meaning}); supported: ${allowed.length ? allowed.map(shown).join(', ') : 'models without it'}`,
        this.#hint,
      );
  }
  integerOr(key: string, min: number, max: number, otherwise: number): number {
    return this.read.has(key) ? this.read.integer(key, min, max) : otherwise;
  }
  numberOr(key: string, min: number, max: number, otherwise: number): number {
    return this.read.has(key) ? this.read.number(key, min, max) : otherwise;
  }
  oneOfOr<const T extends string>(key: string, options: readonly T[], otherwise: T): T {
    return this.read.has(key) ? this.read.oneOf(key, options) : otherwise;
  }
  textOr(key: string, otherwise: string): string {
    return this.read.has(key) ? this.read.text(key, 200) : otherwise;
  }
  /** A list of whole numbers, or one number that stands for `count` of them. */
  integers(key: string, count: number, min: number, max: number, otherwise: number): readonly number[] {
    if (!Array.isArray(this.raw(key)))
      return Array.from({ length: count }, () => this.integerOr(key, min, max, otherwise));
    const list = this.read.list(key, 64);
    const fits = (v: unknown): v is number => Number.isInteger(v) && (v as number) >= min && (v as number) <= max;
    if (list.length !== count || !list.every(fits))
      this.read.fail(key, `${count} whole numbers from ${min} to ${max}, one for each level`);
    return list as readonly number[];
  }
  /**
   * Refuses fields that nothing above has read, by name: they may change the computation. A value that switches a
   * feature off, and what the library notes about itself (`_class_name`), are no such fields.
   */
  known(keys: readonly string[], what: string): void {
    const quiet = (value: unknown) =>
      value === null || value === false || (Array.isArray(value) && value.length === 0) || value === '';
    const odd = this.read.keys().find((key) => !key.startsWith('_') && !keys.includes(key) && !quiet(this.raw(key)));
    if (odd !== undefined)
      throw new FormatError(
        `${what} has the field ${shown(odd)} = ${shown(this.raw(odd))}, which this app does not know and must not ignore`,
        this.#hint,
      );
  }
}
