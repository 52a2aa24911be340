import type { App } from '../../app/app.ts';
import { systemClock } from '../clock.ts';
import type { CommandContext } from '../context.ts';
import { type Demo, startDemo } from '../demo.ts';
import { type HeadlessFace, mountHeadlessFace } from '../headless-face.ts';
import { holdInstance, type InstanceHold } from '../instance.ts';
import type { ServeOptions } from '../options.ts';
import { waitForStop } from '../stop-signals.ts';
import { runOwnCore } from './own-core.ts';

/** Runs the proxy with its dashboard until a signal stops it. */
export async function serve(options: ServeOptions, context: CommandContext): Promise<number> {
  const stopRequested = waitForStop(process, systemClock, () => process.exit(1));
  const demo = options.demo ? await startDemo() : null;
  try {
    const placed = demo === null ? options : { ...options, ...demo.place };
    const hold = await holdInstance(placed.dataDir, context.complain);
    await run(placed, context, { hold, demo, stopRequested });
  } finally {
    await demo?.stop();
  }
  return 0;
}

interface Surroundings {
  readonly hold: InstanceHold;
  readonly demo: Demo | null;
  readonly stopRequested: Promise<void>;
}

async function run(options: ServeOptions, context: CommandContext, { hold, demo, stopRequested }: Surroundings) {
  const instance = await runOwnCore(options, context, {
    hold,
    logLevel: 'info',
    port: options.port,
    listenIp: options.listen ?? null,
    demo: demo !== null,
  });
  const { app } = instance;
  const face = mountHeadlessFace(instance, context.rendererDir);
  try {
    await demo?.populate(app);
    const { port, baseUrl } = await app.listen();
    face.listening(port);
    instance.announce({ port, baseUrl }, { readyFile: options.readyFile, dashboardUrl: face.dashboardUrl });
    await greet(options, context, { app, face, baseUrl });
    demo?.startTraffic(baseUrl, () => app.apiKey);
    await stopRequested;
  } finally {
    demo?.stopTraffic();
    face.close();
    await instance.stop();
  }
}

interface Started {
  readonly app: App;
  readonly face: HeadlessFace;
  readonly baseUrl: string;
}

/** The banner. The API key stays out of it: terminals are recorded and shared. */
async function greet(options: ServeOptions, context: CommandContext, { app, face, baseUrl }: Started): Promise<void> {
  const { print, version } = context;
  print(`Slipstream ${version} is running${options.demo ? ' in demo mode' : ''}.`);
  print(`  Base URL   ${baseUrl}/v1`);
  if (options.listen !== undefined) {
    print(`  Also on    ${options.listen}: whoever can reach it and has the API key can use your accounts.`);
  }
  if (app.snapshot().accounts.length === 0) print('  Accounts   none yet; add one with "npx slipstream login".');
  if (options.open && (await face.openDashboard())) {
    print('  Dashboard  opened in your browser; "npx slipstream open" opens it again.');
  } else {
    print(`  Dashboard  ${face.dashboardUrl()}`);
    print('             This link works once, within a minute; "npx slipstream open" makes another.');
  }
}
