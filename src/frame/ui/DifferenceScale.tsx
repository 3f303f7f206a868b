import { heatGradient } from './canvas/heat.ts';
import { short } from './format.ts';

interface Props {
  readonly gain: number;
  readonly gains: readonly number[];
  /** What a difference is measured in. */
  readonly units: string;
  onGain(gain: number): void;
}

/** How many times differences are enlarged, and what the colours then mean. */
export function DifferenceScale({ gain, gains, units, onGain }: Props) {
  return (
    <div className="difference-scale" data-testid="difference-scale">
      <label className="check">
        Gain
        <select value={gain} onChange={(e) => onGain(Number(e.target.value))}>
          {gains.map((g) => (
            <option key={g} value={g}>
              ×{g}
            </option>
          ))}
        </select>
      </label>
      <span className="heat-scale">
        <span>0</span>
        <span className="heat-bar" style={{ background: heatGradient }} />
        <span>≥ {short(1 / gain)}</span>
      </span>
      <span className="fine">{units}</span>
    </div>
  );
}

/** Of pictures. */
export const COLOUR_UNITS = 'mean |difference| of the colours; pixels run from −1 to 1';
