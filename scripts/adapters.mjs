// Finds the software Vulkan drivers of this machine. One process sees one driver, chosen by VK_ICD_FILENAMES.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** `complete`: offers every optional feature that we have kernels for (f16, subgroups, timestamps). */
export const adapters = [
  {
    name: 'lavapipe',
    complete: true,
    file: /lvp_icd.*\.json$/,
    install: 'mesa-vulkan-drivers 25 or later (Debian 12: from bookworm-backports)',
  },
  { name: 'swiftshader', complete: false, file: /swiftshader_icd\.json$/, install: 'chromium' },
];

/** Where Vulkan loaders look, and where browsers keep their own driver: beside any browser binary on the PATH. */
function folders() {
  const share = [
    ...(process.env.XDG_DATA_DIRS ?? '').split(delimiter).filter(Boolean),
    '/usr/share',
    '/usr/local/share',
    '/etc',
  ].map((d) => join(d, 'vulkan/icd.d'));
  const lib = ['/usr/lib', '/usr/lib64', '/opt'].flatMap((d) =>
    list(d)
      .filter((n) => /chrom|edge/i.test(n))
      .flatMap((n) => [join(d, n), ...list(join(d, n)).map((m) => join(d, n, m))]),
  );
  const cache = join(process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(process.env.HOME ?? '', '.cache/ms-playwright'));
  const downloaded = list(cache).flatMap((n) => list(join(cache, n)).map((m) => join(cache, n, m)));
  return [...new Set([...share, ...lib, ...downloaded])];
}
function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
/** A driver file counts when the library it names is there (a bare name is left to the loader). */
function usable(path) {
  try {
    const library = JSON.parse(readFileSync(path, 'utf8')).ICD.library_path;
    return !library.includes('/') || existsSync(library.startsWith('/') ? library : join(dirname(path), library));
  } catch {
    return false;
  }
}
/** Path of an adapter's driver file, or undefined. */
export function find({ file }) {
  const named = (process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES ?? '')
    .split(delimiter)
    .filter((p) => file.test(p));
  return [
    ...named,
    ...folders().flatMap((d) =>
      list(d)
        .filter((n) => file.test(n))
        .sort()
        .map((n) => join(d, n)),
    ),
  ].find(usable);
}

/** The environment in which Dawn sees this driver and no other. */
export const envFor = (name, icd) => ({
  ...process.env,
  VK_ICD_FILENAMES: icd,
  VK_DRIVER_FILES: icd,
  GPU_ADAPTER: name,
});
