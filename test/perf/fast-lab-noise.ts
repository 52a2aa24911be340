/** Log noise of turns for the fast lab's statistics: ten kinds, as log ratios of pairs in wire order. */

export interface Noise {
  readonly turnSigma: number;
  readonly socketSigma: number;
  readonly kind?: 'stalls' | 'drift' | 'autocorrelated' | 'spells' | 'step' | 'laplace';
}

export const noises = {
  '0.25/0.1': { turnSigma: 0.25, socketSigma: 0.1 },
  '0.25/0.2': { turnSigma: 0.25, socketSigma: 0.2 },
  '0.25/0.3': { turnSigma: 0.25, socketSigma: 0.3 },
  '0.10/0.03': { turnSigma: 0.1, socketSigma: 0.03 },
  '0.05/0.02': { turnSigma: 0.05, socketSigma: 0.02 },
  stalls: { turnSigma: 0.25, socketSigma: 0.1, kind: 'stalls' },
  drift: { turnSigma: 0.25, socketSigma: 0.1, kind: 'drift' },
  autocorrelated: { turnSigma: 0.25, socketSigma: 0.1, kind: 'autocorrelated' },
  spells: { turnSigma: 0.25, socketSigma: 0.1, kind: 'spells' },
  step: { turnSigma: 0.25, socketSigma: 0.1, kind: 'step' },
} as const satisfies Record<string, Noise>;

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What the moment adds to a turn, in logs; `turns` in wire order. */
function moments(random: () => number, turns: number, { kind, turnSigma }: Noise): number[] {
  const white = Array.from({ length: turns }, () => turnSigma * normal(random));
  switch (kind ?? 'white') {
    case 'white':
      return white;
    case 'stalls':
      return white.map((value) => value + (random() < 0.05 ? Math.log(3) : 0));
    case 'drift': {
      const phase = random();
      return white.map(
        (value, at) => value + (Math.log(1.5) * at) / 96 + 0.2 * Math.sin(2 * Math.PI * (at / 30 + phase)),
      );
    }
    case 'autocorrelated': {
      let last = white[0] ?? 0;
      return white.map((value, at) => {
        if (at > 0) last = 0.6 * last + 0.8 * value;
        return last;
      });
    }
    case 'spells': {
      let isSlow = random() < 0.2;
      return white.map((value, at) => {
        if (at > 0) isSlow = isSlow ? random() > 1 / 6 : random() < 1 / 24;
        return value + (isSlow ? Math.log(2) : 0);
      });
    }
    case 'step': {
      const from = Math.floor(random() * turns);
      return white.map((value, at) => value + (at >= from ? Math.log(2) : 0));
    }
    case 'laplace':
      return white.map(() => {
        const side = random() - 0.5;
        return (-Math.sign(side) * Math.log(1 - 2 * Math.abs(side)) * turnSigma) / Math.SQRT2;
      });
  }
}

/** Log ratios, priority to standard, of pairs on fresh sockets: in twos, by one coin the same arm first or last. */
export function sampleLogRatios(random: () => number, pairs: number, speedup: number, noise: Noise): number[] {
  const turns = moments(random, 2 * pairs, noise);
  let priorityFirst = false;
  return Array.from({ length: pairs }, (_, pair) => {
    priorityFirst = pair % 2 === 0 ? random() < 0.5 : !priorityFirst;
    const [first = 0, second = 0] = turns.slice(2 * pair, 2 * pair + 2);
    const sockets = noise.socketSigma * Math.SQRT2 * normal(random);
    return (priorityFirst ? first - second : second - first) + sockets - Math.log(speedup);
  });
}
