import type { RequestRow } from '../../src-main/shared/model.ts';
import type { TraceFilter } from '../../src-main/shared/trace-query.ts';
import { firstStartedAt } from './stored-turns.ts';

/** Turns and filters that database, memory and page must agree on. */

export const filteredTurns: readonly Partial<RequestRow>[] = [
  {},
  { model: 'gpt-5.4', tierSent: 'priority' },
  { transport: 'http', account: { id: 'two', label: 'bo…' }, client: 'curl 8' },
  { status: 'failed', error: { code: 'upstream_closed', message: 'Closed by Example.COM (1006).' } },
  {
    status: 'failed',
    error: { code: 'pool_full', message: "100% _'full'" },
    said: {
      code: 'server_is_overloaded',
      message: null,
      param: 'input[3].Name',
      closeCode: 1011,
      closeReason: 'Try later',
    },
  },
  { status: 'cancelled', transport: null, account: null, sessionId: null, model: 'STRASSE-Ärger', client: 'Ünï 1.0' },
  { status: 'incomplete', tierSent: 'flex', sessionId: '7B9F-Session' },
];

/** What each filter lets through, by index, newest first. */
export const filterCases: readonly (readonly [name: string, filter: TraceFilter, indexes: readonly number[]])[] = [
  ['none', {}, [6, 5, 4, 3, 2, 1, 0]],
  ['time, its end left out', { fromMs: firstStartedAt + 1_000, toMs: firstStartedAt + 3_000 }, [2, 1]],
  ['a beginning only', { fromMs: firstStartedAt + 5_000 }, [6, 5]],
  ['one status', { status: ['failed'] }, [4, 3]],
  ['two statuses', { status: ['cancelled', 'incomplete'] }, [6, 5]],
  ['a status that ended turns never have', { status: ['running'] }, []],
  ['a model', { model: ['gpt-5.4'] }, [1]],
  ['a model in another case', { model: ['GPT-5.4'] }, []],
  ['several models', { model: ['gpt-5.4', 'gpt-5.5'] }, [6, 4, 3, 2, 1, 0]],
  ['a tier', { tier: ['priority'] }, [1]],
  ['no tier, also where nothing was sent', { tier: ['standard'] }, [5, 4, 3, 2, 0]],
  ['a tier or none', { tier: ['flex', 'standard'], status: ['incomplete', 'completed'] }, [6, 2, 0]],
  ['a transport', { transport: ['http'] }, [2]],
  ['either transport, so that something was sent', { transport: ['ws', 'http'] }, [6, 4, 3, 2, 1, 0]],
  ['an account', { account: ['two'] }, [2]],
  ['a client', { client: ['curl 8'] }, [2]],
  ['text in errors, whatever its case', { errorText: 'example.com' }, [3]],
  ['a code and its message', { errorText: 'POOL_FULL 100%' }, [4]],
  ['text with what SQL would take for its own', { errorText: "100% _'full'" }, [4]],
  ['text that is nowhere in errors', { errorText: '%' }, [4]],
  ['text that would end a statement', { errorText: "' OR 1=1 --" }, []],
  ["upstream's code", { text: 'Server_Is_Overloaded' }, [4]],
  ['the member that upstream named', { text: 'input[3].name' }, [4]],
  ['the reason of a close', { text: 'later pool' }, [4]],
  ["our words and upstream's", { errorText: "'full' server_is_overloaded input[3].name try" }, [4]],
  ['an empty choice', { model: [] }, []],
  ['text in a model', { text: '5.4' }, [1]],
  ['text in a client', { text: 'CURL' }, [2]],
  ['text in an account label', { text: 'bo…' }, [2]],
  ['text in an error', { text: 'example.com' }, [3]],
  ['text in an id', { text: '000000000004' }, [4]],
  ['text in a session', { text: '7b9f-session' }, [6]],
  ['words in different places', { text: '  gpt-5.5   closed ' }, [3]],
  ['a word that is nowhere beside one that is', { text: 'gpt-5.5 nowhere' }, []],
  ['text that SQL would take for a pattern', { text: '%' }, [4]],
  // The database folds ASCII letters only, and so does everybody else.
  ['ASCII letters in any case', { text: 'strasse-Är' }, [5]],
  ['other letters only as they are', { text: 'strasse-är' }, []],
  ['blank text', { text: '   ' }, [6, 5, 4, 3, 2, 1, 0]],
  ['all at once', { status: ['failed'], model: ['gpt-5.5'], text: 'closed', toMs: firstStartedAt + 9_000 }, [3]],
];
