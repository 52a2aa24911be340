import type { Row } from './bench-rows.ts';

/** Processor time to that of the bare relay, by work and target. */
export type Ratios = Readonly<Record<string, number>>;

/** Of a ratio to the committed one. */
const mostWorse = 1.5;
const ours = /^Slipstream(, upstream deflates)?$/;

/** The ratios that are kept from growing: of a measurement's middle round, or of the one that the machine disturbed least. */
export function ratiosOf(
  rows: readonly Pick<Row, 'work' | 'target' | 'cpuToBare'>[],
  round: 'median' | 'least' = 'median',
): Ratios {
  const kept = rows.filter(({ target, cpuToBare }) => ours.test(target) && cpuToBare !== null);
  return Object.fromEntries(kept.map(({ work, target, cpuToBare }) => [`${work}: ${target}`, cpuToBare?.[round] ?? 0]));
}

/** The least of each over several measurements: what the machine did is seldom done each time, what the program does is. */
export function leastOf(measured: readonly Ratios[]): Ratios {
  const names = new Set(measured.flatMap((ratios) => Object.keys(ratios)));
  return Object.fromEntries(
    [...names].map((name) => [name, Math.min(...measured.flatMap((ratios) => ratios[name] ?? []))]),
  );
}

/** What is far worse than it was committed to be, or is missing there, in words. */
export function worseThan(committed: Ratios, ratios: Ratios): string[] {
  const missing = Object.keys(committed).filter((name) => ratios[name] === undefined);
  const worse = Object.entries(ratios).filter(([name, ratio]) => !(ratio <= mostWorse * (committed[name] ?? 0)));
  return [
    ...missing.map((name) => `${name}: not measured`),
    ...worse.map(
      ([name, ratio]) => `${name}: ${ratio} times the bare relay, committed ${committed[name] ?? 'nothing'}`,
    ),
  ];
}
