import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seriesColours } from '../../src-renderer/lib/series-colours.ts';

const css = readFileSync(new URL('../../src-renderer/styles/tokens.css', import.meta.url), 'utf8');
const valuesOf = (name: string) =>
  [...css.matchAll(new RegExp(`${name}: (#[0-9a-f]{6});`, 'g'))].map(([, hex]) => String(hex));

type Rgb = readonly [number, number, number];

/** Linear light, 0 to 1. */
function linear(hex: string): Rgb {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function contrast(a: string, b: string): number {
  const [one, other] = [a, b].map((hex) => {
    const [r, g, blue] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05;
  });
  return Math.max(one ?? 0, other ?? 0) / Math.min(one ?? 1, other ?? 1);
}

/** How eyes that lack one kind of cone see linear light (Machado, Oliveira and Fernandes 2009, severity 1). */
const eyes: Readonly<Record<string, readonly Rgb[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen(rgb: Rgb, matrix: readonly Rgb[]): Rgb {
  const rows = matrix.map(([r, g, b]) => Math.min(1, Math.max(0, r * rgb[0] + g * rgb[1] + b * rgb[2])));
  return [rows[0] ?? 0, rows[1] ?? 0, rows[2] ?? 0];
}

/** OKLab, in which equal distances look alike; about 0.02 can just be told apart. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b);
  const m = Math.cbrt(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b);
  const s = Math.cbrt(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b);
  return [
    0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
    1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s,
    0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s,
  ];
}

describe('the colours of groups in charts', () => {
  const colours = seriesColours.map((name) => valuesOf(name));

  it('are the same in light and dark', () => {
    expect(colours.map((values) => values.length)).toEqual(seriesColours.map(() => 1));
  });

  it('stand out from both grounds by 3:1', () => {
    const grounds = valuesOf('--surface');
    expect(grounds).toHaveLength(2);
    const weak = colours.flatMap(([colour = '']) =>
      grounds.filter((ground) => contrast(colour, ground) < 3).map((ground) => `${colour} on ${ground}`),
    );
    expect(weak).toEqual([]);
  });

  it.each(Object.entries(eyes))('are told apart by %s eyes', (_eyes, matrix) => {
    const looks = colours.map(([colour = '']) => oklab(seen(linear(colour), matrix)));
    const near = looks.flatMap((one, index) =>
      looks
        .slice(index + 1)
        .map((other) => Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]))
        .filter((distance) => distance < 0.1),
    );
    expect(near).toEqual([]);
  });
});
