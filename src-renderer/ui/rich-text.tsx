import { createElement, Fragment, type ReactNode } from 'react';
import type { TextId } from '../../src-main/shared/words/texts.ts';
import type { RichValues } from '../../src-main/shared/words/words.ts';
import { useWords } from '../stores/stores.ts';

interface RichTextProps<Id extends TextId> {
  readonly id: Id;
  /** Its parameters, which may be elements, and a function for each of its tags: `link: (text) => <a …>{text}</a>`. */
  readonly with: RichValues<Id, ReactNode>;
}

/** A text with a link, code or another element in the middle: a sentence stays whole, whatever order a language has. */
export function RichText<Id extends TextId>({ id, with: values }: RichTextProps<Id>): ReactNode {
  return createElement(Fragment, null, ...useWords().parts<Id, ReactNode>(id, values));
}
