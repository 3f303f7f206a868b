import { lazy, Suspense, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { lookAt } from '../../state/experimentStore.ts';
import { cancelRoofline, measureRoofline, rooflineStore } from '../../state/roofline.ts';
import type { Roofline } from '../../state/types.ts';
import { useFamilies, useGpu, useMeasured } from '../hooks.ts';
import { giga, percent, workText } from '../text.ts';
import { bytes } from '../../../../frame/ui/format.ts';
import { Work } from '../Work.tsx';
import { PointRow } from './PointRow.tsx';
import { CACHE_SHOWS, pointsOf, slopes, slotsOf } from './points.ts';

const Chart = lazy(() => import('./RooflineChart.tsx'));

/** The measured limits of the device and every kernel measured in this session under them. */
export function RooflineView() {
  const { phase, roofline, done, of, what } = useStore(rooflineStore);
  const gpu = useGpu();
  const results = useMeasured((s) => s.results);
  const families = useFamilies();
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const points = useMemo(() => pointsOf(results), [results]);
  const slots = slotsOf(points);
  const untimed = Object.values(results).filter((r) => r.timing && !r.flops);
  return (
    <>
      <div className="controls">
        <p className="summary">
          No kernel can be quicker than the device multiplies, nor than its bytes arrive. Both limits are measured here
          by kernels that do nothing else, on this very adapter; every kernel is a point under them.
        </p>
        <Reading />
        <Work
          id="roofline"
          phase={phase}
          start="Measure the limits"
          again="Measure the limits again"
          fraction={of > 0 ? done / of : null}
          disabled={!gpu}
          text={workText(phase, gpu, { running: what || 'Measuring' })}
          onStart={() => void measureRoofline(roofline !== null)}
          onStop={cancelRoofline}
        />
        {roofline && <Limits roofline={roofline} />}
      </div>
      <div className="bench">
        <section aria-label="Roofline" data-testid="roofline" data-phase={phase}>
          {roofline ? (
            <Suspense fallback={<div className="chart-empty" />}>
              <Chart
                roofline={roofline}
                points={points}
                families={families}
                highlighted={highlighted}
                onHighlight={setHighlighted}
              />
            </Suspense>
          ) : (
            <div className="chart-empty">
              {phase === 'running'
                ? 'The limits of this device are being measured.'
                : 'The limits of this device are not measured yet.'}
            </div>
          )}
        </section>
        <section aria-label="Measured kernels">
          <div className="section-head">
            <h2>Kernels measured in this session</h2>
          </div>
          {points.length === 0 ? (
            <p className="empty">
              None yet.{' '}
              <button type="button" className="as-link" onClick={() => lookAt('kernels')}>
                Measure one
              </button>{' '}
              and it appears in the chart.
            </p>
          ) : (
            <div className="scroll-x" tabIndex={0} role="region" aria-label="Points of the roofline">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Kernel</th>
                    <th scope="col">Shape</th>
                    <th scope="col" className="n">
                      Time
                    </th>
                    <th scope="col" className="n">
                      GFLOP/s
                    </th>
                    <th scope="col" className="n">
                      GB/s
                    </th>
                    <th scope="col" className="n" title="Flops for each byte that must move">
                      Flops a byte<span className="unit">that must move</span>
                    </th>
                    <th
                      scope="col"
                      className="n"
                      title="Flops for each byte that this version's loads and stores ask for"
                    >
                      Flops a byte<span className="unit">asked for</span>
                    </th>
                    <th scope="col" className="n">
                      Of the roof
                    </th>
                    <th scope="col">Bound by</th>
                  </tr>
                </thead>
                <tbody>
                  {points.map((point) => (
                    <PointRow
                      key={point.key}
                      point={point}
                      slot={slots.get(point.result.family)!}
                      family={families.find((f) => f.id === point.result.family)}
                      highlighted={point.key === highlighted}
                      onHighlight={setHighlighted}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {untimed.length > 0 && (
            <p className="fine">
              Without arithmetic, and so without a place in the chart:{' '}
              {untimed.map((r) => `${r.family} ${r.version} (${giga(r.bytesPerSecond ?? 0)} GB/s)`).join(', ')}.
            </p>
          )}
        </section>
      </div>
    </>
  );
}

/** For who never saw one. */
const Reading = () => (
  <details className="glossary">
    <summary className="fine">How to read a roofline</summary>
    <p className="fine">
      To the right: how many flops (additions and multiplications) a kernel does for each byte that it must move.
      Upwards: how many it does a second. Both axes are logarithmic.
    </p>
    <p className="fine">
      Under the slope a kernel waits for memory: only fewer bytes make it quicker. Under the flat line it waits for
      arithmetic. They meet at the ridge. The distance up to the line is what could still be gained: one step of ten on
      the axis is ten times quicker.
    </p>
    <p className="fine">
      “As in a matmul” is what is left of the peak when operands are loaded as a matrix product loads them. “Asked for”
      counts every load and store of a version instead of the bytes that must move: the lower it is, the more often the
      same bytes are loaded again, from caches if all goes well. Point at a row of the table, or reach it with the
      keyboard, and the chart shows both.
    </p>
  </details>
);

function Limits({ roofline: r }: { roofline: Roofline }) {
  const { memory, cache, cacheBytes } = slopes(r);
  return (
    <>
      <dl className="limits" data-testid="limits">
        <div>
          <dt>Multiply-adds, peak</dt>
          <dd>
            <b>{giga(r.peakFlops)}</b> GFLOP/s <span className="fine">± {percent(r.spread / 2)}</span>
          </dd>
        </div>
        <div>
          <dt>as in a matmul</dt>
          <dd>
            <b>{giga(r.matmulFlops)}</b> GFLOP/s
          </dd>
        </div>
        <div>
          <dt>in f16, peak</dt>
          <dd>
            {r.peakFlopsF16 === null ? (
              'no f16 on this device'
            ) : (
              <>
                <b>{giga(r.peakFlopsF16)}</b> GFLOP/s
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Memory</dt>
          <dd>
            <b>{giga(memory)}</b> GB/s
          </dd>
        </div>
        <div>
          <dt>Cache</dt>
          <dd>
            {cache > memory * CACHE_SHOWS ? (
              <>
                <b>{giga(cache)}</b> GB/s <span className="fine">at {bytes(cacheBytes)}</span>
              </>
            ) : (
              'no quicker than memory here'
            )}
          </dd>
        </div>
        <div>
          <dt>Ridge</dt>
          <dd>
            <b>{giga((r.peakFlops / memory) * 1e9)}</b> flops a byte
          </dd>
        </div>
      </dl>
      <details>
        <summary className="fine">Bandwidth by working set</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Bytes</th>
              <th scope="col" className="n">
                Read<span className="unit">GB/s</span>
              </th>
              <th scope="col" className="n">
                Copy<span className="unit">GB/s</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {r.bandwidth.map((b) => (
              <tr key={b.bytes}>
                <th scope="row">{bytes(b.bytes)}</th>
                <td className="n">{giga(b.read)}</td>
                <td className="n">{giga(b.copy)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      <p className="fine">Measured {new Date(r.measuredAt).toLocaleTimeString()}.</p>
    </>
  );
}
