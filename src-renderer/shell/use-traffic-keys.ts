import { useState } from 'react';

const storageKey = 'slipstream.traffic-keys';

/** Whether keys may switch fast mode and pause Slipstream; kept in this browser. */
export function useTrafficKeys(): readonly [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(() => localStorage.getItem(storageKey) !== 'off');
  return [
    isOn,
    (next) => {
      setOn(next);
      localStorage.setItem(storageKey, next ? 'on' : 'off');
    },
  ];
}
