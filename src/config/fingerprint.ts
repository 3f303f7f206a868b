/** How a replay compares with the fingerprint that its link carried. */
export type Reproduction =
  | { readonly verdict: 'reproduced'; readonly largest: number }
  | { readonly verdict: 'differs'; readonly contender: number; readonly step: number; readonly by: number }
  | { readonly verdict: 'unreadable'; readonly because: string };
