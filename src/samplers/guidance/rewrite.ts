import { partKey } from '../../core/part.ts';
import { askedKey } from '../../core/role.ts';
import type { Asked } from '../../core/role.ts';
import { writesOf } from '../diffusion/registers.ts';
import type { Op, Reg } from '../diffusion/types.ts';
import { actsAt, kappa, rescale, type CommonParams } from './common.ts';
import type { GuidanceMethod, Guided } from './types.ts';

/** Registers of guidance: no sampler's begins so. */
const own = (name: string): Reg => `g.${name}`;

/**
 * A finished plan, guided: each evaluation of `main` becomes evaluations by role and what combines them. First the
 * method, where its interval has the level (elsewhere the class answers alone), then φ. What a role has said of the same
 * state at the same level, and what of it still stands in its register, is not asked again. `kappaOf`: of the prediction
 * that φ rescales, where that is a network's own and not one of the three that `space` names. `place`: where the plan is a
 * piece of a run.
 */
export function guidePlan<P extends CommonParams>(
  ops: readonly Op[],
  method: GuidanceMethod<P>,
  params: P,
  kappaOf?: (sigma: number) => number,
  place?: { readonly step: number; readonly steps: number },
): readonly Op[] {
  const steps = place?.steps ?? ops.filter((op) => op.op === 'mark').length - 1;
  return ops.flatMap(createGuide(method, params, steps, kappaOf, place?.step));
}

/** The same instruction by instruction. `steps`: of the whole run, or what stands for them; `before`: those before this piece. */
export function createGuide<P extends CommonParams>(
  method: GuidanceMethod<P>,
  params: P,
  steps: number,
  kappaOf: (sigma: number) => number = (sigma) => kappa(params.space, sigma),
  before = 0,
): (op: Op) => readonly Op[] {
  let out: Op[] = [];
  const written = new Set<Reg>();
  /** Where what was said stands, by who was asked at which level about which register. */
  const said = new Map<string, { readonly reg: Reg; readonly x: Reg }>();
  let step = before;

  const put = (op: Op): void => {
    out.push(op);
    if (op.op === 'mark') {
      step = before + op.step;
      return;
    }
    for (const made of writesOf(op)) {
      written.add(made);
      for (const [key, { reg, x }] of said) if (reg === made || x === made) said.delete(key);
    }
    if (op.op === 'eval' && op.out !== op.x) said.set(keyOf(op, op.x, op.sigma), { reg: op.out, x: op.x });
  };
  const rewrite = (op: Op): void => {
    // Of a batch every evaluation is guided by itself: none reads what another writes, so the chain stays as short.
    if (op.op === 'evalBatch') return op.of.forEach((e) => rewrite({ op: 'eval', ...e }));
    if (op.op !== 'eval' || (op.role ?? 'main') !== 'main') return put(op);
    const { x, sigma, worker, part } = op;
    /** Whoever is asked leaves out the same blocks, but for the weaker model, which is another network. */
    const partly = ({ role }: Asked) => (part && role !== 'weak' ? { part } : {});
    const ask = (asked: Asked, reg: Reg): Reg => {
      const known = said.get(keyOf({ ...asked, ...partly(asked) }, x, sigma));
      if (known) return known.reg;
      put({ op: 'eval', x, sigma, out: reg, ...asked, ...partly(asked), ...(worker !== undefined && { worker }) });
      return reg;
    };
    if (!actsAt(params, sigma)) {
      const reg = ask({ role: 'class' }, op.out);
      if (reg !== op.out) put({ op: 'lincomb', out: op.out, terms: [[1, reg]] });
      return;
    }
    // D that replaces the state it was asked about is made beside it.
    const target = op.out === x ? own('out') : op.out;
    const at: Guided = {
      x,
      sigma,
      out: target,
      kappa: kappaOf(sigma),
      step,
      steps,
      ask: (role, label) => ask({ role, ...(label !== undefined && { label }) }, own(role)),
      own,
      written: (reg) => written.has(reg),
      combine: (reg, terms) => put({ op: 'lincomb', out: reg, terms: terms.filter(([c]) => c !== 0) }),
      guide: (reg, a, b, by) => put({ op: 'guide', a, b, out: reg, by }),
    };
    if (!method.alone?.(at, params)) {
      method.apply(at, params);
      rescale(at, params);
    }
    if (target !== op.out) put({ op: 'lincomb', out: op.out, terms: [[1, target]] });
  };
  return (op) => {
    out = [];
    rewrite(op);
    return out;
  };
}

const keyOf = (asked: Asked, x: Reg, sigma: number) => `${askedKey(asked)} ${partKey(asked.part)} ${sigma} ${x}`;
