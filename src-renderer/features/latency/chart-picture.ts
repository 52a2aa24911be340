import { placedInRows } from './lines.ts';

/** A chart as a picture that says by itself what it shows. */

const rowPx = 22;
const marginPx = 12;
/** From the edge of an entry to its text, and from its text to the next entry. */
const swatchPx = 16;
const gapPx = 18;

interface LegendEntry {
  readonly text: string;
  /** Name of a colour token. */
  readonly colour: string;
}

/** The chart on its ground, below its title and a legend of as many rows as it takes; null where the browser cannot draw. */
export function drawChart(
  chart: HTMLCanvasElement,
  title: string,
  entries: readonly LegendEntry[],
): Promise<Blob | null> {
  const picture = document.createElement('canvas');
  const pen = picture.getContext('2d');
  if (pen === null) return Promise.resolve(null);
  const ratio = window.devicePixelRatio;
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const font = `12px ${token('--font')}`;
  const roomPx = chart.width / ratio - 2 * marginPx;
  pen.font = font;
  const widths = entries.map(({ text }) => Math.min(roomPx, swatchPx + pen.measureText(text).width));
  const places = placedInRows(widths, gapPx, roomPx);
  const headPx = rowPx * (2 + (places.at(-1)?.row ?? 0)) + marginPx / 2;
  picture.width = chart.width;
  picture.height = chart.height + headPx * ratio;
  pen.fillStyle = token('--surface');
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(chart, 0, headPx * ratio);
  pen.scale(ratio, ratio);
  pen.textBaseline = 'middle';
  const middleOf = (row: number): number => marginPx / 2 + (row + 0.5) * rowPx;
  pen.font = `600 ${font}`;
  pen.fillStyle = token('--text');
  pen.fillText(title, marginPx, middleOf(0), roomPx);
  pen.font = font;
  entries.forEach(({ text, colour }, at) => {
    const { left, row } = places[at] ?? { left: 0, row: 0 };
    pen.fillStyle = token(colour);
    pen.fillRect(marginPx + left, middleOf(row + 1) - 5, 10, 10);
    pen.fillStyle = token('--text');
    pen.fillText(text, marginPx + left + swatchPx, middleOf(row + 1), roomPx - swatchPx);
  });
  return new Promise((resolve) => picture.toBlob(resolve, 'image/png'));
}
