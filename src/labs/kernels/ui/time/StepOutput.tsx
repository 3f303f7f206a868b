import { useEffect, useRef, useState } from 'react';
import { setPainter } from '../../state/profile.ts';
import type { StepOutput as Output } from '../../state/types.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare, toPixelX, toPixelY } from '../../../../frame/ui/canvas/plane.ts';

const SIZE = 220;
const TEXT = 400;

/**
 * What the step makes, drawn as the labs draw it, so that drawing has an honest time. React has no part in it but to
 * show which of the two is filled.
 */
export function StepOutput() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = useRef<HTMLParagraphElement>(null);
  const [kind, setKind] = useState<Output['kind'] | null>(null);
  useEffect(() => {
    let tail = '';
    const sheet = document.createElement('canvas');
    setPainter((output) => {
      if (output.kind === 'text') {
        tail = (tail + output.text).slice(-TEXT);
        if (words.current) words.current.textContent = tail;
        // The layout that the new text needs belongs to its cost.
        void words.current?.offsetHeight;
      } else if (canvas.current) drawPicture(canvas.current, sheet, output);
      setKind(output.kind);
    });
    return () => setPainter(null);
  }, []);
  return (
    <div className="step-output">
      <canvas ref={canvas} hidden={kind === 'text'} width={1} height={1} role="img" aria-label="The step's picture" />
      <p ref={words} className="tokens" hidden={kind !== 'text'} aria-label="The tokens' text" />
      {kind && (
        <p className="fine">
          {kind === 'text'
            ? 'The text that the tokens make.'
            : 'What one step makes of noise: unfinished, since the same step is taken again and again.'}
        </p>
      )}
    </div>
  );
}

function drawPicture(
  canvas: HTMLCanvasElement,
  sheet: HTMLCanvasElement,
  output: Exclude<Output, { kind: 'text' }>,
): void {
  const ctx = prepare(canvas, SIZE, SIZE);
  if (output.kind === 'points') {
    const plane = { size: SIZE, view: 3 };
    ctx.fillStyle = palette().contenders[0]!;
    ctx.beginPath();
    for (let i = 0; i + 1 < output.data.length; i += 2)
      ctx.rect(toPixelX(plane, output.data[i]!) - 0.8, toPixelY(plane, output.data[i + 1]!) - 0.8, 1.6, 1.6);
    ctx.fill();
    return;
  }
  sheet.width = output.width;
  sheet.height = output.height;
  sheet
    .getContext('2d', { willReadFrequently: true })!
    .putImageData(new ImageData(output.rgba, output.width, output.height), 0, 0);
  const scale = Math.min(SIZE / output.width, SIZE / output.height);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(sheet, 0, 0, output.width * scale, output.height * scale);
}
