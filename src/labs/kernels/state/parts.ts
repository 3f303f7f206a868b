// The parts of a step out of the last steps' times. Pure.
import type { StepTime } from './types.ts';

export interface TimedStep extends Omit<StepTime, 'output'> {
  /** Null where the page did not draw this step. */ readonly drawMs: number | null;
}
export type PartKind = 'processor' | 'gpu' | 'page';
export interface Part {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  readonly kind: PartKind;
  readonly ms: number;
  readonly dispatches: number | null;
}
export interface Parts {
  readonly parts: readonly Part[];
  readonly totalMs: number;
  readonly plainMs: number;
  readonly gpuMs: number;
  readonly steps: number;
}

/**
 * Mean of the middle half: as steady as a median, and below the clock's own step where a median would be stuck on it.
 */
export function middleMean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const cut = Math.floor(values.length / 4);
  const middle = sorted.slice(cut, sorted.length - cut);
  return middle.reduce((a, b) => a + b, 0) / middle.length;
}

/** Kernels beyond the `top` slowest are one part. */
export function timeParts(steps: readonly TimedStep[], top = 7): Parts {
  const of = (read: (s: TimedStep) => number) => middleMean(steps.map(read));
  const labels = [...new Set(steps.flatMap((s) => s.kernels.map((k) => k.label)))];
  const kernels = labels
    .map((label) => {
      const own = (s: TimedStep) => s.kernels.filter((k) => k.label === label);
      return {
        label,
        ms: of((s) => own(s).reduce((a, k) => a + k.ms, 0)),
        dispatches: Math.round(of((s) => own(s).reduce((a, k) => a + k.dispatches, 0))),
      };
    })
    .sort((a, b) => b.ms - a.ms);
  const shown = kernels.length <= top + 1 ? kernels : kernels.slice(0, top);
  const rest = kernels.slice(shown.length);
  const gpu: Part[] = shown.map((k) => ({
    id: `gpu:${k.label}`,
    label: k.label,
    help: 'GPU time of the dispatches of this label',
    kind: 'gpu',
    ms: k.ms,
    dispatches: k.dispatches,
  }));
  if (rest.length > 0)
    gpu.push({
      id: 'rest',
      label: `${rest.length} other kernels`,
      help: rest.map((k) => k.label).join(', '),
      kind: 'gpu',
      ms: rest.reduce((a, k) => a + k.ms, 0),
      dispatches: rest.reduce((a, k) => a + k.dispatches, 0),
    });
  const draws = steps.flatMap((s) => (s.drawMs === null ? [] : [s.drawMs]));
  const plain = (id: string, label: string, help: string, kind: PartKind, ms: number): Part => ({
    id,
    label,
    help,
    kind,
    ms,
    dispatches: null,
  });
  const parts = [
    plain(
      'encode',
      'encode',
      'Recording the commands of the step',
      'processor',
      of((s) => s.encodeMs),
    ),
    plain(
      'submit',
      'submit',
      'Handing the commands to the browser’s GPU process',
      'processor',
      of((s) => s.submitMs),
    ),
    ...gpu,
    plain(
      'readback',
      'read-back',
      'From the end of the GPU’s work until its result is in the page’s memory',
      'processor',
      of((s) => s.readbackMs),
    ),
    plain(
      'post',
      'post-processing',
      'What is made of the result: the picture’s bytes, or the drawn token',
      'processor',
      of((s) => s.postMs),
    ),
    ...(draws.length > 0
      ? [
          plain(
            'draw',
            'draw',
            'Drawing the step’s picture or text on the page, measured here',
            'page',
            middleMean(draws),
          ),
        ]
      : []),
  ];
  return {
    parts,
    totalMs: parts.reduce((a, p) => a + p.ms, 0),
    plainMs: of((s) => s.plainMs),
    gpuMs: gpu.reduce((a, p) => a + p.ms, 0),
    steps: steps.length,
  };
}
