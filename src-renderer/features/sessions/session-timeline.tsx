import { type ReactNode, useMemo } from 'react';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import { isFastTier } from '../../../src-main/shared/tiers.ts';
import { visibleText } from '../../../src-main/shared/visible-text.ts';
import { useNow } from '../../hooks/use-now.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import { timelineOf } from './session-figures.ts';
import styles from './session-timeline.module.css';

type Kind = 'fast' | 'plain' | 'failed' | 'running';
const kinds: readonly Kind[] = ['fast', 'plain', 'failed', 'running'];

function kindOf({ status, tierSent }: RequestRow): Kind {
  if (status === 'running') return 'running';
  if (status === 'failed' || status === 'incomplete') return 'failed';
  return isFastTier(tierSent ?? '') ? 'fast' : 'plain';
}

/** So that a short turn is seen. */
const minBarPercent = 0.35;

interface SessionTimelineProps {
  readonly rows: readonly RequestRow[];
  readonly rootId: string;
}

/** The turns as bars over time, a lane an agent; the list below says the same in words. */
export function SessionTimeline({ rows, rootId }: SessionTimelineProps): ReactNode {
  const { t, format } = useWords();
  const { ui } = useStores();
  const now = useNow(2_000);
  // Only what runs goes on with the clock.
  const nowMs = rows.some(({ status }) => status === 'running') ? now : 0;
  const { lanes, more } = useMemo(() => timelineOf(rows, rootId, nowMs), [rows, rootId, nowMs]);
  const shown = useMemo(() => new Set(rows.map(kindOf)), [rows]);
  const isStandard = rows.every((row) => kindOf(row) !== 'plain' || row.tierSent === null);
  return (
    <section className={styles.timeline} aria-label={t('session.timeline')}>
      <div className={styles.head}>
        <h2>{t('session.timeline')}</h2>
        <span className={textStyles.faint}>{t('session.timeline.about', { count: rows.length })}</span>
        <ul className={styles.legend}>
          {kinds
            .filter((kind) => shown.has(kind))
            .map((kind) => (
              <li key={kind}>
                <span className={styles.swatch} data-kind={kind} aria-hidden="true" />
                {t(kind === 'plain' && isStandard ? 'session.kind.standard' : `session.kind.${kind}`)}
              </li>
            ))}
        </ul>
      </div>
      <div className={styles.lanes} role="img" aria-label={t('session.timeline.label', { count: rows.length })}>
        {lanes.map(({ agent, bars }) => (
          <div key={bars[0]?.row.sessionId ?? ''} className={styles.lane}>
            <span className={styles.laneName}>{agent === null ? t('session.lane.own') : visibleText(agent)}</span>
            <span className={styles.track}>
              {bars.map(({ row, fromPercent, toPercent }) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the list below has the same for the keyboard
                // biome-ignore lint/a11y/noStaticElementInteractions: as above
                <span
                  key={row.id}
                  className={styles.bar}
                  data-kind={kindOf(row)}
                  style={{
                    left: `${fromPercent}%`,
                    width: `${Math.max(minBarPercent, toPercent - fromPercent)}%`,
                  }}
                  title={`${format.clock(row.startedAt)} · ${row.model} · ${format.ms(row.totalMs)}`}
                  onClick={() => ui.getState().openRequest(row.id)}
                />
              ))}
            </span>
          </div>
        ))}
      </div>
      {more === 0 ? null : <p className={textStyles.faint}>{t('session.lanes.more', { count: more })}</p>}
    </section>
  );
}
