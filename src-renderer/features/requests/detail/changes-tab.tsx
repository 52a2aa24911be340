import type { ReactNode } from 'react';
import type { Change, TraceDetail } from '../../../../src-main/shared/model.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { Bodies } from './bodies.tsx';
import { NotKept } from './not-kept.tsx';
import { ParitySection } from './parity-section.tsx';

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
      </section>
      {detail.parity === null ? null : <ParitySection parity={detail.parity} />}
      {detail.clientRequest.body === null && detail.upstreamBody === null ? (
        <NotKept what="Bodies" />
      ) : (
        <Bodies client={detail.clientRequest.body} upstream={detail.upstreamBody} />
      )}
    </div>
  );
}
