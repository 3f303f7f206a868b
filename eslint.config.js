import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// Who may import whom, low to high: a layer may import itself and every layer of the tiers below its own, and beside
// itself only what `beside` names. Labs may import all of these, and never one another.
const tiers = [
  ['core'],
  ['math'],
  ['gpu', 'formats', 'schedules', 'metrics', 'laws'],
  ['samplers', 'models', 'experiments'],
  ['wrappers', 'optimisers', 'kernels', 'tasks', 'distil', 'sequences', 'discrete', 'search'],
  ['networks', 'hub'],
  ['engine', 'serving'],
  ['measure'],
  ['verify'],
  ['frame'],
];
/** Layers that know no page, no network and no clock. */
const pure = [
  'core',
  'math',
  'formats',
  'schedules',
  'metrics',
  'tasks',
  'distil',
  'sequences',
  'discrete',
  'search',
  'laws',
  'samplers',
  'models',
  'experiments',
  'wrappers',
  'serving',
];
/** Labs by folder; a new one is found by itself. */
const labs = readdirSync(new URL('src/labs/', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
/** Inside a lab, low to high. The page sees of the worker's side only types and names: its protocol, its start. */
const rooms = ['config', 'engine', 'worker', 'state', 'ui'];

const code = '**/!(*.test).{ts,tsx}';
const zone = (target, from, message, except) => ({ target, from, message, ...(except && { except }) });
const layerZones = tiers.flatMap((tier, t) =>
  tier.flatMap((layer) => {
    const below = tiers.slice(0, t).flat();
    const foreign = [...tiers.flat().filter((other) => other !== layer && !below.includes(other)), 'labs'];
    const message = `${layer}/ may import only: ${below.join(', ') || 'nothing of ours'}`;
    return foreign.map((other) => zone(`./src/${layer}/${code}`, `./src/${other}/**/*`, message));
  }),
);
const labZones = labs.flatMap((lab) => [
  ...labs
    .filter((other) => other !== lab)
    .map((other) =>
      zone(`./src/labs/${lab}/${code}`, `./src/labs/${other}/**/*`, 'Labs never import labs: what two use moves down.'),
    ),
  zone(`./src/labs/${lab}/${code}`, './src/labs/*.ts', 'A lab does not know the list of labs; allLabs() tells it.'),
  ...rooms.flatMap((room, r) =>
    rooms
      .slice(r + 1)
      .map((higher) =>
        zone(
          `./src/labs/${lab}/${room}/${code}`,
          `./src/labs/${lab}/${higher}/**/*`,
          `Inside a lab: ${rooms.join(' < ')}.`,
        ),
      ),
  ),
  ...['state', 'ui'].map((room) =>
    zone(
      `./src/labs/${lab}/${room}/${code}`,
      `./src/labs/${lab}/worker`,
      'The page sees the worker by its protocol and its start; the rest is the other side.',
      ['./protocol.ts', './entry.ts'],
    ),
  ),
]);
// The command line stands beside the page: it may import whatever knows no page, and nothing imports it.
const cliZones = [
  ...['frame/state', 'frame/ui', 'labs/*.ts', ...rooms.slice(2).map((room) => `labs/*/${room}`)].map((foreign) =>
    zone(
      `./src/cli/${code}`,
      foreign.endsWith('.ts') ? `./src/${foreign}` : `./src/${foreign}/**/*`,
      'cli/ runs without a page: of frame and labs it may import config and engine.',
    ),
  ),
  ...[...tiers.flat(), 'labs'].map((layer) =>
    zone(`./src/${layer}/${code}`, './src/cli/**/*', 'Nothing imports the command line.'),
  ),
];
const zones = [...layerZones, ...labZones, ...cliZones];
/** Where no file is longer than 300 lines; a longer table says why at its top. No ternary is nested anywhere. */
const readable = ['src/**/*.{ts,tsx}', 'e2e/**/*.ts', 'bench/**/*.{ts,mjs}', 'scripts/**/*.{ts,mjs}'];
const ban = (name, message) => ({ name, message });

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'public/',
      'test-results/',
      'playwright-report/',
      'bench/node_modules/',
      'bench/dist/',
      'bench/models/out/',
    ],
  },
  ...tseslint.configs.recommended.map((c) => ({
    ...c,
    files: ['**/*.{ts,tsx}'],
  })),
  {
    ...js.configs.recommended,
    files: ['**/*.{mjs,js}'],
    languageOptions: { globals: globals.nodeBuiltin },
  },
  {
    files: ['scripts/sw.template.js'],
    languageOptions: { globals: { ...globals.serviceworker, __FILES__: 'readonly' } },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'import-x': importX, 'react-hooks': reactHooks },
    settings: {
      // Without these two lines `no-cycle` sees no TypeScript file and reports nothing.
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver': { typescript: true },
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is an argument: use math/philox.ts.' },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/frame/ui/**', 'src/labs/*/ui/**', 'src/main.tsx'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [ban('react', 'React lives in ui folders.'), ban('recharts', 'recharts lives in ui folders.')] },
      ],
    },
  },
  {
    files: [`src/{${pure.join(',')}}/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', 'window', 'document', 'navigator', 'performance', 'fetch'] },
  },
  {
    files: readable,
    rules: { 'max-lines': ['error', { max: 300 }], 'no-nested-ternary': 'error' },
  },
  {
    files: ['e2e/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['**/src/**'], message: 'e2e sees only the page.' }] }],
    },
  },
);
