// The hosts that this software talks to beside its own: the content policy (scripts/hosting.ts) allows these and no other.

/** Where repositories are asked for. */
export const HUB = 'https://huggingface.co';

/** The hub, and where its answers redirect to: large files lie with its content networks, which change their names. */
export const HUB_HOSTS = [HUB, 'https://*.huggingface.co', 'https://*.hf.co'] as const;
