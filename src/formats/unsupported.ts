/** Model types of transformers that are told apart from unknown ones: what they need that this app does not have. */
export const unsupportedModels: Readonly<Record<string, string>> = {
  llama4: 'attention within chunks, scores that grow with the position, and inputs of experts scaled by a sigmoid',
  llama4_text: 'attention within chunks, scores that grow with the position, and inputs of experts scaled by a sigmoid',
  deepseek_v2: 'latent attention, whose keys and values are compressed together',
  deepseek_v3: 'latent attention, and experts chosen by groups',
  gpt_oss: 'attention sinks, and experts with biases',
  qwen3_next: 'linear attention in most layers',
  qwen3_5_moe: 'linear attention in most layers',
  granitemoe: 'experts as one matrix of its own arrangement',
  phimoe: 'routing by SparseMixer',
  dbrx: 'layers of its own arrangement',
  jamba: 'layers with a state space in place of attention',
};
