// A Vite plugin that writes dist/sw.js: the list of everything the page consists of, versioned by its contents.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

function* walk(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

export function serviceWorker(root) {
  return {
    name: 'stepscope-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const hash = createHash('sha256');
      const shell = Object.keys(bundle).filter((f) => !f.endsWith('.map') && f !== 'index.html').sort();
      for (const f of shell) {
        const item = bundle[f];
        hash.update(f).update(item.type === 'chunk' ? item.code : item.source);
      }
      const folder = join(root, 'public'), files = [...walk(folder)];
      for (const path of files) hash.update(path).update(readFileSync(path));
      const publicFiles = files.map((path) => relative(folder, path).split(sep).join('/'));
      const list = { shell: ['./', ...shell, ...publicFiles.filter((f) => !f.startsWith('models/'))], models: publicFiles.filter((f) => f.startsWith('models/')) };
      const source = readFileSync(join(root, 'scripts', 'sw.template.js'), 'utf8')
        .replace('__VERSION__', hash.digest('hex').slice(0, 16))
        .replace('__FILES__', JSON.stringify(list));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}
