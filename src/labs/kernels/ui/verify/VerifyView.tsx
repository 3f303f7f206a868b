import { useState } from 'react';
import { useStore } from 'zustand';
import { cancelVerify, saveReport, summaryOf, verify, verifyStore, type Section } from '../../state/verify.ts';
import type { VerifyCase, VerifyReport } from '../../state/types.ts';
import { useGpu } from '../hooks.ts';
import { counted, duration, powers, workText } from '../text.ts';
import { Work } from '../Work.tsx';

/** Everything that the project claims to be right, checked on the reader's adapter. */
export function VerifyView() {
  const { phase, sections, known, cases, report } = useStore(verifyStore);
  const gpu = useGpu();
  const planned = sections.reduce((a, s) => a + s.cases, 0);
  const failed = cases.filter((c) => !c.pass);
  const passed = cases.length - failed.length;
  const lately = cases.at(-1);
  const progress = `${cases.length.toLocaleString('en')} of ${planned.toLocaleString('en')}`;
  return (
    <>
      <div className="controls">
        <p className="summary">
          Runs every kernel against float64 at its edge shapes, every sampler’s golden values, the statistical tests of
          what draws at random, and forced decoding of the bundled models, all on this adapter. Golden values are
          results of other libraries, kept with the page; forced decoding feeds a model a known text and compares every
          token’s scores. The quickest section runs by itself when this view is opened; the button runs all. Leave the
          page open: other views can be looked at meanwhile, but measuring, tuning or taking a step apart there ends
          this.
        </p>
        <Work
          id="verify"
          phase={phase}
          start="Verify on my GPU"
          again={report && sections.length < known.length ? 'Verify all on my GPU' : 'Verify again'}
          fraction={planned > 0 ? cases.length / planned : null}
          disabled={!gpu}
          text={workText(phase, gpu, {
            running: planned > 0 ? `${progress}${lately ? `: ${lately.name}` : ''}` : 'Making the plan',
            noGpu: 'No GPU to verify',
          })}
          onStart={() => void verify()}
          onStop={cancelVerify}
        />
        {report && <Report report={report} sections={sections} whole={sections.length >= known.length} />}
      </div>
      <div className="bench">
        <section
          aria-label="Verification"
          data-testid="verify"
          data-phase={phase}
          data-passed={passed}
          data-failed={failed.length}
        >
          <div className="section-head">
            <h2>
              <Outcome passed={passed} failed={failed.length} running={phase === 'running'} />
            </h2>
          </div>
          {cases.length === 0 && phase !== 'running' && (
            <p className="empty">
              Every case is listed here under its section, with what it found and what was allowed. A section can be
              opened and run alone. On a software adapter all of it takes many minutes; on a GPU, a minute or so.
            </p>
          )}
          {failed.length > 0 && (
            <ul className="failures" data-testid="failures">
              {failed.map((c, i) => (
                <Failing key={i} result={c} />
              ))}
            </ul>
          )}
          <div className="check-groups">
            {known.map((s) => (
              <SectionRow
                key={s.id}
                section={s}
                cases={cases.filter((c) => c.section === s.id)}
                running={phase === 'running'}
                onRun={() => void verify([s.id])}
                gpu={gpu}
              />
            ))}
          </div>
          {report && report.notRun.length > 0 && (
            <>
              <h3>Not run here, and why</h3>
              <ul className="not-run">
                {report.notRun.map((n) => (
                  <li key={n.name}>
                    <b>{n.name}</b> <span className="fine">{powers(n.because)}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
      </div>
    </>
  );
}

function Outcome({ passed, failed, running }: { passed: number; failed: number; running: boolean }) {
  if (passed + failed === 0) return running ? 'The first case is on its way' : 'Nothing verified yet';
  return (
    <>
      <span className="good">{counted(passed, 'case')} passed</span>,{' '}
      <span className={failed > 0 ? 'bad' : ''}>{failed} failed</span>
    </>
  );
}

const Failing = ({ result: c }: { result: VerifyCase }) => (
  <li>
    <span className="bad">✗</span>{' '}
    <b>
      {c.section}: {c.name}
    </b>
    <p>{powers(c.detail)}</p>
  </li>
);

const FAILED = { className: 'bad', mark: '✗' };
const DONE = { className: 'good', mark: '✓' };
const PENDING = { className: 'none', mark: '·' };
function stateOf(failed: boolean, done: boolean) {
  if (failed) return FAILED;
  return done ? DONE : PENDING;
}

function SectionRow({
  section,
  cases,
  running,
  gpu,
  onRun,
}: {
  section: Section;
  cases: readonly VerifyCase[];
  running: boolean;
  gpu: boolean;
  onRun(): void;
}) {
  const failed = cases.filter((c) => !c.pass).length;
  const done = cases.length >= section.cases && section.cases > 0;
  const state = stateOf(failed > 0, done);
  const ms = cases.reduce((a, c) => a + c.ms, 0);
  return (
    <details data-section={section.id}>
      <summary>
        <span className={state.className}>{state.mark}</span> {section.title}{' '}
        <span className="fine">
          {section.cases > 0 && `${cases.length} of ${section.cases}`}
          {ms > 0 && `, ${duration(ms)}`}
        </span>
        {section.cases > 0 && <progress max={section.cases} value={cases.length} aria-label={section.title} />}
      </summary>
      {!running && (
        <button type="button" className="small" disabled={!gpu} onClick={onRun}>
          Verify this section alone
        </button>
      )}
      <ul>
        {cases.map((c, i) => (
          <li key={i}>
            <span className={c.pass ? 'good' : 'bad'}>{c.pass ? '✓' : '✗'}</span> <b>{c.name}</b>{' '}
            <span className="fine">{powers(c.detail)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Report({ report, sections, whole }: { report: VerifyReport; sections: readonly Section[]; whole: boolean }) {
  const [copied, setCopied] = useState('');
  const copy = () =>
    void navigator.clipboard
      .writeText(summaryOf(report))
      .then(
        () => setCopied('Copied'),
        () => setCopied('The browser does not let the page copy; save the report instead'),
      )
      .then(() => setTimeout(() => setCopied(''), 3000));
  const [least, most] = report.adapter.subgroups;
  return (
    <div className="report" data-testid="report">
      <p>
        <b className={report.failed > 0 ? 'bad' : 'good'}>
          {report.failed > 0
            ? `${counted(report.failed, 'case')} of ${report.cases.length.toLocaleString('en')} failed`
            : `All passed: ${counted(report.passed, 'case')}`}
        </b>{' '}
        in {duration(report.ms)}
        {report.notRun.length > 0 && `; ${report.notRun.length} not run, see below why`}.
      </p>
      {!whole && <p>Only {sections.map((s) => `“${s.title}”`).join(', ')} was run.</p>}
      <p className="fine">
        {report.adapter.name}
        {report.adapter.software && ', a software adapter'}; subgroups of{' '}
        {least === most ? least : `${least} to ${most}`};{' '}
        {report.adapter.features.join(', ') || 'no features beyond the floor'}.
      </p>
      <p className="buttons">
        <button type="button" onClick={() => saveReport(report)}>
          Save the report (JSON)
        </button>
        <button type="button" onClick={copy}>
          Copy a summary
        </button>
      </p>
      <p className="fine" role="status">
        {copied}
      </p>
    </div>
  );
}
