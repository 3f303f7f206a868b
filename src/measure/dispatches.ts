// What one run of a prepared operation consists of: its dispatches, what they bind, how they are recorded.
import { encode } from '../gpu/kernel.ts';
import type { RecordPass } from '../gpu/timing.ts';
import type { Prepared } from '../kernels/catalogue/types.ts';
import type { DispatchSource } from './types.ts';

type Calls = Pick<Prepared, 'calls'>;

/** Milliseconds that compiling the pipelines of some calls took. */
export function compileMsOf({ calls }: Calls): number {
  return [...new Map(calls.map((c) => [c.pipeline, c.source.compileMs])).values()].reduce((a, b) => a + b, 0);
}

/** Bytes of everything that is bound, each buffer once: the most that a run can touch. */
export const boundBytes = ({ calls }: Calls): number =>
  [...new Set(calls.flatMap((c) => Object.values(c.resources).map((r) => ('buffer' in r ? r.buffer : r))))].reduce(
    (n, b) => n + b.size,
    0,
  );

/** Records one run of the operation, `repeats` times. */
export const repeatable =
  ({ calls }: Calls) =>
  (repeats: number): RecordPass =>
  (pass) => {
    for (let i = 0; i < repeats; i++) for (const call of calls) encode(pass, call);
  };

/** The dispatches of one run for the reader; those of one source and size are counted together. */
export function dispatchSources({ calls }: Calls): DispatchSource[] {
  const found = new Map<string, DispatchSource & { times: number }>();
  for (const { label, source, resources, grid } of calls) {
    const key = `${label}\0${grid.join()}\0${source.code}`;
    const known = found.get(key);
    if (known) {
      known.times++;
      continue;
    }
    const bound: DispatchSource['bound'][number][] = Object.entries(source.bindings).map(([name, access]) => {
      const resource = resources[name]!;
      return {
        name,
        access,
        bytes: 'buffer' in resource ? (resource.size ?? resource.buffer.size - (resource.offset ?? 0)) : resource.size,
      };
    });
    found.set(key, {
      label,
      code: source.code,
      bound: [...bound, { name: 'args', access: 'uniform', bytes: source.argBytes }],
      workgroups: grid,
      times: 1,
    });
  }
  return [...found.values()];
}
