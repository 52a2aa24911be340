import { useEffect, useState } from 'react';
import type { TraceChoices } from '../../src-main/shared/trace-query.ts';
import { useActions, useApp } from '../stores/stores.ts';

/** What filters of turns can be set to, read anew whenever `times` differs; null until they have come. */
export function useTraceChoices(times: number): TraceChoices | null {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  const [choices, setChoices] = useState<TraceChoices | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `times` reads them again
  useEffect(() => {
    if (!isLive) return undefined;
    let isStale = false;
    // A failure leaves the choices as they were; the figures beside them say what is wrong.
    void actions.request('requests.choices', null).then((result) => {
      if (result.ok && !isStale) setChoices(result.value);
    });
    return () => {
      isStale = true;
    };
  }, [actions, isLive, times]);
  return choices;
}
