/**
 * The language models that come with the page. Architecture, hashes and measured losses are in each folder's card.json
 * and config.json.
 */
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
  /** Prompts that the sweep judges solved fractions on; held out of the training data by their hash. */
  readonly problems?: readonly string[];
}

export const languageModels = {
  sotu: {
    id: 'sotu',
    title: 'State of the Union',
    folder: 'sotu',
    draft: 'sotu_draft',
    samples: 1,
    maxTokens: 96,
    summary: 'A small Llama trained on two centuries of State of the Union addresses.',
    prompts: [
      'My fellow Americans, the state of our Union is',
      'Fellow-Citizens of the Senate and House of Representatives:',
      'The receipts of the Treasury during the year',
      'Tonight I ask the Congress to',
    ],
  },
  sotu_draft: {
    id: 'sotu_draft',
    title: 'State of the Union, draft',
    folder: 'sotu-draft',
    samples: 1,
    maxTokens: 96,
    summary: 'The several times smaller model that drafts for it in speculative sampling; worth comparing by itself.',
    prompts: ['My fellow Americans, the state of our Union is'],
  },
  countdown: {
    id: 'countdown',
    title: 'Countdown arithmetic',
    folder: 'countdown',
    checker: 'countdown',
    samples: 8,
    maxTokens: 200,
    summary: 'Reaches a target from given numbers, thinking aloud; every answer is checked by evaluating it.',
    prompts: ['20 5 3 17 = 45\n', '9 5 15 15 = 45\n', '25 21 14 17 = 27\n', '2 5 16 19 = 73\n'],
    problems: [
      '25 21 14 17 = 27\n',
      '12 15 23 20 = 40\n',
      '7 15 21 23 = 52\n',
      '15 11 5 = 33\n',
      '8 9 16 9 = 26\n',
      '15 2 14 18 = 94\n',
      '6 25 21 12 = 76\n',
      '10 20 2 = 12\n',
      '6 9 15 = 18\n',
      '14 19 3 11 = 13\n',
      '7 4 17 7 = 21\n',
      '9 5 15 15 = 45\n',
      '3 1 21 25 = 39\n',
      '4 14 17 18 = 55\n',
      '9 1 20 21 = 49\n',
      '18 23 9 20 = 37\n',
      '17 13 6 = 24\n',
      '3 3 12 8 = 15\n',
      '20 3 8 20 = 11\n',
      '22 21 6 = 49\n',
      '9 4 15 14 = 42\n',
      '4 13 20 = 29\n',
      '6 23 15 = 44\n',
      '19 7 2 = 24\n',
    ],
  },
} as const satisfies Record<string, LanguageCard>;
export type LanguageModelId = keyof typeof languageModels;
export const languageModelIds = Object.keys(languageModels) as LanguageModelId[];
export const languageCard = (id: string): LanguageCard | undefined =>
  Object.hasOwn(languageModels, id) ? languageModels[id as LanguageModelId] : undefined;
