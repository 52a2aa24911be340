/** One accepted turn on either transport: its plan, its steps with a fault worked in, and what it leaves behind. */

import type { CiphertextSeal } from '../accounts/ciphertext.ts';
import { type FaultedTurn, rewrite } from '../faults/fault-table.ts';
import type { FaultScript } from '../faults/faults.ts';
import { newId } from '../ids.ts';
import { canonicalJson, isObject, type JsonObject, objectsOf, stringOf } from '../json.ts';
import type { SimulatorLog } from '../log.ts';
import { readable, sealedCall } from '../model/agent-messages.ts';
import { planAnswer } from '../model/answer.ts';
import { ResponseWriter } from '../model/events.ts';
import { usageLimit } from '../rules/usage-limit.ts';
import type { Caller } from '../rules/validate-headers.ts';
import type { Outlet } from './outlet.ts';
import type { Pacing } from './pacing.ts';
import type { PromptCache } from './prompt-cache.ts';
import { runTurn } from './run-turn.ts';
import type { Step } from './steps.ts';
import type { GrantCondition } from './timing.ts';

/** What a next turn on the same socket may continue. */
export interface ChainLink {
  readonly responseId: string;
  /** Hash of all members but the input: a delta must repeat them (PROTOCOL.md, Websocket). */
  readonly fields: string;
  readonly items: readonly JsonObject[];
  readonly bytes: number;
}

/** What a turn needs of a simulator. */
export interface TurnParts {
  readonly options: {
    /** What `response.completed.service_tier` says (promise S8). */
    readonly serviceTierEcho: string;
    readonly echoRequest: boolean;
    /** Numbers that an answer counts to at most, whatever it was asked for. */
    readonly mostNumbers: number;
  };
  readonly seal: CiphertextSeal;
  readonly faults: FaultScript;
  readonly log: SimulatorLog;
  readonly pacing: Pacing;
  readonly promptCache: PromptCache;
}

export interface TurnStart {
  readonly shared: TurnParts;
  readonly caller: Caller;
  readonly body: JsonObject;
  readonly parent: ChainLink | undefined;
  readonly transport: 'ws' | 'http';
  readonly connection: number;
  readonly path: string;
}

const notCompared = new Set(['type', 'input', 'previous_response_id', 'generate', 'client_metadata']);
const BYTES_PER_TOKEN = 4;

/** All members that a delta must have in common with its parent. */
export function fieldsOf(body: JsonObject): string {
  return canonicalJson(Object.fromEntries(Object.entries(body).filter(([name]) => !notCompared.has(name))));
}

export class Turn {
  readonly responseId = newId('resp');
  #start: TurnStart;
  #writer: ResponseWriter;
  #input: JsonObject[];
  #bytes: number;
  #inputTokens: number;
  #ended = false;
  #isInterrupted = false;

  constructor(start: TurnStart) {
    const { shared, caller, body, parent } = start;
    this.#start = start;
    this.#input = objectsOf(body.input);
    this.#bytes = (parent?.bytes ?? 0) + Buffer.byteLength(JSON.stringify(this.#input));
    const fixedBytes = stringOf(body.instructions).length + JSON.stringify(body.tools ?? []).length;
    this.#inputTokens = Math.ceil((this.#bytes + fixedBytes) / BYTES_PER_TOKEN);
    const conversation = [...(parent?.items ?? []), ...this.#input];
    const read = conversation.map((item) => readable(item, shared.seal));
    const planned = planAnswer(body, read, shared.options.mostNumbers);
    this.#writer = new ResponseWriter({
      responseId: this.responseId,
      body,
      items: planned.map((item) => sealedCall(item, shared.seal, caller.account.id)),
      inputTokens: this.#inputTokens,
      cachedTokens: this.#cachedTokens(),
      tierEcho: shared.options.serviceTierEcho,
      echoRequest: shared.options.echoRequest,
      seal: () => shared.seal.seal(caller.account.id),
    });
  }

  get tier(): string | undefined {
    const tier = this.#start.body.service_tier;
    return typeof tier === 'string' ? tier : undefined;
  }

  /** Runs to its end; `onEnd` is called before the client can see the terminal event. */
  async run(outlet: Outlet, onEnd: (link: ChainLink | undefined) => void): Promise<void> {
    const { shared } = this.#start;
    this.#log('started', 0);
    const pace = shared.pacing.begin(this.tier, this.#brings(), this.#start.transport);
    const end = (completed: boolean, events: number) => {
      if (this.#ended) return;
      this.#ended = true;
      if (completed) this.#settle();
      onEnd(completed ? this.#link() : undefined);
      this.#log(completed ? 'completed' : 'failed', events);
    };
    await runTurn(this.#steps(), outlet, pace, {
      onTerminal: (type, events) =>
        end(type === 'response.completed' || type === 'response.done' || this.#isInterrupted, events),
      onCut: (events) => end(false, events),
    });
  }

  /** What counts for its tier. */
  #brings(): Readonly<Record<GrantCondition, boolean>> {
    const { caller, transport, body } = this.#start;
    const metadata = body.client_metadata;
    return {
      websocket: transport === 'ws',
      originator: /^codex/i.test(caller.originator),
      hint: caller.routingHint !== undefined,
      metadata: isObject(metadata) && metadata['x-codex-turn-metadata'] !== undefined,
    };
  }

  /** The client wants no more of this response; what was begun and not finished is dropped (PROTOCOL.md, Websocket). */
  interrupt(): void {
    this.#isInterrupted = true;
  }

  /** The client is gone: nothing more will come of this turn. */
  abort(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#log('aborted', 0);
  }

  #steps(): Iterable<Step> {
    const { shared, caller, body, transport, connection, path } = this.#start;
    const moment = { transport, accountId: caller.account.id, path, connection, body };
    const fault = shared.faults.take('turn', moment);
    const steps = this.#healthySteps();
    if (!fault) return steps;
    shared.log.faulted('turn', fault, connection);
    const turn: FaultedTurn = {
      failed: (code, message) => this.#writer.failed(code, message),
      incomplete: (reason) => this.#writer.incomplete(reason),
      usageLimit: (resetsAt) => usageLimit(caller.account, resetsAt),
    };
    return rewrite(steps, fault, turn);
  }

  *#healthySteps(): Generator<Step> {
    const { transport, caller } = this.#start;
    const { usage, plan } = caller.account;
    // Only websockets carry it: over HTTP the response headers say the same (PROTOCOL.md, Usage and limits).
    if (transport === 'ws') yield { do: 'event', type: 'codex.rate_limits', text: usage.event(plan) };
    for (const step of this.#writer.steps()) {
      if (this.#isInterrupted) {
        const text = JSON.stringify({ type: 'response.interrupt.accepted', response_id: this.responseId });
        yield { do: 'event', type: 'response.interrupt.accepted', text };
        yield this.#writer.incomplete('interrupted');
        return;
      }
      yield step;
    }
  }

  #cacheKey(): string {
    return `${this.#start.caller.account.id} ${stringOf(this.#start.body.prompt_cache_key)}`;
  }

  #cachedTokens(): number {
    const seen = this.#start.parent?.bytes ?? this.#start.shared.promptCache.bytesOf(this.#cacheKey());
    const tokens = Math.min(Math.floor(seen / BYTES_PER_TOKEN), this.#inputTokens);
    // Upstream caches in blocks of 128 tokens.
    return tokens - (tokens % 128);
  }

  #settle(): void {
    const { shared, caller, body } = this.#start;
    if (typeof body.prompt_cache_key === 'string') shared.promptCache.note(this.#cacheKey(), this.#bytes);
    if (body.generate === false) return;
    caller.account.usage.draw(this.#inputTokens / 20 + this.#writer.outputTokens, this.tier);
  }

  #link(): ChainLink {
    const { parent, body } = this.#start;
    const output = this.#writer.output;
    return {
      responseId: this.responseId,
      fields: fieldsOf(body),
      items: [...(parent?.items ?? []), ...this.#input, ...output],
      bytes: this.#bytes + Buffer.byteLength(JSON.stringify(output)),
    };
  }

  #log(phase: 'started' | 'completed' | 'failed' | 'aborted', events: number): void {
    const { shared, caller, transport, connection } = this.#start;
    const { responseId, tier } = this;
    shared.log.add({
      kind: 'turn',
      phase,
      transport,
      connection,
      accountId: caller.account.id,
      responseId,
      tier,
      events,
    });
  }
}
