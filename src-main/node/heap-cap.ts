import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8 would let short-lived objects take 96 MiB before it looks at them; with 24 it is no slower (test/perf/README.md). */
const option = '--max-semi-space-size';
/** The C library keeps freed memory apart for each of a dozen threads, which is more than all that lives. */
const arenas = 'MALLOC_ARENA_MAX';

type Process = Pick<NodeJS.Process, 'argv' | 'env' | 'execArgv' | 'execPath' | 'execve' | 'platform'>;

/**
 * Has this process begin again with a cap on what short-lived objects and freed memory may take, where it was started without:
 * neither can be set once it runs. It stays the same process, for whoever waits for it. Windows cannot do that.
 */
export function withHeapCap({ argv, env, execArgv, execPath, execve, platform }: Process): void {
  const isCapped = [...execArgv, env.NODE_OPTIONS ?? ''].some((each) => each.includes(option));
  const hasArenas = platform !== 'linux' || env[arenas] !== undefined;
  if ((isCapped && hasArenas) || platform === 'win32' || execve === undefined) return;
  const [, ...args] = argv;
  const options = isCapped ? [] : [`${option}=8`, '--disable-warning=ExperimentalWarning'];
  execve(execPath, [execPath, ...options, ...execArgv, ...args], { ...env, [arenas]: '2' });
}

/**
 * Keeps V8 from holding what it could give back, by what it can still be told when it runs (test/perf/README.md). Threads that start
 * from now on have little for short-lived objects: the process's own cap goes before what they are made with. And what a function
 * was compiled with is given back at once, and not by a thread that gets no time.
 */
export function keepMemorySmall(): void {
  setFlagsFromString(`${option}=2`);
  setFlagsFromString('--no-maglev-destroy-on-background');
}

/**
 * Has V8 look through its heap when that has grown by three fifths, and not only at four times what lives. For what runs long,
 * once it is up: a start throws nothing away and would take longer.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=60');
}

/** Has V8 give back what nothing refers to any more: after a start that is a third of its heap. Takes tens of milliseconds. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
