import { useMemo, useState } from 'react';
import { chainTitle, contenderTitle } from '../config/contenderText.ts';
import { algorithmItem, textMetricMenu } from '../config/menus.ts';
import { agreement } from '../state/divergence.ts';
import { textKey } from '../state/texts.ts';
import { setLanguageView } from '../state/viewStore.ts';
import { columnFormat } from '../../../frame/ui/columns.ts';
import { Marker } from '../../../frame/ui/Marker.tsx';
import { useLanguage, useLanguageRun, useLanguageView } from './hooks.ts';
import { acceptance, decodeSpeed, prefillSpeed, tokensPerPass, withoutTwins } from './text.ts';
import { useSlow } from './useSlow.ts';

interface Column {
  readonly id: string;
  readonly head: string;
  readonly unit: string;
  readonly help: string;
  readonly digits: number;
  readonly bar: boolean;
  value(slot: number): number | null;
}

/** The run's figures, contender by contender: speed, speculation, quality. A column's head sorts by it. */
export function ResultsTable() {
  const { contenders, baseline, samples } = useLanguage((s) => s.experiment);
  const slots = useLanguage((s) => s.slots);
  const costs = useLanguageRun((s) => s.costs);
  const metrics = useLanguageRun((s) => s.metrics);
  const texts = useSlow(
    useLanguageRun((s) => s.texts),
    400,
  );
  const highlighted = useLanguageView((s) => s.highlighted);
  const [sort, setSort] = useState<{ id: string; down: boolean } | null>(null);
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
  const order = slots.map((_, i) => i);
  const sorted = columns.find((c) => c.id === sort?.id);
  if (sorted)
    order.sort(
      (a, b) => (sort!.down ? -1 : 1) * ((sorted.value(slots[a]!) ?? Infinity) - (sorted.value(slots[b]!) ?? Infinity)),
    );
  const values = new Map(columns.map((c) => [c.id, slots.map((s) => c.value(s))]));
  const format = new Map(
    columns.map((c) => [c.id, c.digits === 0 ? String : columnFormat(values.get(c.id)!, c.digits)]),
  );
  const most = (c: Column) => values.get(c.id)!.reduce<number>((a, v) => Math.max(a, v ?? 0), 0);
  return (
    <section className="results" aria-label="Results">
      <div className="section-head">
        <h2>Figures of this run</h2>
      </div>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Results table">
        <table>
          <thead>
            <tr>
              <th scope="col">Contender</th>
              {columns.map((c) => (
                <th
                  key={c.id}
                  scope="col"
                  className="n"
                  aria-sort={sort?.id === c.id ? (sort.down ? 'descending' : 'ascending') : 'none'}
                >
                  <button
                    type="button"
                    title={c.help}
                    onClick={() =>
                      setSort(
                        sort?.id === c.id ? (sort.down ? null : { id: c.id, down: true }) : { id: c.id, down: false },
                      )
                    }
                  >
                    {c.head}
                    {sort?.id === c.id && <span aria-hidden="true">{sort.down ? ' ↓' : ' ↑'}</span>}
                    <span className="unit">{c.unit || '\u00a0'}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {order.map((i) => {
              const slot = slots[i]!;
              return (
                <tr
                  key={slot}
                  data-testid={`result-row-${i}`}
                  className={highlighted === slot ? 'inspected' : ''}
                  onPointerEnter={() => setLanguageView({ highlighted: slot })}
                  onPointerLeave={() => setLanguageView({ highlighted: null })}
                >
                  <th scope="row" title={contenderTitle(contenders[i]!)}>
                    <Marker slot={slot} /> {algorithmItem(contenders[i]!.algorithm).title}
                    <span className="chain-words">{chainTitle(contenders[i]!)}</span>
                  </th>
                  {columns.map((c) => {
                    const v = c.value(slot);
                    return (
                      <td key={c.id} className="n" data-column={c.id} data-value={v ?? ''}>
                        {v === null ? (
                          <span className="none" title="Does not apply, or not measured yet">
                            –
                          </span>
                        ) : (
                          <>
                            {format.get(c.id)!(v)}
                            {c.bar && (
                              <span
                                className="cell-bar"
                                aria-hidden="true"
                                style={{ width: `${(100 * v) / most(c)}%`, background: `var(--c${slot % 8})` }}
                              />
                            )}
                          </>
                        )}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
