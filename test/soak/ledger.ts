/** What must never happen to a turn, or to the program. */
const faultNames = [
  /** Text or events are missing. */
  'lost',
  /** Text or events came twice. */
  'doubled',
  /** Text of another turn. */
  'mixed',
  /** Text or events in another order. */
  'reordered',
  /** No end within a minute. */
  'hung',
  /** An end without a word: no terminal event, no error, no status. */
  'silent',
  /** An error without words, or one of Slipstream's own. */
  'wordless',
  /** The program ended by itself, or not as it should. */
  'crashed',
  /** Accounts, settings or the API key were not after a restart what they were before. */
  'forgotten',
] as const;
export type FaultName = (typeof faultNames)[number];

export type TurnEnd = 'complete' | 'incomplete' | 'error' | 'left' | 'killed' | 'unreachable';

const keptFindings = 20;

/** The books of a run. */
export class Ledger {
  sent = 0;
  readonly ends: Record<TurnEnd, number> = {
    complete: 0,
    incomplete: 0,
    error: 0,
    left: 0,
    killed: 0,
    unreachable: 0,
  };
  /** By code, as clients were told. */
  readonly errors = new Map<string, number>();
  /** By who asked. */
  readonly clients = new Map<string, number>();
  readonly faults = new Map<FaultName, number>(faultNames.map((name) => [name, 0]));
  readonly findings: string[] = [];

  end(end: TurnEnd): void {
    this.ends[end] += 1;
  }

  error(code: string, message: unknown): void {
    this.end('error');
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
    if (typeof message !== 'string' || message === '') this.fault('wordless', `an error ${code} without words`);
    if (code === 'internal') this.fault('wordless', `an error of Slipstream's own: ${message}`);
  }

  fault(name: FaultName, what: string): void {
    this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
    if (this.findings.length < keptFindings) this.findings.push(`${name}: ${what}`);
  }

  /** Rules kept, and broken. */
  totals(): { readonly passed: number; readonly failed: number } {
    const broken = [...this.faults.values()].filter((count) => count > 0).length;
    // A run in which nothing was answered proves nothing.
    const isIdle = this.ends.complete === 0;
    return { passed: faultNames.length + 1 - broken - Number(isIdle), failed: broken + Number(isIdle) };
  }

  lines(): string[] {
    const table = (counts: Iterable<readonly [string, number]>) =>
      [...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
    return [
      `sent ${this.sent}: ${table(Object.entries(this.ends))}`,
      `clients: ${table([...this.clients].toSorted())}`,
      `errors: ${table([...this.errors].toSorted((a, b) => b[1] - a[1]))}`,
      table(this.faults),
      ...this.findings,
    ];
  }
}

/** What is wrong with the text of a turn that was to say `expected`; null where it is whole, or a part from its beginning. */
export function judgeText(expected: string, said: string, isComplete: boolean): FaultName | null {
  if (isComplete ? said === expected : expected.startsWith(said)) return null;
  const [own] = expected.split(' ');
  const words = said.split(' ').filter((word) => word !== '');
  if (words.some((word) => /^t\d+$/.test(word) && word !== own)) return 'mixed';
  if (new Set(words).size < words.length) return 'doubled';
  const places = words.map((word) => expected.split(' ').indexOf(word));
  const isOrdered = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
  return isOrdered ? 'lost' : 'reordered';
}

/** What is wrong with events that number themselves from 0. */
export function judgeSequence(numbers: readonly number[]): FaultName | null {
  const wrong = numbers.findIndex((number, index) => number !== index);
  if (wrong < 0) return null;
  if (new Set(numbers).size < numbers.length) return 'doubled';
  return (numbers[wrong] ?? 0) > wrong &&
    numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))
    ? 'lost'
    : 'reordered';
}
