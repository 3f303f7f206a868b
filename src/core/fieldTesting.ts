// Only tests import this.
import type { AnyField } from './field.ts';

/** Both ends of a number's range, every option of a choice, a switch on and off; of other fields the default. */
export function extremes(field: AnyField): unknown[] {
  switch (field.kind) {
    case 'number':
      return [field.min, field.max];
    case 'choice':
      return field.options.map((option) => option.value);
    case 'boolean':
      return [true, false];
    default:
      return [field.default];
  }
}
