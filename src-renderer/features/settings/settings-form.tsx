import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import { settingRanges } from '../../../src-main/shared/settings-limits.ts';
import { classNames } from '../../lib/class-names.ts';
import { useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import fieldsStyles from '../../ui/fields.module.css';
import textStyles from '../../ui/text.module.css';
import { WayTestPart } from '../../ui/way-test.tsx';
import { type Draft, draftOf, type Problems, readDraft, setElsewhere } from './draft.ts';
import { Field } from './field.tsx';
import { useKeptEdits } from './kept-edits.ts';
import settingsStyles from './settings.module.css';
import styles from './settings-form.module.css';

interface SettingsFormProps {
  readonly settings: AppSettings;
  /** Answers why it was refused; null where it was saved. */
  readonly onSave: (patch: Partial<AppSettings>) => Promise<string | null>;
}

/** The settings that are typed; nothing changes before Save. */
export function SettingsForm({ settings, onSave }: SettingsFormProps): ReactNode {
  const { t, format } = useWords();
  const form = useRef<HTMLFormElement>(null);
  const { edits, bases, setEdits, dropEdits } = useKeptEdits();
  const [problems, setProblems] = useState<Problems>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const now = draftOf(settings);
  const draft = { ...now, ...edits };
  const elsewhere = setElsewhere(edits, bases, settings);
  const read = readDraft(t, draft, settings);
  const isChanged = Object.keys(read.patch).length + Object.keys(read.problems).length > 0;
  useEffect(() => {
    if (!isChanged) return undefined;
    // Leaving the screen keeps them; closing the page would not.
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isChanged]);
  // The bar has come to stand over what is being edited.
  useEffect(() => {
    if (isChanged) showFocused(form.current);
  }, [isChanged]);
  const edit = (patch: Partial<Draft>): void => {
    setEdits({ ...edits, ...patch }, now);
    // What is being mended is not called wrong any more; it is looked at again at Save.
    setProblems(Object.fromEntries(Object.entries(problems).filter(([field]) => !Object.hasOwn(patch, field))));
  };
  const save = async (): Promise<void> => {
    setRefusal(null);
    setProblems(read.problems);
    if (Object.keys(read.problems).length > 0) {
      // After React has marked it.
      requestAnimationFrame(() => {
        form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
        showFocused(form.current);
      });
      return;
    }
    setBusy(true);
    const refused = await onSave(read.patch);
    setBusy(false);
    setRefusal(refused);
    if (refused === null) dropEdits(draft);
  };
  const field = (name: Exclude<keyof Draft, 'traceBodies'>) => ({
    value: draft[name],
    problem: problems[name],
    elsewhere: elsewhere[name],
    onChange: (value: string) => edit({ [name]: value }),
    onTake: () => setEdits(Object.fromEntries(Object.entries(edits).filter(([each]) => each !== name)), now),
  });
  const range = (name: keyof typeof settingRanges): string =>
    t('settings.range', {
      min: format.count(settingRanges[name].min),
      max: format.count(settingRanges[name].max),
    });
  return (
    <form
      ref={form}
      className={styles.settingsGroup}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Card title={t('settings.upstream')}>
        <div className={settingsStyles.settingsBody}>
          <Field {...field('originator')} label={t('settings.originator')} help={t('settings.originator.help')} />
          <Field
            {...field('proxyUrl')}
            label={t('settings.proxy')}
            help={t('settings.proxy.help')}
            placeholder="http://proxy.example:3128"
          />
          <div className={styles.settingsTest}>
            <WayTestPart accountId={null} address={draft.proxyUrl.trim()} />
          </div>
          <Field
            {...field('caFile')}
            label={t('ways.certificates')}
            help={t('ways.certificatesHelp')}
            placeholder="/etc/ssl/certs/company.pem"
          />
          <Field
            {...field('otlpEndpoint')}
            label={t('metrics.collector')}
            help={t('metrics.collectorHelp')}
            placeholder="http://127.0.0.1:4318"
          />
          <Field
            {...field('allowedOrigins')}
            label={t('settings.origins')}
            help={t('settings.origins.help')}
            placeholder="https://app.example"
            rows={3}
          />
        </div>
      </Card>
      <Card title={t('settings.history')}>
        <div className={settingsStyles.settingsBody}>
          <p className={textStyles.mutedText}>{t('settings.history.help')}</p>
          <div className={styles.settingsRow}>
            <Field {...field('traceDays')} label={t('settings.days')} isShort help={range('traceDays')} />
            <Field {...field('traceTurns')} label={t('settings.turns')} isShort help={range('traceTurns')} />
            <Field
              {...field('traceMegabytes')}
              label={t('settings.megabytes')}
              isShort
              help={range('traceMegabytes')}
            />
          </div>
          <label className={fieldsStyles.checkbox}>
            <input
              type="checkbox"
              checked={draft.traceBodies}
              onChange={(event) => edit({ traceBodies: event.target.checked })}
            />
            <span>
              {t('settings.bodies')}
              <span className={styles.fieldNote} data-tone={draft.traceBodies ? 'warn' : undefined}>
                {t('settings.bodies.help')}
              </span>
            </span>
          </label>
        </div>
      </Card>
      <div className={classNames(styles.settingsSave, isChanged && styles.settingsUnsaved)}>
        <Button isSubmit variant="primary" makesCall disabled={isBusy || !isChanged}>
          {t('settings.save')}
        </Button>
        <Button
          disabled={isBusy || !isChanged}
          onClick={() => {
            setEdits({}, now);
            setProblems({});
            setRefusal(null);
          }}
        >
          {t('settings.discard')}
        </Button>
        {refusal === null ? (
          <span className={textStyles.faint}>{isChanged ? t('settings.unsaved') : t('settings.nothing')}</span>
        ) : (
          <span className={textStyles.badText} role="alert">
            {t('settings.notSaved', { why: refusal })}
          </span>
        )}
      </div>
    </form>
  );
}

/** Its margins for scrolling keep clear of the bar; a focus that stays where it is scrolls nothing by itself. */
function showFocused(form: HTMLFormElement | null): void {
  const focused = document.activeElement;
  if (form?.contains(focused) === true) focused?.scrollIntoView({ block: 'nearest' });
}
