import { LIMITS } from '../../config/library/types.ts';

const SIDE = 96;
const MOST = 4;

/** The pictures on the screen in small, side by side, as a data address; empty where a lab draws none. */
export function thumbnail(): string {
  const pictures = [...document.querySelectorAll<HTMLCanvasElement>('main .canvases canvas')]
    .filter((c) => c.width > 0 && c.height > 0)
    .slice(0, MOST);
  if (pictures.length === 0) return '';
  const canvas = document.createElement('canvas');
  canvas.width = SIDE * pictures.length;
  canvas.height = SIDE;
  const pen = canvas.getContext('2d');
  if (!pen) return '';
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--paper');
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = 'high';
  pictures.forEach((c, i) => {
    const scale = SIDE / Math.max(c.width, c.height);
    const [w, h] = [c.width * scale, c.height * scale];
    pen.drawImage(c, i * SIDE + (SIDE - w) / 2, (SIDE - h) / 2, w, h);
  });
  // A browser that writes no WebP gives a PNG.
  const url = canvas.toDataURL('image/webp', 0.8);
  return url.length <= LIMITS.picture ? url : '';
}
