/** V8 would let short-lived objects take 96 MiB before it looks at them; with 12 it is no slower (test/perf/README.md). */
export const semiSpaceOption = '--max-semi-space-size';
/** The C library keeps freed memory apart for each of a dozen threads, which is more than all that lives. */
const arenas = 'MALLOC_ARENA_MAX';

type Process = Pick<NodeJS.Process, 'argv' | 'env' | 'execArgv' | 'execPath' | 'execve' | 'platform'>;

/**
 * Has this process begin again with a cap on what short-lived objects and freed memory may take, where it was started without:
 * neither can be set once it runs. It stays the same process, for whoever waits for it. Windows cannot do that.
 */
export function withHeapCap({ argv, env, execArgv, execPath, execve, platform }: Process): void {
  const isCapped = [...execArgv, env.NODE_OPTIONS ?? ''].some((each) => each.includes(semiSpaceOption));
  const hasArenas = platform !== 'linux' || env[arenas] !== undefined;
  if ((isCapped && hasArenas) || platform === 'win32' || execve === undefined) return;
  const [, ...args] = argv;
  const options = isCapped ? [] : [`${semiSpaceOption}=4`, '--disable-warning=ExperimentalWarning'];
  execve(execPath, [execPath, ...options, ...execArgv, ...args], { ...env, [arenas]: '2' });
}
