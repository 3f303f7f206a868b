import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { useDraft } from '../../../../frame/ui/controls/useDraft.ts';
import { MAX_SIDE } from '../../config/fields.ts';
import { editShared } from '../../state/experimentStore.ts';
import { useExperiment, useLoaded } from '../hooks.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** “512×768”, “512 768” or one number for both. */
function read(text: string, step: number): Size | Error {
  const numbers = text.split(/[×x*,;\s]+/i).filter((t) => t !== '');
  if (numbers.length === 0) return { width: 0, height: 0 };
  const odd = numbers.find((t) => !/^\d+$/.test(t) || Number(t) < step || Number(t) > MAX_SIDE);
  if (odd !== undefined || numbers.length > 2)
    return new Error(`Write width×height in pixels, each from ${step} to ${MAX_SIDE}.`);
  const [width, height = width] = numbers.map(Number) as [number, number?];
  const bad = [width, height!].find((v) => v % step !== 0);
  if (bad !== undefined)
    return new Error(
      `${bad} is no multiple of ${step}, which this model’s sizes are; ${Math.round(bad / step) * step} is.`,
    );
  return { width, height: height! };
}

/** Width and height of the pictures. */
export function SizeControl() {
  const width = useExperiment((s) => s.experiment.width);
  const height = useExperiment((s) => s.experiment.height);
  const loaded = useLoaded();
  const native = loaded?.size ?? null;
  const step = Math.max(8, loaded?.factor ?? 8);
  const value: Size = { width: width || (native?.width ?? 0), height: height || (native?.height ?? 0) };
  const own = ({ width: w, height: h }: Size) => native !== null && w === native.width && h === native.height;
  const draft = useDraft(value, {
    format: ({ width: w, height: h }) => (w === 0 ? '' : `${w}×${h}`),
    read: (text) => read(text, step),
    onChange: (size) => editShared(own(size) ? { width: 0, height: 0 } : size),
  });
  const times = native ? (value.width * value.height) / (native.width * native.height) : 1;
  return (
    <>
      <Labelled
        className="wide"
        label="Size"
        problem={draft.problem}
        help={`Width×height in pixels, in multiples of ${step}.${native ? ` The model was made for ${native.width}×${native.height}; far from it pictures repeat themselves.` : ''}`}
      >
        {({ id, describedBy }) => (
          <div className="with-button">
            <input
              id={id}
              type="text"
              inputMode="text"
              value={draft.text}
              aria-describedby={describedBy}
              aria-invalid={draft.problem !== null}
              spellCheck={false}
              onBlur={draft.leave}
              onKeyDown={(e) => draft.onKey(e.key)}
              onChange={(e) => draft.type(e.target.value)}
            />
            <button
              type="button"
              onClick={() => {
                draft.drop();
                editShared({ width: 0, height: 0 });
              }}
            >
              Model’s own
            </button>
          </div>
        )}
      </Labelled>
      {times >= 2 && (
        <p className="remark" role="note">
          {Math.round(times)} times the area that this model was made for: a step takes about as many times as long, and
          what is drawn tends to repeat itself.
        </p>
      )}
    </>
  );
}
