import { useMemo, useRef } from 'react';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import { startField, startFieldOn } from '../../config/fields.ts';
import { editShared } from '../../state/experimentStore.ts';
import { startFrom } from '../../state/start.ts';
import { useExperiment, useLoaded } from '../hooks.ts';

/** Noise alone, or a picture that noise is added to. */
export function StartControl() {
  const start = useExperiment((s) => s.experiment.start);
  const diffusers = useExperiment((s) => s.experiment.conventions === 'diffusers');
  const range = useLoaded()?.range;
  const field = useMemo(() => (range ? startFieldOn(range) : startField), [range]);
  const input = useRef<HTMLInputElement>(null);
  return (
    <details open={start !== null}>
      <summary>Start: {start ? `“${start.name}” at σ ${startField.format(start.sigma)}` : 'noise'}</summary>
      <div className="fields">
        <p className="summary wide">
          A picture that noise is added to, and that sampling goes on from. A link names it and cannot carry it. A
          finished picture can be taken from its large view.
        </p>
        <p className="buttons wide">
          <button type="button" onClick={() => input.current?.click()}>
            Choose a picture
          </button>
          {start && (
            <button type="button" onClick={() => editShared({ start: null })}>
              From noise
            </button>
          )}
        </p>
        <input
          ref={input}
          type="file"
          hidden
          accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
          aria-label="Picture to start from"
          onChange={(e) => {
            const file = e.target.files?.[0];
            if (file) void startFrom(file, file.name);
            e.target.value = '';
          }}
        />
        {start && (
          <NumberControl
            field={field}
            value={start.sigma}
            onChange={(sigma) => editShared({ start: { ...start, sigma } })}
          />
        )}
        {start && diffusers && (
          <p className="remark wide" role="note">
            As diffusers, a run begins at its scheduler’s first level at or below this one, and takes the steps that are
            left.
          </p>
        )}
      </div>
    </details>
  );
}
