import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Who may import whom, low to high. A layer may import itself and the layers listed for it, nothing else.
const core = ['math', 'formats', 'schedules', 'samplers', 'metrics', 'models', 'config'];
const layers = {
  math: [],
  gpu: [],
  formats: ['math'],
  schedules: ['math'],
  metrics: ['math'],
  samplers: ['math', 'schedules'],
  models: ['math', 'formats'],
  config: ['math', 'schedules', 'samplers', 'metrics', 'models'],
  kernels: ['gpu', 'math'],
  networks: ['gpu', 'kernels', 'math', 'formats', 'models'],
  engine: [...core, 'gpu', 'kernels', 'networks'],
  worker: ['engine', 'config'],
  state: ['worker', 'config', 'math'],
  ui: ['state', 'config'],
};
const zones = Object.entries(layers)
  .flatMap(([layer, allowed]) =>
    Object.keys(layers)
      .filter((other) => other !== layer && !allowed.includes(other))
      .map((other) => ({
        target: `./src/${layer}/**/!(*.test).{ts,tsx}`,
        from: `./src/${other}/**/*`,
        message: `${layer}/ may import only: ${allowed.join(', ') || 'nothing of ours'}`,
      })),
  )
  .concat({
    target: './src/{state,ui}/**/*',
    from: './src/worker',
    except: ['./client.ts', './protocol.ts', './languageProtocol.ts', './kernelProtocol.ts'],
    message: 'The page sees worker/client.ts and the protocols; the rest is the other side.',
  });
const ban = (name, message) => ({ name, message });

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'public/',
      'test-results/',
      'playwright-report/',
      'training/',
      'bench/node_modules/',
      'bench/dist/',
      'bench/models/out/',
    ],
  },
  ...tseslint.configs.recommended.map((c) => ({
    ...c,
    files: ['src/**/*.{ts,tsx}', 'e2e/**/*.ts', 'bench/src/**/*.ts'],
  })),
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
    ignores: ['src/ui/**', 'src/main.tsx'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [ban('react', 'React lives in ui/.'), ban('recharts', 'recharts lives in ui/.')] },
      ],
    },
  },
  {
    files: [`src/{${core.join(',')}}/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', 'window', 'document', 'navigator', 'performance', 'fetch'] },
  },
  {
    files: ['e2e/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['**/src/**'], message: 'e2e sees only the page.' }] }],
    },
  },
);
