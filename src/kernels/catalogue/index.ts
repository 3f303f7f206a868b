import { attention } from './attention.ts';
import { attentionDecode } from './attentionDecode.ts';
import { attentionPrefill } from './attentionPrefill.ts';
import { blit } from './blit.ts';
import { broadcastAdd } from './broadcastAdd.ts';
import { conv2d } from './conv2d.ts';
import { crossAttention } from './crossAttention.ts';
import { dequantise } from './dequantise.ts';
import { embed } from './embed.ts';
import { embedNorm } from './embedNorm.ts';
import { empiricalDenoiser } from './empiricalDenoiser.ts';
import { expertLinear } from './expertLinear.ts';
import { experts } from './experts.ts';
import { gateActivation } from './gateActivation.ts';
import { gateUp } from './gateUp.ts';
import { groupNorm } from './groupNorm.ts';
import { guidance } from './guidance.ts';
import { guidanceRescale } from './guidanceRescale.ts';
import { blend } from './blend.ts';
import { guide, guideThreshold } from './guide.ts';
import { layernorm } from './layernorm.ts';
import { lincomb } from './lincomb.ts';
import { linearMatmul } from './linearMatmul.ts';
import { matmul } from './matmul.ts';
import { matvec } from './matvec.ts';
import { matvecDp4a, quantiseRows } from './matvecDp4a.ts';
import { mixtureDenoiser } from './mixtureDenoiser.ts';
import { nonfinite } from './nonfinite.ts';
import { pairwiseDistance } from './pairwiseDistance.ts';
import { patchify } from './patchify.ts';
import { philoxNormal } from './philoxNormal.ts';
import { pointwiseFamilies } from './pointwise.ts';
import { pool } from './pool.ts';
import { qkvAppend } from './qkvAppend.ts';
import { residualNorm } from './residualNorm.ts';
import { resample } from './resample.ts';
import { ropeAppend } from './ropeAppend.ts';
import { rowNorm } from './rowNorm.ts';
import { softmax } from './softmax.ts';
import { sortedProjections } from './sortedProjection.ts';
import { stripAttention } from './stripAttention.ts';
import { timeEmbedding } from './timeEmbedding.ts';
import { topk } from './topk.ts';
import type { Family } from './types.ts';
import { unpatchify } from './unpatchify.ts';
import { windowAttention } from './windowAttention.ts';
import { wideAttention } from './wideAttention.ts';

export type { Dim, Expected, Family, FamilyVersion, Group, Output, Prepared, Shape, Work } from './types.ts';

/** Every kernel family. */
export const families: readonly Family[] = [
  ...matmul,
  ...linearMatmul,
  ...conv2d,
  ...matvec,
  matvecDp4a,
  ...gateUp,
  ...expertLinear,
  ...experts,
  ...qkvAppend,
  ropeAppend,
  gateActivation,
  ...pointwiseFamilies,
  ...dequantise,
  quantiseRows,
  embed,
  broadcastAdd,
  attention,
  attentionPrefill,
  attentionDecode,
  crossAttention,
  wideAttention,
  stripAttention,
  windowAttention,
  softmax,
  layernorm,
  groupNorm,
  ...residualNorm,
  rowNorm,
  ...embedNorm,
  topk,
  philoxNormal,
  lincomb,
  patchify,
  unpatchify,
  guidance,
  guidanceRescale,
  guide,
  guideThreshold,
  blend,
  pool,
  timeEmbedding,
  mixtureDenoiser,
  empiricalDenoiser,
  pairwiseDistance,
  ...sortedProjections,
  nonfinite,
  blit,
  resample,
];
export const familyById = (id: string): Family | undefined => families.find((f) => f.id === id);
