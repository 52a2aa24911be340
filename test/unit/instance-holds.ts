import { afterEach } from 'vitest';
import { holdInstance, type InstanceHold } from '../../src-main/node/instance.ts';

/** Holds of data folders that a test takes. */
export interface Holds {
  take(dataDir: string): Promise<InstanceHold>;
  /** One that was taken elsewhere. */
  keep(held: InstanceHold): void;
}

/** Each is given back after its test. */
export function holdsOfTests(): Holds {
  const holds: InstanceHold[] = [];
  const keep = (held: InstanceHold) => void holds.push(held);
  afterEach(() => {
    for (const held of holds.splice(0)) held.release();
  });
  return {
    keep,
    take: async (dataDir) => {
      const held = await holdInstance(dataDir, () => {});
      keep(held);
      return held;
    },
  };
}
