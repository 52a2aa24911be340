/** The fault script: what goes wrong next, for whom, how often. */

import type { JsonObject } from '../json.ts';
import { seededRandom } from '../seeded-random.ts';
import type { AcceptFault, FaultOf, FaultPoint, StreamFault } from './fault-table.ts';

/** The request a fault may strike. */
export interface FaultMoment {
  readonly point: FaultPoint;
  readonly transport: 'ws' | 'http';
  readonly accountId: string | undefined;
  readonly path: string;
  readonly connection: number;
  /** The turn's body, where it is known. */
  readonly body?: JsonObject;
}

export interface FaultScope {
  readonly accountId?: string;
  readonly transport?: 'ws' | 'http';
  /** How many requests it strikes: 1 for `next`, no limit for `always`. */
  readonly count?: number;
  readonly when?: (moment: FaultMoment) => boolean;
  /** Strike prewarms (`generate:false`) too; they are left alone otherwise. */
  readonly prewarms?: boolean;
}

interface Planned {
  readonly point: FaultPoint;
  readonly fault: AcceptFault | StreamFault;
  readonly scope: FaultScope;
  left: number;
}

/** Faults by name, for random runs; every transport and the issuer survive all of them with a retry. */
const faultPresets = {
  'upgrade-426': ['upgrade', { kind: 'status', status: 426 }],
  'upgrade-401': ['upgrade', { kind: 'status', status: 401 }],
  'upgrade-500': ['upgrade', { kind: 'status', status: 500 }],
  'upgrade-503': ['upgrade', { kind: 'status', status: 503 }],
  'upgrade-reset': ['upgrade', { kind: 'reset' }],
  'request-429': ['request', { kind: 'status', status: 429 }],
  'request-500': ['request', { kind: 'status', status: 500 }],
  'request-503': ['request', { kind: 'status', status: 503 }],
  'request-reset': ['request', { kind: 'reset' }],
  'error-500': ['turn', { kind: 'error', status: 500 }],
  'error-overloaded': ['turn', { kind: 'error', status: 503 }],
  'error-lifetime': ['turn', { kind: 'error', code: 'websocket_connection_limit_reached' }],
  'error-previous': ['turn', { kind: 'error', code: 'previous_response_not_found' }],
  'failed-early': ['turn', { kind: 'failed' }],
  'failed-late': ['turn', { kind: 'failed', afterDeltas: 3 }],
  'close-1000': ['turn', { kind: 'close', code: 1000 }],
  'close-1011': ['turn', { kind: 'close', code: 1011 }],
  'close-1012-late': ['turn', { kind: 'close', code: 1012, afterDeltas: 2 }],
  'cut-early': ['turn', { kind: 'cut' }],
  'cut-late': ['turn', { kind: 'cut', afterDeltas: 2 }],
  'close-idle': ['turn', { kind: 'close', code: 1000, afterCompletion: true }],
  'cut-idle': ['turn', { kind: 'cut', afterCompletion: true }],
  split: ['turn', { kind: 'split' }],
  coalesce: ['turn', { kind: 'coalesce' }],
  keepalive: ['turn', { kind: 'keepalive' }],
  done: ['turn', { kind: 'done' }],
  'empty-output': ['turn', { kind: 'emptyOutput' }],
} as const satisfies Record<string, readonly [FaultPoint, AcceptFault | StreamFault]>;

type FaultPreset = keyof typeof faultPresets;

export interface RandomFaults {
  readonly seed: number;
  /** Chance of a fault at each point a request passes, 0 to 1. */
  readonly probability: number;
  /** Default: all presets. */
  readonly kinds?: readonly FaultPreset[];
}

interface RandomMode {
  readonly probability: number;
  readonly byPoint: Map<FaultPoint, { faults: (AcceptFault | StreamFault)[]; random: () => number }>;
}

export class FaultScript {
  #planned: Planned[] = [];
  #random: RandomMode | undefined;

  /** The next request at `point` that fits the scope gets this fault (`count` of them). */
  next<P extends FaultPoint>(point: P, fault: FaultOf<P>, scope: FaultScope = {}): void {
    this.#planned.push({ point, fault, scope, left: scope.count ?? 1 });
  }

  /** Every request at `point` that fits the scope gets this fault, until `clear`. */
  always<P extends FaultPoint>(point: P, fault: FaultOf<P>, scope: FaultScope = {}): void {
    this.#planned.push({ point, fault, scope, left: scope.count ?? Number.POSITIVE_INFINITY });
  }

  /**
   * From now on requests fail at random. Each point draws from its own generator, so that the n-th upgrade, post or
   * turn meets the same fate in every run with this seed.
   */
  random({ seed, probability, kinds }: RandomFaults): void {
    const byPoint: RandomMode['byPoint'] = new Map();
    for (const kind of kinds ?? (Object.keys(faultPresets) as FaultPreset[])) {
      const [point, fault] = faultPresets[kind];
      const entry = byPoint.get(point) ?? { faults: [], random: seededRandom(seed + byPoint.size * 7919) };
      entry.faults.push(fault);
      byPoint.set(point, entry);
    }
    this.#random = { probability, byPoint };
  }

  /** Forgets the script, or its part for one point, and the random mode. */
  clear(point?: FaultPoint): void {
    this.#planned = point === undefined ? [] : this.#planned.filter((planned) => planned.point !== point);
    if (point === undefined) this.#random = undefined;
    else this.#random?.byPoint.delete(point);
  }

  /** Planned faults that have not struck as often as they should; `always` without a count is not among them. */
  get pending(): number {
    return this.#planned.filter((planned) => Number.isFinite(planned.left)).length;
  }

  /** The fault for this request, used up. */
  take<P extends FaultPoint>(point: P, moment: Omit<FaultMoment, 'point'>): FaultOf<P> | undefined {
    const whole = { ...moment, point };
    const found = this.#planned.find((planned) => fits(planned, whole));
    if (found) {
      found.left -= 1;
      if (found.left <= 0) this.#planned = this.#planned.filter((planned) => planned !== found);
      return found.fault as FaultOf<P>;
    }
    if (moment.body?.generate === false) return undefined;
    const mode = this.#random?.byPoint.get(point);
    if (!this.#random || !mode || mode.random() >= this.#random.probability) return undefined;
    return mode.faults[Math.floor(mode.random() * mode.faults.length)] as FaultOf<P> | undefined;
  }
}

function fits({ point, scope }: Planned, moment: FaultMoment): boolean {
  if (point !== moment.point) return false;
  if (scope.accountId !== undefined && scope.accountId !== moment.accountId) return false;
  if (scope.transport !== undefined && scope.transport !== moment.transport) return false;
  if (moment.body?.generate === false && !scope.prewarms) return false;
  return scope.when?.(moment) ?? true;
}
