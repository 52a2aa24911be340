/**
 * What the redactor costs (test/perf/README.md): µs for each KB of the texts that traces hold, and of the worst texts.
 * `node test/perf/redaction.ts [--rounds N]`; JSON out; exit code 1 where a turn of 55 KB costs over 4 ms of processor time.
 */
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { median } from '../../src-main/shared/statistics.ts';
import { readArguments } from '../support/arguments.ts';
import { repeated, worstPieces } from '../support/worst-texts.ts';

const { values: options } = readArguments({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(options.rounds);
const turnKb = 55;
const budgetMs = 4;
const knownSecrets = 24;

const redactor = new Redactor();
for (let at = 0; at < knownSecrets; at += 1) {
  redactor.addSecret(`rt_known-${at}-${'0123456789abcdef'.repeat(3)}`);
  redactor.addPersonal(`person-${at}@example.test`, `<e-mail ${at}>`);
}

const prose =
  'The change in `core/turn.ts` moves the check before the read, so that "name" : value pairs are seen once.\n';
const item = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
const body = {
  model: 'gpt-5.5',
  instructions: prose.repeat(120),
  input: Array.from({ length: 40 }, (_, at) => item(`${at} ${prose.repeat(9)}`)),
  prompt_cache_key: 'b7c5a1de-5b0e-4f4b-9a44-0c7f5fd7a001',
};
const delta = (at: number) =>
  `event: response.output_text.delta\ndata: ${JSON.stringify({ type: 'response.output_text.delta', item_id: `msg_${at}`, output_index: 0, content_index: 0, delta: ' word' })}\n\n`;

const kb = (text: string) => text.length / 1024;
const ofLength = (text: string) => text.repeat(Math.ceil((turnKb * 1024) / text.length)).slice(0, turnKb * 1024);
const texts: Readonly<Record<string, string>> = {
  'a body of JSON': JSON.stringify(body).slice(0, turnKb * 1024),
  'a stream of deltas': ofLength(Array.from({ length: 300 }, (_, at) => delta(at)).join('')),
  'source code': ofLength(prose),
  'base64 of an image': ofLength(Buffer.from(prose).toString('base64')),
};

/** The processor's time is told in steps of some ms: one measurement is of many runs. */
const runsAtOnce = 25;

function usedMs(work: () => unknown): number {
  const before = process.threadCpuUsage();
  for (let run = 0; run < runsAtOnce; run += 1) work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000 / runsAtOnce;
}

function medianMs(work: () => unknown): number {
  return median(Array.from({ length: rounds }, () => usedMs(work))) ?? Number.NaN;
}

const round = (value: number) => Math.round(value * 100) / 100;
const typical = Object.entries(texts).map(([what, text]) => {
  const ms = medianMs(() => redactor.text(text));
  return { what, kb: round(kb(text)), ms: round(ms), microsecondsPerKb: round((ms * 1_000) / kb(text)) };
});
const asValueMs = medianMs(() => redactor.value(body));
const worst = worstPieces
  .map((piece) => {
    const text = repeated(piece, turnKb * 1024);
    return { piece, microsecondsPerKb: round((usedMs(() => redactor.text(text)) * 1_000) / kb(text)) };
  })
  .toSorted((one, other) => other.microsecondsPerKb - one.microsecondsPerKb)
  .slice(0, 5);

const isOver = typical.some(({ ms }) => ms > budgetMs);
process.stdout.write(
  `${JSON.stringify({ rounds, knownSecrets, typical, bodyAsValueMs: round(asValueMs), worst, budgetMs, isOver }, null, 2)}\n`,
);
process.exitCode = isOver ? 1 : 0;
