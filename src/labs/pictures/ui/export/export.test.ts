import { describe, expect, test } from 'vitest';
import { asDiffusers } from '../../config/asDiffusers.ts';
import { newPictureContender } from '../../config/contender.ts';
import { defaultPictures } from '../../config/defaults.ts';
import type { PicturesExperiment } from '../../config/experiment.ts';
import { conditionsLine, promptLines } from './lines.ts';
import { scriptsOf } from './scripts.ts';

const hub = defaultPictures({ from: 'hub', repo: 'a/b', revision: 'main', file: null });
const torch: PicturesExperiment = {
  ...hub,
  conventions: 'diffusers',
  noise: 'torch-cpu',
  prompt: ' a cat ',
  contenders: [
    newPictureContender('euler', 8, 3, 'uniform', {}, { spacing: 'leading' }),
    { ...newPictureContender('euler', 9, 3, 'uniform', {}, { spacing: 'leading' }), guideAbove: 1 },
    newPictureContender('euler', 10, 3, 'uniform', {}, { spacing: 'leading' }),
  ],
};
const context = {
  ...{ pipeline: 'StableDiffusionPipeline', revision: null, width: 64, height: 32 },
  link: 'https://a.example/#lab=pictures',
};

describe('scripts in one file', () => {
  test('each writes files of its own, lets go of the pipeline before it, and one that has none says why', () => {
    const out = scriptsOf(torch, context);
    const text = 'text' in out ? out.text : '';
    const [, one, two, three] = text.split(/^# %% Contender \d: .*$/m);
    expect(one).toContain('image.save(f"contender-1-picture-{number}.png")');
    expect(one).not.toContain('del pipe');
    expect(two!.trim()).toBe('# No script: Pipelines of diffusers guide at every level, and this contender does not.');
    expect(three!.trim()).toMatch(/^del pipe, images\n/);
    expect(three).toContain('image.save(f"contender-3-picture-{number}.png")');
  });
  test('one alone keeps the plain names', () => {
    const out = scriptsOf({ ...torch, contenders: torch.contenders.slice(0, 1) }, context);
    expect('text' in out && out.text).toContain('image.save(f"picture-{number}.png")');
  });
  test('where no contender has one there is no file, and every reason is told', () => {
    const out = scriptsOf({ ...torch, conventions: 'exact' }, context);
    expect(out).toEqual({
      because: torch.contenders.map(() => expect.stringMatching(/^Euler.*: Conventions are exact; /)),
    });
  });
});

test('what diffusers needs of an experiment is set at one press, and CUDA’s noise stays', () => {
  const ours: PicturesExperiment = { ...torch, conventions: 'exact', noise: 'ours' };
  expect(scriptsOf(ours, context)).toHaveProperty('because');
  expect(scriptsOf({ ...ours, ...asDiffusers(ours) }, context)).toHaveProperty('text');
  expect(asDiffusers({ ...ours, noise: 'torch-cuda' })).toEqual({ conventions: 'diffusers', noise: 'torch-cuda' });
});

describe('words of an exported picture', () => {
  const about = {
    ...{ adapter: 'x', version: '1', link: '', width: 64, height: 32 },
    model: { title: 'a/b', revision: null, licence: null, format: 'f16' },
  };
  test('the prompts as they are, an empty one not at all', () => {
    expect(promptLines({ ...torch, negative: 'dogs' })).toEqual(['“a cat”', 'Not: “dogs”']);
    expect(promptLines({ ...torch, prompt: ' ' })).toEqual([]);
  });
  test('what all contenders had in common', () => {
    expect(conditionsLine({ ...hub, count: 1, seed: 5 }, about)).toBe(
      'hub:a/b · one picture of 64×32 · seed 5 · noise: this page’s · weights f16',
    );
    const start = { name: 'me.png', sha256: '0'.repeat(8), sigma: 4 };
    const all = { ...torch, count: 3, perPicture: true, label: 7, clipSkip: 2, start };
    expect(conditionsLine(all, { ...about, model: { ...about.model, title: 'T', licence: 'MIT' } })).toBe(
      'hub:a/b · 3 pictures of 64×32 · seed 0, one for each picture · noise: PyTorch on a CPU · class 7 · CLIP skip 2 · conventions as diffusers · from “me.png” at σ 4 · weights f16 · licence: MIT',
    );
  });
});
