import { WebSocket } from 'ws';
import type { CallMessage, Hello, ServerMessage } from '../shared/bridge-wire.ts';
import { type Bridge, type CallName, type CallOutput, contract } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { Listeners } from '../shared/listeners.ts';
import type { Delta } from '../shared/model.ts';
import { type Failure, failure, type Result, success } from '../shared/result.ts';
import type { InstanceRecord } from './find-instance.ts';

const connectLimitMs = 5_000;

export interface BridgeClient extends Bridge {
  close(): void;
}

/** Connects to the running instance as a command. Throws `instance_absent`. */
export function connectBridge(record: InstanceRecord): Promise<BridgeClient> {
  const socket = new WebSocket(record.controlUrl, { handshakeTimeout: connectLimitMs, perMessageDeflate: false });
  const pending = new Map<number, (result: Result<unknown>) => void>();
  // A command has no log: what its own listener throws is said on stderr.
  const listeners = new Listeners<[delta: Delta]>({
    error: (message, { error }) => process.emitWarning(`${message} ${error instanceof Error ? error.message : ''}`),
  });
  let lastId = 0;

  const invoke = async <K extends CallName>(name: K, input: unknown): Promise<Result<CallOutput<K>>> => {
    lastId += 1;
    const call: CallMessage = { id: lastId, name, input };
    const result = await new Promise<Result<unknown>>((resolve) => {
      pending.set(call.id, resolve);
      socket.send(JSON.stringify(call), (error) => error && endPending());
    });
    if (!result.ok) return isOfAnother(result.error, name, input) ? failure('internal', versionsDiffer) : result;
    const output = contract[name].output.safeParse(result.value);
    // The schema of this very call has checked it; the compiler cannot tie the two together.
    return output.success ? success(output.data as CallOutput<K>) : failure('internal', versionsDiffer);
  };
  const endPending = () => {
    for (const resolve of pending.values()) {
      resolve(failure('instance_absent', 'Slipstream closed the connection before it answered.'));
    }
    pending.clear();
  };
  const client: BridgeClient = {
    invoke,
    on: (listener) => listeners.add(listener),
    close: () => socket.close(),
  };

  return new Promise((resolve, reject) => {
    const absent = (cause?: Error) =>
      reject(
        new SlipstreamError('instance_absent', {
          message: `Slipstream (pid ${record.pid}) does not answer at ${new URL(record.controlUrl).host}.`,
          cause,
        }),
      );
    socket.on('error', absent);
    socket.on('close', () => {
      absent();
      endPending();
    });
    socket.on('open', () => {
      const hello: Hello = { hello: { control: record.controlToken } };
      socket.send(JSON.stringify(hello));
    });
    socket.on('message', (data) => {
      const message: ServerMessage = JSON.parse(data.toString());
      if ('welcome' in message) {
        resolve(client);
      } else if ('delta' in message) {
        listeners.tell(message.delta);
      } else if ('id' in message) {
        pending.get(message.id)?.(message.result);
        pending.delete(message.id);
      }
    });
  });
}

/** Whether a failure says that the other side has another contract: by ours there is the call, and its input is right. */
function isOfAnother({ code }: Failure, name: CallName, input: unknown): boolean {
  return code === 'call_unknown' || (code === 'call_invalid' && contract[name].input.safeParse(input).success);
}

const versionsDiffer = 'The running Slipstream answered in another form: it is another version. Restart it.';
