import type { ReactNode } from 'react';
import type { LabResult } from '../../../src-main/shared/lab.ts';

/** The scale reaches at least this far to both sides. */
const leastReach = 20;

/** The effect with its 95 % interval against no change. */
export function IntervalPlot({ result }: { readonly result: LabResult }): ReactNode {
  const { effectPercent, lowPercent, highPercent } = result;
  if (effectPercent === null || lowPercent === null || highPercent === null) return null;
  const reach = Math.max(leastReach, ...[effectPercent, lowPercent, highPercent].map((value) => Math.abs(value) * 1.2));
  const x = (percent: number): number => 50 + (percent / reach) * 50;
  const text = `Time per token with fast: ${sign(effectPercent)}, 95 % interval ${sign(lowPercent)} to ${sign(highPercent)}`;
  return (
    <figure className="interval">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={text}>
        <line className="interval-zero" x1="50" x2="50" y1="0" y2="10" />
        <line className="interval-range" x1={x(lowPercent)} x2={x(highPercent)} y1="5" y2="5" />
        <line className="interval-middle" x1={x(effectPercent)} x2={x(effectPercent)} y1="1.5" y2="8.5" />
      </svg>
      <figcaption className="histogram-ends faint">
        <span>−{Math.round(reach)} % (faster)</span>
        <span>
          {sign(effectPercent)} ({sign(lowPercent)} to {sign(highPercent)})
        </span>
        <span>+{Math.round(reach)} % (slower)</span>
      </figcaption>
    </figure>
  );
}

function sign(percent: number): string {
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`;
}
