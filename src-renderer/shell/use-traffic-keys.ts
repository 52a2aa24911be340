import { useState } from 'react';
import { keptInBrowser } from '../stores/kept.ts';

const storageKey = 'slipstream.traffic-keys';

/** Whether keys may switch fast mode and pause Slipstream; kept in this browser. */
export function useTrafficKeys(): readonly [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(() => keptInBrowser.getItem(storageKey) !== 'off');
  return [
    isOn,
    (next) => {
      setOn(next);
      keptInBrowser.setItem(storageKey, next ? 'on' : 'off');
    },
  ];
}
