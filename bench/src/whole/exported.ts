/** What bench/models/export.py left, and whether it still belongs to the bundled weights. */
import type { Case, EngineId, Host } from '../types.ts';

export const OUT = 'bench/models/out';
export const MODELS = 'public/models';
/** The peers' forms of a model: fused operators, or attention in plain ones. */
export type Form = 'model' | 'model_plain';

interface Entry {
  readonly weights?: unknown;
  readonly damaged?: unknown;
}
/** Models whose peers can run, and what is in the way of the others. */
export interface Exported {
  missing(id: string, sha256: string): string | undefined;
}

const how = 'run `python bench/models/export.py` (needs Python with numpy and onnx)';
export const formPath = (id: string, form: Form): string => `${OUT}/${id}/onnx/${form}.onnx`;

export async function readExported(host: Host): Promise<Exported> {
  const entries = await host.file(`${OUT}/export.json`).then(
    (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, Entry>>,
    () => undefined,
  );
  return {
    missing(id, sha256) {
      const entry = entries?.[id];
      if (!entry) return `not exported: ${how}`;
      return entry.weights === sha256
        ? undefined
        : `exported from other weights than those in ${MODELS}/${id}: ${how} again`;
    },
  };
}

/** The engines of a case whose peers read the export: all of them, or ours alone and why. */
export function enginesOf<I>(
  reason: string | undefined,
  engines: Case<I>['engines'],
  absent: NonNullable<Case<I>['absent']> = {},
): Pick<Case<I>, 'engines' | 'absent'> {
  if (!reason) return { engines, absent };
  const { ours } = engines;
  const others = (Object.keys(engines) as EngineId[]).filter((e) => e !== 'ours');
  return {
    engines: ours ? { ours } : {},
    absent: { ...absent, ...Object.fromEntries(others.map((e) => [e, reason])) },
  };
}

export const sha256Of = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (b) => b.toString(16).padStart(2, '0')).join(
    '',
  );
