// A Vite plugin that writes dist/sw.js: the list of everything the page consists of, versioned by its contents.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

function* walk(folder) {
  for (const name of readdirSync(folder).sort()) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

/** Weights, and the pictures of the gallery: kept once the page is at rest. */
const later = (file) => /^(models|gallery)\//.test(file);

export function serviceWorker(root) {
  return {
    name: 'stepscope-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const hash = createHash('sha256');
      const built = Object.keys(bundle)
        .filter((f) => !f.endsWith('.map'))
        .sort();
      const shell = built.filter((f) => f !== 'index.html');
      for (const f of built) {
        const item = bundle[f];
        hash.update(f).update(item.type === 'chunk' ? item.code : item.source);
      }
      const folder = join(root, 'public');
      const files = [...walk(folder)];
      const publicFiles = files.map((path) => relative(folder, path).split(sep).join('/'));
      files.forEach((path, i) => hash.update(publicFiles[i]).update(readFileSync(path)));
      const list = {
        // A host that reads _headers does not serve it, and one file that is missing would keep nothing at all.
        shell: ['./', ...shell, ...publicFiles.filter((f) => !later(f) && f !== '_headers')],
        later: publicFiles.filter(later),
      };
      const source = readFileSync(join(root, 'scripts', 'sw.template.js'), 'utf8')
        .replace('__VERSION__', hash.digest('hex').slice(0, 16))
        .replace('__FILES__', JSON.stringify(list));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}
