import type { ReactNode } from 'react';
import type { LearnedKey, ProfileComparison, ProfileRow } from '../../../src-main/shared/learned-profile.ts';
import { noValue } from '../../../src-main/shared/no-value.ts';
import { presenceWord } from '../../../src-main/shared/profile-words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useWords } from '../../stores/stores.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { FiguresTable } from '../../ui/figures-table.tsx';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';

const parts: readonly {
  readonly part: ProfileRow['part'];
  readonly title: `codex.part.${'header' | 'body' | 'client' | 'turn'}`;
}[] = [
  { part: 'header', title: 'codex.part.header' },
  { part: 'body member', title: 'codex.part.body' },
  { part: 'client metadata', title: 'codex.part.client' },
  { part: 'turn metadata', title: 'codex.part.turn' },
];

/** A learned profile, the built-in one of its version and what goes up for other clients, side by side. */
export function ComparisonCard({ version, source }: LearnedKey): ReactNode {
  const { t, told } = useWords();
  const { answered, failed, readAgain } = useAnswer('profiles.compare', { version, source });
  if (answered === null && failed !== null) return <Unanswered failed={failed} onAgain={readAgain} />;
  if (answered === null) return <p role="status">{t('codex.comparing')}</p>;
  const comparison = answered.value;
  const { differences, builtIn } = comparison;
  return (
    <>
      <Card title={differences.length === 0 ? t('codex.same') : t('codex.differs', { n: differences.length })}>
        <div className={figuresStyles.figuresBody}>
          {differences.length === 0 ? (
            <p>{t('codex.same.what', { version, builtIn })}</p>
          ) : (
            <ul>
              {differences.map((text) => (
                <li key={text}>{told(text)}</li>
              ))}
            </ul>
          )}
        </div>
      </Card>
      {parts.map(({ part, title }) => (
        <PartTable key={part} title={t(title)} part={part} comparison={comparison} />
      ))}
      <p className={textStyles.faint}>{t('codex.note')}</p>
    </>
  );
}

interface PartTableProps {
  readonly title: string;
  readonly part: ProfileRow['part'];
  readonly comparison: ProfileComparison;
}

function PartTable({ title, part, comparison }: PartTableProps): ReactNode {
  const { t } = useWords();
  return (
    <Card title={title}>
      <div className={figuresStyles.figuresBody}>
        <FiguresTable label={title}>
          <thead>
            <tr>
              <th scope="col">{t('codex.column.name')}</th>
              <th scope="col">{t('codex.column.builtIn', { version: comparison.builtIn })}</th>
              <th scope="col">{t('codex.column.learned', { version: comparison.version })}</th>
              <th scope="col">{t('codex.column.value')}</th>
              <th scope="col">{t('codex.column.sent')}</th>
            </tr>
          </thead>
          <tbody>
            {comparison.rows
              .filter((row) => row.part === part)
              .map((row) => (
                <tr key={row.name}>
                  <th scope="row">
                    <code>{row.name}</code>{' '}
                    {row.difference === null ? null : (
                      <Badge tone="warn">{t(`codex.difference.${row.difference}`)}</Badge>
                    )}
                  </th>
                  <td>{presenceWord(t, row.builtIn)}</td>
                  <td>{presenceWord(t, row.learned)}</td>
                  <td>{row.value === null ? noValue : t(`codex.column.value.${row.value}`)}</td>
                  <td>{presenceWord(t, row.sent)}</td>
                </tr>
              ))}
          </tbody>
        </FiguresTable>
      </div>
    </Card>
  );
}
