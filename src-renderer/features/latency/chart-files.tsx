import type { ReactNode } from 'react';
import type { LatencyAnswer } from '../../../src-main/shared/trace-query.ts';
import { csvText } from '../../../src-main/shared/usage-words.ts';
import { saveBlob } from '../../lib/save-file.ts';
import { useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { chartRows, type Line } from './lines.ts';

interface ChartFilesProps {
  readonly answer: LatencyAnswer;
  readonly lines: readonly Line[];
  /** Null until the chart is there. */
  readonly canvas: HTMLCanvasElement | null;
}

/** Saves the chart, as figures or as a picture. */
export function ChartFiles({ answer, lines, canvas }: ChartFilesProps): ReactNode {
  const { t } = useWords();
  const fileName = `latency-${answer.metric}`;
  return (
    <>
      <Button
        isSmall
        icon="download"
        title={t('latency.csv.title')}
        onClick={() => saveBlob(`${fileName}.csv`, new Blob([csvText(chartRows(answer, lines))], { type: 'text/csv' }))}
      >
        {t('latency.csv')}
      </Button>
      <Button
        isSmall
        icon="download"
        title={t('latency.png.title')}
        disabled={canvas === null}
        onClick={() => canvas !== null && savePicture(canvas, lines, `${fileName}.png`)}
      >
        {t('latency.png')}
      </Button>
    </>
  );
}

const legendPx = 28;

/** The chart on its ground, with its legend above. */
function savePicture(chart: HTMLCanvasElement, lines: readonly Line[], fileName: string): void {
  const ratio = window.devicePixelRatio;
  const picture = document.createElement('canvas');
  picture.width = chart.width;
  picture.height = chart.height + legendPx * ratio;
  const pen = picture.getContext('2d');
  if (pen === null) return;
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  pen.fillStyle = token('--surface');
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(chart, 0, legendPx * ratio);
  pen.scale(ratio, ratio);
  pen.font = `12px ${token('--font')}`;
  pen.textBaseline = 'middle';
  let left = 12;
  for (const { label, colour } of lines) {
    pen.fillStyle = token(colour);
    pen.fillRect(left, legendPx / 2 - 5, 10, 10);
    pen.fillStyle = token('--text');
    pen.fillText(label, left + 16, legendPx / 2);
    left += 16 + pen.measureText(label).width + 18;
  }
  picture.toBlob((blob) => blob !== null && saveBlob(fileName, blob), 'image/png');
}
