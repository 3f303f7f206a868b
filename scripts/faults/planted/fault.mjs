/**
 * Planted faults: each is one small wrong edit that a tired person could make. `find` must occur exactly once in the
 * file (a unit test sees to it); `first` names the cases of the suite that run first, so that a fault is found quickly:
 * all others follow; or `test` names the tests that must see it, where the suite has no such part. `adapter`: where the version at fault runs, or where the fault can show; lavapipe unless given.
 */
export const fault = (file, first, why, find, replace, adapter = 'lavapipe') => ({
  file,
  first,
  why,
  find,
  replace,
  adapter,
});
export const shader = (file, ...rest) => fault(`shaders/${file}.wgsl`, ...rest);
export const source = (file, ...rest) => fault(`src/${file}.ts`, ...rest);
/** One that other tests must see: of the processor, or of an adapter where they end in `.gpu`. */
export const tested = (file, test, why, find, replace) => ({
  ...source(file, '', why, find, replace),
  test: `src/${test}.test.ts`,
});
