import { type ReactNode, useState } from 'react';
import { visibleText } from '../../../../../src-main/shared/visible-text.ts';
import type { JsonNode } from '../../../../lib/json-text.ts';
import type { JsonTree } from '../../../../lib/json-tree.ts';
import { useActions, useWords } from '../../../../stores/stores.ts';
import { Badge } from '../../../../ui/badge.tsx';
import { CopyButton } from '../../../../ui/copy-button.tsx';
import { LinkButton } from '../../../../ui/link-button.tsx';
import textStyles from '../../../../ui/text.module.css';
import type { Block, Entry } from './blocks.ts';
import styles from './entry-view.module.css';
import { JsonView } from './json-view.tsx';
import { LongText } from './long-text.tsx';
import { ToolNames } from './tool-names.tsx';

interface EntryViewProps {
  readonly entry: Entry;
  /** Where it stands in its body. */
  readonly json?: { readonly tree: JsonTree; readonly node: JsonNode };
  /** More of it comes. */
  readonly isGrowing?: boolean;
}

/** One item of a conversation. */
export function EntryView({ entry, json, isGrowing = false }: EntryViewProps): ReactNode {
  const { role, titleId, blocks } = entry;
  const [isRaw, setRaw] = useState(false);
  const { t } = useWords();
  const actions = useActions();
  const text = blocks.map(textOfBlock).filter(Boolean).join('\n\n');
  return (
    <article className={styles.entry} data-role={role} data-growing={isGrowing}>
      <header className={styles.entryHead}>
        <h4>{titleId === null ? t(`talk.role.${role}`) : t(`talk.title.${titleId}`)}</h4>
        {isGrowing ? <Badge tone="accent">{t('talk.coming')}</Badge> : null}
        <span className={styles.entryTools}>
          {json === undefined ? null : (
            <LinkButton onClick={() => setRaw(!isRaw)}>{t(isRaw ? 'talk.json.hide' : 'talk.json.show')}</LinkButton>
          )}
          {text === '' ? null : (
            <CopyButton iconOnly label={t('talk.copyText')} copy={() => actions.copyText(text, 'talk.text')} />
          )}
        </span>
      </header>
      {blocks.length === 0 ? <p className={textStyles.faint}>{t('talk.empty')}</p> : null}
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks are known by their place
        <BlockView key={index} block={block} isQuiet={role === 'system' || role === 'tool'} />
      ))}
      {isRaw && json !== undefined ? (
        <JsonView text={json.tree.text.slice(json.node.start, json.node.end)} label={t('talk.json.item')} isInline />
      ) : null}
    </article>
  );
}

function textOfBlock(block: Block): string {
  switch (block.kind) {
    case 'text':
    case 'reasoning':
      return block.text;
    case 'call':
      return block.input;
    case 'other':
      return block.json;
    case 'tools':
      return block.names.join('\n');
    case 'image':
    case 'remote image':
    case 'file':
    case 'route':
    case 'reference':
    case 'note':
    case 'result':
      return '';
  }
}

/** Upstream sets a line in bold above each thought. */
const thoughtTitle = /^\*\*([^*\n]{1,200})\*\*(?:\n+|$)/;

function Reasoning({ text }: { readonly text: string }): ReactNode {
  const [line = '', title] = thoughtTitle.exec(text) ?? [];
  const thought = text.slice(line.length);
  return (
    <div className={styles.reasoning}>
      {title === undefined ? null : <strong>{visibleText(title)}</strong>}
      {thought === '' ? null : <LongText text={thought} firstChars={2_000} />}
    </div>
  );
}

interface BlockViewProps {
  readonly block: Block;
  /** Of what is read less often: shorter at first. */
  readonly isQuiet: boolean;
}

function BlockView({ block, isQuiet }: BlockViewProps): ReactNode {
  const { t, format } = useWords();
  switch (block.kind) {
    case 'text':
      return <LongText text={block.text} firstChars={isQuiet ? 700 : 4_000} />;
    case 'reasoning':
      return block.text === '' ? (
        <p className={styles.hidden}>{t(block.isHidden ? 'talk.hidden' : 'talk.untold')}</p>
      ) : (
        <Reasoning text={block.text} />
      );
    case 'call':
      return (
        <div className={styles.call}>
          <p className={styles.callHead}>
            <Badge tone="quiet">{t('talk.call')}</Badge> <code>{visibleText(block.name ?? t('talk.unnamedTool'))}</code>
            {block.callId === null ? null : <code className={styles.callId}>{visibleText(block.callId)}</code>}
          </p>
          <LongText text={block.input} firstChars={1_500} isCode />
        </div>
      );
    case 'result':
      return (
        <p className={styles.callHead}>
          <Badge tone={block.isError ? 'bad' : 'quiet'}>{t(block.isError ? 'talk.result.error' : 'talk.result')}</Badge>
          {block.callId === null ? null : <code className={styles.callId}>{visibleText(block.callId)}</code>}
        </p>
      );
    case 'image':
      return block.src === null ? (
        <p className={styles.hidden}>
          {t('talk.image.notShown', { type: visibleText(block.type), size: format.bytes(block.bytes) })}
        </p>
      ) : (
        <figure className={styles.image}>
          <img
            src={block.src}
            alt={t('talk.image', { type: block.type, size: format.bytes(block.bytes) })}
            loading="lazy"
          />
          <figcaption aria-hidden="true">
            {t('talk.image', { type: block.type, size: format.bytes(block.bytes) })}
          </figcaption>
        </figure>
      );
    case 'remote image':
      return <p className={styles.hidden}>{t('talk.image.remote', { url: visibleText(block.url) })}</p>;
    case 'file': {
      const name = visibleText(block.name);
      const isHere = block.bytes !== null;
      return (
        <p className={styles.hidden}>
          {isHere ? t('talk.file', { name, size: format.bytes(block.bytes) }) : t('talk.file.remote', { name })}
        </p>
      );
    }
    case 'tools':
      return <ToolNames names={block.names} />;
    case 'route':
      return (
        <p className={textStyles.faint}>
          {t('talk.route', { from: visibleText(block.from), to: visibleText(block.to) })}
        </p>
      );
    case 'reference':
      return <p className={styles.hidden}>{t('talk.reference', { id: visibleText(block.id) })}</p>;
    case 'note':
      return <p className={styles.hidden}>{t(`talk.note.${block.noteId}`)}</p>;
    case 'other':
      return (
        <div className={styles.call}>
          <p className={styles.callHead}>
            <Badge tone="quiet">{block.label === '' ? t('talk.unknown') : visibleText(block.label)}</Badge>
          </p>
          <LongText text={block.json} firstChars={700} isCode />
        </div>
      );
  }
}
