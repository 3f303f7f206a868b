import { lazy, Suspense } from 'react';
import { WHOLE } from '../../../../frame/state/camera.ts';
import { setView } from '../../state/viewStore.ts';
import { useExperiment, useNames, useView } from '../hooks.ts';

const DifferenceScale = lazy(() => import('./DifferenceScale.tsx'));

/** What the pictures show: themselves, or how far they are from a baseline. */
export function ViewTools() {
  const slots = useExperiment((s) => s.slots);
  const { titles } = useNames();
  const baseline = useView((s) => s.baseline);
  const zoom = useView((s) => s.camera.zoom);
  return (
    <div className="view-tools" role="group" aria-label="View">
      {slots.length > 1 && (
        <label className="check" title="Shows how far every picture is from that contender’s">
          Difference to
          <select
            value={baseline ?? ''}
            aria-label="Difference to"
            onChange={(e) => setView({ baseline: e.target.value === '' ? null : Number(e.target.value) })}
          >
            <option value="">nothing: pictures</option>
            {slots.map((slot, i) => (
              <option key={slot} value={slot}>
                {titles[i]}
              </option>
            ))}
          </select>
        </label>
      )}
      {baseline !== null && (
        <Suspense fallback={null}>
          <DifferenceScale />
        </Suspense>
      )}
      {zoom > 1 && (
        <button
          type="button"
          onClick={() => setView({ camera: WHOLE })}
          title="Ctrl and the wheel zoom, dragging moves"
        >
          {zoom.toFixed(1)}×, show all
        </button>
      )}
    </div>
  );
}
