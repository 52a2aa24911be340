import { type ReactNode, useMemo, useState } from 'react';
import { formatCount } from '../../../lib/format.ts';
import { useActions } from '../../../stores/stores.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { type ComparedMember, compareBodies } from './compare-bodies.ts';

interface BodiesProps {
  readonly client: string | null;
  readonly upstream: string | null;
}

/** What the client sent beside what went upstream, member by member. */
export function Bodies({ client, upstream }: BodiesProps): ReactNode {
  const actions = useActions();
  const comparison = useMemo(() => compareBodies(client, upstream), [client, upstream]);
  return (
    <section className="bodies" aria-label="Bodies">
      <div className="body-head">
        <h3>Client in</h3>
        {client === null ? null : (
          <CopyButton iconOnly label="Copy the client's body" copy={() => actions.copyText(client, 'Body')} />
        )}
      </div>
      <div className="body-head">
        <h3>Upstream out</h3>
        {upstream === null ? null : (
          <CopyButton iconOnly label="Copy the upstream body" copy={() => actions.copyText(upstream, 'Body')} />
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
  const [isLong, setLong] = useState(false);
  const texts = [member.client, member.upstream] as const;
  const isCut = !isLong && texts.some((text) => (text ?? '').length > cutChars);
  return (
    <>
      {texts.map((text, index) => (
        <div key={index === 0 ? 'client' : 'upstream'} className={`member member-${member.state}`}>
          {text === null ? (
            <span className="member-absent">{index === 0 ? 'not sent by the client' : 'not sent upstream'}</span>
          ) : (
            <pre>
              <span className="member-key">"{member.key}"</span>: {isCut ? text.slice(0, cutChars) : text}
              {isCut && text.length > cutChars ? '…' : ''}
            </pre>
          )}
        </div>
      ))}
      {isCut ? (
        <button type="button" className="member-more" onClick={() => setLong(true)}>
          Show all {formatCount(Math.max(...texts.map((text) => text?.length ?? 0)))} characters of {member.key}
        </button>
      ) : null}
    </>
  );
}

/** A long history would bury every member after it. */
const cutChars = 1_200;

function BodyText({ text }: { readonly text: string | null }): ReactNode {
  if (text === null) return <p className="member faint">Not kept, or there was none.</p>;
  return (
    <div className="member">
      <pre>{text}</pre>
    </div>
  );
}
