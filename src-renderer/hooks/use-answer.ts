import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { CallInput, CallName } from '../../src-main/shared/contract.ts';
import type { Answer, CallFailed, Question } from '../stores/queries.ts';
import { useStores } from '../stores/stores.ts';

interface AnswerOptions {
  /** False asks nothing. */
  readonly isAsked?: boolean;
  /** Shows the answer to the question before until this one's has come. */
  readonly keepsLast?: boolean;
}

interface Asked<K extends CallName> {
  /** The latest answer; null before the first. */
  readonly answered: Answer<K> | null;
  /** Whether it is this question's, not the one's before. */
  readonly isCurrent: boolean;
  /** Why the latest try has no answer; null where it has one. */
  readonly failed: CallFailed | null;
  readonly readAgain: () => void;
}

/** Asks main. When it is asked anew is said in `stores/queries.ts`. */
export function useAnswer<K extends CallName>(
  name: K,
  input: CallInput<K>,
  { isAsked = true, keepsLast = false }: AnswerOptions = {},
): Asked<K> {
  const queryKey: Question<K> = [name, input];
  const { data, error, isPlaceholderData, refetch } = useQuery<Answer<K>, CallFailed, Answer<K>, Question<K>>(
    {
      queryKey,
      ...(isAsked ? {} : { enabled: false }),
      ...(keepsLast ? { placeholderData: keepPreviousData } : {}),
    },
    useStores().queries,
  );
  return {
    answered: data ?? null,
    isCurrent: data !== undefined && !isPlaceholderData,
    failed: error,
    readAgain: () => void refetch(),
  };
}
