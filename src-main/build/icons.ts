import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const rootDir = resolve(import.meta.dirname, '..', '..');

/** The images of the tray; the names of `trayIcons`. */
const trayNames = ['idle', 'busy', 'fast', 'fast-busy', 'attention'] as const;

/** The sources are drawn for a dark panel; what each of their colours becomes elsewhere. macOS uses the alpha only. */
const themes = {
  Template: { sizePx: 16, colours: { '#e8eaed': '#000000', '#ffb64a': '#000000', '#ff6b6b': '#000000' } },
  '-dark': { sizePx: 32, colours: {} },
  '-light': { sizePx: 32, colours: { '#e8eaed': '#1f2328', '#ffb64a': '#a65300', '#ff6b6b': '#c62828' } },
} as const satisfies Record<string, { sizePx: number; colours: Readonly<Record<string, string>> }>;

const appIconPx = 1024;

/** Every image that is made from the SVG sources: path below `assets/`, content. */
export async function drawIcons(): Promise<ReadonlyMap<string, Uint8Array>> {
  await loadRasteriser();
  const images = new Map<string, Uint8Array>();
  images.set('icon.png', rasterise(source('icon.svg'), appIconPx));
  for (const name of trayNames) {
    const drawn = source(`tray/${name}.svg`);
    for (const [suffix, { sizePx, colours }] of Object.entries(themes)) {
      let svg = drawn;
      for (const [from, to] of Object.entries(colours)) svg = svg.replaceAll(from, to);
      images.set(`tray/${name}${suffix}.png`, rasterise(svg, sizePx));
      images.set(`tray/${name}${suffix}@2x.png`, rasterise(svg, 2 * sizePx));
    }
  }
  return images;
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
