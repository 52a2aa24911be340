import { useEffect, useState } from 'react';
import type { CallInput, CallName, CallOutput } from '../../src-main/shared/contract.ts';
import { useActions, useApp } from '../stores/stores.ts';

/** A call to main that only reads. Another object is asked anew, even where it says the same: keep it with `useMemo`. */
export interface Question<K extends CallName> {
  readonly name: K;
  readonly input: CallInput<K>;
  /** Differs to ask the same once more. */
  readonly times?: number;
}

interface Answers<K extends CallName> {
  /** The latest answer, which may be to an earlier question; null before the first. */
  readonly answered: { readonly question: Question<K>; readonly value: CallOutput<K> } | null;
  /** Why the latest question to end has no answer; null where it has one. */
  readonly failed: { readonly question: Question<K>; readonly message: string } | null;
}

/**
 * Asks main, again whenever the question is another one, and after the connection came back. What comes too late is
 * dropped. `restMs` waits for a question to stay: typing asks one, not one a letter. Null asks nothing.
 */
export function useAnswer<K extends CallName>(question: Question<K> | null, restMs = 0): Answers<K> {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  const [answers, setAnswers] = useState<Answers<K>>({ answered: null, failed: null });
  useEffect(() => {
    if (!isLive || question === null) return undefined;
    let isStale = false;
    const ask = async (): Promise<void> => {
      const result = await actions.request(question.name, question.input);
      if (isStale) return;
      if (result.ok) setAnswers({ answered: { question, value: result.value }, failed: null });
      else setAnswers(({ answered }) => ({ answered, failed: { question, message: result.error.message } }));
    };
    const timer = restMs === 0 ? null : setTimeout(() => void ask(), restMs);
    if (timer === null) void ask();
    return () => {
      isStale = true;
      if (timer !== null) clearTimeout(timer);
    };
  }, [actions, isLive, question, restMs]);
  return answers;
}
