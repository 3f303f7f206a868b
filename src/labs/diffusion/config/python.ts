// An experiment as a Python script that computes the same numbers: the plans of its contenders as data, this page's noise,
// the closed form of its target or the network of its model; and k-diffusion's own functions beside them where there are such.
import type { ParamValue } from '../../../core/field.ts';
import { askedKey, type Asked } from '../../../core/role.ts';
import { guideScalars } from '../../../math/guide.ts';
import { modelCard } from '../../../models/index.ts';
import { formatContender } from '../../../samplers/contenders/text.ts';
import { kDiffusionCall } from '../../../samplers/contenders/kDiffusion.ts';
import { evaluationsOf } from '../../../samplers/diffusion/registers.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { contenderPlan } from './contender.ts';
import type { Contender, Experiment } from './experiment.ts';
import { numbers, pythonModel, unanswered, type PythonModel } from './python/models.ts';
import { GUIDE, K_DIFFUSION, NOISE, RUN } from './python/runner.ts';

export type Written = { readonly text: string } | { readonly because: string };

const literal = (v: ParamValue): string => {
  if (typeof v === 'boolean') return v ? 'True' : 'False';
  return typeof v === 'string' ? JSON.stringify(v) : String(v);
};

/** Why a plan cannot be written down: its network is this page's own. */
function partly(ops: readonly Op[]): string | null {
  if (ops.flatMap(evaluationsOf).some(({ part }) => part))
    return 'its evaluations leave out blocks of the network, which a script cannot reach';
  return ops.some((op) => op.op === 'guide' && op.onto !== undefined)
    ? 'it projects onto a third vector, which the script’s guidance does not know'
    : null;
}

/** Whom an evaluation asks, where that is not the model as it is set. */
function asked({ role = 'main', label }: Asked): string {
  if (role === 'main') return '';
  return role === 'negative' ? `, "${role}", ${label}` : `, "${role}"`;
}

/** An instruction as tuples; none for one that the script cannot follow, or that says nothing to it. */
function tuples(op: Op): readonly string[] {
  switch (op.op) {
    case 'eval':
    case 'evalBatch':
      return evaluationsOf(op).map((e) => `("evaluate", "${e.x}", ${e.sigma}, "${e.out}"${asked(e)})`);
    case 'noise':
      return [`("noise", "${op.out}", [${op.draws.map(([w, d]) => `(${w}, ${d})`).join(', ')}])`];
    case 'lincomb':
      return [
        `("combine", "${op.out}", [${op.terms.map(([c, reg]) => `(${c}, "${reg}")`).join(', ')}]${op.plus === undefined ? '' : `, ${op.plus}`})`,
      ];
    case 'guide': {
      const scalars = guideScalars(op.by).map((v) => `, ${v}`);
      return [`("guide", "${op.out}", "${op.a}", "${op.b}", "${op.by.kind}"${scalars.join('')})`];
    }
    case 'mark':
    case 'send':
    case 'measure':
    case 'blend':
    case 'pool':
      return [];
    default:
      return op satisfies never;
  }
}

/** Everyone that some plans ask, each once; `main` where the script asks k-diffusion too. */
const askedBy = (ops: readonly Op[]): readonly Asked[] => [
  ...new Map(
    ops
      .flatMap(evaluationsOf)
      .map((e): [string, Asked] => [
        askedKey(e),
        { role: e.role ?? 'main', ...(e.label !== undefined && { label: e.label }) },
      ]),
  ).values(),
];
const plain = (ops: readonly Op[]): boolean =>
  ops.every((op) => op.op !== 'guide' && evaluationsOf(op).every(({ role = 'main' }) => role === 'main'));

/** A contender that has a script, by its name in it. */
interface Entry {
  readonly name: string;
  readonly contender: Contender;
  readonly sigmas: readonly number[];
  readonly ops: readonly Op[];
  /** It chooses its own steps: k-diffusion chooses them in the script. */
  readonly chosen: boolean;
}

/** Where the page has its models. */
const modelsOf = (link: string): string => new URL('models/', link.replace(/[#?].*$/, '')).href;

/** What a folder is called in the script, and how the reader names another one. */
function folderLines({ folder, weaker }: PythonModel, link: string): readonly string[] {
  if (folder === null) return [];
  const at = (name: string, place: number) =>
    `sys.argv[${place}] if len(sys.argv) > ${place} else ${JSON.stringify(modelsOf(link) + name)}`;
  return [`MODEL = ${at(folder, 1)}`, ...(weaker === null ? [] : [`WEAKER = ${at(weaker, 2)}`])];
}

function needs({ folder, weaker }: PythonModel): readonly string[] {
  const nothing =
    'With PyTorch and k-diffusion it also runs the samplers that k-diffusion has, and says how far they are.';
  if (folder === null) return [`Needs NumPy. ${nothing}`];
  return [
    `Needs NumPy and safetensors. ${nothing}`,
    `Arguments: the folder of the model, a path or an address${weaker === null ? '' : ', and that of the weaker one'}; unless given, where this page has it.`,
  ];
}

/** What a plan that nobody knows yet asks. */
const ASKS_MAIN: readonly Op[] = [{ op: 'eval', x: 'x', sigma: 1, out: 'd' }];

/** Why a plan that decides as it goes has no script; null where k-diffusion decides in its place. */
function decided(c: Contender, chosen: boolean): string | null {
  if (!chosen) return null;
  if (kDiffusionCall(c) === null) return 'it decides as it goes, and k-diffusion has no such sampler';
  return c.guide ? 'it chooses its own steps, which k-diffusion does without guidance alone' : null;
}

/** The script, or a sentence that says why there is none. */
export function pythonScript(e: Experiment, link: string): Written {
  const { shape } = modelCard(e.model);
  const entries: Entry[] = [];
  const left: string[] = [];
  for (const contender of e.contenders) {
    const name = formatContender(contender);
    const { sigmas, ops, adaptive } = contenderPlan(contender, e.model);
    const chosen = adaptive !== null;
    const because = decided(contender, chosen) ?? partly(ops) ?? unanswered(e, askedBy(chosen ? ASKS_MAIN : ops));
    if (because === null) entries.push({ name, contender, sigmas, ops, chosen });
    else left.push(`${name}: ${because}`);
  }
  if (entries.length === 0) return { because: `No contender has an answer of this model: ${left.join('; ')}.` };
  const calls = entries.flatMap(({ name, contender, ops }) => {
    const call = plain(ops) ? kDiffusionCall(contender) : null;
    const options = call && Object.entries(call.options).map(([key, v]) => `${JSON.stringify(key)}: ${literal(v)}`);
    return call ? [`    ${JSON.stringify(name)}: ("${call.name}", {${options!.join(', ')}}),`] : [];
  });
  const all = entries.flatMap(({ ops, chosen }) => (chosen ? ASKS_MAIN : ops));
  const model = pythonModel(e, askedBy(all));
  const guided = all.some((op) => op.op === 'guide');
  const lines = [
    `"""Written by Stepscope for ${link}`,
    '',
    ...needs(model),
    ...(left.length > 0 ? ['', `Left out: ${left.join('; ')}.`] : []),
    '"""',
    ...(model.folder === null ? [] : ['import functools', 'import json', 'import sys', 'import urllib.request', '']),
    'import numpy as np',
    '',
    ...folderLines(model, link),
    `SEED = ${e.seed}`,
    `SAMPLES = ${e.samples}`,
    `DIM = ${shape.dim}`,
    'SIGMAS = {',
    ...entries.map(({ name, sigmas }) => `    ${JSON.stringify(name)}: ${numbers(sigmas)},`),
    '}',
    'PLANS = {',
    ...entries
      .filter(({ chosen }) => !chosen)
      .flatMap(({ name, ops }) => [
        `    ${JSON.stringify(name)}: [`,
        ...ops.flatMap(tuples).map((t) => `        ${t},`),
        '    ],',
      ]),
    '}',
    'K_DIFFUSION = {',
    ...calls,
    '}',
    ...model.lines,
    ...[NOISE, ...(guided ? [GUIDE] : []), RUN, K_DIFFUSION].flatMap((part) => ['', '', part]),
    '',
    '',
    'if __name__ == "__main__":',
    '    for name in SIGMAS:',
    '        end = run(name) if name in PLANS else None',
    '        if end is not None:',
    '            print(f"{name}: first sample {end[0][:4]}")',
    '        if name not in K_DIFFUSION:',
    '            continue',
    '        try:',
    '            other = by_k_diffusion(name)',
    '        except ImportError:',
    '            print("    k-diffusion is not installed")',
    '            continue',
    '        if end is None:  # it chooses its steps by its tolerances: there is no list of them',
    '            print(f"{name}: by k-diffusion alone, first sample {other[0][:4]}")',
    '        elif any(step[0] == "noise" for step in PLANS[name]):',
    '            print(f"    k-diffusion draws its own noise: first sample {other[0][:4]}")',
    '        else:',
    '            print(f"    k-diffusion: {np.abs(other - end).max():.2e} away at most")',
  ];
  return { text: lines.join('\n') + '\n' };
}
