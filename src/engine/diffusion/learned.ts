// What models with weights need and closed forms do not: one chunk of the build, loaded with the first such model.
export { parseSafetensors } from '../../formats/safetensors.ts';
export {
  assertDim,
  networkDenoiser,
  networkFeatures,
  parseModelJson,
  workOfPass,
} from '../../models/networks/index.ts';
export { compileNetwork, createFeatures, createNetwork } from '../../networks/index.ts';
export { fitExitHeads } from '../../models/networks/exitHeads.ts';
