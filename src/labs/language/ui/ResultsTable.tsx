import { useMemo } from 'react';
import { textMetricMenu } from '../config/menus.ts';
import { agreement } from '../state/divergence.ts';
import { textKey } from '../state/texts.ts';
import { FiguresTable, type Column } from '../../../frame/ui/table/FiguresTable.tsx';
import { setLanguageView } from '../state/viewStore.ts';
import { useLanguage, useLanguageNames, useLanguageRun, useLanguageView } from './hooks.ts';
import { acceptance, decodeSpeed, prefillSpeed, tokensPerPass, withoutTwins } from './text.ts';
import { useSlow } from './useSlow.ts';

/** The run's figures: speed, speculation, quality. */
export function ResultsTable() {
  const { baseline, samples } = useLanguage((s) => s.experiment);
  const slots = useLanguage((s) => s.slots);
  const { titles, rests } = useLanguageNames();
  const costs = useLanguageRun((s) => s.costs);
  const metrics = useLanguageRun((s) => s.metrics);
  const texts = useSlow(
    useLanguageRun((s) => s.texts),
    400,
  );
  const highlighted = useLanguageView((s) => s.highlighted);
  const baseSlot = slots[baseline];
  const columns = useMemo((): readonly Column[] => {
    const cost =
      <T,>(read: (c: NonNullable<(typeof costs)[number]>) => T) =>
      (slot: number) =>
        costs[slot] ? read(costs[slot]) : null;
    const list = slots.map((s) => costs[s]).filter((c) => c !== undefined);
    const ids = withoutTwins(slots.flatMap((s) => Object.keys(metrics[s] ?? {})));
    const speculative = list.some((c) => c.proposed > 0);
    const same = (slot: number) => {
      const shares = Array.from({ length: samples }, (_, i) =>
        agreement(texts[textKey(slot, i)]?.tokens ?? [], texts[textKey(baseSlot ?? -1, i)]?.tokens ?? []),
      ).filter((v) => v !== null);
      return shares.length === 0 ? null : shares.reduce((a, b) => a + b, 0) / shares.length;
    };
    return [
      {
        id: 'first',
        head: 'First token',
        unit: 'ms',
        help: 'From the contender’s start to its first token',
        digits: 2,
        bar: false,
        value: cost((c) => c.firstTokenMs),
      },
      {
        id: 'prefill',
        head: 'Prefill',
        unit: 'tok/s',
        help: 'Prompt tokens read per second',
        digits: 3,
        bar: true,
        value: cost(prefillSpeed),
      },
      {
        id: 'decode',
        head: 'Decode',
        unit: 'tok/s',
        help: 'Tokens written per second, all samples together',
        digits: 3,
        bar: true,
        value: cost(decodeSpeed),
      },
      {
        id: 'dispatches',
        head: 'Dispatches',
        unit: 'per token',
        help: 'GPU dispatches of one single-token pass',
        digits: 0,
        bar: false,
        value: cost((c) => c.dispatchesPerToken),
      },
      {
        id: 'perPass',
        head: 'Tokens',
        unit: 'per pass',
        help: 'Tokens kept per pass of one sequence through the model: 1 when each pass writes one token, more with speculation, less when beams or candidates are thrown away',
        digits: 2,
        bar: true,
        value: cost(tokensPerPass),
      },
      ...(speculative
        ? [
            {
              id: 'acceptance',
              head: 'Accepted',
              unit: 'of drafted',
              help: 'Share of the drafted tokens that the model accepted',
              digits: 2,
              bar: true,
              value: cost(acceptance),
            },
          ]
        : []),
      ...ids.map((id): Column => {
        const m = textMetricMenu.find((t) => t.id === id);
        return {
          id,
          head: m?.title ?? id.replaceAll('_', ' '),
          unit: m?.unit ?? '',
          help: m?.summary ?? id,
          digits: 3,
          bar: false,
          value: (slot) => metrics[slot]?.[id] ?? null,
        };
      }),
      {
        id: 'agreement',
        head: 'Same as baseline',
        unit: 'of tokens',
        help: 'Share of places that hold the baseline’s token',
        digits: 2,
        bar: false,
        value: same,
      },
    ];
  }, [slots, costs, metrics, texts, samples, baseSlot]);
  return (
    <FiguresTable
      columns={columns}
      slots={slots}
      titles={titles}
      rests={rests}
      highlighted={highlighted}
      onHighlight={(slot) => setLanguageView({ highlighted: slot })}
    />
  );
}
