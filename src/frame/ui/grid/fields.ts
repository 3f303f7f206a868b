// The menu of fields that an axis can set, to be searched.
import type { AxisField } from '../../config/grid.ts';
import type { PickerItem } from '../picker/search.ts';

/** Fields that no other axis has taken. */
export const fieldItems = (fields: readonly AxisField[], taken: readonly string[]): readonly PickerItem[] =>
  fields
    .filter((f) => !taken.includes(f.id))
    .map((f) => ({ id: f.id, title: f.title, group: f.group, facts: f.id, summary: f.help, aliases: [] }));
