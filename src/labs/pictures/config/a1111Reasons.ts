// Why settings of A1111's web UI, Forge and SD.Next are not taken, by their keys.

/** Keys that tell who wrote the text and when, and change nothing. */
export const SILENT: ReadonlySet<string> = new Set([
  'Version',
  'App',
  'Backend',
  'Operations',
  'Pipeline',
  'User',
  'Batch size',
  'Batch pos',
]);

const reasons: readonly (readonly [RegExp, because: string])[] = [
  [/^Model( hash)?$/, 'a checkpoint’s name and hash do not say where it can be had; choose the model yourself'],
  [/^(VAE|SD VAE|Module \d)/, 'pictures are decoded by what the chosen model brings'],
  [/^(Lora|TI|Embedding|Hypernet|LyCORIS)/i, 'added networks and learned words are not loaded'],
  [/^Hires|^HiRes|^Upscale|^First pass/, 'there is no second pass at a larger size'],
  [/^Refiner/, 'there is no second model that ends the picture'],
  [/^Variation|^Seed resize/, 'noise of two seeds is not mixed'],
  [/^ENSD$|^Eta noise/, 'the noise that is added on the way has no seed of its own'],
  [/^Sigma (churn|tmin|tmax|noise)$/, 'that sampler adds no such noise here; edm_stochastic does'],
  [/^Eta/, 'this sampler has no η'],
  [/^Schedule (rho|max|min)/, 'levels go from end to end of the model’s own range by the schedule’s own rule'],
  [/^Discard penultimate/, 'all levels of a schedule are walked'],
  [/^(NGMS|Skip Early CFG)/i, 'guidance is not left out at every other step; set “Guided above σ”'],
  [/^Distilled CFG/, 'it is for models that this page cannot hold'],
  [/^(Face restoration|ADetailer|Tiling|Postprocess)/i, 'pictures are not worked over afterwards'],
  [/^(Mask|Inpaint|Masked|Conditional mask)/i, 'nothing is painted in under a mask'],
  [/^ControlNet/i, 'nothing but words and noise steers the picture'],
  [
    /^(Token merging|ToMe|FreeU|HyperTile|Pad conds|FP8|Cache FP16|Downcast|Emphasis)/i,
    'the model is run as it was published',
  ],
];

/** One sentence for a setting that is not taken. */
export function reasonFor(key: string, settings: ReadonlyMap<string, string>): string {
  if (key === 'Denoising strength')
    return [...settings.keys()].some((other) => other.startsWith('Hires'))
      ? 'there is no second pass at a larger size'
      : 'the picture that it started from is not in the file; drop it here and set its σ';
  return reasons.find(([pattern]) => pattern.test(key))?.[1] ?? 'this page knows no such setting';
}
