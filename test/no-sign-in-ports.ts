import { Server } from 'node:net';

/*
 * Vitest's setup of each test file: a test may not listen on the ports that sign-ins in the browser come back to. It would fail
 * where somebody at work signs in, or end that sign-in.
 */

const signInPorts: readonly unknown[] = [1455, 1457];
const { listen } = Server.prototype;

// Test files share their process.
if (listen.name !== 'listenForTest') Server.prototype.listen = listenForTest;

function listenForTest(this: Server, ...args: unknown[]): Server {
  const [first] = args;
  const port = typeof first === 'object' && first !== null && 'port' in first ? first.port : first;
  if (signInPorts.includes(port)) throw new Error(`A test is not to take port ${port} of the machine.`);
  return Reflect.apply(listen, this, args);
}
