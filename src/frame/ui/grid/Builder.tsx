import { lazy, useMemo } from 'react';
import { useStore } from 'zustand';
import { MAX_AXES } from '../../../experiments/grid/cells.ts';
import { PickerButton } from '../picker/PickerButton.tsx';
import type { AxisDraft } from '../../config/grid.ts';
import { axisText } from '../../state/grid/draft.ts';
import { AxisRow } from './AxisRow.tsx';
import { useGrid } from './context.ts';
import { fieldItems } from './fields.ts';
import { KeptGrids } from './KeptGrids.tsx';

const PickerDialog = lazy(() => import('../picker/PickerDialog.tsx'));

/** The axes, the rules for cells that are left out, and what is wrong with them. */
export function Builder() {
  const { grid } = useGrid();
  const { reading } = useStore(grid.plan);
  const count = useStore(grid.store, (s) => s.count);
  const { skip } = grid.text();
  // The parameters that are offered are those of the contender at hand: read again whenever the plan is.
  const fields = useMemo(() => grid.fields(), [grid, reading]); // eslint-disable-line react-hooks/exhaustive-deps
  const axesNow = () => grid.text().axes;
  const setAxis = (index: number, axis: AxisDraft, typing: boolean) =>
    grid.edit(
      { axes: axesNow().map((text, i) => (i === index ? axisText(axis) : text)) },
      typing ? `axis ${index}` : '',
    );
  function moveUp(index: number): void {
    const axes = axesNow();
    grid.edit({ axes: axes.toSpliced(index, 1).toSpliced(index - 1, 0, axes[index]!) });
  }
  const taken = reading.axes.map((a) => a.field);
  const skipped = count ? count.combinations - count.work.size : 0;
  const full = reading.axes.length >= MAX_AXES;
  return (
    <>
      <div className="section-head">
        <h2>Axes</h2>
        <p className="fine">every combination is a cell; 1, 2, .., 10 and 4, 8, ..*, 64 fill in what is between</p>
        <KeptGrids />
      </div>
      <ol className="axes">
        {reading.axes.map((axis, i) => (
          <AxisRow
            key={i}
            index={i}
            count={reading.axes.length}
            axis={axis}
            fields={fields}
            taken={taken}
            onChange={(next, gesture) => setAxis(i, next, gesture)}
            onMoveUp={() => moveUp(i)}
            onRemove={() => grid.edit({ axes: axesNow().toSpliced(i, 1) })}
          />
        ))}
      </ol>
      <div className="grid-more">
        {!full && (
          <PickerButton className="axis-add" label="Add an axis" title="Add an axis" summary="Another field to vary">
            {(anchor, close) => (
              <PickerDialog
                label="Another axis"
                items={fieldItems(fields, taken)}
                value=""
                anchor={anchor}
                onPick={(field) =>
                  grid.edit({ axes: [...axesNow(), axisText({ field, values: grid.newValues(field) })] })
                }
                onClose={close}
              />
            )}
          </PickerButton>
        )}
        <label className="grid-skip">
          <span>Leave out cells where</span>
          <input
            type="text"
            value={skip}
            spellCheck={false}
            autoComplete="off"
            placeholder="nfe > 100 and sampler = heun; steps < 4"
            aria-invalid={reading.rules !== null}
            aria-describedby="grid-skip-said"
            data-undo="experiment"
            onChange={(e) => grid.edit({ skip: e.target.value }, 'skip')}
          />
        </label>
        <p id="grid-skip-said" className={`fine${reading.rules !== null ? ' bad' : ''}`} aria-live="polite">
          {reading.rules ?? (skip !== '' && count && `Leaves out ${skipped} of ${count.combinations}.`)}
        </p>
      </div>
      {reading.refused !== null && (
        <p className="bad grid-refused" role="alert">
          {reading.refused}
        </p>
      )}
    </>
  );
}
