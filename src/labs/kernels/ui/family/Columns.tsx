/** What the columns of the versions say, in plain words: titles reach neither a finger nor a keyboard. */
const COLUMNS = [
  [
    'Right?',
    'The output is compared with the same computation in float64 on the processor before any time is taken. A wrong version gets no time.',
  ],
  [
    'Time',
    'The median of the samples; the bar spans the middle half of them, on one scale for the whole table. Each sample is one timed pass with several runs inside, so that the clock’s own step does not show.',
  ],
  [
    '× naive',
    'How many times as quick as the plainest version is at the same shape; less than 1 is slower. Nothing stands here until that version was measured too.',
  ],
  [
    'GFLOP/s',
    'Billions of additions and multiplications a second that the operation needs; what a version computes twice is not counted twice.',
  ],
  ['GB/s', 'Billions of bytes a second that must cross memory.'],
  [
    'Of the roof',
    'How much of the best that this device can do here is reached: no kernel is quicker than the device multiplies (compute), nor than its bytes arrive (memory, or cache where they fit into one). Both limits are measured: see Roofline.',
  ],
  [
    'NMSE',
    'Normalised mean squared error: the squared error over all outputs, divided by their own squares. 10⁻¹⁴ is what float32 rounding leaves; 1 is as bad as an answer of zeros.',
  ],
  [
    'Largest ulp',
    'The largest distance from float64, counted in steps from one float32 to the next (units in the last place). An output near 0 may be thousands of steps off and right all the same: the steps are tiny there.',
  ],
  [
    'Bytes',
    'Must move: every input read once and every output written once; no version can do with less. Loads ask for: what this version’s own loads and stores add up to; caches and workgroup memory answer what is asked for twice.',
  ],
  ['Compiled', 'How long the browser took to make the pipeline the first time.'],
] as const;

export const Columns = () => (
  <details className="glossary">
    <summary className="fine">What the columns say</summary>
    <dl>
      {COLUMNS.map(([term, words]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  </details>
);
