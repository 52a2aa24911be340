import { type ReactNode, useRef } from 'react';
import type { LabExperiment } from '../../../src-main/shared/lab.ts';
import { drawCard } from '../../lib/draw-card.ts';
import { formatRoute } from '../../lib/route.ts';
import { saveBlob, saveFile } from '../../lib/save-file.ts';
import { useActions, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { resultText } from './result-text.ts';

interface ResultActionsProps {
  readonly experiment: LabExperiment;
  readonly onAgain: () => void;
}

/** Where its card is found again; null in the app's own window, whose addresses nothing else opens. */
function addressOf(id: string): string | null {
  const { protocol, origin, pathname } = window.location;
  const place = formatRoute({ screen: 'lab', requestId: null, experimentId: id, filter: {} });
  return /^https?:$/.test(protocol) ? `${origin}${pathname}${place}` : null;
}

/** What can be done with a result. */
export function ResultActions({ experiment, onAgain }: ResultActionsProps): ReactNode {
  const words = useWords();
  const { t } = words;
  const { copyText } = useActions();
  const place = useRef<HTMLDivElement>(null);
  const name = `slipstream-bench-${experiment.id}`;
  const address = addressOf(experiment.id);
  const savePicture = async (): Promise<void> => {
    const picture = await drawCard(resultText(words, experiment), place.current ?? document.body);
    if (picture !== null) saveBlob(`${name}.png`, picture);
  };
  return (
    <div className={layoutStyles.addButtons} ref={place}>
      {experiment.coin === null ? <Button onClick={onAgain}>{t('lab.again')}</Button> : null}
      <CopyButton label={t('lab.copy')} copy={() => copyText(resultText(words, experiment), 'lab.copied')} />
      {address === null ? null : <CopyButton label={t('lab.link')} copy={() => copyText(address, 'lab.linked')} />}
      <Button onClick={() => void savePicture()}>{t('lab.savePng')}</Button>
      <Button onClick={() => saveFile(`${name}.json`, JSON.stringify(experiment, null, 2))}>{t('lab.saveJson')}</Button>
    </div>
  );
}
