import { describe, expect, test } from 'vitest';
import { defaults, type AnyField } from '../../../core/field.ts';
import { samplerAliases } from '../../diffusion/aliases.ts';
import { samplers, type SamplerId } from '../../diffusion/index.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import { contenderSigmas, newContender } from '../contender.ts';
import type { Contender } from '../types.ts';
import { Graph, type Workflow } from './graph.ts';
import { comfyScheduler, levelsNode, manualSigmas } from './levels.ts';
import { comfySamplers, comfySchedulers } from './names.ts';
import { comfySampler } from './sampler.ts';
import { addSteps } from './comfySteps.ts';
import { faultsOf } from './testing.ts';

const SD = { min: 0.0291675, max: 14.614642 };
const ids = Object.keys(samplers) as SamplerId[];

/** A whole workflow of one contender. */
function workflowOf(c: Contender, byRule: boolean): { workflow: Workflow; notes: readonly string[] } {
  const graph = new Graph();
  const checkpoint = graph.add({ class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'a.safetensors' } });
  const text = graph.add({ class_type: 'CLIPTextEncode', inputs: { text: '', clip: checkpoint(1) } })();
  const latent = graph.add({
    class_type: 'EmptyLatentImage',
    inputs: { width: 64, height: 64, batch_size: 1 },
  })();
  const { notes, ...made } = addSteps(
    graph,
    { model: checkpoint(0), positive: text, negative: text, latent },
    { contender: c, title: 'x', sigmas: contenderSigmas(c, SD), byRule, seed: 1, cfg: 5 },
  );
  const images = graph.add({ class_type: 'VAEDecode', inputs: { samples: made.latent, vae: checkpoint(2) } })();
  graph.add({ class_type: 'SaveImage', inputs: { images, filename_prefix: 'x' } });
  const text_ = graph.text({ format: 'stepscope-workflow', link: '#', notes });
  return { workflow: JSON.parse(text_) as Workflow, notes };
}
const classesOf = (workflow: Workflow) => Object.values(workflow).map((node) => node.class_type);
const inputsOf = (workflow: Workflow, type: string) =>
  Object.values(workflow).find((node) => node.class_type === type)?.inputs;

test('every sampler over every schedule is a workflow that ComfyUI would take', () => {
  const scheduleIds = Object.keys(schedules) as ScheduleId[];
  for (const [i, id] of ids.entries())
    for (const schedule of [scheduleIds[i % scheduleIds.length]!, 'karras'] as const)
      for (const byRule of [true, false]) {
        const { workflow } = workflowOf(newContender(id, 7, schedule), byRule);
        expect(faultsOf(workflow), `${id} ${schedule}`).toEqual([]);
      }
});

test('settings that a node takes are set there, at both ends of their fields', () => {
  for (const id of ids) {
    const fields = samplers[id].params as Readonly<Record<string, AnyField>>;
    for (const [key, field] of Object.entries(fields)) {
      const ends = field.kind === 'number' ? [field.min, field.max] : [];
      const all = field.kind === 'choice' ? field.options.map((o) => o.value) : ends;
      for (const value of all) {
        const { workflow } = workflowOf(newContender(id, 6, 'karras', { [key]: value }), true);
        expect(faultsOf(workflow), `${id} ${key} ${String(value)}`).toEqual([]);
      }
    }
  }
  const { workflow, notes } = workflowOf(newContender('dpmpp_2m_sde', 6, 'karras', { eta: 0.5 }), true);
  expect(inputsOf(workflow, 'SamplerDPMPP_2M_SDE')).toEqual({
    solver_type: 'midpoint',
    eta: 0.5,
    s_noise: 1,
    noise_device: 'cpu',
  });
  expect(notes).toEqual([]);
});

test('every name of ComfyUI among the aliases is one that its nodes take, or a node or function of its own', () => {
  const others = ids
    .flatMap((id) => samplerAliases[id].filter((a) => a.tool === 'ComfyUI').map((a) => a.name))
    .filter((name) => !comfySamplers.has(name));
  expect(others.filter((name) => !/^sample_\w+_RF$/.test(name))).toEqual([]);
});

describe('which nodes take the steps', () => {
  test('KSampler where names say it all', () => {
    const { workflow } = workflowOf(newContender('dpmpp_2m', 20), true);
    expect(inputsOf(workflow, 'KSampler')).toMatchObject({
      sampler_name: 'dpmpp_2m',
      scheduler: 'karras',
      steps: 20,
      cfg: 5,
      seed: 1,
      denoise: 1,
    });
    const normal = workflowOf(newContender('euler', 20, 'uniform', {}, { spacing: 'normal' }), true);
    expect(inputsOf(normal.workflow, 'KSampler')).toMatchObject({ scheduler: 'normal' });
  });
  test('SamplerCustom for what KSampler would step otherwise', () => {
    for (const c of [newContender('dpm_2', 8), newContender('unipc', 8, 'karras', { order: 3, variant: 'bh1' })]) {
      const { workflow } = workflowOf(c, true);
      expect(classesOf(workflow)).not.toContain('KSampler');
      expect(inputsOf(workflow, 'BasicScheduler')).toMatchObject({ scheduler: 'karras', steps: 8, denoise: 1 });
    }
    expect(comfyScheduler(newContender('euler', 8, 'uniform', {}, { spacing: 'leading' }))).toBe('ddim_uniform');
    expect(comfyScheduler(newContender('euler', 7, 'uniform', {}, { spacing: 'leading' }))).toBeNull();
    expect(comfyScheduler(newContender('euler', 7, 'karras', {}, { rho: 5 }))).toBeNull();
  });
  test('the nearest where ComfyUI has none, with what remains', () => {
    expect(comfySampler(newContender('res_2s', 8))).toMatchObject({
      name: 'exp_heun_2_x0',
      remains: expect.stringMatching(/^ComfyUI runs exp_heun_2_x0 with settings of its own; .*c₂ 0\.5/),
    });
    expect(comfySampler(newContender('res_5s', 8))).toMatchObject({
      name: 'exp_heun_2_x0',
      remains: expect.stringMatching(/^ComfyUI has no .*RES4LYF have it as res_5s\.$/),
    });
    const names: readonly (readonly [SamplerId, string])[] = [
      ['restart', 'seeds_2'],
      ['heavy_ball', 'euler'],
      ['ghvb', 'dpmpp_2m'],
      ['rk4', 'heun'],
      ['consistency', 'lcm'],
      ['accelerated_ddpm', 'euler_ancestral'],
    ];
    for (const [id, name] of names) {
      const made = comfySampler(newContender(id, 8));
      expect([id, made.name]).toEqual([id, name]);
      expect(made.remains).not.toBeNull();
    }
    expect(comfySampler(newContender('dpm_fast', 8)).remains).toMatch(/first and the last/);
    expect(comfySampler(newContender('dpm_fast', 8, 'exponential')).remains).toBeNull();
  });
  test('a sampler with a name or a node there has nothing that remains', () => {
    for (const id of ids) {
      const usual = defaults(samplers[id].params as never) as object;
      const known = samplerAliases[id].some((a) => a.tool === 'ComfyUI' && comfySamplers.has(a.name) && !a.params);
      if (known && id !== 'dpm_fast')
        expect([id, usual, comfySampler(newContender(id, 8)).remains]).toEqual([id, usual, null]);
    }
  });
});

describe('levels', () => {
  /** What ManualSigmas reads: numbers without exponents, in float32. */
  const read = (text: string) => (text.match(/[-+]?(?:\d*\.*\d+)/g) ?? []).map((n) => Math.fround(Number(n)));
  test('a list is read there as it stands here, to float32', () => {
    for (const sigmas of [
      contenderSigmas(newContender('euler', 12), SD),
      contenderSigmas(newContender('euler', 9), { min: 0.002, max: 80 }),
      [12345.678, 1, 0.1, 1.2345678e-6, 0],
      [3, 1, 0.25],
    ])
      expect(read(manualSigmas(sigmas).inputs['sigmas'] as string)).toEqual(sigmas.map(Math.fround));
  });
  test('rules of theirs are used where they give the same list', () => {
    const karras = (steps: number, max: number, min: number, rho: number) => [
      ...Array.from({ length: steps }, (_, i) => {
        const at = steps === 1 ? 0 : i / (steps - 1);
        return (max ** (1 / rho) + at * (min ** (1 / rho) - max ** (1 / rho))) ** rho;
      }),
      0,
    ];
    for (const rho of [3, 7]) {
      const c = newContender('euler', 9, 'karras', {}, { rho });
      const sigmas = contenderSigmas(c, SD);
      const { class_type, inputs } = levelsNode(c, sigmas);
      expect(class_type).toBe('KarrasScheduler');
      const want = karras(9, inputs['sigma_max'] as number, inputs['sigma_min'] as number, inputs['rho'] as number);
      sigmas.forEach((s, i) => expect(Math.abs(s - want[i]!)).toBeLessThan(1e-12 * SD.max));
    }
    const e = newContender('euler', 9, 'exponential');
    const levels = contenderSigmas(e, SD);
    const { class_type, inputs } = levelsNode(e, levels);
    expect(class_type).toBe('ExponentialScheduler');
    const ratio = (inputs['sigma_min'] as number) / (inputs['sigma_max'] as number);
    levels.slice(0, -1).forEach((s, i) => expect(s).toBeCloseTo(SD.max * ratio ** (i / 8), 12));
    expect(levelsNode(newContender('euler', 9, 'bong_tangent'), [3, 1, 0]).class_type).toBe('ManualSigmas');
    // One that ends above 0 is a list.
    expect(levelsNode(newContender('euler', 2), [3, 1, 0.5]).class_type).toBe('ManualSigmas');
  });
});

describe('the table of nodes finds', () => {
  const { workflow } = workflowOf(newContender('dpmpp_2m_sde', 6, 'karras', { eta: 0.5 }), false);
  const spoiled = (change: (w: Record<string, { class_type: string; inputs: Record<string, unknown> }>) => void) => {
    const copy = structuredClone(workflow) as never;
    change(copy);
    return faultsOf(copy);
  };
  const custom = Object.keys(workflow).find((id) => workflow[id]!.class_type === 'SamplerCustom')!;
  test.each<[string, Parameters<typeof spoiled>[0], RegExp]>([
    ['a class', (w) => (w[custom]!.class_type = 'SamplerCustum'), /there is no class SamplerCustum/],
    ['a missing input', (w) => delete w[custom]!.inputs['cfg'], /lacks cfg/],
    ['an unknown input', (w) => (w[custom]!.inputs['scale'] = 3), /has no input scale/],
    ['a link of another type', (w) => (w[custom]!.inputs['sigmas'] = ['1', 0]), /should be a SIGMAS/],
    ['a link to nowhere', (w) => (w[custom]!.inputs['model'] = ['99', 0]), /not there/],
    ['a value for a link', (w) => (w[custom]!.inputs['model'] = 'x'), /link to a MODEL/],
    ['a number of the wrong kind', (w) => (w[custom]!.inputs['noise_seed'] = 1.5), /no whole number/],
    ['nothing saved', (w) => delete w[String(Object.keys(w).length)], /nothing is saved/],
  ])('%s', (_, change, want) => expect(spoiled(change).join()).toMatch(want));
  test('no fault in the workflow itself, whose schedulers and samplers are known', () => {
    expect(faultsOf(workflow)).toEqual([]);
    expect(comfySchedulers.size).toBe(9);
    expect(comfySamplers.size).toBe(44);
  });
});
