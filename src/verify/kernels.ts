// Every kernel family in every version that this device runs, at its edge shapes and at one of a model's own, against
// float64.
import { supports } from '../gpu/kernel.ts';
import { families } from '../kernels/catalogue/index.ts';
import { checkPrepared, type OutputCheck } from '../kernels/catalogue/check.ts';
import type { Family, Shape } from '../kernels/catalogue/types.ts';
import type { Case, Env, NotRun, Outcome, Planned } from './types.ts';
import { variantCases } from './variants.ts';
import { count, short } from './words.ts';

/** The smallest of a model's own shapes, so that a kernel is right at a size that it is used at. */
const real = (family: Family): Shape => {
  const cost = (s: Shape) => family.work(s).flops + family.work(s).bytes;
  return family.shapes.map((s) => s.shape).reduce((a, b) => (cost(b) < cost(a) ? b : a));
};
const said = (shape: Shape) =>
  Object.entries(shape)
    .map(([name, v]) => `${name} ${v}`)
    .join(', ');

async function check(env: Env, family: Family, version: string): Promise<Outcome> {
  const refused: string[] = [];
  const parts: { readonly shape: Shape; readonly check: OutputCheck }[] = [];
  let elements = 0;
  for (const shape of [...family.edges, real(family)]) {
    const prepared = await family.prepare(env.ctx, env.slots, version, shape).catch((error: unknown) => {
      if (error instanceof RangeError) refused.push(error.message);
      else throw error;
    });
    if (!prepared) continue;
    try {
      for (const one of await checkPrepared(env.ctx, prepared)) {
        parts.push({ shape, check: one });
        elements += one.checked;
      }
    } finally {
      prepared.destroy();
    }
  }
  const failed = parts.filter((p) => !p.check.pass);
  const first = failed[0];
  const also = refused.length > 0 ? ` ${count(refused.length, 'shape')} refused: ${refused[0]}.` : '';
  if (first) {
    const { output, worst, tolerance, maxError } = first.check;
    return {
      pass: false,
      detail: `${output} at ${said(first.shape)}: element ${worst.index} is ${worst.got} instead of ${worst.expected}, off by ${short(maxError)} where ${short(tolerance)} is allowed; wrong in ${failed.length} of ${count(parts.length, 'output')}.${also}`,
    };
  }
  if (parts.length === 0) return { pass: false, detail: `No shape was checked.${also}` };
  const ratio = ({ check: c }: (typeof parts)[number]) => (c.tolerance === 0 ? 0 : c.maxError / c.tolerance);
  const worst = parts.reduce((a, b) => (ratio(b) > ratio(a) ? b : a));
  return {
    pass: true,
    detail: `${count(family.edges.length + 1 - refused.length, 'shape')}, ${count(elements, 'element')}: largest error ${short(worst.check.maxError)} of ${short(worst.check.tolerance)} allowed (${worst.check.output} at ${said(worst.shape)}).${also}`,
  };
}

export function plan(env: Env): Planned {
  const cases: Case[] = [];
  const notRun: NotRun[] = [];
  for (const family of families)
    for (const { id, needs } of family.versions) {
      const name = `${family.id} ${id}`;
      const lacks = needs.filter((n) => !supports(env.ctx.info, [n]));
      if (lacks.length > 0) notRun.push({ name, because: `needs ${lacks.join(', ')}, which this device lacks` });
      else cases.push({ name, run: () => check(env, family, id) });
    }
  return { cases: [...cases, ...variantCases(env)], notRun };
}
