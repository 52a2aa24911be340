import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);
const nodeModules = fileURLToPath(new URL('../../node_modules', import.meta.url));

const installedPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Keeps the browser away from the network and from anything a test machine may lack. */
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-pings',
  '--font-render-hinting=none',
  // A page whose headers ask for a process of its own takes the context's, which has the program compiled.
  '--renderer-process-limit=1',
];

interface Chromium {
  readonly executablePath: string;
  readonly env: NodeJS.ProcessEnv;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Unpacks the npm package's browser, its libraries and its fonts once per package version.
 * In a process of its own: the package unpacks to the temp folder its environment names, and leaves the libraries out unless
 * it believes it runs on Lambda. Into a folder of its own, renamed when whole: test files start browsers at the same time.
 */
async function unpackPackage(): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chromium found: install one, or name one in CHROMIUM_PATH');
  }
  const manifest: unknown = JSON.parse(await readFile(join(nodeModules, '@sparticuz/chromium/package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
  const folder = join(nodeModules, '.cache', `chromium-${version}-${process.arch}`);
  const executablePath = join(folder, 'chromium');
  if (!(await isExecutable(executablePath))) {
    const partial = `${folder}.${randomUUID()}`;
    await mkdir(partial, { recursive: true });
    const script = "import('@sparticuz/chromium').then((chromium) => chromium.default.executablePath())";
    await run(process.execPath, ['-e', script], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: { PATH: process.env.PATH, HOME: partial, TMPDIR: partial, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
      timeout: 120_000,
    });
    // A rename onto a folder that another test file has just finished fails; theirs is as good as ours.
    await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
  }
  const libraries = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter((path) => path !== undefined);
  const env: NodeJS.ProcessEnv = { ...process.env, LD_LIBRARY_PATH: libraries.join(':') };
  // The package's own fonts serve a machine without any; one that has fonts keeps its own configuration.
  if (!(await isExecutable('/etc/fonts'))) env.FONTCONFIG_PATH = join(folder, 'fonts');
  return { executablePath, env };
}

/** Finds Chromium: `CHROMIUM_PATH`, then an installed one, then the one inside the npm package `@sparticuz/chromium`. */
async function findChromium(): Promise<Chromium> {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '') {
    if (!(await isExecutable(named))) {
      throw new Error(`CHROMIUM_PATH names ${named}, which cannot be executed`);
    }
    return { executablePath: named, env: process.env };
  }
  for (const path of installedPaths) {
    if (await isExecutable(path)) {
      return { executablePath: path, env: process.env };
    }
  }
  return unpackPackage();
}

/** Starts a headless Chromium with an empty profile of its own; close it with `browser.close()`. */
export async function launchBrowser(extraFlags: readonly string[] = []): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  const definedEnv: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined) definedEnv[name] = value;
  }
  return chromium.launch({
    executablePath,
    env: definedEnv,
    headless: true,
    // It refuses to start as root and in most containers, and these pages are all our own.
    chromiumSandbox: false,
    args: [...flags, ...extraFlags],
    timeout: 60_000,
  });
}

/** A test's page lives for a second: what V8 compiles for speed, and processes beside the page's, cost more than they give. */
const shortLivedFlags = [
  '--in-process-gpu',
  '--enable-features=NetworkServiceInProcess2',
  '--js-flags=--no-maglev,--no-turbofan,--single-threaded-gc',
];

/** A browser for tests that look at what a page says and does, and not at how fast. */
export function launchTestBrowser(): Promise<Browser> {
  return launchBrowser(shortLivedFlags);
}

let shared: Promise<Browser> | null = null;

/** One browser for all test files of this process, each with contexts of its own; it ends with the process. */
export async function sharedBrowser(): Promise<Browser> {
  if (shared === null || !(await shared).isConnected()) shared = launchTestBrowser();
  return shared;
}
