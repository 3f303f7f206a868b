import { lazy, Suspense, useState } from 'react';
import { sigmaText } from '../format.ts';
import { colourOf } from '../marks.ts';
import { sigmaScale } from './sigmaScale.ts';

interface Props {
  readonly about: { readonly name: string; readonly slot: number };
  readonly sigmas: readonly number[];
  readonly explicit: boolean;
  onSigmas(sigmas: readonly number[]): void;
}
const SigmaEditor = lazy(() => import('./SigmaEditor.tsx'));
const WIDTH = 92;
const HEIGHT = 30;

/** The noise levels in force, as a curve on a log axis and as numbers; opens the editor. */
export function Sigmas({ about, sigmas, explicit, onSigmas }: Props) {
  const [open, setOpen] = useState(explicit);
  const { y } = sigmaScale(sigmas, HEIGHT);
  const x = (i: number) => 3 + (i / Math.max(1, sigmas.length - 1)) * (WIDTH - 6);
  return (
    <div className="sigmas">
      <div className="sigma-brief">
        <button
          type="button"
          className="sigma-curve"
          aria-expanded={open}
          aria-label={`${about.name}: edit the noise levels`}
          title="The noise levels, on a log axis; press to edit them"
          onClick={() => setOpen(!open)}
        >
          <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
            <polyline
              points={sigmas.map((s, i) => `${x(i).toFixed(1)},${y(s).toFixed(1)}`).join(' ')}
              fill="none"
              stroke={colourOf(about.slot)}
            />
            {sigmas.length <= 26 &&
              sigmas.map((s, i) => <circle key={i} cx={x(i)} cy={y(s)} r={1.6} fill={colourOf(about.slot)} />)}
          </svg>
        </button>
        <p
          className="sigma-list"
          aria-label={`${about.name}: noise levels in force`}
          tabIndex={sigmas.length > 24 ? 0 : undefined}
        >
          <i>σ</i> {sigmas.map(sigmaText).join(' ')}
        </p>
      </div>
      {open && (
        <Suspense fallback={null}>
          <SigmaEditor about={about} sigmas={sigmas} explicit={explicit} onSigmas={onSigmas} />
        </Suspense>
      )}
    </div>
  );
}
