import type { ReactNode } from 'react';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { RichText } from '../../ui/rich-text.tsx';
import textStyles from '../../ui/text.module.css';
import labStyles from './lab.module.css';

interface CoinOfferProps {
  /** A model is named, and there is an account. */
  readonly isReady: boolean;
  readonly onStart: () => void;
}

/** What a coin is and costs, and its start; it needs the fast switch to leave room for it. */
export function CoinOffer({ isReady, onStart }: CoinOfferProps): ReactNode {
  const { t } = useWords();
  const { setFastPolicy } = useActions();
  const isFree = useApp((state) => state.settings?.fastPolicy === 'auto');
  return (
    <>
      <div className={labStyles.labCost} role="note" aria-label={t('lab.coin')}>
        <p>{t('lab.coin.what')}</p>
        <p className={textStyles.faint}>{t('lab.coin.end')}</p>
      </div>
      <div className={layoutStyles.addButtons}>
        <Button variant="primary" makesCall disabled={!isFree || !isReady} onClick={onStart}>
          {t('lab.coin.start')}
        </Button>
        {isFree ? null : (
          <>
            <span className={textStyles.warnText}>
              <RichText id="lab.coin.switched" with={{ b: (children) => <b>{children}</b> }} />
            </span>
            <Button makesCall onClick={() => void setFastPolicy('auto')}>
              {t('lab.coin.setAuto')}
            </Button>
          </>
        )}
      </div>
    </>
  );
}
