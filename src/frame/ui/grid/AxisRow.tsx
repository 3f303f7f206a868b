import { lazy, useMemo } from 'react';
import { PickerButton } from '../picker/PickerButton.tsx';
import type { AxisDraft, AxisField } from '../../config/grid.ts';
import type { AxisReading } from '../../state/grid/draft.ts';
import { useGrid } from './context.ts';
import { fieldItems } from './fields.ts';
import { LinesInput } from './LinesInput.tsx';

const PickerDialog = lazy(() => import('../picker/PickerDialog.tsx'));

/** More values than this are not all read out. */
const MOST_SAID = 12;

interface Props {
  readonly index: number;
  readonly count: number;
  readonly axis: AxisReading;
  readonly fields: readonly AxisField[];
  readonly taken: readonly string[];
  onChange(axis: AxisDraft, gesture: boolean): void;
  onMoveUp(): void;
  onRemove(): void;
}

/** What the text came to: the number of values, and what a shorthand was filled with. */
function readingOf({ read, values }: AxisReading): string {
  const many = `${read.length} ${read.length === 1 ? 'value' : 'values'}`;
  if (!/\.\./.test(values)) return many;
  const listed = read.length <= MOST_SAID ? read.join(', ') : `${read.slice(0, 6).join(', ')}, …, ${read.at(-1)}`;
  return `${many}: ${listed}`;
}

/** One axis: its field, its values as text, and how they read. */
export function AxisRow({ index, count, axis, fields, taken, onChange, onMoveUp, onRemove }: Props) {
  const { grid } = useGrid();
  const name = `Axis ${index + 1}`;
  const items = useMemo(
    () =>
      fieldItems(
        fields,
        taken.filter((f) => f !== axis.field),
      ),
    [fields, taken, axis.field],
  );
  const title = grid.titleOf(axis.field);
  const item = items.find((i) => i.id === axis.field);
  const names = grid.names(axis.field).filter(({ id }) => !axis.read.includes(id));
  const said = `axis-said-${index}`;
  const add = (value: string) =>
    onChange({ field: axis.field, values: `${axis.values.trim()}${axis.values.trim() && ', '}${value}` }, false);
  return (
    <li className="axis" data-testid={`axis-${index}`}>
      <PickerButton className="axis-field" label={`${name}: field`} title={title} summary={item?.summary}>
        {(anchor, close) => (
          <PickerDialog
            label={`${name}: field`}
            items={items}
            value={axis.field}
            anchor={anchor}
            onPick={(field) => onChange({ field, values: grid.newValues(field) }, false)}
            onClose={close}
          />
        )}
      </PickerButton>
      <div className="axis-values">
        {grid.isText(axis.field) ? (
          <LinesInput
            label={`${name}: values of ${title}, one a line`}
            describedBy={said}
            invalid={axis.refused !== null}
            values={axis.values}
            onChange={(values) => onChange({ field: axis.field, values }, true)}
          />
        ) : (
          <input
            type="text"
            aria-label={`${name}: values of ${title}`}
            aria-invalid={axis.refused !== null}
            aria-describedby={said}
            spellCheck={false}
            autoComplete="off"
            data-undo="experiment"
            title={item?.summary}
            value={axis.values}
            onChange={(e) => onChange({ field: axis.field, values: e.target.value }, true)}
          />
        )}
        {names.length > 0 && (
          <select aria-label={`${name}: add a value`} value="" onChange={(e) => add(e.target.value)}>
            <option value="">Add…</option>
            {names.map(({ id, title: text }) => (
              <option key={id} value={id}>
                {text}
              </option>
            ))}
          </select>
        )}
      </div>
      <span className="row-tools">
        <button type="button" disabled={index === 0} onClick={onMoveUp} aria-label={`Move ${name} up`} title="Move up">
          ↑
        </button>
        <button type="button" disabled={count === 1} onClick={onRemove} aria-label={`Remove ${name}`} title="Remove">
          ×
        </button>
      </span>
      <p id={said} className={`axis-said${axis.refused !== null ? ' bad' : ''}`} aria-live="polite">
        {axis.refused ?? readingOf(axis)}
        {axis.misfits.map((misfit) => (
          <span key={misfit} className="warn">
            {' '}
            {misfit}
          </span>
        ))}
      </p>
    </li>
  );
}
