import { type ReactNode, useMemo, useState } from 'react';
import type { Change, TraceDetail } from '../../../../src-main/shared/model.ts';
import { type ComparedMember, compareBodies } from '../../../lib/compare-bodies.ts';
import { formatCount } from '../../../lib/format.ts';
import { useActions } from '../../../stores/stores.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';

const actionTones: Record<Change['action'], Tone> = { added: 'good', set: 'accent', removed: 'bad', dropped: 'quiet' };

/** Every change that was made to what the client sent, and the two bodies beside each other. */
export function ChangesTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  return (
    <div className="changes">
      <section>
        <h3>
          Changes <span className="faint">n = {detail.changes.length}</span>
        </h3>
        {detail.changes.length === 0 ? (
          <p className="faint">Nothing was changed: the bytes went through as they came.</p>
        ) : (
          <ul className="change-list">
            {detail.changes.map((change) => (
              <li key={`${change.path} ${change.action} ${change.why}`} className="change">
                <Badge tone={actionTones[change.action]}>{change.action}</Badge>
                <code className="change-path">{change.path}</code>
                <span className="change-step">{change.step}</span>
                <span className="change-why">{change.why}</span>
              </li>
            ))}
          </ul>
        )}
        {detail.profile === '' ? null : (
          <p className="faint">
            Shape of the official client <code>{detail.profile}</code>
          </p>
        )}
      </section>
      <Bodies client={detail.clientRequest.body} upstream={detail.upstreamBody} />
    </div>
  );
}

interface BodiesProps {
  readonly client: string | null;
  readonly upstream: string | null;
}

function Bodies({ client, upstream }: BodiesProps): ReactNode {
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
