import { KeyBook } from '../core/keys/key-book.ts';
import type { Host } from '../core/ports.ts';
import { silentExchange } from '../core/silent-watcher.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { TurnWatcher } from '../core/watch.ts';
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

/** Reads them. */
export function composeKeys({ host, redactor, stopTurns }: KeysOptions): Keys {
  const book = new KeyBook(host);
  const watcher: TurnWatcher = {
    begin: ({ keyName }) => {
      if (keyName === undefined) return silentExchange;
      const spend = book.meterOf(keyName);
      return {
        ...silentExchange,
        finalEvent: ({ usage }) => {
          if (usage !== null) spend(usage.inputTokens + usage.outputTokens);
        },
      };
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
