// Renders 8 DiceBear styles x <count> seeds at 32 px and writes raw bytes:
//   <out>/avatars.images.bin  N x 32 x 32 x 3 uint8 (rows, columns, RGB),  <out>/avatars.labels.bin  N uint8.
// The order of `styles` is the model's class order: do not change it.
// Usage: node data/avatars.mjs <out folder> [count per style, 5000]
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Packages are looked up from the folder the command runs in, so they may be installed outside the source tree.
const require = createRequire(join(process.cwd(), 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { createAvatar } = await load('@dicebear/core');
const collection = await load('@dicebear/collection');
const { Resvg } = await load('@resvg/resvg-js');

const styles = ['pixelArt', 'thumbs', 'adventurer', 'bigSmile', 'miniavs', 'personas', 'micah', 'funEmoji'];
const backgroundColor = ['b6e3f4', 'c0aede', 'd1d4f9', 'ffd5dc', 'ffdfbf'];
const size = 32;
const out = process.argv[2] ?? '../build/training';
const count = Number(process.argv[3] ?? 5000);

const images = new Uint8Array(styles.length * count * size * size * 3);
const labels = new Uint8Array(styles.length * count);
let at = 0;
styles.forEach((style, label) => {
  for (let i = 0; i < count; i++) {
    const svg = createAvatar(collection[style], { seed: style + i, backgroundColor }).toString();
    const { pixels, width, height } = new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render();
    if (width !== size || height !== size) throw new Error(`${style} ${i}: ${width}x${height}`);
    // resvg gives premultiplied RGBA; over white that is colour + (255 - alpha).
    for (let p = 0; p < size * size; p++) {
      const white = 255 - pixels[4 * p + 3];
      for (let c = 0; c < 3; c++) images[at++] = Math.min(255, pixels[4 * p + c] + white);
    }
    labels[label * count + i] = label;
  }
  console.log(style);
});
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'avatars.images.bin'), images);
writeFileSync(join(out, 'avatars.labels.bin'), labels);
