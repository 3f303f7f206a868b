// Only tests import this: config.json of published models, as far as it is read.

export type Loose = Record<string, unknown>;
export const llama: Loose = {
  model_type: 'llama',
  vocab_size: 32000,
  hidden_size: 2048,
  num_hidden_layers: 22,
  num_attention_heads: 32,
  num_key_value_heads: 4,
  intermediate_size: 5632,
  max_position_embeddings: 2048,
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
  bos_token_id: 1,
  eos_token_id: 2,
  rope_theta: 10000,
  rope_scaling: null,
  tie_word_embeddings: false,
};
export const gpt2: Loose = {
  model_type: 'gpt2',
  vocab_size: 50257,
  n_embd: 768,
  n_head: 12,
  n_layer: 12,
  n_positions: 1024,
  n_ctx: 1024,
  activation_function: 'gelu_new',
  layer_norm_epsilon: 1e-5,
  bos_token_id: 50256,
  eos_token_id: 50256,
};
export const qwen2: Loose = {
  model_type: 'qwen2',
  vocab_size: 151936,
  hidden_size: 896,
  num_hidden_layers: 24,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  intermediate_size: 4864,
  max_position_embeddings: 32768,
  rms_norm_eps: 1e-6,
  hidden_act: 'silu',
  bos_token_id: 151643,
  eos_token_id: 151645,
  rope_theta: 1e6,
  sliding_window: 32768,
  max_window_layers: 21,
  use_sliding_window: false,
  tie_word_embeddings: true,
};
export const qwen3: Loose = { ...qwen2, model_type: 'qwen3', head_dim: 128, attention_bias: false };
export const mistral: Loose = {
  ...llama,
  model_type: 'mistral',
  num_key_value_heads: 8,
  sliding_window: 4096,
  max_position_embeddings: 32768,
};
export const llama3 = {
  rope_type: 'llama3',
  factor: 32,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};
export const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
