import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type JsonObject, objectMember, parseJsonObject, textMember } from '../../src-main/core/json.ts';
import { spawnCodex } from './codex.ts';

export interface SaidTurn {
  readonly status: string | null;
  /** The last message of the turn. */
  readonly answer: string;
}

export interface BegunTurn {
  readonly id: string;
  /** The first piece of its answer is there. */
  readonly answers: Promise<void>;
  readonly over: Promise<SaidTurn>;
}

/** Notices of the server about the machine it runs on. */
const environmental = /bubblewrap/;

/** One conversation of `codex app-server`: the official CLI's program for editors, driven over its standard input. */
export class CodexThread {
  /** Errors and warnings that an editor would show. */
  readonly complaints: string[] = [];
  readonly #child: ChildProcess;
  readonly #home: string;
  readonly #answers = new Map<number, (answer: JsonObject) => void>();
  #nextId = 1;
  #threadId = '';
  #message = '';
  #answering: () => void = () => {};
  #turnDone: (status: string | null) => void = () => {};

  private constructor(config: string) {
    this.#home = mkdtempSync(join(tmpdir(), 'slipstream-codex-'));
    writeFileSync(join(this.#home, 'config.toml'), config);
    this.#child = spawnCodex(['app-server'], this.#home);
    this.#child.stderr?.resume();
    if (this.#child.stdout !== null)
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#receive(parseJsonObject(line) ?? {}));
  }

  /** Starts the server and one conversation. */
  static async start(config: string): Promise<CodexThread> {
    const thread = new CodexThread(config);
    await thread.#call('initialize', { clientInfo: { name: 'codex_vscode', title: 'Codex', version: '1.0.0' } });
    thread.#send({ method: 'initialized' });
    const started = await thread.#call('thread/start', { cwd: thread.#home, approvalPolicy: 'never' });
    thread.#threadId = textMember(objectMember(started, 'thread'), 'id') ?? '';
    return thread;
  }

  /** One turn of the user's; resolves when it is over. */
  async say(text: string): Promise<SaidTurn> {
    return (await this.begin(text)).over;
  }

  /** Begins a turn; resolves when it has started. */
  async begin(text: string): Promise<BegunTurn> {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const answering = Promise.withResolvers<void>();
    this.#turnDone = resolve;
    this.#answering = answering.resolve;
    this.#message = '';
    const started = await this.#call('turn/start', { threadId: this.#threadId, input: [{ type: 'text', text }] });
    return {
      id: textMember(objectMember(started, 'turn'), 'id') ?? '',
      answers: answering.promise,
      over: promise.then((status) => ({ status, answer: this.#message })),
    };
  }

  /** Says more to a turn that runs. */
  async steer({ id }: BegunTurn, text: string): Promise<void> {
    const input = [{ type: 'text', text }];
    await this.#call('turn/steer', { threadId: this.#threadId, expectedTurnId: id, input });
  }

  /** Ends a turn that runs. */
  async interrupt({ id }: BegunTurn): Promise<void> {
    await this.#call('turn/interrupt', { threadId: this.#threadId, turnId: id });
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
    rmSync(this.#home, { recursive: true, force: true });
  }

  #send(message: JsonObject): void {
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  #call(method: string, params: JsonObject): Promise<JsonObject> {
    const id = this.#nextId++;
    this.#send({ id, method, params });
    const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
    this.#answers.set(id, (answer) => {
      const result = objectMember(answer, 'result');
      if (result === null) reject(new Error(`${method}: ${JSON.stringify(answer)}`));
      else resolve(result);
    });
    return promise;
  }

  #receive(message: JsonObject): void {
    const id = message.id;
    if (typeof id === 'number' && message.method === undefined) {
      this.#answers.get(id)?.(message);
      this.#answers.delete(id);
      return;
    }
    const params = objectMember(message, 'params');
    const item = objectMember(params, 'item');
    const method = textMember(message, 'method') ?? '';
    if (method === 'item/completed' && textMember(item, 'type') === 'agentMessage')
      this.#message = textMember(item, 'text') ?? '';
    if (method === 'item/agentMessage/delta') this.#answering();
    if (method === 'turn/completed') this.#turnDone(textMember(objectMember(params, 'turn'), 'status'));
    if (/error|warning/i.test(method) && !environmental.test(JSON.stringify(params)))
      this.complaints.push(`${method} ${JSON.stringify(params)}`);
  }
}
