import type { KernelResult } from '../../state/types.ts';
import { duration } from '../text.ts';

const WIDTH = 84;
const HEIGHT = 9;

/** Quartiles as a bar and the median as a line, on one scale for the whole table. */
export function Whisker({
  timing: { medianMs, lowMs, highMs },
  longest,
}: {
  timing: NonNullable<KernelResult['timing']>;
  longest: number;
}) {
  const x = (ms: number) => 1 + (ms / Math.max(longest, 1e-12)) * (WIDTH - 2);
  return (
    <svg
      className="whisker"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`quartiles ${duration(lowMs)} to ${duration(highMs)}`}
    >
      <title>{`Quartiles ${duration(lowMs)} … ${duration(highMs)}`}</title>
      <line x1={1} x2={WIDTH - 1} y1={HEIGHT / 2} y2={HEIGHT / 2} className="whisker-axis" />
      <rect x={x(lowMs)} width={Math.max(1, x(highMs) - x(lowMs))} y={2} height={HEIGHT - 4} className="whisker-span" />
      <line x1={x(medianMs)} x2={x(medianMs)} y1={0} y2={HEIGHT} className="whisker-median" />
    </svg>
  );
}
