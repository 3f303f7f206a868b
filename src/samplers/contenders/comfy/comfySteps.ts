// The part of a workflow that takes a contender's steps: from model, texts and latent to a latent.
import type { Contender } from '../types.ts';
import type { Graph, Link } from './graph.ts';
import { comfyScheduler, levelsNode } from './levels.ts';
import { leavesOutALevel } from './names.ts';
import { comfySampler } from './sampler.ts';

export interface StepsOf {
  readonly contender: Contender;
  /** What the contender is called. */
  readonly title: string;
  /** The levels in force. */
  readonly sigmas: readonly number[];
  /** Whether they are what the schedule makes over the checkpoint's own range, from its top. */
  readonly byRule: boolean;
  readonly seed: number;
  readonly cfg: number;
}
export interface Sources {
  readonly model: Link;
  readonly positive: Link;
  readonly negative: Link;
  readonly latent: Link;
}

const TOLD = 'Here the model is told other levels than those it steps through; ComfyUI tells it the levels themselves.';

/** Adds the nodes; gives the latent at the end, and what differs from the contender's own steps. */
export function addSteps(
  graph: Graph,
  { model, positive, negative, latent }: Sources,
  { contender: c, title, sigmas, byRule, seed, cfg }: StepsOf,
): { readonly latent: Link; readonly notes: readonly string[] } {
  const sampler = comfySampler(c);
  const scheduler = byRule ? comfyScheduler(c) : null;
  const notes = [
    ...(sampler.remains === null ? [] : [sampler.remains]),
    ...(c.asked && c.schedule === 'explicit' ? [TOLD] : []),
  ];
  if (sampler.name !== null && scheduler !== null && !leavesOutALevel.has(sampler.name)) {
    const inputs = { model, seed, steps: c.steps, cfg, sampler_name: sampler.name, scheduler };
    const more = { positive, negative, latent_image: latent, denoise: 1 };
    return { latent: graph.add({ class_type: 'KSampler', inputs: { ...inputs, ...more } }, title)(), notes };
  }
  const levels =
    scheduler === null
      ? levelsNode(c, sigmas)
      : { class_type: 'BasicScheduler', inputs: { model, scheduler, steps: c.steps, denoise: 1 } };
  const inputs = {
    ...{ model, add_noise: true, noise_seed: seed, cfg, positive, negative },
    sampler: graph.add(sampler.node)(),
    sigmas: graph.add(levels)(),
    latent_image: latent,
  };
  return { latent: graph.add({ class_type: 'SamplerCustom', inputs }, title)(), notes };
}
