/**
 * Where `npm run faults -- --generate` plants, and the nearest tests: the ones that must turn red.
 *
 * - `files`, `except`: globs of what may be mutated.
 * - `near`: tests of the unit project that run first; where they are green follow all those that import the mutated file,
 *   directly or through others (`vitest related`). Tests that read a file or import it by a computed name are not seen.
 * - `shaders`: the verification suite on lavapipe runs first, cases named by `wordsFor` before all others, and where it
 *   is green, the GPU tests of the folder that import the shader's wrapper.
 */
export const areas = {
  samplers: {
    files: ['src/samplers/**/*.ts'],
    except: ['src/samplers/decoding/**'],
    near: ['src/samplers/diffusion/*.test.ts'],
  },
  schedules: { files: ['src/schedules/**/*.ts'], near: ['src/schedules/**/*.test.ts'] },
  stages: {
    files: ['src/samplers/decoding/stages/**/*.ts'],
    near: ['src/samplers/decoding/{stages,chain,conformance}.test.ts'],
  },
  decoding: {
    files: ['src/samplers/decoding/**/*.ts'],
    except: ['src/samplers/decoding/stages/**'],
    near: ['src/samplers/decoding/**/*.test.ts'],
  },
  metrics: { files: ['src/metrics/**/*.ts'], near: ['src/metrics/**/*.test.ts'] },
  config: {
    files: ['src/labs/*/config/**/*.ts', 'src/frame/config/**/*.ts'],
    near: ['src/{labs/*,frame}/config/**/*.test.ts'],
  },
  formats: { files: ['src/formats/**/*.ts'], near: ['src/formats/**/*.test.ts'] },
  shaders: {
    files: ['shaders/**/*.wgsl'],
    // No adapter at hand offers subgroup matrices: Dawn checks that these compile, and nothing runs them.
    except: ['shaders/**/*.matrix.wgsl', 'shaders/lib/matrix.wgsl'],
    shaders: { wrappers: 'src/kernels/*/*.ts', near: ['src/kernels/**/*.gpu.test.ts'] },
  },
};

/** Material of the tests themselves: a fault there is not a fault of the program. */
export const neverMutated = [
  '**/*.test.ts',
  '**/*Testing.ts',
  '**/testing.ts',
  '**/*onformance.ts',
  '**/conformance/**',
  '**/oracles/**',
];

/** Tests whose verdict hangs on the machine's load, by file or by file and name: their red says nothing of a mutant. */
export const timed = [
  'src/kernels/speed.gpu.test.ts',
  'src/kernels/catalogue/catalogue.test.ts: inputs > 4 million numbers are made in a fraction of a second',
  'src/samplers/decoding/draw.test.ts: 50 257 tokens are ordered in milliseconds',
];

/** Cases of the suite that a shared file of shaders/lib/ shows in first. */
const shared = {
  activations: ['epilogue', 'gate_activation'],
  conv: ['conv2d'],
  picture: ['conv2d'],
  picture_scalar: ['conv2d_f32 1.naive', 'conv2d_f32 3.octet'],
  cross: ['cross_attention'],
  draw: ['topk', 'token draw'],
  group_combine: ['group_norm'],
  embedding: ['embed_norm', 'kernels  embed'],
  linear: ['matvec_f32', 'linear_matmul_f32'],
  matmul: ['kernels  matmul'],
  pointwise: ['activate', 'geglu', 'resample'],
  philox: ['philox_normal', 'lincomb'],
  rope: ['rope_append', 'qkv_append_f32'],
  soft_cap: ['attention_prefill 3.registers windows', 'attention_decode 2.lanes caps'],
  tanh: ['activate'],
  trig: ['time_embedding', 'philox_normal', 'rope_append'],
};

/** Words of the names of cases in which a fault of a shader should show first; wrong ones cost time, nothing else. */
export function wordsFor(file) {
  const [name, number, version] = file.split('/').at(-1).split('.');
  const numbered = number !== undefined && version !== 'wgsl' && version !== undefined;
  const which = numbered ? `${number}.${version}` : '';
  if (name === 'dot') return [which];
  if (name === 'handed') return ['6.handed'];
  if (name === 'rows') return ['matvec'];
  if (name === 'pairs') return ['conv2d'];
  if (name.startsWith('group_')) return [`group_norm${which && ` ${which}`}`];
  if (name === 'weights') return number === 'f32' && version === 'wgsl' ? ['matvec_f32'] : [`_${number} `];
  if (Object.hasOwn(shared, name) && file.includes('/lib/')) return shared[name];
  const family = name.replace(/^conv_(prepare|sums)$/, 'conv2d').replace(/_(split|combine|partial|draw)$/, '');
  const stores = ['', '_f32', '_f16', '_int8', '_int4', '_layer', '_rms'];
  return numbered ? stores.map((s) => `${family}${s} ${which}`) : [family];
}

/** A pattern of paths: `**` any folders, `*` anything within a name, `{a,b}` one of them. */
export function matches(pattern, path) {
  const source = pattern
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\{([^}]*)\}/g, (_, list) => `(${list.replaceAll(',', '|')})`)
    .replaceAll('**/', '\0')
    .replaceAll('**', '\u0001')
    .replaceAll('*', '[^/]*')
    .replaceAll('\0', '(.*/)?')
    .replaceAll('\u0001', '.*');
  return new RegExp(`^${source}$`).test(path);
}
const any = (patterns, path) => (patterns ?? []).some((p) => matches(p, path));

/** Of all paths of the repository those that an area mutates. */
export const filesOf = ({ files, except }, paths) =>
  paths.filter((p) => any(files, p) && !any(except, p) && !any(neverMutated, p));
export const testsOf = (patterns, paths) => paths.filter((p) => any(patterns, p) && !timed.includes(p));
