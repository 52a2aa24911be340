import { Redactor } from '../../core/traces/redaction.ts';
import type { Bridge, CallInput, CallName, CallOutput } from '../../shared/contract.ts';
import type { Result } from '../../shared/result.ts';
import { answerCall } from '../call.ts';
import type { CommandContext } from '../context.ts';
import { endOnCrash } from '../crash.ts';
import { createNodeHost } from '../host.ts';
import type { InstanceHold } from '../instance.ts';
import type { LogLevel } from '../log-levels.ts';
import type { CommonOptions } from '../options.ts';
import { type Instance, runInstance } from '../run-instance.ts';
import { tidyAtStop } from '../stop-signals.ts';

interface OwnCoreParts {
  readonly hold: InstanceHold;
  /** Unless the user names another. */
  readonly logLevel: LogLevel;
  /** 0 takes a free port, once the app listens. */
  readonly port: number;
  readonly listenIp: string | null;
  readonly demo: boolean;
}

/** Runs the core in this process, on a plain Node host. An error that nothing catches is logged and ends the process. */
export function runOwnCore(
  options: CommonOptions,
  context: CommandContext,
  { hold, logLevel, port, listenIp, demo }: OwnCoreParts,
): Promise<Instance> {
  const { dataDir, issuer, upstream } = options;
  const redactor = new Redactor();
  return runInstance({
    hold,
    redactor,
    compose: context.compose,
    createHost: () => {
      const host = createNodeHost({ dataDir, logLevel: options.logLevel ?? logLevel, redactor, issuerUrl: issuer });
      endOnCrash(process, host.log, process.exit);
      return host;
    },
    core: {
      face: 'headless',
      version: context.version,
      port,
      listenIp,
      upstreamUrl: upstream,
      issuerUrl: issuer,
      demo,
    },
  });
}

/** Makes calls of a core composed for this one command. */
export async function withOwnCore<T>(
  options: CommonOptions,
  context: CommandContext,
  hold: InstanceHold,
  use: (bridge: Bridge) => Promise<T>,
): Promise<T> {
  const {
    app,
    host,
    handlers,
    stop: stopCore,
  } = await runOwnCore(options, context, {
    hold,
    logLevel: 'warn',
    port: 0,
    listenIp: null,
    demo: false,
  });
  let stopping: Promise<void> | null = null;
  const stop = () => {
    stopping ??= stopCore();
    return stopping;
  };
  const letGo = tidyAtStop(stop);
  try {
    const invoke = <K extends CallName>(name: K, input: CallInput<K>) =>
      answerCall(handlers, { caller: 'command', name, input }, host.log) as Promise<Result<CallOutput<K>>>;
    return await use({ invoke, on: app.onDelta });
  } finally {
    await stop();
    await letGo();
  }
}
