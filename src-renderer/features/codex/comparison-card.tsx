import type { ReactNode } from 'react';
import type { LearnedKey, ProfileComparison, ProfileRow } from '../../../src-main/shared/learned-profile.ts';
import { presenceWord } from '../../../src-main/shared/profile-words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatCountOf, unknownText } from '../../lib/format.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import textStyles from '../../ui/text.module.css';

const parts: readonly { readonly part: ProfileRow['part']; readonly title: string }[] = [
  { part: 'header', title: 'Headers' },
  { part: 'body member', title: 'Body members' },
  { part: 'client metadata', title: 'client_metadata' },
  { part: 'turn metadata', title: 'x-codex-turn-metadata' },
];

/** A learned profile, the built-in one of its version and what goes up for other clients, side by side. */
export function ComparisonCard({ version, source }: LearnedKey): ReactNode {
  const { answered, failed } = useAnswer('profiles.compare', { version, source });
  if (answered === null) return <p role="status">{failed?.message ?? 'Comparing…'}</p>;
  const comparison = answered.value;
  const { differences, builtIn } = comparison;
  return (
    <>
      <Card title={differences.length === 0 ? 'No difference' : formatCountOf(differences.length, 'difference')}>
        <div className={figuresStyles.figuresBody}>
          {differences.length === 0 ? (
            <p>
              Codex {version} sends what the built-in profile {builtIn} knows.
            </p>
          ) : (
            <ul>
              {differences.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          )}
        </div>
      </Card>
      {parts.map(({ part, title }) => (
        <PartTable key={part} title={title} part={part} comparison={comparison} />
      ))}
      <p className={textStyles.faint}>
        Both transports; in brackets where not on every turn. What only the client can say of itself is listed and not
        sent.
      </p>
    </>
  );
}

interface PartTableProps {
  readonly title: string;
  readonly part: ProfileRow['part'];
  readonly comparison: ProfileComparison;
}

function PartTable({ title, part, comparison }: PartTableProps): ReactNode {
  return (
    <Card title={title}>
      <div className={classNames(figuresStyles.figuresBody, figuresStyles.tableScroll)}>
        <table className={figuresStyles.figuresTable}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Built in {comparison.builtIn}</th>
              <th scope="col">Learned {comparison.version}</th>
              <th scope="col">Value</th>
              <th scope="col">Sent to others</th>
            </tr>
          </thead>
          <tbody>
            {comparison.rows
              .filter((row) => row.part === part)
              .map((row) => (
                <tr key={row.name}>
                  <th scope="row">
                    <code>{row.name}</code>{' '}
                    {row.difference === null ? null : <Badge tone="warn">{row.difference}</Badge>}
                  </th>
                  <td>{presenceWord(row.builtIn)}</td>
                  <td>{presenceWord(row.learned)}</td>
                  <td>{row.value ?? unknownText}</td>
                  <td>{presenceWord(row.sent)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
