// The classes of ComfyUI's nodes that workflows of ours use: required inputs with their types, and the types of their outputs.
// Facts, read from nodes.py, comfy_extras/nodes_custom_sampler.py and comfy_extras/nodes_model_advanced.py of its repository
// in 2026. Tests hold every workflow against it.

/** A list of choices; a file's name is any text. */
export type NodeType = string | readonly string[];
export interface NodeClass {
  readonly inputs: Readonly<Record<string, NodeType>>;
  readonly outputs: readonly string[];
  /** Shows or saves something: a workflow needs one. */
  readonly ends?: true;
}

const ENDS = { steps: 'INT', sigma_max: 'FLOAT', sigma_min: 'FLOAT' } as const;
const SAMPLER = { outputs: ['SAMPLER'] } as const;
const SIGMAS = { outputs: ['SIGMAS'] } as const;
const NOISE = { eta: 'FLOAT', s_noise: 'FLOAT' } as const;
const DEVICE = { noise_device: ['gpu', 'cpu'] } as const;

export const nodeTable: Readonly<Record<string, NodeClass>> = {
  CheckpointLoaderSimple: { inputs: { ckpt_name: 'FILE' }, outputs: ['MODEL', 'CLIP', 'VAE'] },
  CLIPSetLastLayer: { inputs: { clip: 'CLIP', stop_at_clip_layer: 'INT' }, outputs: ['CLIP'] },
  CLIPTextEncode: { inputs: { text: 'STRING', clip: 'CLIP' }, outputs: ['CONDITIONING'] },
  ConditioningZeroOut: { inputs: { conditioning: 'CONDITIONING' }, outputs: ['CONDITIONING'] },
  EmptyLatentImage: { inputs: { width: 'INT', height: 'INT', batch_size: 'INT' }, outputs: ['LATENT'] },
  LoadImage: { inputs: { image: 'FILE' }, outputs: ['IMAGE', 'MASK'] },
  ImageScale: {
    inputs: {
      image: 'IMAGE',
      upscale_method: ['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'],
      width: 'INT',
      height: 'INT',
      crop: ['disabled', 'center'],
    },
    outputs: ['IMAGE'],
  },
  VAEEncode: { inputs: { pixels: 'IMAGE', vae: 'VAE' }, outputs: ['LATENT'] },
  RepeatLatentBatch: { inputs: { samples: 'LATENT', amount: 'INT' }, outputs: ['LATENT'] },
  VAEDecode: { inputs: { samples: 'LATENT', vae: 'VAE' }, outputs: ['IMAGE'] },
  SaveImage: { inputs: { images: 'IMAGE', filename_prefix: 'STRING' }, outputs: [], ends: true },
  RescaleCFG: { inputs: { model: 'MODEL', multiplier: 'FLOAT' }, outputs: ['MODEL'] },
  KSampler: {
    inputs: {
      model: 'MODEL',
      seed: 'INT',
      steps: 'INT',
      cfg: 'FLOAT',
      sampler_name: 'SAMPLER_NAME',
      scheduler: 'SCHEDULER_NAME',
      positive: 'CONDITIONING',
      negative: 'CONDITIONING',
      latent_image: 'LATENT',
      denoise: 'FLOAT',
    },
    outputs: ['LATENT'],
  },
  SamplerCustom: {
    inputs: {
      model: 'MODEL',
      add_noise: 'BOOLEAN',
      noise_seed: 'INT',
      cfg: 'FLOAT',
      positive: 'CONDITIONING',
      negative: 'CONDITIONING',
      sampler: 'SAMPLER',
      sigmas: 'SIGMAS',
      latent_image: 'LATENT',
    },
    outputs: ['LATENT', 'LATENT'],
  },
  BasicScheduler: {
    inputs: { model: 'MODEL', scheduler: 'SCHEDULER_NAME', steps: 'INT', denoise: 'FLOAT' },
    ...SIGMAS,
  },
  KarrasScheduler: { inputs: { ...ENDS, rho: 'FLOAT' }, ...SIGMAS },
  ExponentialScheduler: { inputs: ENDS, ...SIGMAS },
  ManualSigmas: { inputs: { sigmas: 'STRING' }, ...SIGMAS },
  KSamplerSelect: { inputs: { sampler_name: 'SAMPLER_NAME' }, ...SAMPLER },
  SamplerEulerAncestral: { inputs: NOISE, ...SAMPLER },
  SamplerEulerAncestralCFGPP: { inputs: NOISE, ...SAMPLER },
  SamplerLMS: { inputs: { order: 'INT' }, ...SAMPLER },
  SamplerDPMPP_2S_Ancestral: { inputs: NOISE, ...SAMPLER },
  SamplerDPMPP_SDE: { inputs: { ...NOISE, r: 'FLOAT', ...DEVICE }, ...SAMPLER },
  SamplerDPMPP_2M_SDE: { inputs: { solver_type: ['midpoint', 'heun'], ...NOISE, ...DEVICE }, ...SAMPLER },
  SamplerDPMPP_3M_SDE: { inputs: { ...NOISE, ...DEVICE }, ...SAMPLER },
  SamplerSEEDS2: { inputs: { solver_type: ['phi_1', 'phi_2'], ...NOISE, r: 'FLOAT' }, ...SAMPLER },
  SamplerER_SDE: {
    inputs: { solver_type: ['ER-SDE', 'Reverse-time SDE', 'ODE'], max_stage: 'INT', ...NOISE },
    ...SAMPLER,
  },
};
