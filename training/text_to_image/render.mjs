// Draws captioned faces and writes them in one go: <out>/<split>.images.bin (N x 64 x 64 x 3 bytes, rows, columns, RGB) and <out>/<split>.jsonl
// (what was drawn, in words, one line a picture). Held-out combinations (options.mjs) never go to `train` and are all there is in `heldout`.
// Usage: node text_to_image/render.mjs <out folder> [pictures per design for train, 10000] [in all for heldout, 800]
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { colours, designs, heldOut } from './options.mjs';

// Packages are looked up from the folder the command runs in, so they may be installed outside the source tree.
const require = createRequire(join(process.cwd(), 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { createAvatar } = await load('@dicebear/core');
const collection = await load('@dicebear/collection');
const { Resvg } = await load('@resvg/resvg-js');

const SIZE = 64;
const out = process.argv[2] ?? '../build/training/text-to-image';
const perDesign = Number(process.argv[3] ?? 10000);
const heldOutCount = Number(process.argv[4] ?? 800);

/** Mulberry32: a small seeded generator, so that the same command draws the same pictures. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const nameOf = (palette, value) => Object.keys(palette).find((name) => palette[name] === value.replace('#', ''));

// Designs name the same part differently.
const WORD = { hair: 'shape', mood: 'mouth' };

/** The words for what was drawn, from DiceBear's own account of it. */
function describe(design, background, drawn) {
  const { parts, paint } = designs[design];
  const words = { design, background };
  for (const [option, palette] of Object.entries(paint)) {
    words[palette] = nameOf(colours[palette], drawn[option]);
    if (!words[palette]) throw new Error(`${design}: ${option} ${drawn[option]} has no name`);
  }
  for (const [option, phrases] of Object.entries(parts)) {
    if (drawn[option] === undefined) continue;
    const phrase = phrases[drawn[option]];
    if (phrase === undefined) throw new Error(`${design}: ${option} "${drawn[option]}" has no phrase`);
    if (phrase !== '') words[WORD[option] ?? option] = phrase;
  }
  if (words.shape?.startsWith('!')) {
    words.head = words.shape.slice(1);
    // A bald head or a hat shows no hair, and a turban is painted in the hair's colour.
    if (words.head === 'turban') words.head = `${words.hair} turban`;
    delete words.shape;
    delete words.hair;
  }
  return words;
}

function isHeldOut(words) {
  return heldOut.some((rule) => Object.entries(rule).every(([key, value]) => words[key] === value));
}

function draw(design, random) {
  const { parts, paint, chance = {}, fixed = {} } = designs[design];
  const pick = (list) => list[Math.floor(random() * list.length)];
  const background = pick(Object.keys(colours.background));
  const options = { seed: String(random()), backgroundColor: [colours.background[background]], ...fixed };
  for (const [option, palette] of Object.entries(paint)) options[option] = [pick(Object.values(colours[palette]))];
  for (const [option, phrases] of Object.entries(parts)) {
    options[option] = [pick(Object.keys(phrases))];
    if (option in chance) options[`${option}Probability`] = random() * 100 < chance[option] ? 100 : 0;
  }
  const avatar = createAvatar(collection[design], options);
  return { words: describe(design, background, avatar.toJson().extra), svg: avatar.toString() };
}

/** Premultiplied RGBA over white: colour + (255 - alpha). */
function pixels(svg) {
  const {
    pixels: rgba,
    width,
    height,
  } = new Resvg(svg, { fitTo: { mode: 'width', value: SIZE }, font: { loadSystemFonts: false } }).render();
  if (width !== SIZE || height !== SIZE) throw new Error(`picture of ${width}x${height}`);
  const rgb = new Uint8Array(SIZE * SIZE * 3);
  for (let p = 0, at = 0; p < SIZE * SIZE; p++) {
    const white = 255 - rgba[4 * p + 3];
    for (let c = 0; c < 3; c++) rgb[at++] = Math.min(255, rgba[4 * p + c] + white);
  }
  return rgb;
}

function write(split, count, seed, wanted) {
  const file = openSync(join(out, `${split}.images.bin`), 'w');
  const lines = [];
  const names = Object.keys(designs);
  const random = generator(seed);
  // Designs take turns, so that any first part of the file is balanced.
  for (let drawn = 0; drawn < count;) {
    const { words, svg } = draw(names[drawn % names.length], random);
    if (isHeldOut(words) !== wanted) continue;
    writeSync(file, pixels(svg));
    lines.push(JSON.stringify(words));
    drawn++;
    if (drawn % 3000 === 0) console.log(split, drawn);
  }
  closeSync(file);
  writeFileSync(join(out, `${split}.jsonl`), `${lines.join('\n')}\n`);
}

mkdirSync(out, { recursive: true });
write('heldout', heldOutCount, 2, true);
// The judge of the samples may know what the model may not.
write('judge', 5 * heldOutCount, 3, true);
write('train', perDesign * Object.keys(designs).length, 1, false);
