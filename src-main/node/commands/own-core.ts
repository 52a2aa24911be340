import type { App } from '../../app/app.ts';
import type { Redactor } from '../../core/traces/redaction.ts';
import type { CommandContext } from '../context.ts';
import { endOnCrash } from '../crash.ts';
import type { FaceHost } from '../face-host.ts';
import { createNodeHost } from '../host.ts';
import type { LogLevel } from '../log.ts';
import type { CommonOptions } from '../options.ts';

interface OwnCoreParts {
  readonly redactor: Redactor;
  /** Unless the user names another. */
  readonly logLevel: LogLevel;
  /** 0 takes a free port, once the app listens. */
  readonly port: number;
  readonly listenIp: string | null;
  readonly demo: boolean;
}

/** Composes the core in this process, on a plain Node host. An error that nothing catches is logged and ends the process. */
export async function composeOwnCore(
  options: CommonOptions,
  context: CommandContext,
  { redactor, logLevel, port, listenIp, demo }: OwnCoreParts,
): Promise<{ readonly app: App; readonly host: FaceHost }> {
  const { dataDir, issuer, upstream } = options;
  const host = createNodeHost({ dataDir, logLevel: options.logLevel ?? logLevel, redactor, issuerUrl: issuer });
  endOnCrash(process, host.log, process.exit);
  const app = await context.compose({
    host,
    redactor,
    face: 'headless',
    version: context.version,
    port,
    listenIp,
    upstreamUrl: upstream,
    issuerUrl: issuer,
    demo,
  });
  return { app, host };
}
