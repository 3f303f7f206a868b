// The links that the gallery gives away, word for word.
import '../../../wrappers/index.ts';
import { describe, expect, test } from 'vitest';
import { formatExperiment, parseExperiment } from './codec.ts';
import { presets, type Preset, type PresetId } from './presets.ts';
import { formatSeek, parseSeek } from './seekText.ts';
import { discreteKind } from './discreteKind.ts';
import { distilKind } from './distilKind.ts';
import { formatRowed, parseRowed } from './rowed.ts';
import { sequenceKind } from './sequenceKind.ts';
import { formatSetup, parseSetup } from './taskText.ts';

const rowedKinds = { distil: distilKind, sequences: sequenceKind, discrete: discreteKind };
const links: Readonly<Record<PresetId, string>> = {
  first: '',
  orders:
    'model=grid4&budgets=4.6.8.10.12.16.24.32.48.64.96.128&c=ipndm:karras:10&c=unipc(order=3):karras:10&c=dpmpp_2m:karras:10&c=euler:karras:10',
  thirdOrder:
    'model=grid4&budgets=8.16.32.64.128.256&c=dpmpp_3m:exponential:24&c=dpmpp_3m_corrected:exponential:24&c=dpmpp_2m:exponential:24',
  twicePaid: 'model=moons&c=euler:karras:20&c=heun:karras:10&c=dpm_2:karras:10&c=dpmpp_2m:karras:20',
  schedules:
    'model=spiral&c=dpmpp_2m:karras:10&c=dpmpp_2m:exponential:10&c=dpmpp_2m:kl_optimal:10&c=dpmpp_2m:uniform:10&c=dpmpp_2m:flow_shift:10',
  samePath: 'c=dpmpp_2m_sde:karras:10&c=dpmpp_2m_sde:karras:20&c=dpmpp_2m_sde:karras:40&c=dpmpp_sde:karras:20',
  learned: 'model=spiral&learned=1&c=euler:karras:16&c=dpmpp_2m:karras:16&c=unipc:karras:16&c=ipndm:karras:16',
  dualfast:
    'model=moons&learned=1&c=euler:karras:20&c=dualfast(c=0.25):karras:20&c=dualfast:karras:20&c=dualfast(c=0.25,tau=first):karras:20',
  price:
    'model=checkerboard&learned=1&n=2048&budgets=12.16.24.32.48&c=dpmpp_2m:karras:16&c=heun:karras:8&c=edm_stochastic:karras:8&c=restart:karras:5',
  digits: 'model=digits',
  memorise: 'model=digits_exact&c=euler:karras:8&c=dpmpp_2m:karras:8&c=unipc:karras:8&c=ipndm:karras:8',
  overshoot:
    'model=grid4&class=1&c=euler:karras:24&c=euler:karras:24:cfg(w=4)&c=euler_cfg_pp:karras:24:cfg(w=0.6)&c=euler:karras:24:interval(w=4)',
  ays: 'model=grid4&c=euler:karras:11&c=euler:explicit(20_1.58866_1.00237_0.751675_0.422698_0.149979_0.0946303_0.0597077_0.0399052_0.0282508_0.02_0):fit(ays_computed.grid4.euler.11.0)&c=euler:kl_optimal:11',
  gits: 'model=grid4&c=euler:karras:7&c=euler:explicit(20_5.75186_2.80655_1.62945_1.03467_0.592251_0.02_0):fit(gits.grid4.euler.7.0)',
  stepsize:
    'model=grid4&c=euler:karras:7&c=euler:explicit(20_3.06059_1.43543_0.873247_0.511434_0.23361_0.02_0):fit(optimal_stepsize.grid4.euler.7.0)',
  ld3: 'model=grid4&c=dpmpp_2m:karras:7&c=dpmpp_2m:explicit(20_8.75786_1.17156_0.482605_0.234808_0.109046_0.02_0):told(20_6.95003_1.14142_0.608555_0.306448_0.13612_0.02):fit(ld3.grid4.dpmpp_2m.7.0)&c=ipndm:karras:7',
  s3: 'model=grid4&c=dpmpp_2m:karras:6&c=composed(plan=x1c_x2_x1_x2_e3):karras:6:fit(s3.grid4.composed.6.0)&c=composed:karras:6',
  pcm: 'model=grid4&c=pcm(sweeps=2):karras:20&c=pcm(sweeps=2,numbers=0_0_.0025_-.0003_.0035_-.0006_.0068_-.0014_.0118_-.0032_.019_-.0067_.0279_-.0132_.0359_-.0236_.0375_-.0366_.0261_-.0465_-.0026_-.0401_-.0453_.0088_-.0696_.0925_-.0509_.1421_-.0227_.1475_-.0063_.1182_-.0011_.0813_-.0001_.051_0_.03_.0016_-1.7441):karras:20:fit(pcm.grid4.pcm.20.0)&c=pcm(sweeps=1,numbers=0_0_.0025_-.0003_.0068_-.0011_.0131_-.0027_.023_-.0061_.0374_-.0132_.0563_-.0267_.075_-.0498_.0816_-.0813_.0587_-.1102_-.0069_-.1094_-.1061_-.0377_-.1701_.073_-.1582_.1299_-.1095_.1344_-.0604_.1088_-.0274_.076_-.0107_.0482_-.0037_.0284_.1155_-1.6638):karras:20:fit(pcm.grid4.pcm.20.0)&c=euler:karras:20',
  bespoke:
    'model=grid4&c=dpmpp_2m:karras:7&c=bespoke:karras:4&c=bespoke(numbers=.2668_-.3376_.0017_-.3722_.2778_.0973_-.8753_-.2118_-.0296_-.3776_-.1731_-.138_.0473_-.0935_-.1016_-.3995_.1186_.0452_.1179_-.0259_.0471):explicit(20_1.45136_0.370196_0.02_0):fit(bespoke.grid4.bespoke.4.0)',
  kid: 'model=digits&n=40&c=dpmpp_2m:karras:4&c=dpmpp_2m:karras:8&c=dpmpp_2m:karras:16',
  minority:
    'model=unbalanced&n=2000&c=ddpm:karras:50&c=ddpm:karras:50:~minority&c=ddpm:karras:50:~minority(w=1)&c=ddpm:karras:50:~minority(w=2)',
  hardSamples:
    'model=grid4&class=0&c=euler:karras:40&c=euler:karras:40:~guide(w=0.3,towards=1)&c=euler:karras:40:~guide(w=1,towards=1)&c=euler:karras:40:~guide(towards=1,through=0)',
  core2:
    'model=grid4&class=1&c=euler:karras:10:cfg(w=3)&c=euler:karras:10:cfg(w=3):~core2~10.512.grid4_e2486b.ZzI1um4htDqUki08LiuHPRIiuT58UIU7woQUPbv5dT7r4eY-ypj9PnIYG76D7SC-I_IkvjBtB74Kuqm7BoSCuep6YzA9l2iwhar3MgyP4TV74eS2mK7gtGgNIrQB16YxPDFWswSRJ7NteZ4ydbfBsxBJljJjbeM1PY5-PzHtfz8q_38_9v9_P___fz8AAIA___9_P_7_fz_A_38_M-N_P8iyNbz8ive8Q7GyvSPAfb7tq7S-fOgJPRTiIT54z9E-Qjf9PjbY_z6HfWI6fTQgO1OV7DvRcYk8pchlu7mZLDnGj5-w7ORkMP1H_LKFx-G1GRpwMdotpjDBcRswIpFxLzrbRzCOyAsxJA_EsOSjgDP-r9Azzgi_tHbCBjhxapU2q-MYNVZypjNg84UyY0LrMV6fLzJQ4bYzWVh9NqV45jmIBJBA--OPQNhXj0AnEYtAPEo0QIX0uT9jr5o_wWYGP_Fopz3rn_U7kIYqNw3rIzU5M240ZmYUslE6nTOwL2wzeTHispLkNDNX3VG0edsXtg&c=euler:karras:5:cfg(w=3)',
  refiner:
    'model=grid4&c=pseudo_corrector:karras:10&c=pseudo_corrector:karras:10:~refiner~11.512.grid4.AACAP935jkAespxA-ZSkQBSAlEA6ZUNAQtqzP4IqFz-2evI-3k2mPvOeej8AAAAAL_g9OywB2DqQ3qo74AJPPFid67wX87C9GlwEPe4eY7y1D1m7GYmjuQAAAACB18Y7jHA-PLhrCz3PmXU9MreCvRRaVbzV_bc8wZOEu640TjnNAJU3AACAP4SjjkDTD5tAY0qgQMYojkBGvT1Ao0KuP-5QGz8ScuQ-52ijPtBhej8AAAAAsoGEvitb6772fzq_YmVAvwDLIr7mq-I9TX61vq-FCL-d5Cy_4jSsvAAAAACb11y5W80-uQeePro7Bcq2yFCOOo5fv7yLRQc9HUBpvCfMdrsbVKu5AAAAAHRq57kL5qu6IzG0u5mTNbyNi4-8Vz88vE8lFTt2bUe7oZIsOf8mjjcAAAAARB2EvmNq6L7GEzW_j1Y5vyRILL6r39A9ZnmyvhZCDr_8Ry6_KsKzvAAAAACLkK2zGBYBN4TODjm8ZfQ60E12O_ry1rzOaAi8saeNO7MVGjpu4Kk3AAAAAFFiI7ROqCa3oNGGufVdx7vLNzq9iLvAPCzwnTx1l1q7zSKBOGqt9zU&c=pseudo_corrector:karras:10:~refiner(where=apart)~11.512.grid4.AACAP935jkAespxA-ZSkQBSAlEA6ZUNAQtqzP4IqFz-2evI-3k2mPvOeej8AAAAAL_g9OywB2DqQ3qo74AJPPFid67wX87C9GlwEPe4eY7y1D1m7GYmjuQAAAACB18Y7jHA-PLhrCz3PmXU9MreCvRRaVbzV_bc8wZOEu640TjnNAJU3AACAP4SjjkDTD5tAY0qgQMYojkBGvT1Ao0KuP-5QGz8ScuQ-52ijPtBhej8AAAAAsoGEvitb6772fzq_YmVAvwDLIr7mq-I9TX61vq-FCL-d5Cy_4jSsvAAAAACb11y5W80-uQeePro7Bcq2yFCOOo5fv7yLRQc9HUBpvCfMdrsbVKu5AAAAAHRq57kL5qu6IzG0u5mTNbyNi4-8Vz88vE8lFTt2bUe7oZIsOf8mjjcAAAAARB2EvmNq6L7GEzW_j1Y5vyRILL6r39A9ZnmyvhZCDr_8Ry6_KsKzvAAAAACLkK2zGBYBN4TODjm8ZfQ60E12O_ry1rzOaAi8saeNO7MVGjpu4Kk3AAAAAFFiI7ROqCa3oNGGufVdx7vLNzq9iLvAPCzwnTx1l1q7zSKBOGqt9zU&c=pseudo_corrector:karras:7',
  zigzag:
    'model=grid4&class=1&c=euler:karras:10:cfg(w=3)&c=euler:karras:10:cfg(w=3):~zigzag&c=euler:karras:10:cfg(w=3):~zigzag(back=3)&c=euler:karras:28:cfg(w=3)',
  secondLook:
    'model=grid4&n=2048&c=euler:karras:4:~distillation_pp(lambda=0)&c=euler:karras:4:~distillation_pp(lambda=1,steps=1)&c=euler:karras:4:~distillation_pp(lambda=1)&c=euler:karras:6',
  parastep: 'model=grid4&c=euler:karras:50&c=parastep:karras:50&c=parastep(workers=8):karras:50&c=euler:karras:16',
  paradigms:
    'model=grid4&c=euler:karras:64&c=paradigms(window=8):karras:64&c=paradigms(window=64):karras:64&c=paradigms(window=64,coordinates=ve):karras:64',
  parallelNewton:
    'model=grid4&c=parallel_newton(window=64):karras:64&c=parallel_newton(jacobian=scalar,window=64):karras:64&c=parallel_newton(jacobian=linear,window=64):karras:64&c=paradigms(window=64):karras:64',
  noiseSearch: 'model=unbalanced&seek=unbalanced;c:euler:karras:20;b:20.80.160.320;m:random;m:zero_order;m:paths',
  rollover:
    'model=unbalanced&seek=unbalanced;c:euler:karras:10;v:distance;b:50.100.200;m:random;m:greedy;m:rbf;m:rbf(rollover=0)',
  reuse:
    'model=digits&seed=1&c=euler:karras:20&c=euler:karras:20:~reuse&c=euler:karras:10&c=euler:karras:20:~reuse(every=4)',
  taylor:
    'model=digits&seed=1&c=euler:karras:20:~taylor(what=features)&c=euler:karras:20:~taylor(order=0,what=features)&c=euler:karras:20:~taylor&c=euler:karras:7',
  erta: 'model=digits&seed=1&c=euler:karras:20&c=euler:karras:20:~erta~20.16.d6b72db5.AAAAAAAAgD8AAIA_AACAPwAAgD8AAIA_AACAPwAAAAAAAIA_AAAAAAAAgD8AAAAAAAAAAAAAAAAAAAAAAACAPwAAAAAAAIA_AACAPwAAAAAAAIA_ulECPnlYCD4AAAAAAAAAAAAAAAAAAAAAAACAPwAAAAAAAIA_AAAAAAAAgD8AAIA_AACAPwAAgD8AAAAAAACAPwAAAAAAAAAAAACAPwAAgD93Vn4_Aq19P1_XeT-fSng_PRx1PxTebz8AAIA_ehdyPwAAgD9EnGg_AACAPwAAgD8AAIA_AACAPwWPXj8AAIA_iWtqP-b9WT8AAIA_AAAAAK10jTrejQW8iQWzvKUu37yPOxq9gphSvQAAAABzGxG9AAAAAHaRj70AAAAAAAAAAAAAAAAAAAAAk3YAvgAAAAC4uVS9V1FwvQAAAAAAAAAAI2I8O2s0iTqyJMq62TRFumvRA7u4BLy7AAAAAOuLg7sAAAAAfeQgOgAAAAAAAAAAAAAAAAAAAACG_uC6AAAAAHWEEryasRy9AAAAAA&c=euler:karras:10&c=euler:karras:20:~reuse',
  tea: 'model=digits&seed=1&c=euler:karras:20&c=euler:karras:20:~tea~20.16.d6b72db5.AAAAABZsETxTy_M7nZgrPPjB_Ttkxdc7h9xoPLGDizxF9vo8oGYIPdhOOD0ezlk9GDxiPTICVT2nMDM95k0kPa8vLz0noFA9B1aHPUSA0j0&c=euler:karras:20:~first_block~20.16.d6b72db5.ACR0SfK3fzwfcQU8mmORPIZddDy3_jA8gGKVPADgrjz_Oew8OGzrPAUNHT1cW1U9IqmZPSjB2j0czQ4-xnUSPjB38T1uSrU94v2BPT_yJD0AJHRJACR0SSPjNzzLS8s8oV1_PDaluzz1y9c8eGgcPQJdSj1dVGc9aoSEPXaxtD0Vqv09A0o0PpRqcT5nCoo-QbF_PhlYSj5t-xo-BsjXPQAkdEkAJHRJACR0SUbpbzxqXbY85wvQPG6nDD1iRDs94UKHPSdenT1g5Lc9g-zjPQ30Hz4SIGE-QPWXPgGFtT6F7ro-4Y-iPgiNfz7gI0U-ACR0SQAkdEkAJHRJACR0Sd7mozxbef48gNAlPfpMVT0qxpU9Fy6-Pb9s4D2IJAc--S4zPrArfT5JNqs-HILQPkaw4T6M3tg-RwK3PihskD4AJHRJACR0SQAkdEkAJHRJACR0SVmi9jwjpD49b2dxPcOwnj2Qg8w9frP-PcSKGT6qoUI-Q6yFPpS5tj75H-E-bC75PsWf_D5CcOk-FZ_CPgAkdEkAJHRJACR0SQAkdEkAJHRJACR0Sc2qLj2xfoU9WhGwPWzL1D20QQY-LcwmPj0lUj6Pdoo-lZ-7PiSy6j481gM_9AQJP3qSBT8CLfI-&c=euler:karras:5',
  exit: 'model=digits&seed=1&c=euler:karras:20:~exit(depths=2.2.2.2.2.2.2.3.3.3.3.3.3.4.4.4.4.4.4.4)&c=euler:karras:20:~exit(depths=3)&c=euler:karras:20:~exit(depths=4.4.4.4.4.4.4.3.3.3.3.3.3.2.2.2.2.2.2.2)&c=euler:karras:20:~exit(depths=2.2.2.2.2.2.2.3.3.3.3.3.3.4.4.4.4.4.4.4,head=own)',
  strips:
    'model=digits&seed=1&c=euler:karras:20&c=euler:karras:20:~strips(workers=7)&c=euler:karras:20:~strips(workers=7,all=0)&c=euler:karras:20:~strips(workers=7,all=0,halo=0)',
  sparse:
    'model=digits&seed=1&c=euler:karras:20:~sparse(correct=none)&c=euler:karras:20:~sparse(correct=ratio,drift=0)&c=euler:karras:20:~sparse&c=euler:karras:20:~sparse(window=disc)',
  bottleneck:
    'model=digits_exact&c=euler:karras:20&c=euler:karras:20:~bottleneck&c=euler:karras:20:~bottleneck(how=fresh)&c=euler:karras:20:~bottleneck(up=0.3)',
  avatars: 'model=avatars&w=1.5',
  editing: 'model=grid4&edit=edit;grid4;m:infedit:12;m:inversion_edit:25;m:sdedit:25',
  inpainting:
    'model=unbalanced&edit=restore;unbalanced;n:2000;noise:0.05;m:repaint:25:resamplings=1;m:repaint:25:resamplings=10;m:posterior_euler:50',
  restoring:
    'model=unbalanced&edit=restore;unbalanced;n:2000;m:resshift:15;m:resshift:4;m:posterior_euler:15;m:posterior_euler:4',
  distilling: 'model=grid4&distil=grid4;m:sds;m:vsd;m:vsd:critic=gaussian',
  reference: 'model=grid4&distil=grid4;steps:2000;ref:3;m:isd;m:isd:variate=unconditional;m:sds',
  propeller:
    'model=grid4&distil=grid4;steps:200;m:sds:optimiser=adam;m:sds:optimiser=adam:window=4;m:sds:optimiser=adam:window=7;m:sds:optimiser=adam:window=15',
  rollout: 'sequences=scene',
  memory: 'sequences=moving',
  learnedScales: 'discrete=countdown;m:tweedie;m:lsd;m:lsd_plus;m:lsd_plus:tune=times;m:end_fit',
  masks: 'discrete=bands;process:absorbing;m:tweedie;m:tweedie:steps=2;m:lsd;m:end_fit:iterations=20',
};

describe('links of the gallery', () => {
  test('are all written down', () => expect(Object.keys(links)).toEqual(Object.keys(presets)));
  test.each(Object.entries(links))('%s', (id, link) => {
    const { experiment, title, claim, paper, edit, seek, rowed }: Preset = presets[id as PresetId];
    expect(formatExperiment(experiment, null, undefined, null, edit, seek, rowed)).toBe(link);
    expect(parseExperiment(`#${link}`)).toEqual({
      experiment,
      refusals: [],
      fingerprint: null,
      ...(edit && { edit }),
      ...(seek && { seek }),
      ...(rowed && { rowed }),
    });
    if (rowed) {
      const { setup, refusals } = parseRowed(rowedKinds[rowed.view], rowed.text);
      expect([formatRowed(rowedKinds[rowed.view], setup), refusals]).toEqual([rowed.text, []]);
    }
    if (edit) expect([formatSetup(parseSetup(edit).setup), parseSetup(edit).refusals]).toEqual([edit, []]);
    if (seek) expect([formatSeek(parseSeek(seek).setup), parseSeek(seek).refusals]).toEqual([seek, []]);
    expect([title.length > 10, claim.length > 60]).toEqual([true, true]);
    expect(paper.url).toMatch(/^https:\/\/arxiv\.org\/abs\/\d{4}\.\d{4,5}$/);
  });
});
