import { afterEach, describe, expect, it } from 'vitest';
import { nodeContext } from '../../gpu/testing.ts';
import { normals } from '../../math/normal.ts';
import { goldenUNet, nmse } from '../../models/diffusers/golden.ts';
import { unetModel } from '../../models/diffusers/pipeline.ts';
import { unetEmbedding } from '../../models/diffusers/unetEmbedding.ts';
import { makePlace } from '../testing.ts';
import { createGraphDenoiser, loadDenoiserWeights } from './denoiser.ts';
import { classes, dit, errors, expected, make, plain, prompted, result, setUp, whole } from './denoiserTesting.ts';

const ctx = await nodeContext();
afterEach(() => ctx.buffers.destroyOwner('test'));

const levels = [14.2, 1.3, 0.03].map((sigma) => ({ sigma }));

describe('a UNet as a denoiser', () => {
  it('ddpm: three samples, two at a time, at three levels', async () => {
    const o = { samples: 3, atOnce: 2, copies: 'one' } as const;
    for (const error of await errors(setUp('ddpm'), plain, o, levels)) expect(error).toBeLessThan(5e-12);
  });
  it('sd2: a prompt and a negative one, weighed by 5, three samples, two at a time', async () => {
    const o = { samples: 3, atOnce: 2, copies: 'two' } as const;
    const guided = levels.map((level) => ({ ...level, guidance: 5 }));
    for (const error of await errors(setUp('sd2'), prompted('sd2'), o, guided)) expect(error).toBeLessThan(2e-11);
  });
  it('cd: classes of its samples beside one another', async () => {
    const o = { samples: 3, atOnce: 3, copies: 'two' } as const;
    const guided = levels.map((level) => ({ ...level, guidance: 2 }));
    const use = () => ({ ...classes([3, 7]), texts: null });
    for (const error of await errors(setUp('cd'), use, o, guided)) expect(error).toBeLessThan(5e-12);
  });

  it('evaluations of one plan have guidance and times of their own, with and without a second pass', async () => {
    const o = { samples: 3, atOnce: 2, copies: 'both' } as const;
    const settings = [
      { sigma: 14.2, guidance: 5 },
      { sigma: 3, guidance: 1 },
      { sigma: 3, time: 421 },
      { sigma: 1.3, guidance: 2, time: 17 },
      { sigma: 0.03, guidance: 0 },
    ];
    for (const error of await errors(setUp('sd1'), prompted('sd1'), o, settings)) expect(error).toBeLessThan(2e-11);
  });
  it('guidance is rescaled by the deviations of each sample, and D amended', async () => {
    const o = { samples: 3, atOnce: 2, copies: 'both' } as const;
    const amend = { clip: 0.6, given: -0.4, bounded: 1.1, kept: 0.2 };
    const settings = [
      { sigma: 14.2, guidance: 7, rescale: 0.7 },
      { sigma: 1.3, guidance: 3, rescale: 1, amend },
      { sigma: 1.3, guidance: 3, amend: { ...amend, clip: null } },
      { sigma: 1.3, amend, rescale: 0.7 },
      { sigma: 0.5, guidance: 3, amend: null },
    ];
    // Seven times the difference of two predictions, and as much of their rounding.
    for (const error of await errors(setUp('sd1'), prompted('sd1'), o, settings)) expect(error).toBeLessThan(2e-11);
  });
  it('cd: a clipped run of classes, rescaled', async () => {
    const o = { samples: 3, atOnce: 1, copies: 'two' } as const;
    const amend = { clip: 1, given: -0.25, bounded: 1.25, kept: 0 };
    const use = () => ({ ...classes([3, 7]), texts: null });
    const settings = [{ sigma: 4, guidance: 4, rescale: 0.5, amend }];
    for (const error of await errors(setUp('cd'), use, o, settings)) expect(error).toBeLessThan(2e-11);
  });
  it('dit: patches, and a variance beside the noise that is not read', async () => {
    const { set, use } = dit();
    const settings = [{ sigma: 8, guidance: 4, rescale: 0.7 }, { sigma: 0.4 }];
    for (const copies of ['both'] as const)
      for (const error of await errors(set, () => use, { samples: 3, atOnce: 2, copies }, settings))
        expect(error).toBeLessThan(2e-11);
  });
  it('lcm: told the guidance weight of each evaluation, without a second pass', async () => {
    const o = { samples: 2, atOnce: 2, copies: 'both' } as const;
    const settings = [{ sigma: 14.2, guidance: 7.5 }, { sigma: 1.3 }, { sigma: 1.3, guidance: 3 }];
    for (const error of await errors(setUp('lcm'), prompted('lcm'), o, settings)) expect(error).toBeLessThan(5e-12);
  });

  it('counts passes, and refuses what it was not built for', async () => {
    const set = setUp('sd2');
    const use = prompted('sd2')(set.width);
    const made = await make(set, use, { samples: 1, atOnce: 1, copies: 'both' });
    const place = { x: 0, out: made.at.stride, sigma: 1 };
    made.net.prepare([place, { ...place, guidance: 1 }, { ...place, guidance: 0 }, { ...place, guidance: 3 }]);
    expect([0, 1, 2, 3].map((k) => made.net.passesOf(k))).toEqual([1, 1, 2, 2]);
    made.destroy();
    const one = await make(set, use, { samples: 1, atOnce: 1, copies: 'one' });
    expect(() => {
      one.net.prepare([{ ...place, guidance: 3 }]);
    }).toThrow('guidance 3 takes two passes');
    one.destroy();
    const two = await make(set, use, { samples: 1, atOnce: 1, copies: 'two' });
    expect(() => {
      two.net.prepare([place]);
    }).toThrow('guidance 1 takes one pass');
    two.destroy();
  });

  it('takes other texts and other classes as they come', async () => {
    const set = setUp('sd2');
    const use = prompted('sd2')(set.width);
    const texts = { prompt: use.texts!.negative, negative: use.texts!.prompt.map((v) => 0.5 * v) };
    const made = await make(set, use, { samples: 3, atOnce: 2, copies: 'both' });
    const settings = [{ sigma: 2, guidance: 3 }, { sigma: 2 }];
    made.net.prepare(settings.map((each) => ({ ...each, x: 0, out: made.at.stride })));
    for (const now of [texts, use.texts!, texts]) {
      made.net.setTexts(now);
      for (const [k, each] of settings.entries())
        expect(nmse(await whole(made, k), expected(set, { ...use, texts: now }, made.x, each))).toBeLessThan(2e-11);
    }
    expect(() => {
      made.net.setTexts({ ...texts, negative: new Float32Array(5) });
    }).toThrow('the negative prompt has 5 numbers of states');
    made.destroy();

    const other = setUp('cd');
    const conditions = { ...classes([3, 7]), texts: null };
    const labelled = await make(other, conditions, { samples: 3, atOnce: 2, copies: 'two' });
    labelled.net.prepare([{ sigma: 2, guidance: 2, x: 0, out: labelled.at.stride }]);
    for (const rows of [classes([1, 5, 9]), { ...classes([8, 2, 4]), row: (s: number) => 2 - s, nullRow: () => 1 }]) {
      labelled.net.setRows(rows);
      const want = expected(other, { ...conditions, ...rows }, labelled.x, { sigma: 2, guidance: 2 });
      expect(nmse(await whole(labelled, 0), want)).toBeLessThan(5e-12);
    }
    expect(() => {
      labelled.net.setRows({ ...classes([1]), row: () => 4 });
    }).toThrow('sample 0 has row 4 of the conditions, and there are 1');
    labelled.destroy();
  });

  it('answers alone under every side, with the text and the row of that side', async () => {
    const set = setUp('sd2');
    const { texts, ...rows } = prompted('sd2')(set.width);
    const two = [...rows.rows, rows.rows[0]!.map((_, i) => 0.1 * Math.sin(i))];
    const said = { ...texts!, empty: texts!.prompt.map((v) => -0.5 * v) };
    const sides = [
      { name: 'said', row: () => 0, text: 'prompt' },
      { name: 'free', row: (s: number) => s % 2, text: 'negative' },
      { name: 'empty', row: () => 1, text: 'empty' },
    ] as const;
    const use = { ...rows, rows: two, texts: said, sides };
    const options = { samples: 3, atOnce: 2, copies: 'two' } as const;
    const made = await make(set, use, { ...options, alone: ['prompt', 'negative', 'empty'] });
    const place = { sigma: 2, x: 0, out: made.at.stride };
    made.net.prepare([...sides.map(({ name }) => ({ ...place, side: name })), { ...place, guidance: 3 }]);
    expect([0, 1, 2, 3].map((k) => made.net.passesOf(k))).toEqual([1, 1, 1, 2]);
    for (const now of [said, { ...said, empty: said.negative, negative: said.empty }]) {
      made.net.setTexts(now);
      for (const [k, { row, text }] of sides.entries()) {
        const alone = { ...use, row, texts: { ...now, prompt: now[text] } };
        expect(nmse(await whole(made, k), expected(set, alone, made.x, { sigma: 2 }))).toBeLessThan(2e-11);
      }
      const both = expected(set, { ...use, texts: now }, made.x, { sigma: 2, guidance: 3 });
      expect(nmse(await whole(made, 3), both)).toBeLessThan(2e-11);
    }
    expect(() => {
      made.net.setTexts(texts!);
    }).toThrow('the empty prompt has 0 numbers of states');
    expect(() => {
      made.net.setRows({ ...use, sides: sides.slice(1) });
    }).toThrow('this denoiser was built for the sides said,free,empty');
    expect(() => {
      made.net.prepare([{ ...place, side: 'class 3' }]);
    }).toThrow('side class 3 is asked alone, for which this denoiser was not built');
    made.destroy();
    const without = await make(set, use, options);
    expect(() => {
      without.net.prepare([{ ...place, side: 'free' }]);
    }).toThrow('side free is asked alone');
    without.destroy();
  });

  it('in pieces is what it is whole, and of as many pieces as were asked for', async () => {
    const set = setUp('sd1');
    const made = await make(set, prompted('sd1')(set.width), { samples: 3, atOnce: 2, copies: 'both' });
    const settings = [{ sigma: 2, guidance: 3 }, { sigma: 2 }];
    made.net.prepare(settings.map((each) => ({ ...each, x: 0, out: made.at.stride })));
    expect([0, 1].map((k) => made.net.pieces(k))).toEqual([2, 2]);
    const at = [await whole(made, 0), await whole(made, 1)];
    for (const count of [4, 12, Infinity]) {
      made.net.cut(count);
      for (const k of [0, 1]) {
        const pieces = made.net.pieces(k);
        if (count < Infinity) {
          expect(pieces).toBeGreaterThanOrEqual(count * (2 - k) * 0.9);
          expect(pieces).toBeLessThanOrEqual(count * (2 - k) * 1.5);
        } else expect(pieces).toBeGreaterThan(100);
        const got = await result(made, (submit) => {
          for (let i = 0; i < pieces; i++)
            submit((pass) => {
              made.net.encodePiece(pass, k, i);
            });
        });
        expect(got).toEqual(at[k]);
      }
    }
    made.destroy();
  });

  it('leaves the weights to the next denoiser, of another size', async () => {
    const set = setUp('ddpm');
    const weights = await loadDenoiserWeights(ctx, set.model, set.tensors, { format: 'f32', owner: 'weights' });
    const held = ctx.buffers.bytesByOwner().get('weights')!;
    const { config, weights: weightsOf } = goldenUNet('ddpm');
    for (const size of [
      { height: 8, width: 8 },
      { height: 16, width: 8 },
    ]) {
      const model = unetModel(config, unetEmbedding(config, weightsOf), { kind: 'eps', table: 'ddpm' }, size);
      const dim = model.channels * size.height * size.width;
      const place = await makePlace(ctx, 1, dim);
      const use = plain(set.width);
      const net = await createGraphDenoiser(ctx, model, weights, use, { ...place, copies: 'one' });
      const made = { net, at: place, x: normals(3, 0, 1, dim), destroy: () => undefined };
      net.prepare([{ sigma: 2, x: 0, out: place.stride }]);
      expect(nmse(await whole(made, 0), expected({ ...set, model }, use, made.x, { sigma: 2 }))).toBeLessThan(5e-12);
      net.destroy();
      expect(ctx.buffers.bytesByOwner().get('weights')).toBe(held);
    }
    weights.destroy();
    expect(ctx.buffers.bytesByOwner().get('weights')).toBeUndefined();
  });

  it('frees what it had when its creation fails half way', async () => {
    const { model, tensors } = setUp('ddpm');
    const place = await makePlace(ctx, 1, model.channels * model.height * model.width);
    const weights = await loadDenoiserWeights(ctx, model, tensors, { format: 'f32', owner: 'test' });
    const before = ctx.buffers.liveBytes;
    const broken = { ...model, embedding: { ...model.embedding, width: NaN } };
    await expect(createGraphDenoiser(ctx, broken, weights, plain(1), { ...place, copies: 'one' })).rejects.toThrow();
    expect(ctx.buffers.liveBytes).toBe(before);
  });
});
