import type { Case, Host } from '../types.ts';
import { pictureCases } from '../pictures/pictureCases.ts';
import { wholeCases } from '../whole/index.ts';
import { attentionCases } from './attention.ts';
import { matmulCases } from './matmul.ts';
import { matvecCases } from './matvec.ts';
import { rowCases } from './rows.ts';

export const allCases = async (host: Host): Promise<readonly Case[]> => [
  ...matmulCases,
  ...matvecCases,
  ...attentionCases,
  ...rowCases,
  ...(await pictureCases(host)),
  ...(await wholeCases(host)),
];
