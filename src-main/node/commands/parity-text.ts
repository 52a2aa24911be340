import { type ProfileComparison, type ProfileRow, profileParts } from '../../shared/learned-profile.ts';
import { noValue } from '../../shared/no-value.ts';
import { presenceWord } from '../../shared/profile-words.ts';
import { english } from '../../shared/words/english.ts';
import { tableLines } from './text-table.ts';

const headings: Readonly<Record<ProfileRow['part'], string>> = {
  header: 'Headers',
  'body member': 'Body members',
  'client metadata': 'client_metadata',
  'turn metadata': 'x-codex-turn-metadata',
};

function tableOf(part: ProfileRow['part'], { rows, builtIn, version }: ProfileComparison): string[] {
  const marks = { new: '+', gone: '-', elsewhere: '~' } as const;
  const shown = rows.filter((row) => row.part === part);
  const table = tableLines([
    ['', headings[part], `built in ${builtIn}`, `learned ${version}`, 'value', 'sent to others', ''],
    ...shown.map((row) => [
      row.difference === null ? '' : marks[row.difference],
      row.name,
      presenceWord(english.t, row.builtIn),
      presenceWord(english.t, row.learned),
      row.value ?? '',
      presenceWord(english.t, row.sent),
      row.difference === null ? '' : (row.note ?? ''),
    ]),
  ]);
  return [...table, ''];
}

const told = (text: string | null) => text ?? noValue;

/** A comparison whose told texts are said, as programs and terminals read it. */
export function inEnglish(comparison: ProfileComparison): ProfileComparison {
  const rows = comparison.rows.map((row) => ({ ...row, note: row.note === null ? null : english.told(row.note) }));
  return { ...comparison, rows, differences: comparison.differences.map(english.told) };
}

/** A comparison for a terminal: the profiles side by side, then each difference as a sentence. */
export function parityLines(comparison: ProfileComparison): string[] {
  const { version, builtIn, used, isUsed, differences, values } = comparison;
  const use = isUsed
    ? `Clients that are not Codex are sent with it.`
    : `Clients that are not Codex are sent with ${used}; "npx slipstream parity --use" makes it this one.`;
  const count = differences.length;
  return [
    ...profileParts.flatMap((part) => tableOf(part, comparison)),
    ...tableLines([
      ['', 'Values', `built in ${builtIn}`, `learned ${version}`, 'sent to others'],
      ...values.map((value) => [
        value.differs ? '~' : '',
        value.name,
        told(value.builtIn),
        value.learned === value.builtIn ? 'the same' : told(value.learned),
        value.sent === value.builtIn ? 'the same' : told(value.sent),
      ]),
    ]),
    '',
    'Both transports, in brackets where not on every turn. What only the client can say of itself is listed and not sent.',
    '',
    ...(count === 0
      ? [`Codex ${version} sends what the built-in profile ${builtIn} knows: no difference.`]
      : [
          `Codex ${version} differs from the built-in profile ${builtIn} in ${count} ${count === 1 ? 'place' : 'places'}:`,
          ...differences.map((text) => `  ${text}`),
        ]),
    use,
  ];
}
