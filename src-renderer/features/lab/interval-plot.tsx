import type { CSSProperties, ReactNode } from 'react';
import type { LabPair, LabResult } from '../../../src-main/shared/lab.ts';
import { formatChange, formatCountOf } from '../../lib/format.ts';

interface IntervalPlotProps {
  readonly result: LabResult;
  /** Each is a dot; a pair that failed is none. */
  readonly pairs: readonly LabPair[];
}

/** The least that the axis shows to each side, in per cent. */
const leastReach = 20;
/** Single pairs further out than this are drawn at the edge, or one would make all else small. */
const mostReach = 150;

/** The change of time per token with fast: each pair, their mean, and its 95 % interval around zero. */
export function IntervalPlot({ result, pairs }: IntervalPlotProps): ReactNode {
  const { effectPercent, lowPercent, highPercent } = result;
  const effects = pairs.flatMap((pair) => pair.effectPercent ?? []);
  if (effectPercent === null && effects.length === 0) return null;
  const ends = [effectPercent, lowPercent, highPercent].flatMap((value) => value ?? []);
  const furthest = Math.max(leastReach, ...[...ends, ...effects].map(Math.abs));
  const reach = Math.min(furthest, Math.max(mostReach, ...ends.map(Math.abs))) * 1.1;
  const x = (percent: number): number => 50 + (Math.max(-reach, Math.min(reach, percent)) / reach) * 50;
  const at = (percent: number): CSSProperties => ({ left: `${x(percent)}%` });
  const interval =
    lowPercent === null || highPercent === null
      ? 'no interval below six blocks'
      : `95 % interval ${formatChange(lowPercent)} to ${formatChange(highPercent)}`;
  const mean = effectPercent === null ? formatCountOf(effects.length, 'pair') : formatChange(effectPercent);
  return (
    <figure className="interval">
      <div>
        <b>{mean}</b> <span className="faint">{interval}</span>
      </div>
      <svg
        viewBox="0 0 100 12"
        preserveAspectRatio="none"
        role="img"
        aria-label={`Time per token with fast: ${mean}, ${interval}`}
      >
        <line className="interval-axis" x1="0" x2="100" y1="11.5" y2="11.5" />
        <line className="interval-zero" x1="50" x2="50" y1="0" y2="12" />
        {lowPercent === null || highPercent === null ? null : (
          <>
            <line className="interval-range" x1={x(lowPercent)} x2={x(highPercent)} y1="4" y2="4" />
            <line className="interval-end" x1={x(lowPercent)} x2={x(lowPercent)} y1="2" y2="6" />
            <line className="interval-end" x1={x(highPercent)} x2={x(highPercent)} y1="2" y2="6" />
          </>
        )}
        {effectPercent === null ? null : (
          <line className="interval-middle" x1={x(effectPercent)} x2={x(effectPercent)} y1="1" y2="7" />
        )}
        {pairs.map(({ block, pair, effectPercent: effect }) =>
          effect === null ? null : (
            <line key={`${block}.${pair}`} className="interval-pair" x1={x(effect)} x2={x(effect)} y1="9.3" y2="9.31" />
          ),
        )}
      </svg>
      <figcaption className="interval-scale faint" aria-hidden="true">
        <span style={at(-reach)}>{formatChange(-reach, 0)} faster</span>
        <span style={at(0)}>0 %, no difference</span>
        <span style={at(reach)}>{formatChange(reach, 0)} slower</span>
      </figcaption>
    </figure>
  );
}
