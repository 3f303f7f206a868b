import { expect, test } from 'vitest';
import type { Refusal } from '../../../core/refusal.ts';
import { metricMenu } from './menus.ts';
import { formatExperiment, parseExperiment } from './codec.ts';
import { defaultView, formatView, parseView, type KeptView } from './view.ts';

const all: KeptView = {
  layout: 'overlay',
  metric: 'sw1',
  costAxis: 'wallMs',
  background: 'none',
  trails: false,
  difference: true,
  gain: 20,
};

test('a view is written without its defaults, in one order, and read back', () => {
  expect(defaultView).toEqual({
    layout: 'side',
    metric: null,
    costAxis: 'nfe',
    background: 'density',
    trails: true,
    difference: false,
    gain: 1,
  });
  expect(formatView(defaultView)).toBe('');
  expect(formatView(all)).toBe('view=layout:overlay,metric:sw1,axis:wallMs,target:none,trails:0,difference:1,gain:20');
  for (const part of Object.keys(all) as (keyof KeptView)[]) {
    const view = { ...defaultView, [part]: all[part] };
    const refusals: Refusal[] = [];
    expect(parseView(formatView(view).slice('view='.length), refusals)).toEqual(view);
    expect(refusals).toEqual([]);
  }
  for (const { id } of metricMenu) expect(parseView(`metric:${id}`, []), id).toEqual({ ...defaultView, metric: id });
});

test('what cannot be read is refused in words; the rest stands', () => {
  const refusals: Refusal[] = [];
  expect(parseView('axis:wallMs,zoom:3,layout:round,trails:yes,gain:3,metric:', refusals)).toEqual({
    ...defaultView,
    costAxis: 'wallMs',
  });
  expect(refusals).toEqual([
    { where: 'view', value: 'zoom:3', because: "there is no 'zoom' to look at", used: 'nothing' },
    { where: 'view', value: 'layout:round', because: 'Layout is one of side, overlay', used: 'side' },
    { where: 'view', value: 'trails:yes', because: 'Trajectories is one of 1, 0', used: '1' },
    { where: 'view', value: 'gain:3', because: 'Gain is one of 1, 2, 5, 10, 20, 50, 100', used: '1' },
    {
      where: 'view',
      value: 'metric:',
      because: expect.stringMatching(/^Metric is one of auto, paired_median, /),
      used: 'auto',
    },
  ]);
});

test('a link holds it beside the experiment, which is the same with and without', () => {
  const link = 'model=moons&c=euler:karras:8&view=layout:overlay,axis:gpuMs&fp=1.abc';
  const { experiment, refusals, fingerprint, view } = parseExperiment(`#${link}`);
  expect([refusals, fingerprint, view]).toEqual([
    [],
    '1.abc',
    { ...defaultView, layout: 'overlay', costAxis: 'gpuMs' },
  ]);
  expect(experiment).toEqual(parseExperiment('model=moons&c=euler:karras:8').experiment);
  expect(formatExperiment(experiment, fingerprint, view)).toBe(link);
  expect(
    parseExperiment(link.replace('view=layout:overlay,axis:gpuMs', 'view=layout%3Aoverlay%2Caxis%3AgpuMs')).view,
  ).toEqual(view);
  expect(parseExperiment('model=moons').view).toBeUndefined();
  expect(formatExperiment(experiment, null, defaultView)).toBe('model=moons&c=euler:karras:8');
});
