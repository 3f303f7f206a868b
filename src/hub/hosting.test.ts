import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { headers, headersFile, nginxFile, pagePolicy } from '../../scripts/hosting.ts';
import { HUB, HUB_HOSTS } from './hosts.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the files for hosts, and the policy in index.html, are as their generator writes them', () => {
  expect(read('public/_headers')).toBe(headersFile());
  expect(read('docs/nginx-headers.conf')).toBe(nginxFile());
  expect(/http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(read('index.html'))?.[1]).toBe(pagePolicy);
});

test('a worker may reach the host of the page and the hub, and runs no code from elsewhere', () => {
  const policy = new Map(
    headers['Content-Security-Policy']!.split('; ').map((d): [string, string[]] => {
      const [name, ...sources] = d.split(' ');
      return [name!, sources];
    }),
  );
  expect(policy.get('connect-src')).toEqual(["'self'", ...HUB_HOSTS]);
  expect(HUB_HOSTS[0]).toBe(HUB);
  for (const name of ['default-src', 'script-src', 'worker-src']) expect(policy.get(name), name).toEqual(["'self'"]);
  for (const [name, sources] of policy)
    if (name !== 'connect-src') expect(sources.join(' '), name).not.toMatch(/https?:|\*|unsafe/);
});
