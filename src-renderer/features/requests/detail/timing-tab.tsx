import { type ReactNode, useState } from 'react';
import type { AttemptRecord, TraceDetail } from '../../../../src-main/shared/model.ts';
import { formatMs, formatPercent, formatTick } from '../../../lib/format.ts';
import { firstTokenAt, niceTicks, type Phase, phasesOf } from '../../../lib/phases.ts';
import { SegmentedControl } from '../../../ui/segmented-control.tsx';

type Zoom = 'whole' | 'first';

const zooms = [
  { value: 'whole', label: 'Whole turn' },
  { value: 'first', label: 'To first token' },
] as const;

/** Where the time went: the phases between the marks, and the attempts on the same scale. */
export function TimingTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const [zoom, setZoom] = useState<Zoom>('whole');
  const phases = phasesOf(detail.marks);
  const firstMs = firstTokenAt(detail.marks);
  const wholeMs = Math.max(1, ...phases.map((phase) => phase.endMs), ...detail.attempts.map((a) => a.endedMs ?? 0));
  const scaleMs = zoom === 'first' && firstMs !== null ? Math.max(firstMs, 0.001) * 1.04 : wholeMs;
  return (
    <div className="timing">
      <OwnShare detail={detail} firstMs={firstMs} />
      <div className="timing-bar">
        <Legend />
        {firstMs === null ? null : <SegmentedControl label="Scale" segments={zooms} value={zoom} onChange={setZoom} />}
      </div>
      <div className="waterfall">
        <Axis scaleMs={scaleMs} />
        {phases.map((phase) => (
          <PhaseLine key={phase.mark} phase={phase} scaleMs={scaleMs} detail={detail} />
        ))}
        {phases.length === 0 ? <p className="faint waterfall-none">No mark yet.</p> : null}
        <h3 className="waterfall-title">
          Attempts <span className="faint">n = {detail.attempts.length}</span>
        </h3>
        {detail.attempts.length === 0 ? <p className="faint waterfall-none">Nothing was sent upstream.</p> : null}
        {detail.attempts.map((attempt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts are only ever added at the end
          <AttemptLine key={index} number={index + 1} attempt={attempt} scaleMs={scaleMs} wholeMs={wholeMs} />
        ))}
      </div>
    </div>
  );
}

function OwnShare({ detail, firstMs }: { readonly detail: TraceDetail; readonly firstMs: number | null }): ReactNode {
  const { ownMs } = detail;
  const share = ownMs === null || firstMs === null || firstMs <= 0 ? null : (ownMs / firstMs) * 100;
  return (
    <div className="own-share">
      <div>
        <span className="own-share-name">Slipstream's own share</span>
        <span className="own-share-value">{formatMs(ownMs)}</span>
      </div>
      <p className="faint">
        {ownMs === null
          ? 'Not known: the turn did not get as far as being sent.'
          : share === null
            ? 'of the time until the first token, which has not come'
            : `${formatPercent(share)} of the ${formatMs(firstMs)} until the first token`}
      </p>
    </div>
  );
}

function Legend(): ReactNode {
  return (
    <ul className="legend">
      <li className="legend-slipstream">Slipstream</li>
      <li className="legend-upstream">Upstream</li>
      <li className="legend-client">Client</li>
    </ul>
  );
}

/** The scale above the bars, and its lines behind them. */
function Axis({ scaleMs }: { readonly scaleMs: number }): ReactNode {
  const ticks = niceTicks(scaleMs, 5).map((tickMs) => ({ tickMs, left: `${(tickMs / scaleMs) * 100}%` }));
  return (
    <>
      <div className="waterfall-line waterfall-axis" aria-hidden="true">
        <div className="waterfall-track">
          {ticks.map(({ tickMs, left }) => (
            <span key={tickMs} className="waterfall-tick" style={{ left }}>
              {formatTick(tickMs)}
            </span>
          ))}
        </div>
      </div>
      <div className="waterfall-line waterfall-grid" aria-hidden="true">
        <div className="waterfall-track">
          {ticks.map(({ tickMs, left }) => (
            <span key={tickMs} className="waterfall-grid-line" style={{ left }} />
          ))}
        </div>
      </div>
    </>
  );
}

interface PhaseLineProps {
  readonly phase: Phase;
  readonly scaleMs: number;
  readonly detail: TraceDetail;
}

function PhaseLine({ phase, scaleMs, detail }: PhaseLineProps): ReactNode {
  const isReused = phase.mark === 'upstreamReady' && detail.attempts.at(-1)?.reused === true;
  return (
    <div className="waterfall-line">
      <span className="waterfall-label" title={`ends with the mark ${phase.mark} at ${formatMs(phase.endMs)}`}>
        {isReused ? 'Take the open socket' : phase.label}
      </span>
      <Bar startMs={phase.startMs} endMs={phase.endMs} scaleMs={scaleMs} kind={phase.owner} />
      <span className="waterfall-ms">{formatMs(phase.endMs - phase.startMs)}</span>
    </div>
  );
}

interface AttemptLineProps {
  readonly number: number;
  readonly attempt: AttemptRecord;
  readonly scaleMs: number;
  readonly wholeMs: number;
}

function AttemptLine({ number, attempt, scaleMs, wholeMs }: AttemptLineProps): ReactNode {
  const kind = attempt.error === null ? 'attempt' : 'failed';
  const end = attempt.endedMs === null ? 'running' : formatMs(attempt.endedMs - attempt.startedMs);
  return (
    <>
      <div className="waterfall-line">
        <span className="waterfall-label">
          {number} · {attempt.transport} · {attempt.account}
        </span>
        <Bar startMs={attempt.startedMs} endMs={attempt.endedMs ?? wholeMs} scaleMs={scaleMs} kind={kind} />
        <span className="waterfall-ms">{end}</span>
      </div>
      <p className="attempt-words">
        {attempt.transport === 'ws' ? (attempt.reused ? 'open socket reused' : 'new socket') : 'new request'}
        {attempt.status === null ? '' : ` · status ${attempt.status}`}
        {attempt.closeCode === null ? '' : ` · close code ${attempt.closeCode}`}
        {attempt.error === null ? null : (
          <span className="bad-text">
            {' · '}
            {attempt.error.code}: {attempt.error.message}
          </span>
        )}
      </p>
    </>
  );
}

interface BarProps {
  readonly startMs: number;
  readonly endMs: number;
  readonly scaleMs: number;
  readonly kind: 'client' | 'slipstream' | 'upstream' | 'attempt' | 'failed';
}

function Bar({ startMs, endMs, scaleMs, kind }: BarProps): ReactNode {
  const left = Math.min(100, (startMs / scaleMs) * 100);
  const right = Math.min(100, (endMs / scaleMs) * 100);
  // Past the scale's end there is nothing to draw; the number at the right still says how long it took.
  const isOutside = startMs >= scaleMs;
  return (
    <div className="waterfall-track">
      {isOutside ? null : (
        <div className={`bar bar-${kind}`} style={{ left: `${left}%`, width: `${Math.max(0, right - left)}%` }} />
      )}
    </div>
  );
}
