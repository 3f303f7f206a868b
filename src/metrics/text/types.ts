/** What a run of text samples from one prompt can be judged by. A metric whose inputs are missing gives null. */
export interface TextSubject {
  /** The prompt as text, for metrics that read it. */
  readonly prompt?: string;
  readonly samples: readonly TextSample[];
}
export interface TextSample {
  /** Tokens after the prompt, the end token left out. */
  readonly tokens: readonly number[];
  /** What a reader sees of them, for metrics that read it. */
  readonly text?: string;
  /** log p of each token under the model itself (raw logits), natural logarithm; the end token's may follow. */
  readonly logProbabilities?: readonly number[];
}

export interface TextMetric {
  readonly id: string;
  readonly title: string;
  /** e.g. "nats / token"; empty for a pure number. */
  readonly unit: string;
  readonly summary: string;
  readonly paper?: { readonly title: string; readonly url: string };
  /** What is usually wanted; a metric of sameness is low when samples differ. */
  readonly better: 'lower' | 'higher';
  compute(subject: TextSubject): number | null;
}
