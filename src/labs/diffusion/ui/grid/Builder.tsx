import { lazy, useMemo } from 'react';
import { useStore } from 'zustand';
import { MAX_AXES } from '../../../../experiments/grid/cells.ts';
import { PickerButton } from '../../../../frame/ui/picker/PickerButton.tsx';
import { axisText, baseOf, newAxis, NO_GRID, type AxisDraft } from '../../state/gridDraft.ts';
import { editGrid, planStore, undoGrid } from '../../state/gridSession.ts';
import { gridStore } from '../../state/gridStore.ts';
import { viewStore } from '../../state/viewStore.ts';
import { useExperiment, useView } from '../hooks.ts';
import { AxisRow } from './AxisRow.tsx';
import { fieldItems } from './fields.ts';
import { KeptGrids } from './KeptGrids.tsx';

const PickerDialog = lazy(() => import('../../../../frame/ui/picker/PickerDialog.tsx'));

const axesNow = () => (viewStore.getState().grid ?? NO_GRID).axes;
const setAxis = (index: number, axis: AxisDraft, gesture: boolean) =>
  editGrid({ axes: axesNow().map((text, i) => (i === index ? axisText(axis) : text)) }, gesture);
function moveUp(index: number): void {
  const axes = axesNow();
  editGrid({ axes: axes.toSpliced(index, 1).toSpliced(index - 1, 0, axes[index]!) });
}

/** The axes, the rules for cells that are left out, and what is wrong with them. */
export function Builder() {
  const experiment = useExperiment((s) => s.experiment);
  const base = useMemo(() => baseOf(experiment), [experiment]);
  const { reading, past } = useStore(planStore);
  const count = useStore(gridStore, (s) => s.count);
  const skip = useView((s) => s.grid?.skip ?? '');
  const taken = reading.axes.map((a) => a.field);
  const skipped = count ? count.combinations - count.work.size : 0;
  const full = reading.axes.length >= MAX_AXES;
  return (
    <>
      <div className="section-head">
        <h2>Axes</h2>
        <p className="fine">every combination is a cell; 1, 2, .., 10 and 4, 8, ..*, 64 fill in what is between</p>
        <KeptGrids />
        <button
          type="button"
          disabled={past.length === 0}
          onClick={undoGrid}
          title="Takes back the last edit of the axes"
        >
          Undo
        </button>
      </div>
      <ol className="axes">
        {reading.axes.map((axis, i) => (
          <AxisRow
            key={i}
            index={i}
            count={reading.axes.length}
            axis={axis}
            base={base}
            taken={taken}
            onChange={(next, gesture) => setAxis(i, next, gesture)}
            onMoveUp={() => moveUp(i)}
            onRemove={() => editGrid({ axes: axesNow().toSpliced(i, 1) })}
          />
        ))}
      </ol>
      <div className="grid-more">
        {!full && (
          <PickerButton className="axis-add" label="Add an axis" title="Add an axis" summary="Another field to vary">
            {(anchor, close) => (
              <PickerDialog
                label="Another axis"
                items={fieldItems(base, taken)}
                value=""
                anchor={anchor}
                onPick={(field) => editGrid({ axes: [...axesNow(), axisText(newAxis(field, base))] })}
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
            onChange={(e) => editGrid({ skip: e.target.value }, true)}
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
