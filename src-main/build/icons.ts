import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const rootDir = resolve(import.meta.dirname, '..', '..');

/** The images of the tray; the names of `trayIcons`. */
const trayNames = ['idle', 'busy', 'fast', 'fast-busy', 'attention'] as const;

interface Theme {
  readonly sizePx: number;
  /** What a colour of the sources, which are drawn for a dark panel, becomes. */
  readonly colours: Readonly<Record<string, string>>;
  /** Drawn around every shape. */
  readonly outline?: string;
}

/** macOS uses the alpha only. Linux does not tell whether a panel is dark: an outline lets one image be seen on both. */
const themes: Readonly<Record<string, Theme>> = {
  Template: { sizePx: 16, colours: { '#e8eaed': '#000000', '#ffb64a': '#000000', '#ff6b6b': '#000000' } },
  '-dark': { sizePx: 32, colours: {} },
  '-light': { sizePx: 32, colours: { '#e8eaed': '#1f2328', '#ffb64a': '#a65300', '#ff6b6b': '#c62828' } },
  '-outlined': { sizePx: 32, colours: {}, outline: '#16191d' },
};

const appIconPx = 1024;

/** Every image that is made from the SVG sources: path below `assets/`, content. */
export async function drawIcons(): Promise<ReadonlyMap<string, Uint8Array>> {
  await loadRasteriser();
  const images = new Map<string, Uint8Array>();
  images.set('icon.png', rasterise(source('icon.svg'), appIconPx));
  for (const name of trayNames) {
    const drawn = source(`tray/${name}.svg`);
    for (const [suffix, { sizePx, colours, outline }] of Object.entries(themes)) {
      let svg = outline === undefined ? drawn : outlined(drawn, outline);
      for (const [from, to] of Object.entries(colours)) svg = svg.replaceAll(from, to);
      images.set(`tray/${name}${suffix}.png`, rasterise(svg, sizePx));
      images.set(`tray/${name}${suffix}@2x.png`, rasterise(svg, 2 * sizePx));
    }
  }
  return images;
}

/** The shapes of a source with wider ones of another colour behind them, a little smaller so that these fit in, too. */
function outlined(svg: string, colour: string): string {
  const titleEnd = '</title>';
  const begin = svg.indexOf(titleEnd) + titleEnd.length;
  const end = svg.lastIndexOf('</svg>');
  const shapes = svg.slice(begin, end);
  const behind = shapes
    .replaceAll(/stroke="#\w+"/g, `stroke="${colour}"`)
    .replaceAll('stroke-width="3.4"', 'stroke-width="7.4"')
    .replaceAll(/fill="#\w+"/g, `fill="${colour}" stroke="${colour}" stroke-width="4" stroke-linejoin="round"`);
  return `${svg.slice(0, begin)}<g transform="translate(1.6 1.6) scale(0.9)">${behind}${shapes}</g>${svg.slice(end)}`;
}

let isLoaded = false;

async function loadRasteriser(): Promise<void> {
  if (isLoaded) return;
  isLoaded = true;
  await initWasm(readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
}

function source(path: string): string {
  return readFileSync(join(rootDir, 'assets', path), 'utf8');
}

function rasterise(svg: string, widthPx: number): Uint8Array {
  return new Resvg(svg, { fitTo: { mode: 'width', value: widthPx } }).render().asPng();
}

if (import.meta.main) {
  for (const [path, content] of await drawIcons()) {
    const file = join(rootDir, 'assets', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
