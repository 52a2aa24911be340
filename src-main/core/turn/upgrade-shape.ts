import type { JsonObject } from '../json.ts';
import type { Normalised } from '../normalise/normalise.ts';
import { atOnce } from '../slices.ts';
import type { TurnShaper } from './shape.ts';
import type { ReadyAccount } from './shape-turn.ts';

/** All that a websocket's upgrade tells of the frames that will come. */
export interface FramesExpected {
  readonly model: string;
  readonly tier: string | null;
}

/** A turn as its account's websocket is opened by it, ahead of its frame: the headers count, the body is none. */
export function shapeUpgrade(shaper: TurnShaper, { model, tier }: FramesExpected, ready: ReadyAccount): Normalised {
  const body: JsonObject = { model, ...(tier === null ? {} : { service_tier: tier }) };
  const raw = Buffer.from(JSON.stringify(body));
  return atOnce(shaper.shape({ ...ready, body, raw, changes: [], transport: 'ws' }));
}
