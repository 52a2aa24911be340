import { createInterface } from 'node:readline';

/** Asks at the terminal; Enter alone takes the default, Ctrl-C and the end of input say no. */
export function askAtTerminal(question: string, preset: 'yes' | 'no'): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on('SIGINT', () => {
    process.stderr.write('\n');
    lines.close();
  });
  lines.on('close', () => resolve(false));
  lines.question(`${question} ${preset === 'yes' ? '[Y/n]' : '[y/N]'} `, (answer) => {
    const text = answer.trim();
    resolve(text === '' ? preset === 'yes' : /^y(es)?$/i.test(text));
    lines.close();
  });
  return promise;
}
