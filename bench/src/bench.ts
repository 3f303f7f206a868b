/** All cases in order, and what they ran on; the page and the Node program share it. */
import { allCases } from './cases/index.ts';
import { engineIds, engines, open } from './engines/index.ts';
import { measureCase, type CaseResult, type Settings } from './measure.ts';
import { measureRoofline, type Roofline } from './roofline.ts';
import type { EngineId, Host } from './types.ts';

export interface Options {
  /** Parts of ids of cases, and ids of engines; all when empty. */
  readonly cases: readonly string[];
  readonly engines: readonly string[];
  readonly samples: number;
  readonly quick: boolean;
}
export interface Report {
  readonly adapter: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly software: boolean;
    readonly subgroups: readonly [number, number];
    readonly features: readonly string[];
    readonly limits: Readonly<Record<string, number>>;
  };
  readonly engines: readonly { readonly id: EngineId; readonly title: string; readonly refused?: string }[];
  readonly roofline: Roofline;
  readonly settings: {
    readonly samples: number;
    readonly leastSamples: number;
    readonly sampleMs: number;
    readonly engineMs: number;
  };
  readonly cores: number;
  /** Step of the clock in ms, as seen. */
  readonly clockMs: number;
}

const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
] as const;

export async function runBench(
  host: Host,
  options: Options,
  cpu: Settings['cpu'],
  say: (what: { readonly begin: string } | { readonly result: CaseResult }) => unknown,
): Promise<Report> {
  const quick = options.quick;
  const settings: Settings = {
    samples: options.samples,
    leastSamples: Math.min(5, options.samples),
    sampleMs: quick ? 40 : 100,
    engineMs: quick ? 15_000 : 40_000,
    ...(cpu && { cpu }),
  };
  const chosen = engineIds.filter((e) => options.engines.length === 0 || options.engines.includes(e));
  const { ctx } = await open('ours', host);
  const started: Report['engines'][number][] = [];
  for (const id of chosen) {
    const refused = await open(id, host).then(
      () => undefined,
      (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!.slice(0, 300),
    );
    started.push({ id, title: engines[id].title, ...(refused && { refused }) });
  }
  say({ begin: 'the limits of the adapter' });
  const roofline = await measureRoofline(ctx, cpu && (() => cpu('ours')));
  const able = started.filter((e) => !e.refused).map((e) => e.id);
  for (const c of await allCases(host)) {
    if (options.cases.length > 0 ? !options.cases.some((part) => c.id.includes(part)) : quick && c.slow) continue;
    say({ begin: c.id });
    await say({ result: await measureCase(c, able, settings, host) });
  }
  const { vendor, architecture, description, isSoftware, subgroupMin, subgroupMax, features, limits } = ctx.info;
  return {
    adapter: {
      vendor,
      architecture,
      description,
      software: isSoftware,
      subgroups: [subgroupMin, subgroupMax],
      features: [...features].sort(),
      limits: Object.fromEntries(LIMITS.map((name) => [name, limits[name]])),
    },
    engines: started,
    roofline,
    cores: globalThis.navigator.hardwareConcurrency,
    clockMs: clockStep(),
    settings: {
      samples: settings.samples,
      leastSamples: settings.leastSamples,
      sampleMs: settings.sampleMs,
      engineMs: settings.engineMs,
    },
  };
}

function clockStep(): number {
  let least = Infinity;
  for (let i = 0; i < 50; i++) {
    const a = performance.now();
    let b = a;
    while (b === a) b = performance.now();
    least = Math.min(least, b - a);
  }
  return Number(least.toPrecision(2));
}
