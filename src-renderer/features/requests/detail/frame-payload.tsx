import type { ReactNode } from 'react';
import type { FrameRecord } from '../../../../src-main/shared/model.ts';
import { useWords } from '../../../stores/stores.ts';
import { IconButton } from '../../../ui/button.tsx';
import textStyles from '../../../ui/text.module.css';
import { Unanswered } from '../../../ui/unanswered.tsx';
import { JsonView } from './conversation/json-view.tsx';
import { useText } from './conversation/use-text.ts';
import styles from './frame-payload.module.css';
import { NotKept } from './not-kept.tsx';

interface FramePayloadProps {
  readonly id: string;
  /** Among all frames of the request. */
  readonly index: number;
  readonly frame: FrameRecord;
  readonly onClose: () => void;
}

/** What a frame carried. */
export function FramePayload({ id, index, frame, onClose }: FramePayloadProps): ReactNode {
  const { t, format } = useWords();
  const { state, text, failed, readAgain, isCut, totalChars } = useText(id, index, `${index}`);
  return (
    <section className={styles.payload} aria-label={t('talk.payload')}>
      <header className={styles.payloadHead}>
        <h3>{frame.type}</h3>
        <span className={textStyles.faint}>{format.bytes(frame.bytes)}</span>
        <IconButton icon="close" label={t('talk.payload.close')} onClick={onClose} />
      </header>
      {state === 'reading' ? <p className={textStyles.faint}>{t('talk.payload.reading')}</p> : null}
      <Unanswered failed={failed} onAgain={readAgain} />
      {isCut ? <p className={textStyles.faint}>{t('talk.payload.cut', { size: format.bytes(totalChars) })}</p> : null}
      {state === 'not kept' ? <NotKept what="frames" /> : null}
      {state === 'read' && text === '' ? <p className={textStyles.faint}>{t('talk.payload.empty')}</p> : null}
      {state === 'read' && text !== '' ? <JsonView text={text} label={t('talk.payload')} /> : null}
    </section>
  );
}
