import type { ReactNode } from 'react';
import type { LatencyAnswer } from '../../../src-main/shared/trace-query.ts';
import { csvText } from '../../../src-main/shared/usage-words.ts';
import { saveBlob } from '../../lib/save-file.ts';
import { useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { drawChart } from './chart-picture.ts';
import { chartRows, type Line, type PercentileName, percentileLabel } from './lines.ts';

interface ChartFilesProps {
  readonly answer: LatencyAnswer;
  /** Named as in exports. */
  readonly lines: readonly Line[];
  /** Keys of those that the chart does not draw now. */
  readonly hidden: ReadonlySet<string>;
  /** What the lines show; null where each names its own. */
  readonly percentile: PercentileName | null;
  /** Null until the chart is there. */
  readonly canvas: HTMLCanvasElement | null;
}

/** Saves the chart, as figures or as a picture. */
export function ChartFiles({ answer, lines, hidden, percentile, canvas }: ChartFilesProps): ReactNode {
  const { t, format } = useWords();
  const fileName = ['latency', answer.metric, ...(percentile === null ? [] : [percentile])].join('-');
  const saveRows = (): void => {
    const rows = chartRows(
      answer,
      lines.map((line) => ({ ...line, label: percentileLabel(t, line.label, percentile) })),
    );
    saveBlob(`${fileName}.csv`, new Blob([csvText(rows)], { type: 'text/csv' }));
  };
  const savePicture = async (chart: HTMLCanvasElement): Promise<void> => {
    const title = percentileLabel(t, t(`latency.metric.${answer.metric}`), percentile);
    const drawn = lines.filter(({ key }) => !hidden.has(key));
    const entries = drawn.map(({ label, n, colour }) => ({ text: `${label} n = ${format.count(n)}`, colour }));
    const picture = await drawChart(chart, title, entries);
    if (picture !== null) saveBlob(`${fileName}.png`, picture);
  };
  return (
    <>
      <Button isSmall icon="download" title={t('latency.csv.title')} onClick={saveRows}>
        {t('latency.csv')}
      </Button>
      <Button
        isSmall
        icon="download"
        title={t('latency.png.title')}
        disabled={canvas === null}
        onClick={() => canvas !== null && void savePicture(canvas)}
      >
        {t('latency.png')}
      </Button>
    </>
  );
}
