import type { ReactNode } from 'react';
import type { WindowForecast } from '../../../src-main/shared/usage.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useNow } from '../../hooks/use-now.ts';
import { useApp, useWords } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';
import styles from './windows-card.module.css';

/** Each account's windows: how much is used, at which pace, and when they will be empty. */
export function WindowsCard(): ReactNode {
  const { t } = useWords();
  const nowMs = useNow(30_000);
  const accounts = useApp((state) => state.accounts);
  const nameOf = useAccountNames();
  const { answered, failed, readAgain } = useAnswer('usage.windows', null);
  if (answered === null)
    return failed === null ? null : (
      <Card title={t('usage.windows')}>
        <div className={styles.none}>
          <Unanswered failed={failed} onAgain={readAgain} />
        </div>
      </Card>
    );
  // An account that was removed since is not called by an id that nobody knows.
  const windows = answered.value.flatMap((forecast) => {
    const account = accounts.find(({ id }) => id === forecast.accountId);
    return account === undefined ? [] : [{ forecast, account }];
  });
  return (
    <Card title={t('usage.windows')}>
      {windows.length === 0 ? (
        <p className={styles.none}>{t('usage.windows.none')}</p>
      ) : (
        <ul className={styles.windows}>
          {windows.map(({ forecast, account }) => (
            <Window
              key={`${account.id} ${forecast.which}`}
              forecast={forecast}
              account={nameOf(account)}
              nowMs={nowMs}
            />
          ))}
        </ul>
      )}
    </Card>
  );
}

interface WindowProps {
  readonly forecast: WindowForecast;
  readonly account: string;
  readonly nowMs: number;
}

function Window({ forecast, account, nowMs }: WindowProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const { window, state } = forecast;
  const name =
    window.windowMinutes === null
      ? t('usage.window.unnamed')
      : t('usage.window.name', { window: format.window(window.windowMinutes) });
  const used = Math.min(100, Math.max(0, window.usedPercent));
  const tone = state === 'empty' ? 'bad' : state === 'empties' ? 'warn' : 'accent';
  return (
    <li className={styles.window} data-state={state}>
      <div className={styles.head}>
        <span className={styles.account}>{account}</span>
        <span>{name}</span>
        <span className={styles.used}>{t('usage.window.used', { percent: format.percent(used) })}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be styled alike in every browser */}
      <div
        className={styles.track}
        role="meter"
        aria-label={t('usage.window.meter', { window: name, account })}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={used}
      >
        <div className={styles.fill} data-tone={tone} style={{ width: `${used}%` }} />
      </div>
      <p className={tone === 'accent' ? textStyles.faint : tone === 'bad' ? textStyles.badText : textStyles.warnText}>
        {forecastText(forecast, words, nowMs)}
        {paceText(forecast, words)}
      </p>
    </li>
  );
}

/** `Empties at 16:40 at this pace; resets 18:10.` */
function forecastText({ state, emptyAt, readAt, window }: WindowForecast, { t, format }: Words, nowMs: number): string {
  const { resetAt } = window;
  const isToCome = resetAt !== null && resetAt > nowMs;
  const reset = isToCome ? format.shortClock(resetAt, nowMs) : '';
  switch (state) {
    case 'empties':
      return t('usage.window.empties', { time: format.shortClock(emptyAt ?? nowMs, nowMs), reset });
    case 'lasts':
      return isToCome ? t('usage.window.lasts', { reset }) : t('usage.window.lasts.open');
    case 'empty':
      return isToCome ? t('usage.window.empty', { reset }) : t('usage.window.empty.open');
    case 'unused':
      return isToCome ? t('usage.window.unused', { reset }) : t('usage.window.unused.open');
    case 'unknown':
      return isToCome
        ? t('usage.window.unknown', { reset })
        : t('usage.window.unknown.open', { ago: format.relative(Math.min(readAt, nowMs), nowMs) });
  }
}

function paceText({ percentPerHour, basis }: WindowForecast, { t, format }: Words): string {
  if (percentPerHour === null || basis === null || percentPerHour <= 0) return '';
  const percent = format.percent(percentPerHour < 10 ? Math.round(percentPerHour * 10) / 10 : percentPerHour);
  return t(`usage.window.pace.${basis}`, { percent });
}
