// Fields of a request's body, read one by one; a value that is none is refused by name.
import { ApiRefusal, shownValue } from './refusal.ts';

export type Body = Readonly<Record<string, unknown>>;

export const refuse = (param: string, value: unknown, must: string): never => {
  throw new ApiRefusal(`${param} is ${shownValue(value)}: ${must}.`, { param });
};
export const given = (body: Body, name: string): unknown => {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  return value === null ? undefined : value;
};

export function numberOf(body: Body, name: string, low: number, high: number, whole = false): number | undefined {
  const value = given(body, name);
  if (value === undefined) return undefined;
  const fine = typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value));
  return fine ? value : refuse(name, value, `it must be a ${whole ? 'whole ' : ''}number from ${low} to ${high}`);
}
export function flagOf(body: Body, name: string): boolean {
  const value = given(body, name);
  if (value === undefined) return false;
  return typeof value === 'boolean' ? value : refuse(name, value, 'it must be true or false');
}
