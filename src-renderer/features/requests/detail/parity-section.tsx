import type { ReactNode } from 'react';
import type { Parity } from '../../../../src-main/shared/model.ts';
import { profileName } from '../../../lib/profile-name.ts';
import { useWords } from '../../../stores/stores.ts';
import { RichText } from '../../../ui/rich-text.tsx';
import textStyles from '../../../ui/text.module.css';
import styles from './parity-section.module.css';

/** What the last attempt lacks of, and has beyond, the official client's names. */
export function ParitySection({ parity }: { readonly parity: Parity }): ReactNode {
  const { t } = useWords();
  const { profile, transport, headers, fields } = parity;
  return (
    <section>
      <h3>
        {t('parity.title')}{' '}
        <span className={textStyles.faint}>
          {t('parity.shape', { profile: profileName(t, profile), transport: t(`transport.${transport}`) })}
        </span>
      </h3>
      <dl className={styles.parity}>
        <NamesRow name={t('parity.headers')} missing={headers.missing} extra={headers.extra} />
        {fields === null ? (
          <div className={styles.parityRow}>
            <dt>{t('parity.members')}</dt>
            <dd className={textStyles.faint}>{t('parity.noBody')}</dd>
          </div>
        ) : (
          <NamesRow name={t('parity.members')} missing={fields.missing} extra={fields.extra} />
        )}
      </dl>
    </section>
  );
}

interface NamesRowProps {
  readonly name: string;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

function NamesRow({ name, missing, extra }: NamesRowProps): ReactNode {
  const { t } = useWords();
  const code = (text: readonly ReactNode[]): ReactNode => <code>{text}</code>;
  return (
    <div className={styles.parityRow}>
      <dt>{name}</dt>
      <dd>
        {missing.length === 0 && extra.length === 0 ? t('parity.same') : null}
        {missing.length === 0 ? null : (
          <p>
            <RichText id="parity.missing" with={{ names: missing.join(', '), code }} />
          </p>
        )}
        {extra.length === 0 ? null : (
          <p>
            <RichText id="parity.extra" with={{ names: extra.join(', '), code }} />
          </p>
        )}
      </dd>
    </div>
  );
}
