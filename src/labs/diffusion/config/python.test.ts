import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { modelCard } from '../../../models/index.ts';
import { problemKey } from '../engine/session.ts';
import { parseExperiment } from './codec.ts';
import { contenderPlan } from './contender.ts';
import { pythonScript } from './python.ts';

const LINK = 'https://example.org/#model=grid4';
const experiment = (hash: string) => parseExperiment(hash).experiment;
const script = (hash: string): string => {
  const written = pythonScript(experiment(hash), LINK);
  if ('because' in written) throw new Error(written.because);
  return written.text;
};
const MIXED =
  'model=grid4&n=5&seed=3&c=euler:karras:6&c=dpmpp_2m_sde(eta=0.5):karras:6&c=dpmpp_2m:exponential:7&c=dpm_2:karras:4&c=heun:vp:4&c=lms:karras:4&c=ddim(eta=1):karras:4&c=unipc:karras:5';

describe('an experiment as Python', () => {
  test('holds the plans as data, the levels, the noise and the target in closed form', () => {
    const text = script(MIXED);
    expect(text).toContain(LINK);
    for (const line of ['SEED = 3', 'SAMPLES = 5', 'DIM = 2', '"main": (np.array([0.25, 0.25, 0.25, 0.25])'])
      expect(text).toContain(line);
    const { ops } = contenderPlan(experiment(MIXED).contenders[0]!, 'grid4');
    const last = ops.filter((op) => op.op === 'lincomb').at(-1)!;
    expect(text).toContain(`("combine", "x", [(${last.terms[0]![0]}, "d")])`);
    expect(text.match(/\("evaluate"/g)!.length).toBe(6 + 6 + 7 + 7 + 7 + 4 + 4 + 5);
  });
  test('k-diffusion is called where it computes the same, with the parameters that it takes', () => {
    const text = script(MIXED);
    expect(text).toContain('"euler:karras:6": ("sample_euler", {}),');
    expect(text).toContain('"sample_dpmpp_2m_sde", {"eta": 0.5, "s_noise": 1, "solver_type": "midpoint"}');
    expect(text).toContain('"dpm_2:karras:4": ("sample_dpm_2", {}),');
    expect(script('model=grid4&n=5&c=dpm_2_ancestral:karras:4')).toContain(
      '("sample_dpm_2_ancestral", {"eta": 1, "s_noise": 1})',
    );
    const adaptive = script('model=grid4&n=5&c=dpm_adaptive(rtol=0.01,eta=0.5):karras:4');
    expect(adaptive).toContain('("sample_dpm_adaptive", {"order": 3, "rtol": 0.01, "atol": 0.0078, "h_init": 0.05,');
    expect(adaptive).not.toContain('("evaluate"');
    expect(text.slice(text.indexOf('K_DIFFUSION'), text.indexOf('MIXTURES'))).not.toMatch(/unipc|ddim|lms/);
    expect(script('model=grid4&n=5&c=ddim:karras:4')).toContain('("sample_euler", {})');
  });
  test('a class of a mixture is its components alone', () => {
    expect(script('model=grid4&n=5&class=0&c=euler:karras:4')).toContain('"main": (np.array([0.5, 0.5])');
  });
  test('a network is read from the page’s own folder, or from one that the reader names', () => {
    const digits = script('model=digits&n=4&w=3&class=7&c=euler:karras:4');
    expect(digits).toContain('MODEL = sys.argv[1] if len(sys.argv) > 1 else "https://example.org/models/digits"');
    expect(digits).toContain('LABELS = np.array([7, 7, 7, 7])\nGUIDANCE = 3\n');
    expect(digits).not.toMatch(/WEAKER =|def guide|def attend/);
    expect(script('model=digits&n=12&c=euler:karras:4')).toContain('np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])');
    const weak = script('model=avatars&n=4&c=euler:karras:4:autoguidance');
    expect(weak).toContain('else "https://example.org/models/avatars-weak"');
    expect(script('model=ring8&learned=1&c=euler:karras:4')).toContain('TARGET = "ring8"');
    expect(script('model=digits_exact&n=2&c=euler:karras:4')).toContain('attend(x, sigma, tensors["images"]');
    expect(script('model=moons&n=2&c=euler:karras:4')).toMatch(/POINTS = np\.array\(\[[-\d.]+, /);
  });
  test('guidance of a contender’s own is in its plan, and k-diffusion is not asked for it', () => {
    const text = script('model=digits&n=4&c=euler:karras:4:apg(w=4)&c=euler:karras:4:perp_neg(w=4,avoid=3)');
    expect(text).toContain('("evaluate", "x", 80, "g.null", "null")');
    expect(text).toContain('"negative", 3)');
    expect(text).toMatch(/\("guide", "[\w.]+", "[\w.]+", "[\w.]+", "project", /);
    expect(text.slice(text.indexOf('K_DIFFUSION = {'), text.indexOf('LABELS'))).not.toContain('sample_euler');
  });
  test('a contender that this model cannot answer is left out, by name', () => {
    const text = script('model=moons&n=4&c=euler:karras:4&c=euler:karras:4:autoguidance');
    expect(text).toContain('Left out: euler:karras:4:autoguidance: its guidance asks a weaker model');
    const written = pythonScript(experiment('model=moons&n=4&c=euler:karras:4:autoguidance'), LINK);
    expect('because' in written && written.because).toMatch(
      /^No contender has an answer of this model: .* has none\.$/,
    );
  });
});

const PYTHON = process.env['PYTHON'];
const models = new URL('../../../../public/models/', import.meta.url).pathname;

/** Runs a script; every contender’s end by name, and what it printed. */
function ran(hash: string): { ends: Record<string, number[]>; out: string } {
  const folder = mkdtempSync(join(tmpdir(), 'stepscope-python-'));
  const dump = '\n    print("JSON" + __import__("json").dumps({name: run(name).ravel().tolist() for name in PLANS}))\n';
  writeFileSync(join(folder, 'run.py'), script(hash) + dump);
  const e = experiment(hash);
  const { folder: own = '', weak = '' } = modelCard(e.model);
  const out = execFileSync(PYTHON!, [join(folder, 'run.py'), models + own, models + weak], { encoding: 'utf8' });
  return { ends: JSON.parse(out.slice(out.indexOf('JSON') + 4)) as Record<string, number[]>, out };
}
/** The largest distance of a contender’s end from this program’s own, over its largest value. */
async function apart(hash: string, ends: Record<string, number[]>): Promise<number> {
  const e = experiment(hash);
  const problem = await createCpuBackend(diskWeights).prepare(problemKey(e), never);
  let most = 0;
  expect(Object.keys(ends)).toHaveLength(e.contenders.length);
  for (const [i, end] of Object.values(ends).entries()) {
    const { ops } = contenderPlan(e.contenders[i]!, e.model);
    const { x } = await problem.run(ops, { seed: e.seed, signal: never });
    expect(x).toHaveLength(end.length);
    const size = Math.max(...end.map(Math.abs));
    expect(size).toBeGreaterThan(0.3);
    end.forEach((v, k) => (most = Math.max(most, Math.abs(v - x[k]!) / size)));
  }
  return most;
}

// PYTHON=path/to/python with NumPy and safetensors (and k-diffusion): the scripts are run and compared with this program,
// whose ends are kept as float32.
const GUIDES = [
  ...['cfg(w=3)', 'rescale(w=4,phi=0.7)', 'interval(w=3,from=0.5,to=20)', 'apg(w=4)', 'cfg_zero(w=3)'],
  ...['autoguidance(w=2)', 'perp_neg(w=3,avoid=1)', 'dynamic_thresholding(w=6)', 'mimic_thresholding(w=6)'],
];
const guided = (levels: string) => GUIDES.map((guide) => `&c=euler:${levels}:${guide}`).join('');
test.skipIf(!PYTHON).each([
  ['mixture, guided in every way', `model=unbalanced&n=3&class=1${guided('karras:4')}`],
  ['a cloud of points', 'model=moons&n=3&c=heun:karras:4&c=res_3s:karras:4'],
  ['learned in the plane', 'model=spiral&learned=1&n=3&c=dpmpp_2m:karras:6&c=rk4:karras:3'],
  ['a set of images', 'model=digits_exact&n=2&c=dpmpp_2m:karras:5'],
  ['digits', 'model=digits&n=2&seed=4&w=2.5&c=dpmpp_2m:karras:4&c=euler_ancestral:karras:3'],
  ['digits, guided in every way', `model=digits&n=1&class=6${guided('karras:2')}`],
  ['avatars', 'model=avatars&n=2&w=1&c=heun:karras:3'],
])('%s: the script computes what the page computes', { timeout: 120_000 }, async (_, hash) => {
  expect(await apart(hash, ran(hash).ends)).toBeLessThan(1e-6);
});

test.skipIf(!PYTHON)('the script computes what the page computes, and k-diffusion agrees', async () => {
  const { ends, out } = ran(MIXED);
  expect(await apart(MIXED, ends)).toBeLessThan(1e-6);
  for (const [, away] of out.matchAll(/^(?:euler|dpm|heun)[^\n(]*: first.*\n {4}k-diffusion: (\S+) away/gm))
    expect(Number(away)).toBeLessThan(1e-9);
  expect(out.match(/away at most/g)!.length).toBe(4);
  expect(out).toMatch(/draws its own noise/);
});

test.skipIf(!PYTHON)('of a sampler that chooses its steps k-diffusion computes what the page does', async () => {
  const hash = 'model=grid4&n=5&seed=3&c=dpm_adaptive:karras:6';
  const e = experiment(hash);
  const folder = mkdtempSync(join(tmpdir(), 'stepscope-python-'));
  const dump = '\n    print("JSON" + __import__("json").dumps(by_k_diffusion(name).ravel().tolist()))\n';
  writeFileSync(join(folder, 'run.py'), script(hash) + dump);
  const out = execFileSync(PYTHON!, [join(folder, 'run.py')], { encoding: 'utf8' });
  expect(out).toContain('by k-diffusion alone');
  const problem = await createCpuBackend(diskWeights).prepare(problemKey(e), never);
  const { x } = await problem.run(contenderPlan(e.contenders[0]!, e.model).adaptive!, { seed: 3, signal: never });
  const end = JSON.parse(out.slice(out.indexOf('JSON') + 4)) as number[];
  end.forEach((v, k) => expect(Math.abs(v - x[k]!)).toBeLessThan(1e-6));
});
