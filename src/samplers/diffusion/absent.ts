// Names of RES4LYF that are not here, why, and what stands nearest. A name is a fact; coefficients are taken from a publication, never
// from that program's code, which is under the AGPL.
import type { SamplerId } from './index.ts';

type Why = 'unsourced' | 'unread' | 'implicit';
export interface Absent {
  /** As RES4LYF writes it. */
  readonly name: string;
  readonly nearest: SamplerId;
  /** A whole sentence that names it. */
  readonly because: string;
}

const REASONS: Readonly<Record<Why, string>> = {
  unsourced: 'no source of its coefficients was found but that program’s own code, which is under the AGPL',
  unread: 'the publication behind it has not been read and checked here',
  implicit: 'its stages depend on each other, and solving for them takes tens of evaluations a step',
};

const entry =
  (why: Why, nearest: SamplerId) =>
  (name: string): Absent => ({ name, nearest, because: `RES4LYF’s ${name} is not here: ${REASONS[why]}.` });
const all = (why: Why, nearest: SamplerId, ...names: readonly string[]): readonly Absent[] =>
  names.map(entry(why, nearest));
const sized = (name: string, ...sizes: readonly number[]): readonly string[] => sizes.map((n) => `${name}_${n}s`);

export const absent: readonly Absent[] = [
  ...all('unsourced', 'butcher5_6s', 'rk5_7s'),
  ...all('unsourced', 'butcher6_7s', 'rk6_7s'),
  ...all('unsourced', 'res_10s', 'res_15s', 'res_16s'),
  ...all('unsourced', 'res_2s', 'res_2s_rkmk2e', 'res_2s_stable'),
  ...all('unsourced', 'res_4s_krogstad', 'res_4s_krogstad_alt'),
  ...all('unsourced', 'res_4s_strehmel_weiner', 'res_4s_strehmel_weiner_alt'),
  ...all('unsourced', 'res_8s', 'res_8s_alt'),
  ...all('unsourced', 'etdrk4_4s', 'etdrk4_4s_alt'),
  ...all('unread', 'res_3s', 'res_3s_sunstar', 'res_3s_strehmel_weiner'),
  ...all('implicit', 'res_2s', 'irk_exp_diag_2s'),
  ...all('implicit', 'midpoint_2s', 'kraaijevanger_spijker_2s', 'qin_zhang_2s', 'pareschi_russo_2s'),
  ...all('implicit', 'midpoint_2s', 'pareschi_russo_alt_2s', 'crouzeix_2s'),
  ...all('implicit', 'kutta_3s', 'crouzeix_3s', 'crouzeix_3s_alt'),
  ...all('implicit', 'rk4_4s', ...sized('gauss-legendre', 2, 3, 4, 5), 'gauss-legendre_4s_alternating_a'),
  ...all('implicit', 'rk4_4s', 'gauss-legendre_4s_ascending_a', 'gauss-legendre_4s_alt', 'gauss-legendre_5s_ascending'),
  ...all(
    'implicit',
    'rk4_4s',
    ...sized('radau_ia', 2, 3),
    ...sized('radau_iia', 2, 3, 5, 7, 9, 11),
    'radau_iia_3s_alt',
  ),
  ...['lobatto_iiia', 'lobatto_iiib', 'lobatto_iiic'].flatMap((name) =>
    all('implicit', 'rk4_4s', ...sized(name, 2, 3, 4)),
  ),
  ...all('implicit', 'rk4_4s', ...sized('lobatto_iiic_star', 2, 3), ...sized('lobatto_iiid', 2, 3)),
];
