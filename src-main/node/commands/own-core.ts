import { Redactor } from '../../core/traces/redaction.ts';
import type { CommandContext } from '../context.ts';
import { endOnCrash } from '../crash.ts';
import { createNodeHost } from '../host.ts';
import type { InstanceHold } from '../instance.ts';
import type { LogLevel } from '../log.ts';
import type { CommonOptions } from '../options.ts';
import { type Instance, runInstance } from '../run-instance.ts';

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
