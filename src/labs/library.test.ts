// What every lab tells the library: settings in words that miss nothing, and links that come back.
import { describe, expect, test } from 'vitest';
import { differing, settingGroups } from '../frame/config/library/difference.ts';
import { LIMITS, type Shown } from '../frame/config/library/types.ts';
import type { LabLibrary } from '../frame/state/library/contract.ts';
import { formatExperiment, parseExperiment } from './diffusion/config/codec.ts';
import { presets } from './diffusion/config/presets.ts';
import { experimentStore } from './diffusion/state/experimentStore.ts';
import { setView } from './diffusion/state/viewStore.ts';
import { library as diffusion } from './diffusion/ui/library.ts';
import { labs } from './index.ts';
import { kernelStore } from './kernels/state/experimentStore.ts';
import { library as kernels } from './kernels/ui/library.ts';
import { languageStore } from './language/state/experimentStore.ts';
import { library as language } from './language/ui/library.ts';
import { experimentStore as picturesStore } from './pictures/state/experimentStore.ts';
import { library as pictures } from './pictures/ui/library.ts';
import { formatKernels, parseKernels } from './kernels/config/codec.ts';
import { kernelPresets } from './kernels/config/presets.ts';
import { formatLanguage, parseLanguage } from './language/config/codec.ts';
import { languagePresets } from './language/config/presets.ts';
import { formatPictures, parsePictures } from './pictures/config/codec.ts';
import { picturesPresets } from './pictures/config/presets.ts';

const libraries: Readonly<Record<(typeof labs)[number]['id'], LabLibrary>> = { diffusion, pictures, language, kernels };
const links: Readonly<Record<(typeof labs)[number]['id'], readonly string[]>> = {
  diffusion: [
    ...Object.values(presets).map((p) => formatExperiment(p.experiment)),
    'model=digits&class=3&w=2',
    'model=digits&class=4&w=2',
    'model=digits&class=3&w=3',
    'seed=5',
    'n=64',
    'seeds=2',
    'budgets=4.8',
    'learned=1',
    'c=euler:explicit(3_1_0):2',
    'c=euler:explicit(3_2_0):2',
    'c=euler:karras:2',
    'c=euler:karras:2:apg',
    'c=euler:karras:2:apg(w=3)',
    'axis=steps~4,8',
    'axis=steps~4,8,16',
    'c=euler:karras(rho=5):2',
    'kernels=matmul:1.naive',
  ],
  pictures: [
    ...Object.values(picturesPresets).map((p) => formatPictures(p.experiment)),
    ...['seed=4', 'n=2', 'prompt=cat', 'negative=dog', 'noise=torch-cpu', 'ref=0', 'skip=1'].map(
      (t) => `lab=pictures&${t}`,
    ),
    'lab=pictures&c=euler:karras:8:w=2',
    'lab=pictures&c=euler:karras:8:w=2,phi=0.5',
    'lab=pictures&c=euler:karras:8:w=2,from=0.5',
  ],
  language: [
    ...Object.values(languagePresets).map((p) => formatLanguage(p.experiment)),
    ...['seed=4', 'n=3', 'len=9', 'prompt=cat', 'system=dog', 'stop=x', 'chat=1', 'format=f16'].map(
      (t) => `lab=language&${t}`,
    ),
    'lab=language&c=sampling[temperature(temperature=1.5)]',
    'lab=language&c=sampling[temperature(temperature=1.4)]',
    'lab=language&c=sampling[temperature(temperature=1.4),top_p(p=0.9)]',
    'lab=language&c=sampling[top_p(p=0.9),temperature(temperature=1.4)]',
  ],
  kernels: [
    ...Object.values(kernelPresets).map((p) => formatKernels(p.experiment)),
    ...['family=softmax', 'samples=40', 'kernels=matmul:1.naive'].map((t) => `lab=kernels&${t}`),
  ],
};

/** As the lab's address opens a link. */
function open(id: (typeof labs)[number]['id'], link: string): void {
  const put = (store: { setState(patch: never): void }, experiment: { readonly contenders?: readonly unknown[] }) =>
    store.setState({ experiment, slots: (experiment.contenders ?? []).map((_, i) => i) } as never);
  switch (id) {
    case 'diffusion': {
      const { experiment, grid } = parseExperiment(link);
      setView({ labView: grid ? 'grid' : 'compare', grid: grid ?? null });
      return put(experimentStore, experiment);
    }
    case 'pictures':
      return put(picturesStore, parsePictures(link).experiment);
    case 'language':
      return put(languageStore, parseLanguage(link).experiment);
    case 'kernels':
      return put(kernelStore, parseKernels(link).experiment as object);
    default:
      id satisfies never;
  }
}

describe.each(labs.map((l) => l.id))('%s', (id) => {
  const library = libraries[id];
  const show = (link: string): Shown & { readonly canonical: string } => {
    open(id, link);
    const shown = library.shown();
    expect(library.present()).toBe(library.canonical(shown.hash));
    return { ...shown, canonical: library.canonical(shown.hash) };
  };

  test('a link comes back in the lab’s own words, within the bounds of what is kept', () => {
    for (const link of links[id]) {
      const shown = show(link);
      expect(shown.canonical).toBe(library.canonical(link));
      expect(shown.without).not.toBe('');
      expect(shown.settings.length).toBeGreaterThan(2);
      for (const rows of [shown.settings, ...shown.contenders.map((c) => c.settings)]) {
        expect(new Set(rows.map((r) => r.field)).size).toBe(rows.length);
        expect(rows.length).toBeLessThanOrEqual(LIMITS.rows);
        expect(rows.every((r) => r.field !== '')).toBe(true);
      }
      expect(shown.contenders.every((c) => c.name !== '' && c.kind !== '')).toBe(true);
    }
  });

  test('two experiments whose links differ differ in a setting that is said', () => {
    const all = new Map(links[id].map((link) => [show(link).canonical, show(link)]));
    expect(all.size).toBeGreaterThan(5);
    const said = [...all.values()];
    for (const [i, a] of said.entries())
      for (const b of said.slice(0, i)) {
        const told = differing(settingGroups(a, b));
        expect(told, `${a.canonical} and ${b.canonical}`).not.toEqual([]);
      }
  });
});
