/** The language models that come with the page. Architecture, hashes and measured losses are in each folder's card.json and config.json. */
export interface LanguageCard {
  readonly id: string;
  readonly title: string;
  /** Folder under models/. */
  readonly folder: string;
  readonly summary: string;
  /** A smaller bundled model with the same tokenizer, for speculation. */
  readonly draft?: string;
  /** How a finished text can be judged without a model. */
  readonly checker?: 'countdown';
  /** First is the default. */
  readonly prompts: readonly string[];
  /** Samples each contender draws by default, and how many tokens. */
  readonly samples: number;
  readonly maxTokens: number;
}

export const languageModels = {
  sotu: {
    id: 'sotu', title: 'State of the Union', folder: 'sotu', draft: 'sotu_draft', samples: 1, maxTokens: 96,
    summary: 'A small Llama trained on two centuries of State of the Union addresses.',
    prompts: ['The state of our union is', 'My fellow citizens, the peace of the world', 'The revenue of the Government for the fiscal year', 'America must'],
  },
  sotu_draft: {
    id: 'sotu_draft', title: 'State of the Union, draft', folder: 'sotu-draft', samples: 1, maxTokens: 96,
    summary: 'The several times smaller model that drafts for it in speculative sampling; worth comparing by itself.',
    prompts: ['The state of our union is'],
  },
  countdown: {
    id: 'countdown', title: 'Countdown arithmetic', folder: 'countdown', checker: 'countdown', samples: 8, maxTokens: 96,
    summary: 'Reaches a target from given numbers, thinking aloud; every answer is checked by evaluating it.',
    prompts: ['3 5 7 8 = 41 :'],
  },
} as const satisfies Record<string, LanguageCard>;
export type LanguageModelId = keyof typeof languageModels;
export const languageModelIds = Object.keys(languageModels) as LanguageModelId[];
export const languageCard = (id: string): LanguageCard | undefined => (Object.hasOwn(languageModels, id) ? languageModels[id as LanguageModelId] : undefined);
