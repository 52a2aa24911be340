import type { ReactNode } from 'react';
import type { Parity } from '../../../../src-main/shared/model.ts';
import textStyles from '../../../ui/text.module.css';
import styles from './parity-section.module.css';

/** What the last attempt lacks of, and has beyond, the official client's names. */
export function ParitySection({ parity }: { readonly parity: Parity }): ReactNode {
  const { profile, transport, headers, fields } = parity;
  return (
    <section>
      <h3>
        Beside the official client <span className={textStyles.faint}>{`${profile}, ${transport}`}</span>
      </h3>
      <dl className={styles.parity}>
        <NamesRow name="Headers" missing={headers.missing} extra={headers.extra} />
        {fields === null ? (
          <div className={styles.parityRow}>
            <dt>Body members</dt>
            <dd className={textStyles.faint}>the body is no longer kept</dd>
          </div>
        ) : (
          <NamesRow name="Body members" missing={fields.missing} extra={fields.extra} />
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
  return (
    <div className={styles.parityRow}>
      <dt>{name}</dt>
      <dd>
        {missing.length === 0 && extra.length === 0 ? 'the same names' : null}
        {missing.length === 0 ? null : (
          <p>
            missing <code>{missing.join(', ')}</code>
          </p>
        )}
        {extra.length === 0 ? null : (
          <p>
            extra <code>{extra.join(', ')}</code>
          </p>
        )}
      </dd>
    </div>
  );
}
