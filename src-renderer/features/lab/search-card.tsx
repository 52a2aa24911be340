import type { ReactNode } from 'react';
import type { LabClaim, LabCondition, LabExperiment, LabSearch } from '../../../src-main/shared/lab.ts';
import { formatCount, formatCountOf, formatMs, formatTokens, unknownText } from '../../lib/format.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import figuresStyles from '../../ui/figures.module.css';
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

const conditionNames: Record<LabCondition, string> = {
  transport: 'Websocket',
  originator: 'Official originator',
  hint: 'Routing hint',
  metadata: 'Turn metadata',
};

const findings: Record<LabClaim['finding'], readonly [Tone, string]> = {
  needed: ['warn', 'needed'],
  'not-needed': ['good', 'not needed'],
  partly: ['accent', 'partly'],
  open: ['quiet', 'open'],
};

const stages = {
  1: 'Is fast granted at all? Pairs as the official client sends them.',
  2: 'Does anything matter? The same pairs with every condition left out.',
  3: 'Which? Rounds of turns, one condition left out in each.',
} as const;

/** What fast depends on: how far the search is, its question before the dear stage, and what it found. */
export function SearchPart({ experiment, search, onConfirm, onStop }: SearchPartProps): ReactNode {
  const { stage, without, claims, price, sentences, rounds, firstTokenOverHttp } = search;
  const { regionPercent } = experiment.request;
  return (
    <>
      {sentences.map((sentence) => (
        <p key={sentence} className={labStyles.labSentence}>
          {sentence}
        </p>
      ))}
      {experiment.state === 'running' ? (
        <p className={textStyles.faint}>
          Stage {stage} of 3. {stages[stage]}
        </p>
      ) : null}
      {experiment.state === 'asking' && price !== null ? (
        <div className={labStyles.labCost} role="alert">
          <p>
            Fast is granted, and gone with every condition left out. Which one matters takes about{' '}
            {formatCount(price.turns)} turns more, drawn like {formatTokens(price.standardEquivalentTokens)} standard
            tokens; about {formatMs(price.durationMs)}.
          </p>
          <div className={layoutStyles.addButtons}>
            <Button variant="primary" onClick={onConfirm}>
              Go on
            </Button>
            <Button onClick={onStop}>Leave it at that</Button>
          </div>
        </div>
      ) : null}
      {without === null ? null : (
        <section aria-label="With every condition left out">
          <h3>With every condition left out</h3>
          <p>{without.sentence}</p>
          <LooksPlot looks={without.looks} regionPercent={regionPercent} />
        </section>
      )}
      {claims.length === 0 ? null : (
        <section aria-label="Conditions">
          <h3>Conditions, {formatCountOf(rounds, 'round')}</h3>
          <div className={figuresStyles.tableScroll}>
            <table className={figuresStyles.figuresTable}>
              <thead>
                <tr>
                  <th scope="col">Condition</th>
                  <th scope="col">For fast</th>
                  <th scope="col">n</th>
                  <th scope="col">Time per token with fast, without it</th>
                </tr>
              </thead>
              <tbody>
                {claims.map(({ condition, finding, rounds: n, without: left }) => (
                  <tr key={condition}>
                    <th scope="row">{conditionNames[condition]}</th>
                    <td>
                      <Badge tone={findings[finding][0]}>{findings[finding][1]}</Badge>
                    </td>
                    <td>{formatCountOf(n, 'round')}</td>
                    <td>
                      {left === null ? (
                        unknownText
                      ) : (
                        <LooksPlot
                          looks={[left]}
                          regionPercent={regionPercent}
                          noun="round"
                          beside={claims.flatMap((claim) => claim.without ?? [])}
                        />
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {firstTokenOverHttp === null ? null : (
            <p className={textStyles.faint}>
              Transport alone: the first token at standard tier comes{' '}
              {firstTokenOverHttp.effectPercent > 0 ? 'later' : 'earlier'} over HTTP by{' '}
              {Math.abs(firstTokenOverHttp.effectPercent).toFixed(0)} % (n = {firstTokenOverHttp.n}).
            </p>
          )}
        </section>
      )}
    </>
  );
}
