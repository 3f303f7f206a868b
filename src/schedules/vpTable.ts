/**
 * The discrete noise tables that latent and pixel diffusion models were trained on: βᵢ, ᾱ = Π(1 − βᵢ), σ̂ = √((1 −
 * ᾱ)/ᾱ). `sd`: √β linear from .00085 to .012 (Rombach et al. 2022, https://arxiv.org/abs/2112.10752, as published with
 * Stable Diffusion 1.5); `ddpm`: β linear from 1e-4 to .02 (Ho et al. 2020, https://arxiv.org/abs/2006.11239, section
 * 4).
 */
export type TableId = 'sd' | 'ddpm';
/** Entries of a table: training times 0 … 999, σ̂ rising. */
export const TABLE_LENGTH = 1000;

function build(beta: (u: number) => number): Float64Array {
  const table = new Float64Array(TABLE_LENGTH);
  let logAlpha = 0; // log ᾱ
  for (let i = 0; i < TABLE_LENGTH; i++) {
    logAlpha += Math.log1p(-beta(i / (TABLE_LENGTH - 1)));
    table[i] = Math.sqrt(Math.expm1(-logAlpha)); // (1 − ᾱ)/ᾱ = 1/ᾱ − 1
  }
  return table;
}

const mix = (a: number, b: number, u: number) => a + u * (b - a);
const tables: Record<TableId, Float64Array> = {
  sd: build((u) => mix(Math.sqrt(0.00085), Math.sqrt(0.012), u) ** 2),
  ddpm: build((u) => mix(1e-4, 0.02, u)),
};

/**
 * σ̂ of a training time, which may lie between two entries: linear in σ (diffusers) or in log σ (k-diffusion, ComfyUI).
 */
export function tableSigma(id: TableId, time: number, between: 'linear' | 'log' = 'log'): number {
  const table = tables[id];
  const below = Math.min(TABLE_LENGTH - 1, Math.max(0, Math.floor(time)));
  const above = Math.min(TABLE_LENGTH - 1, below + 1);
  const a = table[below]!;
  const b = table[above]!;
  const u = time - below;
  if (u === 0 || above === below) return a;
  return between === 'linear' ? mix(a, b, u) : Math.exp(mix(Math.log(a), Math.log(b), u));
}

/** The training time of a level, linear in log σ̂ between two entries; a level outside the table has its first or last. */
export function tableTime(id: TableId, sigma: number): number {
  const table = tables[id];
  if (!(sigma > table[0]!)) return 0;
  if (sigma >= table[TABLE_LENGTH - 1]!) return TABLE_LENGTH - 1;
  let [below, above] = [0, TABLE_LENGTH - 1];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (table[middle]! <= sigma) below = middle;
    else above = middle;
  }
  const from = Math.log(table[below]!);
  return below + (Math.log(sigma) - from) / (Math.log(table[above]!) - from);
}

export const tableIds = Object.keys(tables) as readonly TableId[];

/** The choice of table, shared by the schedules that read one. */
export const tableOptions = [
  ['sd', 'Stable Diffusion 1.5 (scaled linear)'],
  ['ddpm', 'DDPM (linear β)'],
] as const;
