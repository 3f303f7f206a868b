// The gallery's entries on wrappers of the denoiser: the paper's claim, the form it takes here, and what came out on sixteen
// digits: rms of a pixel from the untouched run, of which the pictures are 0.96.
import '../../../wrappers/index.ts';
import { parseContender } from '../../../samplers/contenders/text.ts';
import type { ModelId } from '../../../models/index.ts';
import { defaultExperiment } from './defaults.ts';
import type { Contender, Experiment } from './experiment.ts';
import { paper, type Preset } from './firstPreset.ts';

const on = (texts: readonly string[], model: ModelId = 'digits', seed = 1): Experiment => ({
  ...defaultExperiment(model),
  guidance: 1,
  seed,
  contenders: texts.map((text) => parseContender(text, '', [])!) satisfies Contender[],
});
const whole = 'euler:karras:20';

export const wrapPresets = {
  reuse: {
    title: 'The plainest cache, or fewer steps',
    claim:
      'DeepCache is said to make networks more than twice as fast at hardly a loss. Its plainest form, every second evaluation carried over, ends 0.054 from twenty Euler steps at half their work; ten steps, which cost the same, end 0.063 away. At a quarter it is 0.138 against 0.150: a cache buys a little more than fewer steps do.',
    paper: paper('Ma et al. 2023, DeepCache', '2312.00858'),
    experiment: on([whole, `${whole}:~reuse`, 'euler:karras:10', `${whole}:~reuse(every=4)`]),
  },
  taylor: {
    title: 'Foretell, do not repeat',
    claim:
      'TaylorSeer is said to be nearly lossless at a fifth of the work. At seven of twenty evaluations the blocks’ features carried over end 0.105 away, along a line 0.051, and the velocity along a line 0.060; seven plain steps 0.102. Here the slope is all of the gain.',
    paper: paper('Liu et al. 2025, From Reusing to Forecasting', '2503.06923'),
    experiment: on([
      `${whole}:~taylor(what=features)`,
      `${whole}:~taylor(order=0,what=features)`,
      `${whole}:~taylor`,
      'euler:karras:7',
    ]),
  },
  erta: {
    title: 'An error that can be foretold, nearly',
    claim:
      'ERTACache is said to keep quality at twice the speed. Nine of twenty evaluations, chosen on other noise, end 0.047 away, where ten plain steps end 0.063. The straight line that takes off errors is worth less than another noise: at ten of thirty flow steps it took off up to 12 % on three, and added 9 % on a fourth. Its shortened steps as printed do harm.',
    paper: paper('Peng et al. 2025, ERTACache', '2508.21091'),
    experiment: on([
      whole,
      'euler:karras:20:~erta~20.16.d6b72db5.AAAAAAAAgD8AAIA_AACAPwAAgD8AAIA_AACAPwAAAAAAAIA_AAAAAAAAgD8AAAAAAAAAAAAAAAAAAAAAAACAPwAAAAAAAIA_AACAPwAAAAAAAIA_ulECPnlYCD4AAAAAAAAAAAAAAAAAAAAAAACAPwAAAAAAAIA_AAAAAAAAgD8AAIA_AACAPwAAgD8AAAAAAACAPwAAAAAAAAAAAACAPwAAgD93Vn4_Aq19P1_XeT-fSng_PRx1PxTebz8AAIA_ehdyPwAAgD9EnGg_AACAPwAAgD8AAIA_AACAPwWPXj8AAIA_iWtqP-b9WT8AAIA_AAAAAK10jTrejQW8iQWzvKUu37yPOxq9gphSvQAAAABzGxG9AAAAAHaRj70AAAAAAAAAAAAAAAAAAAAAk3YAvgAAAAC4uVS9V1FwvQAAAAAAAAAAI2I8O2s0iTqyJMq62TRFumvRA7u4BLy7AAAAAOuLg7sAAAAAfeQgOgAAAAAAAAAAAAAAAAAAAACG_uC6AAAAAHWEEryasRy9AAAAAA',
      'euler:karras:10',
      `${whole}:~reuse`,
    ]),
  },
  tea: {
    title: 'When to look again',
    claim:
      'TeaCache is said to be up to four times as fast at hardly a loss. Asked five times of twenty it ends 0.135 away, as reuse of every fourth does by the clock, 0.138, and five plain steps 0.150. The first-block cache ends 0.092 away, for eleven passes of work: ten plain steps are better, 0.063. Both as fitted on other noise: neither looks at its run.',
    paper: paper('Liu et al. 2024, TeaCache', '2411.19108'),
    experiment: on([
      whole,
      'euler:karras:20:~tea~20.16.d6b72db5.AAAAABZsETxTy_M7nZgrPPjB_Ttkxdc7h9xoPLGDizxF9vo8oGYIPdhOOD0ezlk9GDxiPTICVT2nMDM95k0kPa8vLz0noFA9B1aHPUSA0j0',
      'euler:karras:20:~first_block~20.16.d6b72db5.ACR0SfK3fzwfcQU8mmORPIZddDy3_jA8gGKVPADgrjz_Oew8OGzrPAUNHT1cW1U9IqmZPSjB2j0czQ4-xnUSPjB38T1uSrU94v2BPT_yJD0AJHRJACR0SSPjNzzLS8s8oV1_PDaluzz1y9c8eGgcPQJdSj1dVGc9aoSEPXaxtD0Vqv09A0o0PpRqcT5nCoo-QbF_PhlYSj5t-xo-BsjXPQAkdEkAJHRJACR0SUbpbzxqXbY85wvQPG6nDD1iRDs94UKHPSdenT1g5Lc9g-zjPQ30Hz4SIGE-QPWXPgGFtT6F7ro-4Y-iPgiNfz7gI0U-ACR0SQAkdEkAJHRJACR0Sd7mozxbef48gNAlPfpMVT0qxpU9Fy6-Pb9s4D2IJAc--S4zPrArfT5JNqs-HILQPkaw4T6M3tg-RwK3PihskD4AJHRJACR0SQAkdEkAJHRJACR0SVmi9jwjpD49b2dxPcOwnj2Qg8w9frP-PcSKGT6qoUI-Q6yFPpS5tj75H-E-bC75PsWf_D5CcOk-FZ_CPgAkdEkAJHRJACR0SQAkdEkAJHRJACR0Sc2qLj2xfoU9WhGwPWzL1D20QQY-LcwmPj0lUj6Pdoo-lZ-7PiSy6j481gM_9AQJP3qSBT8CLfI-',
      'euler:karras:5',
    ]),
  },
  exit: {
    title: 'Shallow towards the noise',
    claim:
      'Leaving the network early is said to raise throughput at equal quality, trained for. Heads fitted by least squares, at three quarters of the work: fewer blocks towards the noise end 0.24 away, three everywhere 0.26, fewer towards the data 0.28, and the network’s own head 0.56. The order matters as they say; the price without training is plain.',
    paper: paper('Moon et al. 2024, A Simple Early Exiting Framework', '2408.05927'),
    experiment: on([
      `${whole}:~exit(depths=2.2.2.2.2.2.2.3.3.3.3.3.3.4.4.4.4.4.4.4)`,
      `${whole}:~exit(depths=3)`,
      `${whole}:~exit(depths=4.4.4.4.4.4.4.3.3.3.3.3.3.2.2.2.2.2.2.2)`,
      `${whole}:~exit(depths=2.2.2.2.2.2.2.3.3.3.3.3.3.4.4.4.4.4.4.4,head=own)`,
    ]),
  },
  strips: {
    title: 'Old neighbours, or none',
    claim:
      'PCPP sends 70 % less than DistriFusion, and is faster. Of seven strips the keys of all others, a step old, end 0.071 away; a halo of one row, 71 % less to send in a step, 0.31, and none 0.56. Age matters less the more steps there are, 0.034 at fifty; what a halo does not see is missing at any number.',
    paper: paper('Zhang et al. 2024, Partially Conditioned Patch Parallelism', '2412.02962'),
    experiment: on([
      whole,
      `${whole}:~strips(workers=7)`,
      `${whole}:~strips(workers=7,all=0)`,
      `${whole}:~strips(workers=7,all=0,halo=0)`,
    ]),
  },
  sparse: {
    title: 'What a window misses stays the same',
    claim:
      'Re-ttention keeps 3.1 % of the tokens and takes 45 % off a run’s time. A window of a quarter ends 0.44 away; scaled by its share of the softmax 0.34, with what it lacked at the last whole step 0.165, with both 0.10, and a disc in the picture of even fewer tokens 0.085. Of 49 tokens attention is a thirteenth of the work: nothing is saved here.',
    paper: paper('Chen et al. 2025, Re-ttention', '2505.22918'),
    experiment: on([
      `${whole}:~sparse(correct=none)`,
      `${whole}:~sparse(correct=ratio,drift=0)`,
      `${whole}:~sparse`,
      `${whole}:~sparse(window=disc)`,
    ]),
  },
  bottleneck: {
    title: 'Small in the middle',
    claim:
      'Bottleneck sampling is said to be three times as fast on images. On the exact digits all sixteen end at images of the set, however they come up again, for 16 of 20 token-steps; but fourteen at others than the full run: what a picture becomes is decided while it is small. On a Gaussian field the spectrum is off by 0.19 at full size, 0.32 with completed noise, 0.45 with fresh noise.',
    paper: paper('Tian et al. 2025, Bottleneck Sampling', '2503.18940'),
    experiment: on(
      [whole, `${whole}:~bottleneck`, `${whole}:~bottleneck(how=fresh)`, `${whole}:~bottleneck(up=0.3)`],
      'digits_exact',
      0,
    ),
  },
} as const satisfies Record<string, Preset>;
