import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
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
    for (const line of ['SEED = 3', 'SAMPLES = 5', 'DIM = 2', 'WEIGHTS = np.array([0.25, 0.25, 0.25, 0.25])'])
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
    expect(text.slice(text.indexOf('K_DIFFUSION'), text.indexOf('WEIGHTS'))).not.toMatch(/unipc|ddim|lms/);
    expect(script('model=grid4&n=5&c=ddim:karras:4')).toContain('("sample_euler", {})');
  });
  test('a class of a mixture is its components alone', () => {
    expect(script('model=grid4&n=5&class=0&c=euler:karras:4')).toContain('WEIGHTS = np.array([0.5, 0.5])');
  });
  test('a model without a closed form leaves a place for the reader’s own', () => {
    for (const hash of ['model=digits&n=4&c=euler:karras:4', 'model=ring8&learned=1&c=euler:karras:4'])
      expect(script(hash)).toContain('raise NotImplementedError');
  });
});

// PYTHON=path/to/python with NumPy (and k-diffusion): the script is run and compared with this program.
test.skipIf(!process.env['PYTHON'])('the script computes what the page computes, and k-diffusion agrees', async () => {
  const e = experiment(MIXED);
  const folder = mkdtempSync(join(tmpdir(), 'stepscope-python-'));
  const dump =
    '\n    import json\n    print("JSON" + json.dumps({name: run(name).ravel().tolist() for name in PLANS}))\n';
  writeFileSync(join(folder, 'run.py'), script(MIXED) + dump);
  const out = execFileSync(process.env['PYTHON']!, [join(folder, 'run.py')], { encoding: 'utf8' });
  const ends = JSON.parse(out.slice(out.indexOf('JSON') + 4)) as Record<string, number[]>;
  const problem = await createCpuBackend(diskWeights).prepare(problemKey(e), never);
  for (const [i, [name, end]] of Object.entries(ends).entries()) {
    const { ops } = contenderPlan(e.contenders[i]!, e.model);
    const { x } = await problem.run(ops, { seed: e.seed, signal: never });
    end.forEach((v, k) => expect(Math.abs(v - x[k]!), name).toBeLessThan(1e-6));
  }
  for (const [, away] of out.matchAll(/^(?:euler|dpm|heun)[^\n(]*: first.*\n {4}k-diffusion: (\S+) away/gm))
    expect(Number(away)).toBeLessThan(1e-9);
  expect(out.match(/away at most/g)!.length).toBe(4);
  expect(out).toMatch(/draws its own noise/);
});
