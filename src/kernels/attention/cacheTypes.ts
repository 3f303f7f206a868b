// What the kernels over a KV cache share about the types that it is kept in.
import keysF16 from '../../../shaders/lib/keys.f16.wgsl?raw';
import keysF32 from '../../../shaders/lib/keys.f32.wgsl?raw';
import keysQ4 from '../../../shaders/lib/keys.q4_0.wgsl?raw';
import keysQ8 from '../../../shaders/lib/keys.q8_0.wgsl?raw';
import valuesF16 from '../../../shaders/lib/values.f16.wgsl?raw';
import valuesF32 from '../../../shaders/lib/values.f32.wgsl?raw';
import valuesQ4 from '../../../shaders/lib/values.q4_0.wgsl?raw';
import valuesQ8 from '../../../shaders/lib/values.q8_0.wgsl?raw';
import { type CacheTypes, isBlockCache } from '../../core/cacheFormat.ts';
import type { Source } from '../../gpu/kernel.ts';

const keys = { f32: keysF32, f16: keysF16, q8_0: keysQ8, q4_0: keysQ4 } as const;
const values = { f32: valuesF32, f16: valuesF16, q8_0: valuesQ8, q4_0: valuesQ4 } as const;

/** What the shaders read a vector of keys and of values with. */
export const cacheLibs = (types: CacheTypes): readonly Source[] => [keys[types.keys], values[types.values]];

/** Words from the start of a buffer at which its scales begin; of no matter where it has none. */
export interface ScalesAt {
  readonly keys: number;
  readonly values: number;
}
/** The two words of a kernel's arguments. */
export function scaleWords(label: string, types: CacheTypes, at: ScalesAt | undefined): readonly [number, number] {
  if (!at && (isBlockCache(types.keys) || isBlockCache(types.values)))
    throw new RangeError(`${label}: a cache in ${types.keys} and ${types.values} needs to say where its scales begin`);
  return [at?.keys ?? 0, at?.values ?? 0];
}
