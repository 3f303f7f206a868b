import { expect, test } from 'vitest';
import { cardFields, licenceLine, licenceOf } from './modelCard.ts';

const said = (readme: string) => licenceLine(licenceOf(cardFields(readme)));

test.each([
  ['---\nlicense: creativeml-openrail-m\ntags:\n- stable-diffusion\n---\n# T', 'CreativeML OpenRAIL-M: some uses are'],
  ['---\r\nlicense: "cc-by-nc-4.0"\r\n---\r\n', 'CC BY-NC 4.0: not for commercial use.'],
  ['\ufeff---\nlicense: MIT # ours\n---\n', 'MIT: free for any use'],
  ['---\nlicense:\n- mit\n---\n', 'MIT: free'],
  ['---\nlicense: [apache-2.0]\n---', 'Apache 2.0: free'],
  [
    '---\nlicense: other\nlicense_name: sai-nc-community\n---\n',
    'sai-nc-community: not for commercial use, by its name',
  ],
  ['---\nlicense: other\nlicense_name: flux-1-dev-non-commercial-license\n---\n', 'not for commercial use'],
  ['---\nlicense: other\n---\n', 'Under terms of its own: read them.'],
  ['---\nlicense: openrail-next\n---\n', 'openrail-next: read its terms.'],
  ['---\ntags:\n- mit\n---\n', 'The card names no licence'],
  ['license: mit\n', 'The card names no licence'],
  ['# Title\n---\nlicense: mit\n---\n', 'The card names no licence'],
  ['---\nlicense:\n---\n', 'The card names no licence'],
  ['---\nmodel:\n  license: mit\n---\n', 'The card names no licence'],
])('%j', (readme, expected) => expect(said(readme)).toContain(expected));

test('a link is to the web or it is none, and nothing that could break a line stays', () => {
  const of = (link: unknown) => licenceOf({ license: 'x', license_link: link })?.link;
  expect([of('https://a.example/l'), of('LICENSE.md'), of('javascript:alert(1)'), of(7)]).toEqual([
    'https://a.example/l',
    null,
    null,
    null,
  ]);
  expect(licenceOf({ license: 'a\nb\u2028c' })!.id).toBe('a b c');
  expect(licenceOf({ license: 'x'.repeat(999) })!.id).toHaveLength(200);
  expect([licenceOf(null), licenceOf([]), licenceOf({ license: 4 })]).toEqual([null, null, null]);
});
