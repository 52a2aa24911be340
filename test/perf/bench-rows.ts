import { median } from '../../src-main/shared/statistics.ts';
import { type Ask, bodyOf, type Target } from './bench-targets.ts';

/** One thing that is asked of every target. */
interface Work {
  readonly name: string;
  readonly way: 'sse' | 'websocket';
  readonly bytes: number;
  readonly events: number;
  /** Turns between two looks at the clock. */
  readonly turns: number;
}

/** Many events, and turns of two sizes with few. */
export const works: readonly Work[] = [
  { name: 'an event, SSE', way: 'sse', bytes: 2_000, events: 20_000, turns: 1 },
  { name: 'an event, websocket', way: 'websocket', bytes: 2_000, events: 20_000, turns: 1 },
  { name: 'a turn of 2 KB', way: 'sse', bytes: 2_000, events: 20, turns: 60 },
  { name: 'a turn of 55 KB', way: 'sse', bytes: 55_000, events: 20, turns: 40 },
];

/** What a round came to, for one event or one turn. */
interface Sample {
  readonly cpuUs: number | null;
  readonly firstContentMs: number;
  readonly eventsPerSecond: number;
}

/** Middle and ends of several samples. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** A target at one work. */
export interface Row {
  readonly work: string;
  readonly target: string;
  readonly cpuUs: Spread | null;
  /** Of each round's processor time to that of the bare relay in the same round. */
  readonly cpuToBare: Spread | null;
  readonly firstContentMs: Spread;
  readonly eventsPerSecond: Spread;
}

function spread(samples: readonly number[], digits = 3): Spread {
  const round = (value: number) => Number(value.toFixed(digits));
  return { median: round(median(samples)), least: round(Math.min(...samples)), most: round(Math.max(...samples)) };
}

async function sample(work: Work, target: Target, ask: Ask): Promise<Sample> {
  const body = bodyOf(work.bytes, work.events);
  const before = (await target.usage?.()) ?? null;
  const startMs = performance.now();
  const firsts: number[] = [];
  for (let turn = 0; turn < work.turns; turn += 1) firsts.push((await ask(body)).firstContentMs);
  const tookMs = performance.now() - startMs;
  const after = (await target.usage?.()) ?? null;
  const isOfEvents = work.turns === 1;
  return {
    cpuUs:
      before === null || after === null
        ? null
        : ((after.cpuMs - before.cpuMs) * 1000) / (isOfEvents ? work.events : work.turns),
    firstContentMs: median(firsts),
    eventsPerSecond: (work.events * work.turns * 1000) / tookMs,
  };
}

/**
 * All targets at all works, by turns, so that a busy moment of the machine meets them alike; the first rounds, in which they are
 * compiled, do not count. The first target is what the others are compared with.
 */
export async function measureRows(targets: readonly Target[], rounds: number, warmUps: number): Promise<Row[]> {
  const [bare] = targets;
  const rows: Row[] = [];
  for (const work of works) {
    const samples = new Map<string, Sample[]>(targets.map(({ name }) => [name, []]));
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const target of targets) {
        const ask = work.way === 'sse' || target === bare ? target.sse : target.websocket;
        if (ask === null) continue;
        const came = await sample(work, target, ask);
        if (round >= 0) samples.get(target.name)?.push(came);
      }
    }
    const ofBare = samples.get(bare?.name ?? '') ?? [];
    for (const [target, all] of samples) {
      if (all.length === 0) continue;
      const cpuUs = all.flatMap(({ cpuUs }) => cpuUs ?? []);
      const toBare = all.flatMap(({ cpuUs }, round) =>
        cpuUs === null ? [] : cpuUs / (ofBare[round]?.cpuUs ?? Number.NaN),
      );
      rows.push({
        work: work.name,
        target,
        cpuUs: cpuUs.length === 0 ? null : spread(cpuUs, 2),
        cpuToBare: toBare.length === 0 ? null : spread(toBare),
        firstContentMs: spread(all.map(({ firstContentMs }) => firstContentMs)),
        eventsPerSecond: spread(
          all.map(({ eventsPerSecond }) => eventsPerSecond),
          0,
        ),
      });
    }
  }
  return rows;
}
