// What a host sends with every file of the build, said once: `npm start` and the browser tests send it (vite.config.ts),
// and `npm run tables` writes it down for static hosts and nginx. docs/hosting.md says what each line is for.
import { HUB_HOSTS } from '../src/hub/hosts.ts';

type Policy = Readonly<Record<string, string>>;

/** What the page itself may do: index.html carries it too, for hosts that send no headers. */
const page: Policy = {
  'default-src': "'self'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'connect-src': "'self'",
  'worker-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
};
/** Workers answer to the header that comes with their script, and the language lab's worker reads models from the hub. */
const everyFile: Policy = {
  ...page,
  'connect-src': ["'self'", ...HUB_HOSTS].join(' '),
  // A meta tag cannot say this one.
  'frame-ancestors': "'self'",
};

const textOf = (policy: Policy): string =>
  Object.entries(policy)
    .map((directive) => directive.join(' '))
    .join('; ');

export const pagePolicy = textOf(page);

/** Cross-origin isolation: a finer clock, and no other site's window beside ours. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

export const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': textOf(everyFile),
  ...isolation,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** For hosts that read a file of this name in the folder they serve (Netlify, Cloudflare Pages and others). */
export const headersFile = (): string =>
  ['/*', ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`), ''].join('\n');

export const nginxFile = (): string =>
  [
    '# To be included where the build is served. A location with an add_header of its own needs the include once more.',
    // A policy has single quotes and no others.
    ...Object.entries(headers).map(([name, value]) => `add_header ${name} "${value}" always;`),
    '',
  ].join('\n');
