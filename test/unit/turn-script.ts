import type { RawHeaders } from '../../src-main/core/headers.ts';
import { type JsonObject, parseJsonObject } from '../../src-main/core/json.ts';
import type { TurnContext } from '../../src-main/core/turn/context.ts';
import type { TurnRequest, TurnSink } from '../../src-main/core/turn/turn.ts';
import { TurnRun } from '../../src-main/core/turn/turn-run.ts';
import type {
  Attempt,
  AttemptListener,
  AttemptOutcome,
  UpstreamRequest,
} from '../../src-main/core/upstream/attempt.ts';
import { makeEvent } from '../../src-main/core/wire-event.ts';
import type { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { Transport } from '../../src-main/shared/model.ts';
import { sessionId } from './normalise-question.ts';
import { type TurnRig, turnRig } from './turn-rig.ts';

/** Turns whose attempts the test plays. */

/** One attempt as upstream plays it. */
interface Asked {
  readonly over: Transport;
  readonly request: UpstreamRequest;
  readonly listener: AttemptListener;
  /** What the turn did with it. */
  readonly did: string[];
}
export type Part = (asked: Asked) => unknown;

export const quota: RawHeaders = [
  ['x-codex-primary-used-percent', '40'],
  ['x-codex-primary-window-minutes', '300'],
];

export const ready = ({ listener, over }: Asked, headers: RawHeaders = [], reused = false) => {
  listener.connection({ reused, isOpen: true, phases: [] });
  listener.sent();
  listener.ready({ reused, status: over === 'ws' ? 101 : 200, headers });
};
export const says = ({ listener }: Asked, ...events: (JsonObject & { readonly type: string })[]) => {
  for (const event of events) listener.event(makeEvent(event));
};
export const item = (text: string): JsonObject => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
});
export const done = (id: string, more: JsonObject = {}) => ({
  type: 'response.completed',
  response: { id, status: 'completed', output: [item('one')], ...more },
});
export const delta = { type: 'response.output_text.delta', delta: 'o' };

export const completes =
  (id = 'resp-1', headers: RawHeaders = [], reused = false): Part =>
  (asked) => {
    ready(asked, headers, reused);
    says(asked, { type: 'response.created', response: { id } }, delta, done(id));
    asked.listener.ended({ kind: 'finished' });
  };
export const ends =
  (outcome: AttemptOutcome): Part =>
  ({ listener }) =>
    listener.ended(outcome);
export const inStream =
  (status: number, error: JsonObject, ...before: (JsonObject & { readonly type: string })[]): Part =>
  (asked) => {
    ready(asked);
    says(asked, ...before, { type: 'error', status, error });
    asked.listener.ended({ kind: 'finished' });
  };
export const unreachable: AttemptOutcome = { kind: 'unreachable', fault: 'refused', message: 'x' };

export const user = (text: string): JsonObject => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
});

export interface Options {
  readonly accounts?: string;
  readonly body?: JsonObject;
  readonly request?: Partial<TurnRequest>;
  readonly context?: Partial<TurnContext>;
  readonly rig?: TurnRig;
  readonly sink?: Partial<TurnSink>;
  readonly arrange?: (rig: TurnRig) => void;
}

const scripts = new WeakMap<TurnContext, { asked: Asked[]; left: Part[] }>();

export async function scriptedRig(accounts: string, context: Partial<TurnContext> = {}): Promise<TurnRig> {
  const script: { asked: Asked[]; left: Part[] } = { asked: [], left: [] };
  const start =
    (over: Transport) =>
    (request: UpstreamRequest, listener: AttemptListener): Attempt => {
      const did: string[] = [];
      const asked = { over, request, listener, did };
      script.asked.push(asked);
      const part = script.left.shift() ?? completes();
      queueMicrotask(() => part(asked));
      return {
        pause: () => void did.push('pause'),
        resume: () => void did.push('resume'),
        abort: () => {
          did.push('abort');
          listener.ended({ kind: 'aborted' });
        },
        supersede: () => void did.push('supersede'),
        line: () => ({ interject: () => true, close: () => {} }),
      };
    };
  const pool = { start: start('ws'), hasRoom: () => true, holdsChain: () => true };
  const rig = await turnRig(accounts, { pool: pool as never, http: { start: start('http') } as never, ...context });
  scripts.set(rig.context, script);
  return rig;
}

/** A turn, upstream's parts played in their order. */
export async function turn(parts: readonly Part[], options: Options = {}) {
  const { body: more, request, sink, arrange } = options;
  const rig = options.rig ?? (await scriptedRig(options.accounts ?? 'ab', options.context));
  arrange?.(rig);
  const script = scripts.get(rig.context);
  if (script === undefined) throw new Error('no script');
  script.left.splice(0, script.left.length, ...parts);
  const before = script.asked.length;
  const body = { model: 'gpt-6.1-sol', instructions: 'be brief', input: [user('hi')], ...more };
  const told: string[] = [];
  const errors: SlipstreamError[] = [];
  const run = new TurnRun(
    {
      dialect: 'responses',
      clientTransport: 'http',
      kind: 'turn',
      method: 'POST',
      path: '/v1/responses',
      headers: [['session-id', sessionId]],
      acceptedMs: 0,
      bodyReadMs: 0,
      connectionId: null,
      body,
      raw: Buffer.from(JSON.stringify(body)),
      ...request,
    },
    {
      open: () => void told.push('open'),
      wait: () => void told.push('wait'),
      event: ({ type }) => {
        told.push(type);
        return true;
      },
      own: ({ type }) => {
        told.push(type);
        return [];
      },
      end: () => {
        told.push('end');
        return [];
      },
      fail: (error) => {
        told.push(`fail ${error.code}`);
        errors.push(error);
        return [];
      },
      cut: () => void told.push('cut'),
      told: { status: null, headers: [] },
      ...sink,
    },
    rig.context,
  );
  const go = async () => {
    await run.run();
    const asked = script.asked.slice(before);
    return {
      ...rig,
      rig,
      run,
      told,
      watched: rig.told,
      error: errors.at(-1),
      asked,
      ways: asked.map(({ over, request: { accountId } }) => `${accountId} ${over}`),
      bodies: asked.map(({ request }) => parseJsonObject(request.body.toString('utf8')) ?? {}),
      home: rig.context.sessions.resolve(sessionId).accountId,
    };
  };
  return { rig, run, go, asked: script.asked };
}

export const played = async (parts: readonly Part[], options: Options = {}) => (await turn(parts, options)).go();
export const accountOf = ({ store }: Pick<TurnRig, 'store'>, id: string) => {
  const found = store.get(id);
  if (found === null) throw new Error(`no account ${id}`);
  return found;
};
export const whole = ['open', 'response.created', 'response.output_text.delta', 'response.completed', 'end'];
