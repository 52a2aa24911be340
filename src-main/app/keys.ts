import { roughInput } from '../core/dialects/input-tokens.ts';
import { KeyBook } from '../core/keys/key-book.ts';
import type { Host } from '../core/ports.ts';
import { silentExchange } from '../core/silent-watcher.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { ExchangeStart, ExchangeWatch, TurnWatcher } from '../core/watch.ts';
import type { CoreHandlers } from '../shared/contract.ts';

interface KeysOptions {
  readonly host: Host;
  readonly redactor: Redactor;
  /** Ends what runs for a key that is revoked. */
  readonly stopTurns: (keyName: string) => void;
}

type KeyCall = 'keys.list' | 'keys.create' | 'keys.update' | 'keys.revoke';

/** API keys beside the first one. */
export interface Keys {
  readonly book: KeyBook;
  /** Counts the tokens of their turns; none where there are no keys. */
  readonly watchers: () => readonly TurnWatcher[];
  readonly handlers: Pick<CoreHandlers, KeyCall>;
}

/** Spends what a turn uses: as upstream counts it, or, of one that is left or cut before that word, roughly what went up and came by then. */
function tokenMeter({ parsed = {} }: ExchangeStart, spend: (tokens: number) => void): ExchangeWatch {
  let deltas = 0;
  let isCounted = false;
  return {
    ...silentExchange,
    frame: (direction, type) => {
      if (direction === 'upstream-in' && type.endsWith('.delta')) deltas += 1;
    },
    finalEvent: ({ usage }) => {
      if (usage === null) return;
      isCounted = true;
      spend(usage.inputTokens + usage.outputTokens);
    },
    ended: () => {
      if (!isCounted && deltas > 0) spend(roughInput(parsed) + deltas);
    },
  };
}

/** Reads the keys, and has what their turns use counted. */
export function composeKeys({ host, redactor, stopTurns }: KeysOptions): Keys {
  const book = new KeyBook(host);
  const watcher: TurnWatcher = {
    begin: (start) => {
      const { keyName } = start;
      if (keyName === undefined) return silentExchange;
      return tokenMeter(start, book.meterOf(keyName));
    },
  };
  const watching = [watcher];
  return {
    book,
    watchers: () => (book.isEmpty ? [] : watching),
    handlers: {
      'keys.list': () => book.list(),
      'keys.create': async (facts) => {
        const key = await book.create(facts);
        redactor.addSecret(key);
        return { key, keys: book.list() };
      },
      'keys.update': async ({ id, facts }) => {
        await book.update(id, facts);
        return book.list();
      },
      'keys.revoke': async ({ id }) => {
        stopTurns(await book.revoke(id));
        return book.list();
      },
    },
  };
}
