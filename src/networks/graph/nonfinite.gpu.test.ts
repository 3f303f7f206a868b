// Values that are no numbers: counted in every evaluation, and traced to the block in which they begin.
import { afterEach, describe, expect, it } from 'vitest';
import { reduced } from '../../core/testing.ts';
import { nodeContext } from '../../gpu/testing.ts';
import { nmse } from '../../models/diffusers/golden.ts';
import { NonfiniteError } from './denoiser.ts';
import { expected, make, prompted, result, setUp, whole, type Options, type SetUp } from './denoiserTesting.ts';

const ctx = await nodeContext();
afterEach(() => ctx.buffers.destroyOwner('test'));

const o: Options = { samples: 3, atOnce: 2, copies: 'both', watch: true };
/** One number of one weight is no number, or all are as large as can be. */
function damaged(set: SetUp, weight: string, value: number): SetUp {
  const changed = (name: string, values: Float32Array) => {
    if (name !== weight) return values;
    const own = values.slice();
    if (Number.isNaN(value)) own[3] = value;
    else own.fill(value);
    return own;
  };
  const { tensors } = set;
  return {
    ...set,
    tensors: {
      matrix: async (name, ...shape) => changed(name, await tensors.matrix(name, ...shape)),
      vector: async (name, rows) => changed(name, await tensors.vector(name, rows)),
    },
  };
}
const settings = [{ sigma: 2, guidance: 3 }, { sigma: 2 }];
async function watched(set: SetUp) {
  const made = await make(set, prompted('sd1')(set.width), o);
  made.net.prepare(settings.map((each) => ({ ...each, x: 0, out: made.at.stride })));
  return made;
}

// Which block a weight belongs to is the same everywhere: the second adapter has two of them.
const places = [
  ['conv_in.weight', 'conv_in', NaN],
  ['down_blocks.1.resnets.0.conv1.weight', 'down_blocks.1.resnets.0', NaN],
  ['down_blocks.0.attentions.0.norm.bias', 'down_blocks.0.attentions.0', NaN],
  ['down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight', 'down_blocks.0.attentions.0', NaN],
  ['up_blocks.0.resnets.1.norm2.weight', 'up_blocks.0.resnets.1', NaN],
  ['conv_out.bias', 'conv_out', NaN],
  // Sums that 32 bits do not hold.
  ['mid_block.resnets.1.conv1.weight', 'mid_block.resnets.1', 3e38],
] as const;

describe('a network whose values are not finite', () => {
  it.each(reduced ? places.slice(0, 2) : places)('%s is found in %s: %d', async (weight, block, value) => {
    const made = await watched(damaged(setUp('sd1'), weight, value));
    for (const k of settings.keys()) {
      await whole(made, k);
      const counts = await made.net.readNonfinite();
      expect(counts[k]).toBeGreaterThan(0);
      expect(counts[k + 1] ?? 0).toBe(0);
      const found = await made.net.diagnose(k);
      expect(found?.block).toBe(block);
      expect(found!.count).toBeGreaterThan(0);
    }
    made.destroy();
  });

  it('the sample that is given is told from the network', async () => {
    const made = await watched(setUp('sd1'));
    ctx.device.queue.writeBuffer(made.at.arena, 4 * 7, Float32Array.of(Infinity));
    // With the condition and without.
    expect(await made.net.diagnose(0)).toEqual({ block: 'sample', count: 2 });
    made.destroy();
  });

  it('finite ones count nothing, and a diagnosis gives the same D', async () => {
    const set = setUp('sd1');
    const made = await watched(set);
    const want = settings.map((each) => expected(set, prompted('sd1')(set.width), made.x, each));
    for (const k of settings.keys()) expect(nmse(await whole(made, k), want[k]!)).toBeLessThan(2e-11);
    expect([...(await made.net.readNonfinite())]).toEqual([0, 0]);
    expect(await made.net.diagnose(0)).toBeNull();
    const live = ctx.buffers.liveBytes;
    ctx.device.queue.writeBuffer(made.at.arena, 4 * made.at.stride, new Float32Array(made.x.length));
    await made.net.diagnose(1);
    expect(ctx.buffers.liveBytes).toBe(live);
    expect(nmse(await result(made, () => undefined), want[1]!)).toBeLessThan(2e-11);
    made.destroy();
  });

  it('counts each evaluation of the plan by itself, from its preparation on', async () => {
    const set = damaged(setUp('sd1'), 'conv_out.bias', Infinity);
    const made = await watched(set);
    await whole(made, 1);
    // All channels of three pictures, with the condition; without it as many again.
    const once = 3 * set.model.channels * set.model.height * set.model.width;
    expect([...(await made.net.readNonfinite())]).toEqual([0, once]);
    await whole(made, 1);
    await whole(made, 0);
    expect([...(await made.net.readNonfinite())]).toEqual([2 * once, 2 * once]);
    made.net.prepare([{ sigma: 2, x: 0, out: made.at.stride }]);
    expect([...(await made.net.readNonfinite())]).toEqual([0]);
    made.destroy();
  });

  it('is said in words', () => {
    const error = new NonfiniteError({ block: 'down_blocks.1.resnets.0', count: 37 }, 'f16');
    expect(error.hint).toContain('f32 instead of f16');
    expect(error.message).toBe('The network went wrong in down_blocks.1.resnets.0: 37 values are not finite.');
    expect(new NonfiniteError({ block: 'conv_out', count: 1 }, 'f32').message).toContain('1 value is not finite');
    expect(new NonfiniteError({ block: 'conv_out', count: 1 }, 'f32').hint).not.toContain('instead');
    expect(new NonfiniteError({ block: 'sample', count: 2 }, 'f16').message).toContain('was given a sample');
  });

  it('texts, conditions and times of such values are refused before they reach the device', async () => {
    const set = setUp('sd1');
    const made = await watched(set);
    const { texts, rows } = prompted('sd1')(set.width);
    expect(() => {
      made.net.setTexts({ ...texts!, negative: texts!.negative.map((v, i) => (i === 4 ? NaN : v)) });
    }).toThrow('the states of the prompts have 1 values that are not finite');
    expect(() => {
      made.net.setRows({ rows: [rows[0]!.map(() => 1e39)], row: () => 0, nullRow: () => 0 });
    }).toThrow('the conditions have');
    expect(() => {
      made.net.prepare([{ sigma: 2, time: NaN, x: 0, out: made.at.stride }]);
    }).toThrow('the time embeddings have');
    made.destroy();
  });
});
