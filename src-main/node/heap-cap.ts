/** V8 would let short-lived objects take 96 MiB before it looks at them; with 24 it is no slower (test/perf/README.md). */
const option = '--max-semi-space-size';

type Process = Pick<NodeJS.Process, 'argv' | 'env' | 'execArgv' | 'execPath' | 'execve' | 'platform'>;

/**
 * Has this process begin again with a cap on what short-lived objects may take, where it was started without: a heap that stands
 * cannot be given one. It stays the same process, for whoever waits for it. Windows cannot do that.
 */
export function withHeapCap({ argv, env, execArgv, execPath, execve, platform }: Process): void {
  const isCapped = [...execArgv, env.NODE_OPTIONS ?? ''].some((each) => each.includes(option));
  const [, ...args] = argv;
  if (isCapped || platform === 'win32' || execve === undefined) return;
  execve(execPath, [execPath, `${option}=8`, '--disable-warning=ExperimentalWarning', ...execArgv, ...args], env);
}
