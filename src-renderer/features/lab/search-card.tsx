import type { ReactNode } from 'react';
import type { LabClaim, LabExperiment, LabSearch } from '../../../src-main/shared/lab.ts';
import { searchSentences } from '../../../src-main/shared/lab-search-words.ts';
import { experimentSentences } from '../../../src-main/shared/lab-words.ts';
import { noValue } from '../../../src-main/shared/no-value.ts';
import { capital } from '../../../src-main/shared/tiers.ts';
import { useWords } from '../../stores/stores.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { FiguresTable } from '../../ui/figures-table.tsx';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';
import labStyles from './lab.module.css';
import { LooksPlot } from './looks-plot.tsx';

interface SearchPartProps {
  readonly experiment: LabExperiment;
  readonly search: LabSearch;
  readonly onConfirm: () => void;
  readonly onStop: () => void;
}

const findingTones: Record<LabClaim['finding'], Tone> = {
  needed: 'warn',
  'not-needed': 'good',
  partly: 'accent',
  open: 'quiet',
};

/** What fast depends on: how far the search is, its question before the dear stage, and what it found. */
export function SearchPart({ experiment, search, onConfirm, onStop }: SearchPartProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const { stage, without, claims, price, firstTokenOverHttp } = search;
  const { regionPercent, conditions } = experiment.request;
  return (
    <>
      {searchSentences(words, search, conditions).map((sentence) => (
        <p key={sentence} className={labStyles.labSentence}>
          {sentence}
        </p>
      ))}
      {experiment.state === 'running' ? (
        <p className={textStyles.faint}>{t('lab.search.stage', { stage, question: t(`lab.search.stage.${stage}`) })}</p>
      ) : null}
      {experiment.state === 'asking' && price !== null ? (
        <div className={labStyles.labCost} role="alert">
          <p>
            {t('lab.search.ask', {
              turns: price.turns,
              tokens: format.tokens(price.standardEquivalentTokens),
              time: format.ms(price.durationMs),
            })}
          </p>
          <div className={layoutStyles.addButtons}>
            <Button variant="primary" makesCall onClick={onConfirm}>
              {t('lab.search.goOn')}
            </Button>
            <Button makesCall onClick={onStop}>
              {t('lab.search.leave')}
            </Button>
          </div>
        </div>
      ) : null}
      {without === null ? null : (
        <section aria-label={t('lab.search.off')}>
          <h3>{t('lab.search.off')}</h3>
          <p>{experimentSentences(words, experiment, without).sentence}</p>
          <LooksPlot looks={without.looks} regionPercent={regionPercent} />
        </section>
      )}
      {claims.length === 0 ? null : <Claims search={search} regionPercent={regionPercent} />}
      {firstTokenOverHttp === null ? null : (
        <p className={textStyles.faint}>
          {t(firstTokenOverHttp.effectPercent > 0 ? 'lab.search.later' : 'lab.search.earlier', {
            percent: format.percent(Math.round(Math.abs(firstTokenOverHttp.effectPercent))),
            n: firstTokenOverHttp.n,
          })}
        </p>
      )}
    </>
  );
}

interface ClaimsProps {
  readonly search: LabSearch;
  readonly regionPercent: number;
}

const columns = ['condition', 'for', null, 'without'] as const;

/** A row for each condition, its interval drawn to the scale of all. */
function Claims({ search: { claims, rounds }, regionPercent }: ClaimsProps): ReactNode {
  const { t } = useWords();
  return (
    <section aria-label={t('lab.search.table')}>
      <h3>{t('lab.search.conditions', { n: rounds })}</h3>
      <FiguresTable label={t('lab.search.table')}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column === null ? 'n' : t(`lab.search.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {claims.map(({ condition, finding, rounds: n, without: left }) => (
            <tr key={condition}>
              <th scope="row">{capital(t(`lab.condition.${condition}`))}</th>
              <td>
                <Badge tone={findingTones[finding]}>{t(`lab.search.${finding}`)}</Badge>
              </td>
              <td>{t('lab.search.rounds', { n })}</td>
              <td>
                {left === null ? (
                  noValue
                ) : (
                  <LooksPlot
                    looks={[left]}
                    regionPercent={regionPercent}
                    of="rounds"
                    beside={claims.flatMap((claim) => claim.without ?? [])}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </FiguresTable>
    </section>
  );
}
