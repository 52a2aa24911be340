import { type ReactNode, useMemo, useState } from 'react';
import { classNames } from '../../../lib/class-names.ts';
import { useActions, useWords } from '../../../stores/stores.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import textStyles from '../../../ui/text.module.css';
import styles from './bodies.module.css';
import { type ComparedMember, compareBodies } from './compare-bodies.ts';

interface BodiesProps {
  readonly client: string | null;
  readonly upstream: string | null;
}

/** What the client sent beside what went upstream, member by member. */
export function Bodies({ client, upstream }: BodiesProps): ReactNode {
  const actions = useActions();
  const { t } = useWords();
  const comparison = useMemo(() => compareBodies(client, upstream), [client, upstream]);
  return (
    <section className={styles.bodies} aria-label={t('bodies.label')}>
      <div className={styles.bodyHead}>
        <h3>{t('bodies.client')}</h3>
        {client === null ? null : (
          <CopyButton iconOnly label={t('bodies.client.copy')} copy={() => actions.copyText(client, 'bodies.body')} />
        )}
      </div>
      <div className={styles.bodyHead}>
        <h3>{t('bodies.upstream')}</h3>
        {upstream === null ? null : (
          <CopyButton
            iconOnly
            label={t('bodies.upstream.copy')}
            copy={() => actions.copyText(upstream, 'bodies.body')}
          />
        )}
      </div>
      {comparison.kind === 'members' ? (
        comparison.members.map((member) => <MemberPair key={member.key} member={member} />)
      ) : (
        <>
          <BodyText text={comparison.client} />
          <BodyText text={comparison.upstream} />
        </>
      )}
    </section>
  );
}

function MemberPair({ member }: { readonly member: ComparedMember }): ReactNode {
  const { t, format } = useWords();
  const [isLong, setLong] = useState(false);
  const texts = [member.client, member.upstream] as const;
  const isCut = !isLong && texts.some((text) => (text ?? '').length > cutChars);
  return (
    <>
      {texts.map((text, index) => (
        <div key={index === 0 ? 'client' : 'upstream'} className={styles.member} data-state={member.state}>
          {text === null ? (
            <span className={styles.memberAbsent}>{t(index === 0 ? 'bodies.notByClient' : 'bodies.notUpstream')}</span>
          ) : (
            <pre>
              <span className={styles.memberKey}>"{member.key}"</span>: {isCut ? text.slice(0, cutChars) : text}
              {isCut && text.length > cutChars ? '…' : ''}
            </pre>
          )}
        </div>
      ))}
      {isCut ? (
        <button type="button" className={styles.memberMore} onClick={() => setLong(true)}>
          {t('bodies.all', {
            count: format.count(Math.max(...texts.map((text) => text?.length ?? 0))),
            member: member.key,
          })}
        </button>
      ) : null}
    </>
  );
}

/** A long history would bury every member after it. */
const cutChars = 1_200;

function BodyText({ text }: { readonly text: string | null }): ReactNode {
  const { t } = useWords();
  if (text === null) return <p className={classNames(styles.member, textStyles.faint)}>{t('bodies.none')}</p>;
  return (
    <div className={styles.member}>
      <pre>{text}</pre>
    </div>
  );
}
