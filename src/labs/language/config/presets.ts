// The gallery of the language lab: each entry is a permalink that shows one claim on the reader's own machine.
import type { LanguageModelId } from '../../../models/language.ts';
import { newContender, newLink } from './contenderText.ts';
import { defaultLanguage } from './defaults.ts';
import type { LanguageContender, LanguageExperiment } from './experiment.ts';

export interface LanguagePreset {
  readonly title: string;
  /** What the reader should see, in one or two sentences; measured with the bundled weights. */
  readonly claim: string;
  readonly paper: { readonly title: string; readonly url: string };
  readonly experiment: LanguageExperiment;
}

const on = (
  id: LanguageModelId,
  contenders: readonly LanguageContender[],
  more: Partial<LanguageExperiment> = {},
): LanguageExperiment => ({ ...defaultLanguage({ from: 'bundled', id }), contenders, ...more });
const paper = (title: string, id: string) => ({ title, url: `https://arxiv.org/abs/${id}` });
const hot = (temperature: number) => newLink('temperature', { temperature });

/** Steps of Countdown: 7*5=35 35+3=38. */
const STEPS = `steps ::= step (" " step)*
step ::= number [-+*/] number "=" number
number ::= [1-9] [0-9]{0,3}`;

export const languagePresets = {
  first: {
    title: 'Four ways to spend the same random numbers',
    claim:
      'All draw with the same numbers; the first token that another stage decides otherwise is marked, and from there on the texts have nothing in common.',
    paper: paper('Holtzman et al. 2019, The Curious Case of Neural Text Degeneration', '1904.09751'),
    experiment: defaultLanguage(),
  },
  hot: {
    title: 'Truncation is what makes heat bearable',
    claim:
      'At temperature 1.5 plain sampling writes word salad (6.8 nats a token), and top-p 0.9 hardly helps (6.2): nine tenths of so flat a distribution take hundreds of tokens. Min-p 0.1 keeps what is a tenth as likely as the best and reads better (3.4) than temperature 1 untouched (4.2).',
    paper: paper('Nguyen et al. 2024, Min-p Sampling', '2407.01082'),
    experiment: on(
      'sotu',
      [
        newContender('sampling', [hot(1.5)]),
        newContender('sampling', [hot(1.5), newLink('top_p', { p: 0.9 })]),
        newContender('sampling', [hot(1.5), newLink('min_p', { p: 0.1 })]),
        newContender('sampling', [hot(1)]),
      ],
      { samples: 4, maxTokens: 64 },
    ),
  },
  speculation: {
    title: 'Speculation buys passes, not other words',
    claim:
      'The draft proposes four tokens and the model checks them in one pass: about half are accepted, nearly three tokens a pass, from the same distribution. Prompt lookup needs no draft, but finds next to nothing in prose. Whether fewer passes are also less time depends on the adapter: compare tokens per second.',
    paper: paper('Chen et al. 2023, Speculative Sampling', '2302.01318'),
    experiment: on(
      'sotu',
      [
        newContender('sampling', [hot(0.7)]),
        newContender('speculative', [hot(0.7)]),
        newContender('prompt_lookup', [hot(0.7)]),
      ],
      { maxTokens: 128 },
    ),
  },
  answers: {
    title: 'More samples, more answers',
    claim:
      'A single try solves 58 % of thirty such problems. Of sixteen tries at temperature 1 one is right on 28 of them, at 0.5 only on 24, because the tries repeat each other’s mistakes; every answer is checked by calculating it. Run the sweep for the curve.',
    paper: paper('Chen et al. 2021, Codex and pass@k', '2107.03374'),
    experiment: on(
      'countdown',
      [newContender('sampling', [hot(1)]), newContender('sampling', [hot(0.5)]), newContender('arithmetic', [hot(1)])],
      { samples: 16 },
    ),
  },
  loops: {
    title: 'Likelier is not better',
    claim:
      'Greedy and beam search find the likeliest texts (1.9 and 1.8 nats a token), and go round in circles: three quarters of their four-grams were there before. Contrastive search (2.2) and truncated sampling (2.5) repeat next to nothing.',
    paper: paper('Holtzman et al. 2019, The Curious Case of Neural Text Degeneration', '1904.09751'),
    experiment: on(
      'sotu',
      [
        newContender('greedy'),
        newContender('beam'),
        newContender('contrastive'),
        newContender('sampling', [hot(0.8), newLink('min_p', { p: 0.05 })]),
      ],
      { maxTokens: 160 },
    ),
  },
  grammar: {
    title: 'A grammar keeps the form; the thinking is the model’s',
    claim:
      'At temperature 1.5 six of sixteen texts have the form that the model learned, and eight are right. Under a grammar of that form all eleven that end have it, and ten are right. A grammar that asks for the answer at once gets its form from all sixteen, and not one right answer: what it cuts away is the calculation.',
    paper: paper('Geng et al. 2023, Grammar-Constrained Decoding', '2305.13971'),
    experiment: on(
      'countdown',
      [
        newContender('sampling', [hot(1.5)]),
        newContender('sampling', [
          newLink('grammar', { text: `root ::= (steps " no\\n")* steps "\\nanswer: " steps\n${STEPS}` }),
          hot(1.5),
        ]),
        newContender('sampling', [newLink('grammar', { text: `root ::= "answer: " steps\n${STEPS}` }), hot(1.5)]),
      ],
      { samples: 16 },
    ),
  },
} as const satisfies Record<string, LanguagePreset>;
export type LanguagePresetId = keyof typeof languagePresets;
