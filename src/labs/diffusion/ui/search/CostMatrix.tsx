import { useRef } from 'react';
import { heat, heatGradient } from '../../../../frame/ui/canvas/heat.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { useDrawing } from '../../../../frame/ui/canvas/useDrawing.ts';
import { sigmaText } from '../../../../frame/ui/format.ts';
import { fitStore } from '../../state/fit.ts';
import type { Evidence } from '../../../../optimisers/types.ts';
import { matrixScale } from './matrixScale.ts';
import { quantity } from './quantity.ts';

type Path = Extract<Evidence, { kind: 'path' }>;
const SOURCES = [fitStore];

/** Costs of all steps from one level to another, and the way through them that costs least. */
export function CostMatrix({ evidence }: { readonly evidence: Path }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { title, levels, costs, path } = evidence;
  const count = levels.length;
  const scale = matrixScale(costs);
  useDrawing(
    canvas,
    (c) => {
      const ratio = window.devicePixelRatio || 1;
      const size = Math.round(c.clientWidth * ratio);
      c.width = size;
      c.height = size;
      const ctx = c.getContext('2d')!;
      const cells = new ImageData(count, count);
      for (let k = 0; k < count * count; k++) {
        const share = scale.share(costs[k]!);
        if (share === null) continue;
        cells.data.set([...heat(share), 255], 4 * k);
      }
      const small = new OffscreenCanvas(count, count);
      small.getContext('2d')!.putImageData(cells, 0, 0);
      ctx.imageSmoothingEnabled = false;
      ctx.drawImage(small, 0, 0, size, size);
      // A stair: from level i along its row to j, down to row j.
      const at = (k: number) => ((k + 0.5) * size) / count;
      const stair = new Path2D();
      stair.moveTo(at(path[0]!), at(path[0]!));
      path.slice(1).forEach((j, k) => {
        stair.lineTo(at(j), at(path[k]!));
        stair.lineTo(at(j), at(j));
      });
      const { ink, paper: well } = palette();
      ctx.lineJoin = 'round';
      for (const [colour, wide] of [
        [well, 4.5],
        [ink, 2],
      ] as const) {
        ctx.strokeStyle = colour;
        ctx.lineWidth = wide * ratio;
        ctx.stroke(stair);
      }
      for (const [k, j] of path.slice(1).entries()) {
        ctx.beginPath();
        ctx.arc(at(j), at(path[k]!), 3.5 * ratio, 0, 7);
        ctx.fillStyle = ink;
        ctx.fill();
        ctx.strokeStyle = well;
        ctx.lineWidth = 1.2 * ratio;
        ctx.stroke();
      }
    },
    SOURCES,
  );
  return (
    <section className="cost-matrix" aria-label={title} data-testid="cost-matrix">
      <h3>{title}</h3>
      <p className="fine heat-scale">
        {quantity(scale.low)}
        <span aria-hidden="true" style={{ background: heatGradient }} />
        {quantity(scale.high)}, logarithmic
      </p>
      <div className="matrix-box">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Costs between ${count} levels; the path goes over ${path.map((i) => sigmaText(levels[i]!)).join(', ')}`}
        />
      </div>
      <p className="fine">
        A row is the level left, σ {sigmaText(levels[0]!)} on top; a column the level reached, σ{' '}
        {sigmaText(levels[count - 1]!)} on the right. The line is the cheapest way in {path.length - 1} steps, a dot a
        step.
      </p>
    </section>
  );
}
