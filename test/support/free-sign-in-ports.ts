/*
 * A sign-in in the browser comes back to one of two ports of the machine, and asks whoever has it to leave: a test would end the
 * sign-in of somebody at work, and fail where it cannot. Loaded into a program, this has it listen on a free port instead.
 */
const code = `import net from 'node:net';
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (options, ...more) {
  const isOfSignIn = options?.port === 1455 || options?.port === 1457;
  return listen.call(this, isOfSignIn ? { ...options, port: 0 } : options, ...more);
};`;

/** Arguments of Node for a program in which somebody signs in with the browser. */
export const freeSignInPorts = ['--import', `data:text/javascript,${encodeURIComponent(code)}`] as const;
