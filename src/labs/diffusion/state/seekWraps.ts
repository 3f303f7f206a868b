// The wrappers of the sampler that noise searches stand on. Loaded with the list that shows them.
import { defaultExperiment } from '../config/defaults.ts';
import { setSeek, setupNow } from './seekSession.ts';
import { withWraps, type WrapPlace } from './wraps.ts';

export const baseWraps: WrapPlace = {
  key: 'seek',
  wraps: () => setupNow().base.wraps ?? [],
  edit(what, work) {
    const s = setupNow();
    setSeek({ ...s, base: withWraps(s.base, work(s.base.wraps ?? [])) }, `seek wrapper ${what}`);
  },
  asked() {
    const { model, learned, samples, guidance, label, base } = setupNow();
    const experiment = { ...defaultExperiment(model), learned, samples, guidance, label, contenders: [base] };
    return { experiment, contender: 0 };
  },
};
