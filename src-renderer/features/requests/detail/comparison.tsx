import type { ReactNode } from 'react';
import type { Difference, TraceComparison } from '../../../../src-main/shared/trace-tools.ts';
import type { Words } from '../../../../src-main/shared/words/words.ts';
import { useWords } from '../../../stores/stores.ts';
import { FiguresTable } from '../../../ui/figures-table.tsx';
import textStyles from '../../../ui/text.module.css';
import styles from './comparison.module.css';

/** The figures of two requests, and what was sent differently. */
export function Comparison({ comparison }: { readonly comparison: TraceComparison }): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const { a: one, b: other, figures, headers, fields, sameHeaders, sameFields } = comparison;
  return (
    <section className={styles.compare} aria-label={t('compare.label')}>
      <p className={textStyles.faint}>
        {t('compare.pair', {
          one: one.model,
          oneAt: format.instant(one.startedAt),
          other: other.model,
          otherAt: format.instant(other.startedAt),
        })}
      </p>
      <FiguresTable label={t('compare.label')}>
        <thead>
          <tr>
            <th scope="col">{t('compare.figure')}</th>
            <th scope="col">{t('compare.this')}</th>
            <th scope="col">{t('compare.other')}</th>
            <th scope="col">{t('compare.difference')}</th>
          </tr>
        </thead>
        <tbody>
          {figures.map(({ name, unit, a, b, differencePercent }) => (
            <tr key={name}>
              <th scope="row">{t(`compare.${name}`)}</th>
              <td>{write(words, a, unit)}</td>
              <td>{write(words, b, unit)}</td>
              <td>{differencePercent === null ? format.count(null) : signed(words, differencePercent)}</td>
            </tr>
          ))}
        </tbody>
      </FiguresTable>
      <Differences title={t('compare.headers', { count: format.count(sameHeaders) })} differences={headers} />
      {fields === null ? (
        <p className={textStyles.faint}>{t('compare.noBodies')}</p>
      ) : (
        <Differences title={t('compare.members', { count: format.count(sameFields) })} differences={fields} />
      )}
    </section>
  );
}

interface DifferencesProps {
  readonly title: string;
  readonly differences: readonly Difference[];
}

function Differences({ title, differences }: DifferencesProps): ReactNode {
  const { t } = useWords();
  return (
    <FiguresTable label={title} className={styles.compareDifferences}>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">{t('compare.this')}</th>
          <th scope="col">{t('compare.other')}</th>
        </tr>
      </thead>
      <tbody>
        {differences.length === 0 ? (
          <tr>
            <td colSpan={3}>{t('compare.same')}</td>
          </tr>
        ) : null}
        {differences.map(({ name, a, b }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>{a ?? t('compare.absent')}</td>
            <td>{b ?? t('compare.absent')}</td>
          </tr>
        ))}
      </tbody>
    </FiguresTable>
  );
}

function signed({ format }: Words, percent: number): string {
  return format.change(percent, Math.abs(percent) < 100 ? 1 : 0);
}

function write({ t, format }: Words, value: number | null, unit: TraceComparison['figures'][number]['unit']): string {
  if (unit === 'ms') return format.ms(value);
  if (unit === 'tokens' || value === null) return format.count(value);
  return t('compare.rate', { figure: value < 100 ? value.toPrecision(3) : format.count(Math.round(value)) });
}
