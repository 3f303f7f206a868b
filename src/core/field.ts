/**
 * A typed parameter: one table drives its control, its place in the URL and its validation.
 * `parse` is total: it never throws, and `undefined` means "refused".
 */
export interface FieldBase<T> {
  readonly label: string;
  /** One sentence for a first-time reader. */
  readonly help: string;
  readonly default: T;
  parse(text: string): T | undefined;
  format(value: T): string;
}
export interface NumberField extends FieldBase<number> {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly integer: boolean;
  /** A logarithmic slider suits the value better than a linear one. */
  readonly log: boolean;
  readonly unit?: string;
}
export interface ChoiceField<T extends string = string> extends FieldBase<T> {
  readonly kind: 'choice';
  readonly options: readonly { readonly value: T; readonly label: string }[];
}
export interface BooleanField extends FieldBase<boolean> {
  readonly kind: 'boolean';
}
/** A short free text with a grammar of its own, e.g. a list of token biases. The value is the text itself. */
export interface TextField extends FieldBase<string> {
  readonly kind: 'text';
  /** In UTF-16 units. */
  readonly maxLength: number;
  /** It has lines. */
  readonly lines?: true;
  /** What is wrong with a text, as a sentence; null when `parse` takes it. */
  refuse(text: string): string | null;
}
export type ParamValue = number | string | boolean;
export type Field<T extends ParamValue = ParamValue> = T extends number
  ? NumberField
  : T extends boolean
    ? BooleanField
    : T extends string
      ? string extends T
        ? ChoiceField | TextField
        : ChoiceField<T>
      : never;
export type AnyField = NumberField | ChoiceField | BooleanField | TextField;
/**
 * The field table of a parameter record, e.g. `Fields<{ rho: number }>`. A union of string literals becomes a choice,
 * `string` a free text.
 */
export type Fields<P> = {
  readonly [K in keyof P]: P[K] extends number
    ? NumberField
    : P[K] extends boolean
      ? BooleanField
      : P[K] extends string
        ? string extends P[K]
          ? TextField
          : ChoiceField<P[K]>
        : never;
};

interface NumberOptions {
  readonly label: string;
  readonly help: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly integer?: boolean;
  readonly log?: boolean;
  readonly unit?: string;
}

/** A finite number in [min, max], optionally an integer. */
export function numberField(o: NumberOptions): NumberField {
  const integer = o.integer ?? false;
  return {
    kind: 'number',
    label: o.label,
    help: o.help,
    default: o.default,
    min: o.min,
    max: o.max,
    step: o.step ?? (integer ? 1 : (o.max - o.min) / 100),
    integer,
    log: o.log ?? false,
    ...(o.unit !== undefined && { unit: o.unit }),
    parse(text) {
      const v = text.trim() === '' ? NaN : Number(text);
      return Number.isFinite(v) && v >= o.min && v <= o.max && (!integer || Number.isInteger(v)) ? v : undefined;
    },
    format: String,
  };
}

/** What a number field takes: "a whole number from 1 to 1000". */
export const numberDemand = ({ integer, min, max }: Pick<NumberField, 'integer' | 'min' | 'max'>): string =>
  `a${integer ? ' whole' : ''} number from ${min} to ${max}`;

/** One of a closed list of words. */
export function choiceField<const T extends string>(o: {
  label: string;
  help: string;
  default: NoInfer<T>;
  options: readonly (readonly [value: T, label: string])[];
}): ChoiceField<T> {
  return {
    kind: 'choice',
    label: o.label,
    help: o.help,
    default: o.default,
    options: o.options.map(([value, label]) => ({ value, label })),
    parse: (text) => o.options.find(([value]) => value === text)?.[0],
    format: String,
  };
}

/** A switch, written 1 or 0. */
export function booleanField(o: { label: string; help: string; default: boolean }): BooleanField {
  return {
    kind: 'boolean',
    ...o,
    parse: (text) => (text === '1' || text === '0' ? text === '1' : undefined),
    format: (v) => (v ? '1' : '0'),
  };
}

/** A text of at most `maxLength` characters that `refuse` accepts; a refusal is a sentence a reader can act on. */
export function textField(o: {
  label: string;
  help: string;
  default: string;
  maxLength: number;
  lines?: true;
  refuse(text: string): string | null;
}): TextField {
  const refuse = (text: string) =>
    text.length > o.maxLength
      ? `The text has ${text.length} characters; at most ${o.maxLength} are read.`
      : o.refuse(text);
  return { kind: 'text', ...o, refuse, parse: (text) => (refuse(text) === null ? text : undefined), format: String };
}

/** The default of every field. */
export function defaults<P>(fields: Fields<P>): P {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, (field as AnyField).default])) as P;
}
