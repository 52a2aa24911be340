import { afterEach, describe, expect, it } from 'vitest';
import { chat, chatPath } from '../support/chat-client.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { openPost, readAnswer } from '../support/turn-client.ts';

/** Chat Completions where one side is much slower than the other. */

let rig: Rig;
let upstream: ScriptedUpstream | null = null;

afterEach(async () => {
  await rig.stop();
  await upstream?.stop();
  upstream = null;
});

describe('an upstream that thinks for long', () => {
  it('leaves the client without an answer for 10 s, then with a first sign of one, and errors come in the stream', async () => {
    const clock = skippingClock();
    rig = await startRig({ clock });
    rig.simulator.faults.next('turn', { kind: 'stall', afterEvents: 3 });
    const { head } = openPost(rig, chatPath, JSON.stringify(chat('hello')));
    await expect.poll(() => clock.waitingMs).toContain(10_000);
    expect(rig.app.snapshot().requests[0]?.httpStatus).toBeNull();
    clock.skip(10_000);
    const response = await head;
    expect(response.statusCode).toBe(200);
    await expect.poll(() => rig.app.snapshot().requests[0]?.httpStatus).toBe(200);
    clock.skip(300_000);
    const { text } = await readAnswer(response);
    const [first, last, ...rest] = text.split('\n\n').filter((event) => event !== '' && !event.startsWith(':'));
    expect(first).toContain('"delta":{"role":"assistant","content":null}');
    expect(last).toContain('{"error":{');
    expect(last).toContain('"code":"upstream_timeout"');
    expect(rest).toEqual([]);
  });
});

const eventBytes = 64 * 1024;
const eventCount = 640;
/** What the kernel's buffers of two connections, and ours, may swallow of the 40 MiB. */
const boundBytes = 32 * 1024 * 1024;

describe('a client that does not read', () => {
  it('holds upstream back instead of filling the memory, and loses nothing when it reads on', async () => {
    let taken = 0;
    const pieces = (number: number) => `${number} `.padEnd(eventBytes, 'x');
    upstream = await startScriptedUpstream({
      frame: (socket) => {
        const send = (event: object) =>
          new Promise<void>((resolve, reject) => {
            socket.send(JSON.stringify(event), (error) => (error ? reject(error) : resolve()));
          });
        const pump = async () => {
          await send({ type: 'response.created', response: { id: 'resp_1', status: 'in_progress' } });
          for (; taken < eventCount; taken += 1)
            await send({ type: 'response.output_text.delta', delta: pieces(taken) });
          await send({ type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [] } });
        };
        pump().catch(() => {});
      },
    });
    rig = await startRig({ upstreamUrl: upstream.url });
    const response = await openPost(rig, chatPath, JSON.stringify(chat('a lot'))).head;
    // That something does not happen can only be seen by waiting until nothing has moved for a while.
    for (let before = -1; before !== taken || taken === 0; await new Promise((resolve) => setTimeout(resolve, 150)))
      before = taken;
    expect(taken * eventBytes).toBeLessThan(boundBytes);
    const { text } = await readAnswer(response);
    const numbers = [...text.matchAll(/"content":"(\d+) x/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: eventCount }, (_, index) => index));
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });
});
