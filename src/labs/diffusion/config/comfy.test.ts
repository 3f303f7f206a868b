import { expect, test } from 'vitest';
import type { Workflow } from '../../../samplers/contenders/comfy/graph.ts';
import { faultsOf } from '../../../samplers/contenders/comfy/testing.ts';
import { parseExperiment } from './codec.ts';
import { comfyWorkflow } from './comfy.ts';
import { presets } from './presets.ts';

const LINK = 'https://example.org/#model=digits';
const made = (hash: string) => {
  const { text, notes } = comfyWorkflow(parseExperiment(hash).experiment, LINK);
  const workflow = JSON.parse(text) as Workflow;
  return { workflow, notes: notes.join('\n') };
};

test('samplers and levels of this model, on a checkpoint that the reader supplies', () => {
  const { workflow, notes } = made(
    'model=digits&n=16&seed=3&w=2&c=euler:karras:6&c=heun:vp:4:cfg(w=3)&c=dpmpp_2m:karras:5:apg(w=4)&c=restart:karras:5',
  );
  expect(faultsOf(workflow)).toEqual([]);
  const all = Object.values(workflow);
  const custom = all.filter((n) => n.class_type === 'SamplerCustom').map((n) => n.inputs);
  expect(custom.map((i) => [i['noise_seed'], i['cfg']])).toEqual([
    [3, 2],
    [3, 3],
    [3, 4],
    [3, 2],
  ]);
  expect(all.find((n) => n.class_type === 'KarrasScheduler')!.inputs).toEqual({
    steps: 6,
    sigma_max: 80,
    sigma_min: 0.02,
    rho: 7,
  });
  expect(all.filter((n) => n.class_type === 'ManualSigmas')).toHaveLength(1);
  expect(notes).toMatch(/choose a checkpoint of yours in place of your-checkpoint\.safetensors/);
  expect(notes).toMatch(/σ 0\.02 to 80/);
  expect(notes).toMatch(/APG.*: .*no node of ComfyUI’s own/);
  expect(notes).toMatch(/Restart.*ComfyUI has no/);
});

test('told levels have no node: it says so', () => {
  const levels = 'c=dpmpp_2m:explicit(20_4_0.5_0)';
  expect(made(`${levels}:told(20_5_0.4)`).notes).toContain('told other levels than those it steps through');
  expect(made(levels).notes).not.toContain('told other levels');
});

test('every preset is a workflow that ComfyUI would take', () => {
  for (const { experiment } of Object.values(presets))
    expect(faultsOf(JSON.parse(comfyWorkflow(experiment, LINK).text) as Workflow)).toEqual([]);
});
